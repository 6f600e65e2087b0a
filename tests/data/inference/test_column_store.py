"""Columns on disk are the columns in memory."""

import errno
from contextlib import ExitStack, closing

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.inference.column_store import ColumnStore, common_type, join_chunks
from mlpipe.data.inference.spool import BEFORE_WRITING, HELD_BYTES, LEAST_MEMORY, Spool, check_memory, held_bytes
from mlpipe.errors import UsageError


@pytest.fixture
def spools():
    """Makes spools and closes them."""
    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(closing(Spool(*args, **options)))


def chunk(values, kind):
    return pa.chunked_array([pa.array(values, kind)])


def filled(spool):
    """A column of words, and one whose cells come empty, whole and broken."""
    store = ColumnStore(spool)
    for words, numbers in (
        (["a", None], chunk([None, None], pa.string())),
        (["b", "中"], chunk([1, None], pa.int64())),
        ([""], chunk([0.5], pa.float64())),
    ):
        store.add({"w": chunk(words, pa.string()), "n": numbers})
    return store


@pytest.mark.parametrize("held", [None, 0, 30])
def test_what_is_on_disk_reads_as_what_is_held(tmp_path, spools, held):
    spool = None if held is None else spools((str(tmp_path),), held=held)
    store = filled(spool)
    assert store.column_names == ["w", "n"]
    assert store.num_rows == 5
    assert store.schema == pa.schema({"w": pa.string(), "n": pa.float64()})
    assert store["w"].to_pylist() == ["a", None, "b", "中", ""]
    assert store["n"].to_pylist() == [None, None, 1.0, None, 0.5]
    assert [block.to_pydict() for block in store.blocks(["n"])] == [{"n": [None] * 2}, {"n": [1.0, None]}, {"n": [0.5]}]
    assert store.rows(np.array([False, True, True, False, True]), ["w"])["w"].to_pylist() == [None, "b", ""]
    assert list(tmp_path.iterdir()) == []  # a file without a name


def test_columns_of_another_table_take_the_place_of_old_ones():
    other = ColumnStore()
    other.add({"n": chunk(["x", "y", "z", "u", "v"], pa.string())})
    joined = filled(None).with_columns(other)
    assert joined.column_names == ["w", "n"]
    assert joined["n"].to_pylist() == ["x", "y", "z", "u", "v"]
    assert joined["w"].to_pylist() == ["a", None, "b", "中", ""]


def test_where_there_is_no_room_on_disk_cells_stay_in_memory(monkeypatch):
    class Full:
        def seek(self, place):
            pass

        def write(self, data):
            raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    assert filled(Spool(held=0))["w"].to_pylist() == ["a", None, "b", "中", ""]

    def refuse(**_):
        raise PermissionError(errno.EACCES, "read-only")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert filled(Spool(("/",), held=0))["n"].to_pylist() == [None, None, 1.0, None, 0.5]


def test_held_bytes_are_counted_over_all_tables_of_a_spool():
    spool = Spool(held=100)
    assert spool.may_hold(60)
    assert not spool.may_hold(41)
    assert spool.may_hold(40)
    assert not spool.may_hold(1)


def test_memory_bounds_what_is_held():
    assert held_bytes(None) == HELD_BYTES
    assert held_bytes(LEAST_MEMORY) == LEAST_MEMORY // 16
    assert held_bytes(16 * HELD_BYTES) == HELD_BYTES
    with pytest.raises(UsageError, match="less than the program itself needs"):
        held_bytes(LEAST_MEMORY - 1)


@pytest.mark.parametrize(("row_bytes", "least"), [(0, "550MB"), (200, "550MB"), (201, "600MB"), (251, "650MB")])
def test_memory_is_refused_below_what_the_rows_need(row_bytes, least):
    needed = max(LEAST_MEMORY, BEFORE_WRITING + row_bytes * 1_000_000)
    check_memory(needed, row_bytes, 1_000_000)
    check_memory(None, row_bytes, 1_000_000)
    with pytest.raises(UsageError, match="less than 1,000,000 rows need") as caught:
        check_memory(needed - 1, row_bytes, 1_000_000)
    assert least in caught.value.remedy


def test_pieces_of_a_column_agree_on_a_type():
    assert common_type([pa.string(), pa.string()]) == pa.string()
    assert common_type([pa.int64(), pa.string()]) == pa.int64()
    assert common_type([pa.int64(), pa.float64()]) == pa.float64()
    assert join_chunks([chunk([None], pa.string()), chunk([1.5], pa.float64())]).to_pylist() == [None, 1.5]
