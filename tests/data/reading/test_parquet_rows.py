"""Parquet files read as the strings a CSV file would hold."""

import datetime as dt
import hashlib

import pyarrow as pa
import pyarrow.parquet as pq

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
    "b": ["true", "false", ""],
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
