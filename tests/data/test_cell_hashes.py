"""Hashes of cells: the same for the same cell wherever it stands, others for others."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.data.cell_hashes import hash_cells

WORDS = ["", "a", "b", "ab", "a\0", "a" * 7, "a" * 8, "a" * 9, "a" * 255, "a" * 256, "a" * 257, "é", "客户", None]


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.integers(0, 5))
def test_words_have_one_hash_each(words, start):
    hashes = hash_cells(pa.array(words, pa.string()))
    assert len(set(hashes.tolist())) == len(set(words))
    assert hash_cells(pa.array(words, pa.string()).slice(start)).tolist() == hashes[start:].tolist()
    for other in (pa.array(words, pa.large_string()), pa.array(words, pa.string()).dictionary_encode()):
        assert hash_cells(other).tolist() == hashes.tolist()


@pytest.mark.parametrize("length", [3, 8, 11, 300])
def test_many_words_have_many_hashes(length):
    words = [f"{i:0{length}}" for i in range(1000 if length == 3 else 20_000)]
    assert len(np.unique(hash_cells(pa.array(words)))) == len(words)


def test_numbers_are_the_same_in_every_type():
    floats = hash_cells(pa.array([0.0, -0.0, 1.0, 2.0, None, float("nan")]))
    assert floats[0] == floats[1]
    assert floats[4] == floats[5]
    assert len(set(floats.tolist())) == 4
    assert hash_cells(pa.array([0, 1, None])).tolist() == floats[[0, 2, 4]].tolist()


def test_moments_differ():
    days = [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 2), None, dt.datetime(2020, 1, 1)]
    hashes = hash_cells(pa.array(days)).tolist()
    assert hashes[0] == hashes[3]
    assert len(set(hashes)) == 3


def test_a_missing_cell_is_the_same_in_every_type():
    kinds = (pa.string(), pa.float64(), pa.int8(), pa.bool_(), pa.timestamp("s"), pa.null())
    assert len({hash_cells(pa.array([None], kind))[0] for kind in kinds}) == 1
