"""What the first rows say of the header: every threshold on its edge."""

import pytest

from mlpipe.data.reading.header.checks import (
    enclosed_by_others,
    has_values,
    looks_like_row,
    repeated_at,
    second_header,
)


def words(n, prefix=b"w"):
    return [b"%b%d" % (prefix, i) for i in range(n)]


@pytest.mark.parametrize(("n_rows", "found"), [(3, True), (2, False)])
def test_a_first_row_of_numbers_takes_three_more_to_be_told(n_rows, found):
    assert looks_like_row([(b"5.1", b"a"), *[(b"4.9", b"b"), (b"4.7", b"c"), (b"4.6", b"d")][:n_rows]]) is found


@pytest.mark.parametrize(
    ("n_alike", "n_rows", "found"), [(2, 10, True), (1, 10, False), (2, 100, True), (2, 101, False), (3, 101, True)]
)
def test_a_first_row_of_words_is_told_by_a_word_that_is_common_below(n_alike, n_rows, found):
    below = [b"ham"] * n_alike + words(n_rows - n_alike)
    assert looks_like_row([(b"ham", b"text"), *zip(below, words(n_rows, b"v"), strict=True)]) is found


@pytest.mark.parametrize(
    ("first", "below", "found"),
    [(b"1", (2, 3, 4), True), (b"9", (8, 7, 6), True), (b"10", (20, 30, 40), True), (b"1", (3, 5, 7), False),
     (b"1", (2, 3, 5), False), (b"1", (2, 3), False), (b"x", (2, 3, 4), False)],
)  # fmt: skip
def test_a_column_that_counts_on_from_its_name_has_none(first, below, found):
    rows = [(first, b"some words"), *((b"%d" % cell, b"other words %d" % cell) for cell in below)]
    assert looks_like_row(rows) is found


@pytest.mark.parametrize(
    ("names", "found"),
    [((b"75", b"480"), True), ((b"75", b"901"), True), ((b"75", b"1001"), False), ((b"10", b"480"), True),
     ((b"9", b"480"), False),
     ((b"60", b"70"), False),
     ((b"75", b"word"), False), ((b"980", b"475", b"w"), False),
     ((b"75", b"480", b"w"), False)],
)  # fmt: skip
def test_plain_numbers_among_those_of_their_columns_are_values(names, found):
    below = [(b"20", b"900", b"a"), (b"99", b"130", b"b"), (b"45", b"444", b"c"), (b"11", b"120", b"d")]
    assert looks_like_row([names, *(row[: len(names)] for row in below)]) is found


@pytest.mark.parametrize("names", [(b"2001", b"2009", b"2015"), (b"3", b"6", b"9"), (b"0", b"1", b"2")])
def test_years_and_numbers_in_equal_steps_may_be_names(names):
    assert not looks_like_row([names, (b"0",) * 3, (b"9999",) * 3, (b"12",) * 3, (b"44",) * 3])


@pytest.mark.parametrize(
    ("name", "cells", "found"),
    [(b"AB-123", (b"CD-456", b"EF-789", b"GH-012"), True), (b"AB-123", (b"CD-456", b"EF-789"), False),
     (b"AB-123", (b"CD-456", b"EF-789", b"GH-12"), False), (b"x1", (b"y1", b"z1", b"a1"), False),
     (b"price12", (b"orange9", b"apple99", b"melon99"), False)],
)  # fmt: skip
def test_a_code_above_its_like_is_a_value(name, cells, found):
    assert looks_like_row([(name, b"w"), *((cell, b"v%d" % i) for i, cell in enumerate(cells))]) is found


def test_markers_of_missing_values_tell_nothing_of_names():
    assert looks_like_row([(b"1", b"null"), (b"2", b"0"), (b"3", b"null"), (b"4", b"5")])


@pytest.mark.parametrize(("n_words", "found"), [(1, True), (2, False)])
def test_a_column_is_numbers_if_nine_tenths_are(n_words, found):
    cells = [b"4.5"] * (10 - n_words) + words(n_words)
    assert looks_like_row([(b"5.1",), *((cell,) for cell in cells)]) is found


@pytest.mark.parametrize(("n_rows", "found"), [(10, None), (11, 1)])
def test_a_row_that_comes_too_often_is_no_header(n_rows, found):
    header = (b"a", b"b")
    assert repeated_at([header, *[header] * 3, *[(b"1", b"2")] * (n_rows - 4)]) == found


@pytest.mark.parametrize(("n_others", "found"), [(19, 419), (20, None)])
def test_twenty_rows_of_words_are_tried_for_a_second_header(n_others, found):
    values = [(b"%d" % i, b"2") for i in range(400)]
    rows = [(b"x", b"y"), *values[:-1], *[(b"m", b"n")] * n_others, (b"kg", b"cm")]
    assert second_header(rows) == found


@pytest.mark.parametrize(("second", "found"), [((b"kg", b"cm"), 1), ((b"kg", b""), None)])
def test_a_second_header_stands_above_two_columns_of_values(second, found):
    assert second_header([(b"x", b"y"), second, (b"1", b"2"), (b"3", b"4"), (b"5", b"6"), (b"7", b"8")]) == found


@pytest.mark.parametrize(("units", "found"), [((b"0/1", b"cm", b"EUR", b"kg"), 1), ((b"0/1", b"cm", b"EUR"), None)])
def test_one_in_four_units_may_be_like_a_value(units, found):
    width = len(units)
    values = [tuple(b"%d" % (i * (k + 2)) for k in range(width)) for i in range(1, 6)]
    assert second_header([(b"a", b"b", b"c", b"d")[:width], units, *values]) == found


@pytest.mark.parametrize(
    ("n_values", "n_words", "found"), [(9, 1, True), (8, 2, False), (2, 1, True), (1, 2, False), (2, 0, False)]
)
def test_a_column_has_values_if_nine_tenths_are_or_all_but_one(n_values, n_words, found):
    cells = [b"1"] * n_values + words(n_words)
    assert has_values([(b"name", cell) for cell in cells]) is found


@pytest.mark.parametrize(
    ("n_plain", "n_single", "found"), [(3, 0, 0), (2, 0, None), (2, 1, None), (38, 1, 0), (37, 1, None)]
)
def test_apostrophes_round_one_row_are_told_from_apostrophes_here_and_there(n_plain, n_single, found):
    rows = [(b"'a'", b"'b'"), *[(b"'a'", b"b")] * n_single, *[(b"a", b"b")] * n_plain]
    assert enclosed_by_others(rows) == found


@pytest.mark.parametrize(("first", "found"), [((b"75", b"30", b"w"), True), ((b"30", b"75", b"w"), False)])
def test_rising_numbers_beside_words_may_be_names(first, found):
    assert looks_like_row([first, (b"20", b"90", b"a"), (b"99", b"13", b"b"), (b"45", b"44", b"c")]) is found


@pytest.mark.parametrize(("row", "found"), [((b"-.13", b"-.02"), None), ((b"-x13", b"-y02"), 1)])
def test_numbers_without_a_zero_before_the_point_are_values(row, found):
    """As Stata writes them."""
    values = [(b"%d" % i, b".%d" % (i + 10)) for i in range(1, 6)]
    assert second_header([(b"f1", b"f2"), row, *values]) == found
