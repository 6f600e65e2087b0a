"""Streams of bytes, wherever they come from."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import threading
from typing import Any

import pyarrow as pa
import pytest

from mlpipe.data.reading.reader import open_raw, read_raw
from mlpipe.data.reading.source import open_source
from mlpipe.params import ReadParams

TABLE = b"a,b\n" + b"".join(b"%d,x%d\n" % (i, i) for i in range(50_000))
PACKINGS: dict[str, Any] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("suffix", PACKINGS)
@pytest.mark.parametrize("size", [7, 1 << 20])
def test_packed_files(tmp_path, suffix, size):
    path = tmp_path / f"t.csv{suffix}"
    path.write_bytes(PACKINGS[suffix](TABLE))
    with open_source(str(path), max_bytes=1 << 30, hashed=True) as source:
        assert source.peek(4) == b"a,b\n"
        assert b"".join(iter(lambda: source.read(max(size, 4096)), b"")) == TABLE
        assert source.sha256() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_raw(str(path), ReadParams()).table.num_rows == 50_000


def test_packed_twice_over_in_one_file(tmp_path):
    path = tmp_path / "t.gz"
    path.write_bytes(gzip.compress(TABLE) + gzip.compress(b"1,2\n"))
    assert read_raw(str(path), ReadParams()).table.num_rows == 50_001


def test_a_name_that_promises_packing_is_not_believed(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(TABLE)
    assert read_raw(str(path), ReadParams()).table.num_rows == 50_000


@pytest.mark.parametrize("data", [TABLE, gzip.compress(TABLE)])
def test_standard_input_may_be_a_slow_pipe(monkeypatch, data):
    outlet, inlet = os.pipe()

    def feed():
        with io.FileIO(inlet, "w") as pipe:
            pieces = [data[start : start + 10_007] for start in range(0, len(data), 10_007)]
            pipe.writelines(pieces)

    feeder = threading.Thread(target=feed)
    feeder.start()
    with io.BufferedReader(io.FileIO(outlet)) as pipe:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(pipe))
        blocks = open_raw("-", ReadParams(), block_bytes=1 << 16)
        assert blocks.name == "standard input"
        assert sum(block.n_rows for block in blocks) == 50_000
        assert not pipe.closed
    feeder.join()


def test_a_plain_file_has_no_cap(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE)
    assert read_raw(str(path), ReadParams(max_bytes=10)).table.num_rows == 50_000
