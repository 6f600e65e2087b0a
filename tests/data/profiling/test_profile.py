"""The profile against pandas, and what it costs."""

import json
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlpipe.data.profiling.column_profile import cells_of
from mlpipe.data.profiling.profile import count_markers, profile_table
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task
from tests.data.typed import column, profile


def test_numbers_agree_with_pandas():
    numbers = np.random.default_rng(0).lognormal(3, 1, 501)
    cells = pd.Series(numbers).mask(np.arange(501) % 7 == 0)
    seen = profile(column("amount", pa.array(cells, from_pandas=True))).columns[0]
    assert (seen.missing, seen.distinct) == (int(cells.isna().sum()), cells.nunique())
    expected = cells.describe(percentiles=[0.05, 0.25, 0.5, 0.75, 0.95])
    names = {"min": "min", "q05": "5%", "q25": "25%", "median": "50%", "q75": "75%", "q95": "95%", "max": "max"}
    names |= {"mean": "mean", "std": "std"}
    for ours, theirs in names.items():
        assert getattr(seen.numbers, ours) == pytest.approx(expected[theirs], rel=1e-12)


def test_top_values_are_ranked_and_ties_do_not_follow_row_order():
    values = ["pear", "fig", "apple", "pear", None, "fig", "date"]
    forward = profile(column("fruit", values)).columns[0]
    backward = profile(column("fruit", values[::-1])).columns[0]
    assert [(top.value, top.count) for top in forward.top] == [("fig", 2), ("pear", 2), ("apple", 1), ("date", 1)]
    assert forward.top == backward.top
    assert forward.examples == ("pear", "fig", "apple")


def test_dates_are_iso():
    days = pa.array([np.datetime64("2024-03-01", "us"), None, np.datetime64("2023-12-31", "us")])
    seen = profile(column("day", days)).columns[0]
    assert (seen.dates.min, seen.dates.max) == ("2023-12-31", "2024-03-01")
    assert seen.numbers is None


def test_profile_is_strict_json_even_at_the_edges():
    seen = profile(
        column("one", [1.0, None, None]),
        column("huge", [1e300, -1e300, 1e308]),
        column("none", pa.nulls(3, pa.string())),
        column("big", [2**53 + 1, 2**53, 2**53 + 2]),
    )
    decoded = json.loads(json.dumps(seen.to_json(), allow_nan=False))
    assert decoded["columns"][0]["numbers"]["std"] is None
    assert decoded["columns"][3]["distinct"] == 3


def test_an_empty_table_has_a_profile():
    seen = profile(column("x", pa.array([], pa.float64())), column("c", pa.array([], pa.string())))
    assert seen.rows == 0
    assert seen.findings == ()


def test_unknown_target_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="There is no column 'outcom'") as caught:
        profile(column("outcome", ["a", "b"]), target="outcom", task=Task.BINARY)
    assert "'outcome'" in caught.value.remedy


def test_duplicate_rows_are_those_of_pandas():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "a": rng.integers(0, 4, 300).astype(float),
            "b": rng.choice(np.array(["x", "y", None]), 300),
            "c": rng.integers(0, 9, 300),
        }
    ).mask(rng.random((300, 3)) < 0.1)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    columns = [column(name, table[name].combine_chunks())[0] for name in frame]
    assert profile_table(cells_of(table, columns)).duplicate_rows == int(frame.duplicated().sum())


def test_findings_do_not_depend_on_chunks_and_are_in_order():
    rng = np.random.default_rng(2)
    pairs = [column("flat", ["k"] * 90), column("n", rng.lognormal(0, 2, 90)), column("y", rng.choice(["a", "b"], 90))]
    table = pa.table({pair[0].name: pair[1] for pair in pairs})
    columns = [pair[0] for pair in pairs]
    chunked = pa.concat_tables([table.slice(0, 17), table.slice(17)])
    whole, parts = (profile_table(cells_of(t, columns), target="y", task=Task.BINARY) for t in (table, chunked))
    assert whole == parts
    assert [finding.code for finding in whole.findings] == sorted(finding.code for finding in whole.findings)


def test_markers_are_counted_as_written():
    typed = pa.table({"a": [None, None, None, None, 7.0], "b": ["NA", " ? ", "?", "", "x"]})
    columns = [
        Column(name="a", role=Role.NUMERIC, kind=Kind.NUMBER, missing=("NA", "?")),
        Column(name="b", role=Role.CATEGORICAL, kind=Kind.STRING, missing=("?",)),
    ]
    scanned = {"a": {"NA": 2, "?": 1}, "b": {}}
    assert count_markers(typed, scanned, columns) == {"a": {"NA": 2, "?": 1}, "b": {"?": 2}}


def test_a_hundred_thousand_rows_take_seconds():
    rng = np.random.default_rng(3)
    n = 100_000
    pairs = [column(f"n{i}", rng.normal(size=n)) for i in range(10)]
    pairs += [column(f"c{i}", pa.array(rng.choice(["red", "green", "blue"], n))) for i in range(6)]
    pairs += [column(f"id{i}", pa.array([f"r{j * 7919 % n:06d}" for j in range(n)])) for i in range(3)]
    pairs += [column("y", pa.array(rng.choice(["no", "yes"], n)), Role.TARGET)]
    start = time.process_time()
    profile(*pairs, target="y", task=Task.BINARY)
    assert time.process_time() - start < 6  # about 2 on a quiet machine
