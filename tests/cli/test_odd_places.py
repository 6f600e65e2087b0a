"""Names that are not UTF-8, and places where nothing can be kept: an answer, or one line and its exit code."""

import io
import shutil
import tempfile
from pathlib import Path

import pytest

from mlpipe.data.reading.source import spare_file
from tests.cli.recording import invoke

ODD = "caf\udce9"


@pytest.fixture
def odd(chain, tmp_path, monkeypatch):
    """A chain in a folder whose name is not UTF-8."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(chain, ODD, ignore=shutil.ignore_patterns("looks.csv"))
    shutil.copy(chain / "table.csv", f"{ODD}.csv")
    return tmp_path


LINES = {
    "inspect": f"inspect {ODD}.csv -o {ODD}-o",
    "split": f"split {ODD}.csv --target outcome -o {ODD}-o",
    "preprocess": f"preprocess {ODD}/split -o {ODD}-o",
    "train": f"train {ODD}/prep --model decision-tree -o {ODD}-o",
    "evaluate": f"evaluate {ODD}/model -o {ODD}-o",
    "evaluate a file": f"evaluate {ODD}/model {ODD}.csv -o {ODD}-o --allow-training-rows",
    "compare": f"compare {ODD}/model {ODD}/model -o {ODD}-o",
    "predict": f"predict {ODD}/model {ODD}.csv -o {ODD}-o.csv --contract {ODD}-c.json",
    "drift": f"drift {ODD}/model {ODD}.csv -o {ODD}-o",
    "audit": f"audit {ODD}/model -o {ODD}-o --fail-on error",
    "verify": f"verify {ODD}/model",
    "export": f"export {ODD}/model --format script -o {ODD}-o.py",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_name_that_is_not_utf8_goes_through_every_command(line, odd):
    done = invoke(*line.split(), "-q")
    assert done.exit_code == 0, done.output
    if line.startswith("evaluate caf") and ".csv" not in line:
        assert "caf\\xe9-o" in (odd / ODD / "split/looks.csv").read_text(encoding="utf-8")


def test_a_project_cannot_name_a_table_that_is_not_utf8(odd):
    done = invoke("init", "d", "--data", f"{ODD}.csv", "--target", "outcome")
    assert done.exit_code == 2
    assert "The path ../caf\\xe9.csv is not UTF-8, and the files of a project are." in done.stderr
    assert not Path("d/mlpipe.toml").exists()


def none(*_, **__):
    raise FileNotFoundError(2, "No usable temporary directory found")


def test_where_no_folder_can_be_written_to_predictions_are_held_in_memory(chain, tmp_path, monkeypatch):
    line = ("predict", chain / "model", chain / "table.csv", "-q", "--no-probe")
    expected = invoke(*line).stdout
    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    assert isinstance(spare_file(), io.BytesIO)
    done = invoke(*line)
    assert (done.exit_code, done.stdout) == (0, expected)
    piped = invoke("inspect", "-", stdin=(chain / "table.csv").read_text(encoding="utf-8"))
    assert piped.exit_code == 0
