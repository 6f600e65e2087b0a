"""Levels as words, and words as numbers."""

import math

import pytest

from mlpipe.features.levels import LARGEST, LONGEST, as_number, level_word


@pytest.mark.parametrize(
    ("level", "word"),
    [
        ("north", "north"),
        (3.0, "3"),
        (-2.5, "-2.5"),
        (math.nan, "missing"),
        (LONGEST, "1e+16"),
        (-LONGEST, "-1e+16"),
        (LONGEST - 2, "9999999999999998"),
    ],
)
def test_a_level_as_a_word(level, word):
    assert level_word(level) == word


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("1.5", 1.5),
        (2, 2.0),
        ("many", None),
        ("nan", None),
        (LARGEST, 1e150),
        (math.nextafter(LARGEST, math.inf), None),
        (-LARGEST, -1e150),
    ],
)
def test_a_word_as_a_number(word, number):
    assert as_number(word) == number
