"""Matrices as Parquet."""

import sys
import tracemalloc

import numpy as np
import pyarrow.parquet as pq
import pytest

from mlpipe.artifacts import tables
from mlpipe.artifacts.tables import BlockTable, parse_parquet, table_matrix, write_matrix


@pytest.fixture
def matrix():
    """Twenty features of a hundred rows, with a gap."""
    X = np.random.default_rng(0).normal(size=(100, 20))
    X[3, 1] = np.nan
    return X


@pytest.mark.parametrize("block", [1, 7, 100, 1000])
@pytest.mark.parametrize("n_rows", [0, 1, 100])
def test_what_is_written_in_blocks_of_rows_is_read_back(tmp_path, monkeypatch, matrix, n_rows, block):
    monkeypatch.setattr(tables, "MATRIX_ROWS", block)
    X, names = matrix[:n_rows], [f"f{i}" for i in range(20)]
    flags, labels = np.arange(n_rows) % 2 == 0, np.array(["", "é", "no"])[np.arange(n_rows) % 3]
    write_matrix(X, names, {"outcome": labels, "gap": np.full(n_rows, np.nan), "made": flags}, tmp_path / "X.parquet")
    read = parse_parquet((tmp_path / "X.parquet").read_bytes())
    assert read.column_names == [*names, "outcome", "gap", "made"]
    assert np.array_equal(table_matrix(read, 20), X, equal_nan=True)
    assert read["outcome"].to_pylist() == labels.tolist()
    assert read["made"].to_pylist() == flags.tolist()
    assert np.isnan(read["gap"].to_numpy()).all()
    assert read["gap"].null_count == 0
    assert pq.ParquetFile(tmp_path / "X.parquet").num_row_groups == max(1, -(-n_rows // block))


def test_no_thread_holds_the_bytes_of_a_table_that_has_been_read(tmp_path, matrix):
    """One that lets go of them while the program ends would abort it."""
    write_matrix(matrix, [f"f{i}" for i in range(20)], {}, tmp_path / "X.parquet")
    data = (tmp_path / "X.parquet").read_bytes()
    before = sys.getrefcount(data)
    for _ in range(300):
        parse_parquet(data)
        assert sys.getrefcount(data) == before


def test_a_matrix_is_not_held_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MATRIX_ROWS", 1000)
    X = np.zeros((20_000, 50))
    tracemalloc.start()
    try:
        write_matrix(X, [f"f{i}" for i in range(50)], {}, tmp_path / "X.parquet")
        assert tracemalloc.get_traced_memory()[1] < X.nbytes / 4
    finally:
        tracemalloc.stop()


def test_what_was_read_of_a_file_is_let_go_of(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MATRIX_ROWS", 5_000)
    path = tmp_path / "X.parquet"
    write_matrix(np.random.default_rng(0).normal(size=(200_000, 5)), list("abcde"), {}, path)
    tracemalloc.start()
    try:
        with BlockTable(path.open("rb")) as table:
            assert sum(block.num_rows for block in table.blocks(n_rows=5_000)) == 200_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 4
    finally:
        tracemalloc.stop()
