"""`drift` through the command line: gates, files, series, streams, rows that trained."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.params.trust import DriftParams
from tests.tables import mixed_table


@pytest.fixture
def new(tmp_path: Path) -> Any:
    """Write a changed table of new rows; gives its name."""

    def write(name: str = "new.csv", *, rows: int = 400, seed: int = 7, **changed: Any) -> str:
        mixed_table(rows=rows, seed=seed).assign(**changed).to_csv(tmp_path / name, index=False)
        return name

    return write


def test_rows_of_the_same_kind_pass_every_gate(chain: Path, here: Any, new: Any) -> None:
    done = here("drift", chain / "model", new(), "--fail-on", "warning", "--fail-over", "psi=0.1", "-o", "out")
    assert "Nothing moved beyond chance" in done.stdout
    with open_artifact(Path("out")) as folder:
        folder.verify()
        assert {"drift.json", "columns.csv", "report.html"} <= set(folder.names)


def test_a_moved_column_fails_the_gate_and_the_report_is_written(chain: Path, here: Any, new: Any) -> None:
    name = new(balance=lambda table: table["balance"] * 1000)
    done = here("drift", chain / "model", name, "--fail-on", "error", "-o", "out", expect=6)
    assert "MLP605 balance" in done.stderr
    document = json.loads(Path("out/drift.json").read_text())
    worst = pd.read_csv("out/columns.csv").iloc[0]
    assert worst["column"] == "balance"
    assert worst["value"] > worst["chance_high"]
    assert document["verdict"] in Path("out/report.html").read_text()
    assert {f["code"] for f in document["findings"]} >= {"MLP605"}
    here("drift", chain / "model", name, "--fail-on", "error", "--ignore", "MLP605,MLP609")


def test_limits_fail_by_name_and_only_beyond_chance(chain: Path, here: Any, new: Any) -> None:
    moved = new(age=lambda table: table["age"] + 8)
    for limit in ("psi=0.2", "ks=0.1", "auc=0.55"):
        assert "is over" in here("drift", chain / "model", moved, "--fail-over", limit, expect=6).stderr
    here("drift", chain / "model", moved, "--fail-over", "psi=5")
    few = new("few.csv", rows=40)
    here("drift", chain / "model", few, "--fail-over", "psi=0.01")


def test_limits_of_gaps_and_unseen_levels(chain: Path, here: Any, new: Any) -> None:
    gone = new(calls=lambda table: table["calls"].where(np.arange(len(table)) % 4 > 0))
    assert "missing of calls" in here("drift", chain / "model", gone, "--fail-over", "missing=0.1", expect=6).stderr
    strange = new(town=lambda table: table["town"].where(np.arange(len(table)) % 5 > 0, "Atlantis"))
    assert "unseen of town" in here("drift", chain / "model", strange, "--fail-over", "unseen=0.1", expect=6).stderr


def test_several_files_give_a_series_with_its_figure(chain: Path, here: Any, new: Any) -> None:
    files = [new("a.csv", seed=8), new("b.csv", seed=9, age=lambda table: table["age"] + 9)]
    here("drift", chain / "model", *files, "-o", "out")
    series = pd.read_csv("out/series.csv").set_index(["batch", "column"])["value"]
    assert series["b.csv", "age"] > 3 * series["a.csv", "age"]
    assert Path("out/plots/series.png").read_bytes().startswith(b"\x89PNG")


def test_time_gives_periods_and_since_leaves_older_rows_aside(chain: Path, here: Any, new: Any) -> None:
    name = new(rows=600)
    here("drift", chain / "model", name, "--time", "since", "-o", "out")
    assert pd.read_csv("out/series.csv")["batch"].nunique() > 3
    done = here("drift", chain / "model", name, "--time", "since", "--since", "2022-01-01", "--json")
    later = pd.read_csv(name, parse_dates=["since"]).query("since >= '2022-01-01'")
    assert json.loads(done.stdout)["rows"]["new"] == len(later)
    assert "before --since" in done.stderr


def test_scores_are_compared_where_the_target_is_known(chain: Path, here: Any, new: Any) -> None:
    rng = np.random.default_rng(0)
    name = new(outcome=lambda table: rng.permutation(table["outcome"]))
    found = json.loads(here("drift", chain / "model", name, "--json").stdout)
    assert found["metrics"]["roc_auc"]["worse"]
    assert "MLP609" in {finding["code"] for finding in found["findings"]}
    blind = new("blind.csv")
    pd.read_csv(blind).drop(columns="outcome").to_csv(blind, index=False)
    assert json.loads(here("drift", chain / "model", blind, "--json").stdout)["metrics"] == {}


def test_rows_that_trained_are_left_out_where_the_model_speaks(chain: Path, here: Any, tmp_path: Path) -> None:
    pd.read_csv(chain / "table.csv").to_csv(tmp_path / "old.csv", index=False)
    done = here("drift", chain / "model", "old.csv", "--fail-on", "warning")
    assert "trained the model" in done.stderr


def test_a_stream_gives_what_the_file_gives(chain: Path, mlpipe: Any, new: Any, tmp_path: Path) -> None:
    name = new(rows=200)
    text = (tmp_path / name).read_text()
    piped = mlpipe("drift", chain / "model", "-", "--json", stdin=text).stdout
    read = mlpipe("drift", chain / "model", name, "--json").stdout
    assert json.loads(piped)["columns"] == json.loads(read)["columns"]


def test_bad_input_is_told(chain: Path, here: Any, new: Any) -> None:
    name = new()
    pd.read_csv(name).drop(columns=["town", "age"]).to_csv("lacks.csv", index=False)
    assert "'age', 'town'" in here("drift", chain / "model", "lacks.csv", expect=3).stderr
    pd.read_csv(name).head(0).to_csv("none.csv", index=False)
    assert "0 rows" in here("drift", chain / "model", "none.csv", expect=3).stderr
    assert "no column of dates" in here("drift", chain / "model", name, "--time", "age", expect=2).stderr
    bad = here("drift", chain / "model", name, "--time", "since", "--since", "soon", expect=2)
    assert "is no date" in bad.stderr


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"since": "2024-01-01"}, UsageError),
        ({"fail_over": ("psy=1",)}, UnknownNameError),
        ({"fail_over": ("psi=big",)}, UsageError),
        ({"fail_over": ("psi",)}, UsageError),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        DriftParams(**options)
