"""Parquet files read as the strings a CSV file would hold."""

import datetime as dt
import hashlib
import io
import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlpipe.data.reading.parquet_rows import as_strings
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.reading.reader import open_raw, read_raw
from mlpipe.params import ReadParams

TABLE = pa.table(
    {
        "i": [1, None, 2**53 + 1],
        "f": [0.1, float("nan"), 1e300],
        "s": ["a,b", "", 'line\n"two"'],
        "b": [True, False, None],
        "t": [dt.datetime(2024, 1, 2, 3, 4, 5), None, dt.datetime(2024, 1, 2, 0, 0, 0, 500000)],
        "d": [dt.date(2024, 1, 2), None, dt.date(1999, 12, 31)],
        "c": pa.array(["x", None, "x"]).dictionary_encode(),
    }
)
STRINGS = {
    "i": ["1", "", "9007199254740993"],
    "f": ["0.1", "", "1e+300"],
    "s": ["a,b", "", 'line\n"two"'],
    "b": ["True", "False", ""],
    "t": ["2024-01-02 03:04:05", "", "2024-01-02 00:00:00.500000"],
    "d": ["2024-01-02", "", "1999-12-31"],
    "c": ["x", "", "x"],
}


def test_values_as_strings(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(TABLE, path)
    raw = read_raw(str(path), ReadParams())
    assert raw.table.to_pydict() == STRINGS
    assert raw.lines.tolist() == [1, 2, 3]
    assert raw.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_blocks_of_rows(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(TABLE, path)
    blocks = open_raw(str(path), ReadParams(), batch_rows=2)
    parts = [(block.first_row, lines_of(block).tolist(), block) for block in blocks]
    assert [part[:2] for part in parts] == [(0, [1, 2]), (2, [3])]
    assert parse_block(parts[1][2], blocks.header, types={"f": "number", "s": "string"}, decimal=".").to_pydict() == {
        "f": [1e300],
        "s": ['line\n"two"'],
    }


def test_times_with_a_zone(tmp_path):
    path = tmp_path / "t.parquet"
    moment = dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC)
    pq.write_table(
        pa.table({"u": pa.array([moment]), "p": pa.array([moment], pa.timestamp("us", "Europe/Paris"))}), path
    )
    assert read_raw(str(path), ReadParams()).table.to_pydict() == {
        "u": ["2024-01-02 03:00:00Z"],
        "p": ["2024-01-02 04:00:00+01:00"],
    }


@pytest.mark.parametrize(
    "column",
    [
        pa.array([True, False]),
        pa.array([dt.timedelta(seconds=46896), dt.timedelta(days=3, seconds=7)], pa.duration("ms")),
        pa.array([dt.timedelta(seconds=-1), dt.timedelta(microseconds=500)], pa.duration("ns")),
        pa.array([dt.time(13, 1, 36), dt.time(0, 0)], pa.time32("s")),
        pa.array(["a", "b"], pa.large_string()),
        pa.array([10, 20]).dictionary_encode(),
        pa.array([dt.datetime(2024, 1, 2, 3), dt.datetime(2024, 7, 2, 3)], pa.timestamp("us", tz="Europe/Berlin")),
    ],
    ids=lambda column: str(column.type),
)
def test_cells_are_those_of_the_same_frame_as_csv(column):
    table = pa.table({"x": column})
    written = pd.read_csv(io.StringIO(table.to_pandas().to_csv(index=False)), dtype=str)["x"]
    assert as_strings(column).to_pylist() == written.tolist()


def test_what_was_read_of_a_file_is_let_go_of(tmp_path):
    path = tmp_path / "numbers.parquet"
    numbers = np.random.default_rng(0).normal(size=(200_000, 5))
    pd.DataFrame(numbers, columns=list("abcde")).to_parquet(path, row_group_size=5_000)
    blocks = open_raw(str(path), ReadParams(), batch_rows=5_000)
    tracemalloc.start()
    try:
        read = sum(block.n_rows for block in blocks)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == 200_000
    assert most < path.stat().st_size / 2
