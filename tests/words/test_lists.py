"""Counts with nouns, and names in a row."""

import pytest

from mlpipe.words.lists import count_of, either, listed, quoted


@pytest.mark.parametrize(
    ("told", "written"),
    [
        (count_of(0, "row"), "0 rows"),
        (count_of(1, "row"), "1 row"),
        (count_of(999, "row"), "999 rows"),
        (count_of(4314, "row"), "4,314 rows"),
        (count_of(1, "class", "classes"), "1 class"),
        (count_of(2, "class", "classes"), "2 classes"),
        (count_of(1234567), "1,234,567"),
        (f"{count_of(1, 'row')} {either(1, 'repeats', 'repeat')}", "1 row repeats"),
        (f"{count_of(2, 'row')} {either(2, 'repeats', 'repeat')}", "2 rows repeat"),
    ],
)
def test_counts(told, written):
    assert told == written


@pytest.mark.parametrize(
    ("names", "most", "written"),
    [
        ([], 5, ""),
        (["a"], 5, "a"),
        (list("abcde"), 5, "a, b, c, d, e"),
        (list("abcdef"), 5, "a, b, c, d, e and 1 more"),
        (range(2000), 1, "0 and 1,999 more"),
    ],
)
def test_names_in_a_row(names, most, written):
    assert listed(names, most) == written


def test_quotes():
    assert quoted("it's") == '"it\'s"'
    assert quoted("x" * 40) == repr("x" * 40)
    assert quoted("x" * 41) == repr("x" * 39 + "…")
    assert (quoted(3), quoted(None)) == ("3", "None")
