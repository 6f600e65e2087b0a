"""What is told of a table too large to be held: exact where it is said to be, near where it is not."""

from functools import partialmethod

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from mlpipe.cli.main import build_app
from mlpipe.data.profiling import column_tally, row_sample
from mlpipe.data.profiling.column_profile import cells_of
from mlpipe.data.profiling.profile import profile_table
from mlpipe.data.profiling.row_sample import RowSample
from mlpipe.data.reading.raw import RawBlock
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.schema import Column, Kind, Role
from tests.optional import some

N = 30_000


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "few": rng.integers(0, 40, N).astype(float),
            "many": np.where(rng.random(N) < 0.1, np.nan, rng.normal(1e6, 5, N)),
            "word": pd.Series(rng.choice(["a", " b", "", "?"], N), dtype=object),
            "name": pd.Series([f"n{i}" for i in rng.integers(0, 25_000, N)], dtype=object),
        }
    )


COLUMNS = (
    Column(name="few", role=Role.NUMERIC, kind=Kind.NUMBER),
    Column(name="many", role=Role.NUMERIC, kind=Kind.NUMBER),
    Column(name="word", role=Role.CATEGORICAL, kind=Kind.STRING, missing=("?",)),
    Column(name="name", role=Role.TEXT, kind=Kind.STRING),
)


def feed(frame, *, step=1000, **options):
    table = pa.Table.from_pandas(frame, preserve_index=False)
    kept = RowSample(**options)
    for first in range(0, len(frame), step):
        part = table.slice(first, step)
        block = RawBlock(
            data=b"\n", first_row=first, first_line=first, n_rows=len(part), n_lines=len(part), n_fields=4,
            delimiter=",", quoted=True, name="t",
        )  # fmt: skip
        kept.add(block, {name: part[name].cast(_plain(part[name].type)) for name in part.column_names})
    return kept


def _plain(kind):
    return pa.string() if pa.types.is_large_string(kind) else kind


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(row_sample, "LEAST_ROWS", 100)
    monkeypatch.setattr(column_tally, "MOST_VALUES", 5000)
    monkeypatch.setattr(column_tally, "_MOST_HELD", 12_000)


def totals(kept):
    return some(kept.totals(COLUMNS, decimal="."))


def test_a_table_that_fits_is_kept_whole(frame):
    kept = feed(frame)
    table, rows = kept.table()
    assert kept.totals(COLUMNS, decimal=".") is None
    assert rows.tolist() == list(range(N))
    assert table.num_rows == N


def test_a_sample_is_even_in_file_order_and_the_same_again(frame, small):
    kept = feed(frame, most_cells=8000)
    table, rows = kept.table()
    assert table.num_rows == len(rows) == 2000
    assert (np.diff(rows) > 0).all()
    assert abs(rows.mean() / N - 0.5) < 0.03
    assert table["few"].to_pylist() == frame["few"].iloc[rows].tolist()
    assert rows.tolist() == feed(frame, step=777, most_cells=8000).table()[1].tolist()
    assert rows.tolist() != feed(frame, most_cells=8000, seed=1).table()[1].tolist()


def test_counts_and_moments_are_those_of_pandas(frame, small):
    facts = totals(feed(frame, most_cells=8000)).columns
    for name in ("few", "many"):
        moments = facts[name].moments
        assert facts[name].missing == frame[name].isna().sum()
        assert (moments.low, moments.high) == (frame[name].min(), frame[name].max())
        assert moments.mean == pytest.approx(frame[name].mean(), rel=1e-12)
        assert moments.std == pytest.approx(frame[name].std(), rel=1e-9)
    assert facts["word"].missing == frame["word"].isin(["", "?"]).sum()
    assert facts["word"].distinct == 2
    assert dict(zip(facts["word"].values.to_pylist(), facts["word"].counts.tolist(), strict=True)) == {
        "a": (frame["word"] == "a").sum(), "b": (frame["word"] == " b").sum(),
    }  # fmt: skip


def test_few_values_are_counted_and_many_estimated(frame, small):
    facts = totals(feed(frame, most_cells=8000)).columns
    assert (facts["few"].distinct, facts["few"].approximate) == (40, False)
    for name in ("many", "name"):
        assert facts[name].approximate
        assert facts[name].distinct == pytest.approx(frame[name].nunique(), rel=0.06)


def test_rows_that_repeat_are_counted_over_the_whole_file(frame, small):
    doubled = pd.concat([frame, frame.iloc[:700], frame.iloc[:300]], ignore_index=True)
    assert feed(doubled, most_cells=8000).repeated_rows() == int(doubled.duplicated().sum()) >= 1000


def test_a_profile_of_a_sample_tells_the_whole(frame, small):
    kept = feed(frame, most_cells=8000)
    table, _ = kept.table()
    profile = profile_table(cells_of(table, COLUMNS), totals=totals(kept))
    few, many, word, name = profile.columns
    assert (profile.rows, profile.sampled_rows) == (N, 2000)
    few_numbers, many_numbers = some(few.numbers), some(many.numbers)
    quantiles = np.quantile(frame["few"], [0.05, 0.25, 0.5, 0.75, 0.95])
    assert [
        few_numbers.q05,
        few_numbers.q25,
        few_numbers.median,
        few_numbers.q75,
        few_numbers.q95,
    ] == quantiles.tolist()
    assert not few.quantiles_approximate
    assert many.quantiles_approximate
    assert many_numbers.median == pytest.approx(frame["many"].median(), abs=0.5)
    assert many_numbers.max == frame["many"].max()
    assert {value.value: value.count for value in word.levels}["a"] == (frame["word"] == "a").sum()
    assert name.distinct_approximate
    assert all(f.message.startswith("In a sample of 2,000 rows") for f in profile.findings if f.code != "MLP201")


def test_what_the_sample_misses_refutes_that_all_are_alike(small):
    frame = pd.DataFrame(
        {"few": np.zeros(N), "many": np.arange(N, dtype=float), "word": "a", "name": "x"}
    )  # fmt: skip
    frame.loc[17, "few"] = 1.0
    kept = feed(frame.astype({"word": object, "name": object}), most_cells=8000)
    table, rows = kept.table()
    assert 17 not in rows
    codes = {
        (finding.code, finding.column)
        for finding in profile_table(cells_of(table, COLUMNS), totals=totals(kept)).findings
    }
    assert ("MLP101", "few") not in codes
    assert ("MLP101", "word") in codes


def test_inspect_of_a_sampled_table_tells_the_whole_and_marks_what_is_near(tmp_path, small, monkeypatch):
    monkeypatch.setattr(row_sample.RowSample, "__init__", partialmethod(row_sample.RowSample.__init__, most_cells=4000))
    monkeypatch.setitem(Rereadable.__init__.__kwdefaults__, "block_bytes", 1 << 14)
    path = tmp_path / "t.csv"
    lines = [f"{i},{i % 7},{'ab'[i % 2]}" for i in range(N)]
    path.write_text("\n".join(["id,n,y", *lines]) + "\n")
    done = CliRunner().invoke(build_app("inspect"), ["inspect", str(path), "--target", "y", "-o", str(tmp_path / "p")])
    assert done.exit_code == 0, done.output
    assert "30,000 rows × 3 columns" in done.stdout
    assert "≈" in next(line for line in done.stdout.splitlines() if line.startswith("id "))
    assert "≈" not in next(line for line in done.stdout.splitlines() if line.startswith("n "))
    page = (tmp_path / "p" / "report.html").read_text(encoding="utf-8")
    assert "a sample of 1,333 rows" in page
