"""Columns become levels and bins that a person can name."""

import datetime as dt

import numpy as np
import pyarrow as pa

from mlpipe.data.groupings import MISSING, MOST_LEVELS, group_rows, groupings, is_sliced
from mlpipe.data.schema import Column, Kind, Role

WORD = Column(name="w", role=Role.CATEGORICAL, kind=Kind.STRING)
SIZE = Column(name="n", role=Role.NUMERIC, kind=Kind.NUMBER)
DAY = Column(name="d", role=Role.DATETIME, kind=Kind.DATETIME)


def test_words_are_levels_the_most_frequent_first_and_gaps_are_a_level():
    found = group_rows(pa.chunked_array([["a", "b", None, "b"]]), WORD)
    assert found.levels == ("b", "a", MISSING)
    assert found.codes.tolist() == [1, 0, 2, 0]


def test_rare_words_beyond_the_most_are_in_no_level():
    words = [f"w{k}" for k in range(MOST_LEVELS + 5)] + ["w0"]
    found = group_rows(pa.chunked_array([words]), WORD)
    assert len(found.levels) == MOST_LEVELS
    assert (found.codes == -1).sum() == 5


def test_numbers_are_cut_into_quarters_that_say_their_ends():
    values = np.arange(100, dtype=float)
    found = group_rows(pa.chunked_array([values]), SIZE)
    assert found.levels == ("up to 24", "over 24 to 49", "over 49 to 74", "over 74")
    assert np.bincount(found.codes).tolist() == [25, 25, 25, 25]


def test_a_number_that_is_nearly_always_the_same_keeps_what_can_be_told_apart():
    found = group_rows(pa.chunked_array([np.r_[np.zeros(90), np.arange(1, 11.0)]]), SIZE)
    assert found.levels == ("up to 0", "over 0")
    assert np.bincount(found.codes).tolist() == [90, 10]


def test_dates_are_cut_too():
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=k) for k in range(40)]
    found = group_rows(pa.chunked_array([days], pa.timestamp("us")), DAY)
    assert found.levels[0] == "up to 2024-01-10"
    assert np.bincount(found.codes).tolist() == [10] * 4


def test_a_column_without_a_value_has_one_level():
    found = group_rows(pa.chunked_array([[None, None]], pa.string()), WORD)
    assert (found.levels, found.codes.tolist()) == ((MISSING,), [0, 0])


def test_ids_and_texts_are_not_looked_at_unasked():
    roles = (Role.ID, Role.TEXT, Role.BOOLEAN)
    looked_at = [is_sliced(Column(name="x", role=role, kind=Kind.STRING)) for role in roles]
    assert looked_at == [False, False, True]
    assert [one.column for one in groupings(pa.table({"w": ["a"], "n": [1.0]}), [SIZE, WORD])] == ["n", "w"]
