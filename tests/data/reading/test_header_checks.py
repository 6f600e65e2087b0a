"""What the first rows say of the header: every threshold on its edge."""

import pytest

from mlpipe.data.reading.header_checks import (
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
