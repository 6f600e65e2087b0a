"""Where predictions go, and what a table without rows or in another writing gets."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.conftest import environment

COLUMNS = ["account", "prediction"]


@pytest.fixture
def empty(chain, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text((chain / "table.csv").read_text().splitlines()[0] + "\n")
    return path


def test_a_header_alone_is_answered_with_a_header_alone(chain, here, empty):
    done = here("predict", chain / "model", empty, "--proba", "-o", "p.csv", "--contract", "c.json")
    assert "0 rows predicted" in done.stdout
    assert "no rows" in done.stderr
    assert Path("p.csv").read_text() == "account,prediction,proba_no,proba_yes\n"
    assert json.loads(Path("c.json").read_text())["rows"] == 0
    here("predict", chain / "model", empty, "-o", "p.parquet")
    table = pq.read_table("p.parquet")
    assert (table.num_rows, table.column_names) == (0, COLUMNS)


def test_a_header_alone_that_lacks_a_column_is_refused(chain, here, empty):
    empty.write_text("account\n")
    done = here("predict", chain / "model", empty, expect=3)
    assert "lacks" in done.stderr


def test_an_empty_table_is_still_no_table_to_learn_from(here, empty):
    assert "0 rows" in here("split", empty, "--target", "outcome", "-o", "s", expect=3).stderr


def test_stdout_by_its_name_gets_the_rows_alone(chain, here):
    done = here("predict", chain / "model", chain / "table.csv", "-o", "/dev/stdout")
    assert done.stdout == here("predict", chain / "model", chain / "table.csv").stdout
    assert done.stdout.count("\n") == 301


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system names no open files")
def test_a_pipe_that_a_shell_made_is_written_to(chain, tmp_path):
    reading, writing = os.pipe()
    read = []

    def drain():
        with os.fdopen(reading, "rb") as file:
            read.append(file.read())

    thread = threading.Thread(target=drain)
    thread.start()
    arguments = [sys.executable, "-m", "mlpipe", "predict", chain / "model", chain / "table.csv", "-o"]
    done = subprocess.run(
        [*map(str, arguments), f"/dev/fd/{writing}"], check=False, env=environment(), pass_fds=[writing], cwd=tmp_path
    )
    os.close(writing)
    thread.join()
    assert done.returncode == 0
    assert read[0].count(b"\n") == 301


def swapped(cells):
    """Days and months the other way round."""
    return cells.str.replace(r"(\d+)/(\d+)/", r"\2/\1/", regex=True)


@pytest.mark.parametrize(
    ("column", "write", "options"),
    [
        ("amount", lambda cells: cells.where(cells.index != 0, "n.b."), ["--na-value", "n.b."]),
        ("joined", swapped, ["--date-order", "month"]),
    ],
)
def test_cells_in_another_writing(tmp_path, here, column, write, options):
    rows = pd.DataFrame({
        "amount": [float(i * 37 % 5000) for i in range(200)],
        "joined": pd.date_range("2020-01-01", periods=200).strftime("%d/%m/%Y"),
        "y": ["a" if i * 37 % 5000 > 2500 else "b" for i in range(200)],
    })  # fmt: skip
    rows.to_csv("t.csv", index=False)
    here("run", "t.csv", "--target", "y", "--model", "logistic")
    plain = rows.head(40)
    other = plain.assign(**{column: write(plain[column])})
    other.to_csv("new.csv", index=False)
    assert here("predict", "out/model", "new.csv", expect=3).stderr
    here("predict", "out/model", "new.csv", *options, "--proba", "-o", "p.csv")
    expected = (
        plain if column == "joined" else plain.assign(amount=plain["amount"].astype(str).where(plain.index != 0, ""))
    )
    expected.to_csv("same.csv", index=False)
    here("predict", "out/model", "same.csv", "--proba", "-o", "q.csv")
    assert pd.read_csv("p.csv").equals(pd.read_csv("q.csv"))


def test_thousands_in_a_later_table(here):
    rows = pd.DataFrame({"amount": [i * 37 % 5000 for i in range(200)]})
    rows["y"] = (rows["amount"] > 2500).map({True: "a", False: "b"})
    rows.to_csv("t.csv", index=False)
    here("run", "t.csv", "--target", "y", "--model", "logistic")
    rows.assign(amount=rows["amount"].map("{:,}".format)).to_csv("new.csv", index=False)
    here("predict", "out/model", "new.csv", expect=3)
    here("predict", "out/model", "new.csv", "--thousands", ",", "--proba", "-o", "p.csv")
    here("predict", "out/model", "t.csv", "--proba", "-o", "q.csv")
    assert pd.read_csv("p.csv").equals(pd.read_csv("q.csv"))
