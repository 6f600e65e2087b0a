"""What changes a result is said by `split` and by `run`, each with the option that changes it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.cli.recording import invoke

ROWS = 400
RNG = np.random.default_rng(1)
X = RNG.normal(size=ROWS).round(3)
Y = np.where(X + RNG.normal(size=ROWS) > 0, "yes", "no")
TABLE = pd.DataFrame({"x": X, "z": RNG.uniform(size=ROWS).round(3), "y": Y})
SURE = np.where(Y == "yes", 1, 0) + RNG.normal(size=ROWS) / 100
COUNTS = np.clip(RNG.poisson(np.exp(1.2 + X / 2)), 0, 18)
COUNTS[:19] = range(19)

TOLD: dict[str, tuple[dict[str, Any], str, str]] = {
    "a count": ({"y": COUNTS}, "y: Its 19 whole numbers are taken for classes", "--task regression"),
    "order of time": (
        {"day": pd.date_range("2023-01-01", periods=ROWS).strftime("%Y-%m-%d")},
        "day: The rows stand in order of this column",
        "--time day",
    ),
    "spellings of the target": (
        {"y": [[word, word.title(), word.upper()][i % 3] for i, word in enumerate(Y)]},
        "y: true is 'yes' and false 'NO', given by --target, 6 spellings",
        "--target",
    ),
    "read as missing": (
        {"x": ["n.a." if i % 20 == 0 else x for i, x in enumerate(X)]},
        "read as missing: 'n.a.' (20 cells), in 1 column: x",
        "--categorical COL",
    ),
    "numbers for ids": (
        {"customer": RNG.choice(900_000_000, ROWS, replace=False) + 100_000_000},
        "customer: id, different in every row, such as ",
        "--numeric customer makes it a feature",
    ),
    "words for ids": (
        {"code": [f"K{i * 7 + 1000}" for i in range(ROWS)]},
        "code: id, one word, different in every row, such as 'K1000'",
        "--categorical code makes it a feature",
    ),
    "a leak": (
        {"sure": ["" if i % 4 == 0 else round(x, 3) for i, x in enumerate(SURE)]},
        "filled cells",
        "--drop sure",
    ),
}  # fmt: skip
NEARLY = {"x": ["broken", *X[1:]], "z": ["low", *TABLE["z"][1:]]}


@pytest.fixture
def told(tmp_path, monkeypatch, undrawn):
    monkeypatch.chdir(tmp_path)

    def run(command, **changed):
        TABLE.assign(**changed).to_csv("t.csv", index=False)
        return invoke(*command.split(), "t.csv", "--target", "y", "-o", "out")

    return run


@pytest.mark.parametrize(("changed", "what", "option"), TOLD.values(), ids=TOLD)
def test_split_says_it_with_the_option(told, changed, what, option):
    notes = told("split", **changed).stderr.splitlines()
    assert any(what in note and option in note for note in notes), notes


def test_run_says_all_that_split_does(told):
    some = {name: case for name, case in TOLD.items() if "y" not in case[0]}
    done = told(
        "run --model decision-tree", **{name: cells for case in some.values() for name, cells in case[0].items()}
    )
    notes = done.stderr.splitlines()
    for name, (_, what, option) in some.items():
        assert any(what in note and option in note for note in notes), (name, notes)


@pytest.mark.parametrize("command", ["split", "run --model decision-tree"])
def test_nearly_numeric_columns_are_refused_together(told, command):
    done = told(command, **NEARLY)
    assert done.exit_code == 3
    assert "Column 'x' holds numbers, but 1 of its 400 cells is something else: 'broken' (line 2)." in done.stderr
    assert "Column 'z' holds numbers, but 1 of its 400 cells is something else: 'low' (line 2)." in done.stderr
    for option in ("--na-value", "--coerce x,z", "--categorical x,z"):
        assert option in done.stderr
