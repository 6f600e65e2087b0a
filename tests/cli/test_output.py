"""What commands say: the result on stdout, all else on stderr."""

import bz2
import gzip
import json
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mlpipe.task import Task
from tests.cli.recording import invoke
from tests.tables import mixed_table


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    mixed_table(rows=200).to_csv(path, index=False)
    return path


@pytest.fixture
def made(table, tmp_path, monkeypatch, undrawn):
    """Make the artifacts that a command needs; gives its arguments."""
    monkeypatch.chdir(tmp_path)
    commands = {
        "inspect": ["inspect", table, "--target", "outcome"],
        "split": ["split", table, "--target", "outcome", "-o", "split"],
        "preprocess": ["preprocess", "split", "-o", "prep"],
        "train": ["train", "prep", "--model", "dummy", "--cv", "2", "-o", "model"],
        "evaluate": ["evaluate", "model", "-o", "evaluation"],
        "predict": ["predict", "model", table, "-o", "p.csv"],
        "run": ["run", table, "--target", "outcome", "--model", "dummy"],
    }
    needs = {"preprocess": 2, "train": 3, "evaluate": 4, "predict": 4}

    def arguments(command):
        for earlier in list(commands)[1 : needs.get(command, 0)]:
            assert invoke(*commands[earlier]).exit_code == 0
        return commands[command]

    return arguments


ALL = ["inspect", "split", "preprocess", "train", "evaluate", "predict", "run"]


@pytest.mark.parametrize("command", ALL)
def test_json_is_one_document_and_alone_on_stdout(made, command):
    done = invoke(*made(command), "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout, parse_constant=pytest.fail)
    assert isinstance(document, dict)


@pytest.mark.parametrize("command", ALL)
def test_quiet_leaves_the_result_and_nothing_else(made, command):
    arguments = made(command)
    loud = invoke(*arguments)
    quiet = invoke(*arguments, "--quiet")
    assert not quiet.stderr
    assert quiet.stdout.splitlines()[0].split()[0] == loud.stdout.splitlines()[0].split()[0]


@pytest.mark.parametrize("command", ["inspect", "split", "preprocess"])
def test_verbose_says_more(made, command):
    arguments = made(command)
    plain, verbose = invoke(*arguments), invoke(*arguments, "--verbose")
    assert len(verbose.output) > len(plain.output)


@pytest.mark.parametrize("command", ["models", "metrics"])
def test_lists_as_table_and_as_json(command):
    told = json.loads(invoke(command, "--json").stdout)[command]
    lines = invoke(command).stdout.splitlines()
    assert len(lines) == len(told) + 1
    by_task = {
        task: {row["name"] for row in json.loads(invoke(command, "--task", task.value, "--json").stdout)[command]}
        for task in Task
    }
    assert set().union(*by_task.values()) == {row["name"] for row in told}
    assert by_task[Task.BINARY] != by_task[Task.REGRESSION]


def test_one_model_tells_its_parameters():
    assert "max_depth" in invoke("models", "decision-tree").stdout
    document = json.loads(invoke("models", "decision-tree", "--task", "binary", "--json").stdout)
    assert list(document["parameters"]) == ["sklearn.tree:DecisionTreeClassifier"]
    wrong = invoke("models", "desicion-tree")
    assert wrong.exit_code == 2
    assert "decision-tree" in wrong.stderr


def test_an_error_is_one_paragraph_on_stderr(made, table):
    done = invoke("split", table, "--target", "outcom", "-o", "split")
    assert done.exit_code == 2
    assert not done.stdout
    assert done.stderr.startswith("error: There is no column 'outcom'.")
    assert "Did you mean 'outcome'" in done.stderr
    assert not Path("split").exists()


def test_a_failed_gate_shows_the_result_and_ends_with_6(made):
    done = invoke(*made("evaluate"), "--fail-under", "accuracy=0.999", "--json")
    assert done.exit_code == 6
    assert json.loads(done.stdout)["failed_gates"]
    assert "accuracy" in done.stderr
    assert Path("evaluation/manifest.json").exists()
    again = invoke(*made("predict"), "--max-unseen", "0")
    assert again.exit_code == 0


def test_predictions_on_stdout_are_csv_whatever_else_is_asked(made, table):
    made("predict")
    for options in ([], ["--json"], ["--quiet"]):
        done = invoke("predict", "model", table, *options)
        lines = done.stdout.splitlines()
        assert lines[0].endswith("prediction")
        assert len(lines) == 201


def test_the_contract_may_have_stdout_to_itself(made, table):
    made("predict")
    done = invoke("predict", "model", table, "-o", "p.csv", "--contract", "-")
    assert json.loads(done.stdout)["rows"] == 200


def test_dry_run_writes_nothing(made):
    done = invoke(*made("run"), "--dry-run")
    assert done.stdout.count("would run") == 5
    assert not Path("out").exists()
    document = json.loads(invoke(*made("run"), "--dry-run", "--json").stdout)
    assert [step["step"] for step in document["steps"]] == ["inspect", "split", "preprocess", "train", "evaluate"]


def test_version():
    from mlpipe._version import __version__

    assert invoke("--version").stdout == f"mlpipe {__version__}\n"


def written(folder):
    """What a split wrote, its manifest aside, for that names the source."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".parquet"}


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst", "-"])
def test_packed_tables_and_standard_input_are_read_alike(table, tmp_path, monkeypatch, packing):
    monkeypatch.chdir(tmp_path)
    data = table.read_bytes()
    packings: dict[str, Any] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}
    source, stdin = ("-", data) if packing == "-" else (f"t.csv.{packing}", None)
    if packing != "-":
        Path(source).write_bytes(packings[packing](data))
    for name, given, piped in (("plain", table, None), ("other", source, stdin)):
        assert invoke("split", given, "--target", "outcome", "-o", name, stdin=piped).exit_code == 0
    assert written(Path("other")) == written(Path("plain")) != {}
    profile = [json.loads(invoke("inspect", given, "--json", stdin=piped).stdout)["profile"]
               for given, piped in ((table, None), (source, stdin))]  # fmt: skip
    assert profile[0] == profile[1]


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


@pytest.mark.parametrize("command", [["inspect"], ["split", "--target", "x", "-o", "s"]])
def test_a_zip_archive_is_refused(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("t.csv", "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    done = invoke(command[0], "t.csv", *command[1:])
    assert done.exit_code == 3
    assert "zip archive" in done.stderr
