"""Which cells are numbers, and what they are worth."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.numbers.numbers import guess_numbers
from mlpipe.data.schema import Column, Dialect, Kind, Role
from mlpipe.data.spellings import canonical_text
from mlpipe.errors import DataError
from mlpipe.params import ReadParams, RoleParams
from tests.data.written import cells, columns_of, inferred, raw

quick = settings(max_examples=60, deadline=None)


def numbers(written, decimal="."):
    """The cells read by the schema that is inferred from them."""
    column = inferred(written, decimal=decimal)
    assert column.kind is Kind.NUMBER, column
    coerced = coerce(raw(x=written), [column], decimal=decimal)
    assert coerced.n_bad == 0
    return coerced.table["x"].to_pylist()


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", " 2 ", "\t3", "\u00a04"], [1, 2, 3, 4]),
        (["1.5", "-.5", "+2.", "1e3", "2E-2"], [1.5, -0.5, 2.0, 1000.0, 0.02]),
        (["1", "", "NA", "?", "-", "null", "None", " n/a "], [1, *[None] * 7]),
        (["$1,234", "$5"], [1234, 5]),
        (["1,234.5", "1234", "-9,999,999"], [1234.5, 1234, -9999999]),
        (["12.5%", "3 %", "0"], [12.5, 3, 0]),
        (["(5.00)", "7", "$(1,000.25)"], [-5, 7, -1000.25]),
        (["-$5", "$-6", "$7"], [-5, -6, 7]),
        (["EUR 5", "7.25 EUR", "8"], [5, 7.25, 8]),
        (["1'234.5", "5 CHF"], [1234.5, 5]),
        (["1\u202f234", "12 345 678"], [1234, 12345678]),
        (["1.234.567", "12.345"], [1234567, 12345]),
        (["−5", "3"], [-5, 3]),  # noqa: RUF001
        (["0.5", "0", "-0.25"], [0.5, 0, -0.25]),
        (["1,5", "2,25"], [1.5, 2.25]),
    ],
)
def test_cells_read_as_numbers(cells, values):
    assert numbers(cells) == values


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,5", "2"], [1.5, 2]),
        (["1.234,5", "7"], [1234.5, 7]),
        (["1.234", "5"], [1234, 5]),
        (["1,234,567", "5"], [1234567, 5]),
        (["1.5", "2.75"], [1.5, 2.75]),
        (["€ 1.000,00", "2,50 €"], [1000, 2.5]),
    ],
)
def test_cells_of_a_file_with_decimal_commas(cells, values):
    assert numbers(cells, decimal=",") == values


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "12"],
        ["00501", "10001"],
        ["1_000", "2_000"],
        ["0x1F", "0x2A"],
        ["12e5", "00e5", "3e4"],
        ["9007199254740993", "1"],
        ["18446744073709551616", "2"],
        ["1,23", "1,234,5"],
        ["10.0.0.1", "10.0.0.2"],
        ["18.0.0", "19.0.0"],
        ["$5", "€6"],
        ["50%", "0.5"],
        ["(5", "6)"],
        ["1 2", "3 4"],
    ],
)
def test_cells_that_are_no_numbers(cells):
    assert inferred(cells).kind is Kind.STRING


def test_a_code_and_a_word_are_no_mixed_column():
    """One leading zero makes codes of all digits, so a word among them is nothing odd."""
    assert inferred([*(str(10000 + i) for i in range(99)), "00501", "K1A"]).kind is Kind.STRING


@quick
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40))
def test_written_floats_come_back_to_the_bit(values):
    column = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER)
    back = coerce(raw(x=[repr(v) for v in values]), [column], decimal=".").table["x"].to_pylist()
    assert [math.copysign(1, v) * abs(v) for v in back] == values
    assert np.array(back).tobytes() == np.array(values).tobytes()


@quick
@given(st.lists(st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), min_size=1, max_size=30), st.sampled_from("$€%"))
def test_amounts_with_marks_come_back(values, sign):
    written = [f"{v:,.2f}%" if sign == "%" else f"{sign}{v:,.2f}".replace(f"{sign}-", f"-{sign}") for v in values]
    assert numbers(written) == [float(f"{v:.2f}") for v in values]


@quick
@given(st.lists(st.text(max_size=6).map(canonical_text), min_size=1, max_size=30))
def test_what_is_read_as_a_number_is_one_to_python(words):
    """No cell becomes a number that Python would not read, and none that it reads plainly is lost."""
    column = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER)
    read = coerce(raw(x=words), [column], decimal=".").table["x"].to_pylist()
    plain = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
    for word, value in zip(words, read, strict=True):
        expected = float(word) if plain.fullmatch(word.strip()) and math.isfinite(float(word)) else None
        assert value == expected


def test_whole_numbers_are_integers_and_others_are_not():
    assert inferred(["1", "2.0", "NA"]).integer
    assert not inferred(["1", "2.5"]).integer


def test_infinite_cells_leave_a_column_of_numbers_and_are_bad():
    cells = ["1", "inf", "-Infinity", "1e400", "2"]
    column = inferred(cells)
    coerced = coerce(raw(x=cells), [column], decimal=".")
    assert column.kind is Kind.NUMBER
    assert [(bad.row, bad.value, bad.reason) for bad in coerced.bad] == [
        (1, "inf", "infinite"),
        (2, "-Infinity", "infinite"),
        (3, "1e400", "infinite"),
    ]


def test_a_word_among_numbers_is_refused_with_its_line():
    table = raw(x=[*range(98), "lots", "few"])
    with pytest.raises(DataError, match=r"'x' holds numbers, but 2 of its 100 cells .* 'lots' \(line 100\)") as caught:
        columns_of(table)
    assert "`na_value='lots'`" in str(caught.value)
    assert "`categorical='x'`" in str(caught.value)


def test_a_word_among_numbers_can_be_called_missing_or_kept():
    table = raw(x=[*range(99), "lots"])
    assert columns_of(table, read=ReadParams(na_values=("lots",)))["x"].kind is Kind.NUMBER
    assert columns_of(table, RoleParams(categorical=("x",)))["x"].kind is Kind.STRING
    assert columns_of(table, strict=False)["x"].kind is Kind.STRING


@pytest.mark.parametrize("cells", [[*range(18), "lots"], [*range(79), *["lots"] * 21]])
def test_many_words_or_few_cells_make_words(cells):
    assert columns_of(raw(x=cells))["x"].kind is Kind.STRING


def test_numeric_by_wish_keeps_codes_and_refuses_words():
    assert columns_of(raw(x=["007", "08"]), RoleParams(numeric=("x",)))["x"].kind is Kind.NUMBER
    with pytest.raises(DataError, match=r"cannot be numeric \(`numeric`\): 1 cell is no number: 'a' \(line 3\)"):
        columns_of(raw(x=["1", "a"]), RoleParams(numeric=("x",)))


def test_a_given_thousands_mark_goes_before_the_plain_reading():
    column = columns_of(raw(x=["1.234", "5"]), read=ReadParams(thousands="."))["x"]
    assert column.thousands == "."
    assert coerce(raw(x=["1.234"]), [column], decimal=".").table["x"].to_pylist() == [1234]


def test_a_cell_of_another_format_is_bad_later():
    column = inferred(["1,234", "999"])
    coerced = coerce(raw(x=["1,5", "12,345", "1,2345"]), [column], decimal=".")
    assert coerced.table["x"].to_pylist() == [None, 12345, None]
    assert coerced.bad[0].reason == "not a number like 1,234.5"


def test_a_file_that_swaps_its_marks_is_read_by_its_own():
    column = inferred(["1,234.5", "999"])
    assert coerce(raw(x=["1.234,5"]), [column], decimal=",").table["x"].to_pylist() == [1234.5]


def test_a_numeric_marker_stands_for_all_ways_to_write_it():
    column = inferred(["-200", "-200.0", "1.5"], na_values=("-200",))
    assert coerce(raw(x=["-200", "-200.00", "-2e2", "3"]), [column], decimal=".").table["x"].to_pylist() == [
        None
    ] * 3 + [3]


def test_the_dialect_is_not_pinned_into_plain_columns():
    assert inferred(["1,5"], decimal=",").decimal == ""
    assert columns_of(raw(x=["1", "2"]))["x"].decimal == ""
    assert Dialect().decimal == "."


@pytest.mark.parametrize(("n_words", "found"), [(2, True), (3, False)])
def test_four_fifths_of_the_cells_look_like_numbers_or_it_is_no_column_of_them(n_words, found):
    written = cells(*["12"] * (10 - n_words), *["x"] * n_words)
    assert (guess_numbers(written, decimal=".") is not None) is found


def test_a_code_of_digits_round_an_e_is_told_by_all_cells():
    assert inferred(["12e5", "1.5", "3"]).kind is Kind.NUMBER


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("largest", "whole"), [(2**53 - 1, True), (2**53, False)])
def test_whole_numbers_are_kept_as_such_below_the_first_that_floats_miss(sign, largest, whole):
    written = ["1", f"{sign}{largest}"]
    wish = RoleParams(numeric=("x",))
    assert columns_of(raw(x=written), wish)["x"].integer is whole
    assert (inferred(written).kind is Kind.NUMBER) is whole
    column = Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER, integer=True)
    typed = coerce(raw(x=written), [column], decimal=".").table["x"]
    assert str(typed.type) == ("int64" if whole else "double")
