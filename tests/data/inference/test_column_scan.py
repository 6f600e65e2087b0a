"""Cells that do not fit what a column seemed to be: every threshold on its edge."""

import pytest

from mlpipe.data.asked import ask_roles
from mlpipe.data.inference import column_format
from mlpipe.data.inference.column_format import most_odd
from mlpipe.data.inference.numbers.numbers import guess_numbers
from mlpipe.data.inference.remarks import Remark
from mlpipe.data.schema import Kind
from mlpipe.errors import DataError
from mlpipe.params import ReadParams, RoleParams
from tests.data.written import columns_of, raw, scanned


@pytest.mark.parametrize(("n_cells", "allowed"), [(19, 0), (20, 1), (39, 1), (40, 2), (1000, 50)])
def test_a_twentieth_of_twenty_cells_or_more_may_be_odd(n_cells, allowed):
    assert most_odd(n_cells) == allowed


@pytest.mark.parametrize("fitting", ["4", "2020-01-02"])
@pytest.mark.parametrize(("n_odd", "refused"), [(5, True), (6, False)])
def test_up_to_a_twentieth_of_odd_cells_are_refused_and_more_make_words(fitting, n_odd, refused):
    table = raw(x=[fitting] * (100 - n_odd) + ["x"] * n_odd)
    if not refused:
        assert columns_of(table)["x"].kind is Kind.STRING
        return
    with pytest.raises(DataError, match=f"but {n_odd} of its 100 cells are something else"):
        columns_of(table)


def test_a_first_block_with_a_twentieth_of_odd_cells_is_one_of_numbers():
    formats, _ = scanned(raw(x=["4"] * 19 + ["x"]), strict=False)
    assert formats["x"].kind is Kind.STRING
    with pytest.raises(DataError, match=r"but 1 of its 20 cells is something else: 'x' \(line 21\)\."):
        scanned(raw(x=["4"] * 19 + ["x"]))


def test_three_odd_cells_are_shown():
    with pytest.raises(DataError, match=r"else: 'a' \(line 98\), 'b' \(line 99\), 'c' \(line 100\) and 1 more\."):
        columns_of(raw(x=["4"] * 96 + ["a", "b", "c", "d"]))


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, "x" * 37 + "...")])
def test_an_odd_cell_is_shown_as_far_as_forty_letters(length, shown):
    with pytest.raises(DataError, match=f"else: '{shown}' "):
        columns_of(raw(x=["4"] * 99 + ["x" * length]))


def test_the_second_block_may_show_words_to_be_numbers():
    cells = [*["pending"] * 11, *map(str, range(389))]
    with pytest.raises(DataError, match="11 of its 400 cells are something else: 'pending'"):
        columns_of(raw(x=cells), chunks=2)
    assert columns_of(raw(x=cells[:50]))["x"].kind is Kind.STRING


@pytest.mark.parametrize(("late", "codes"), [(2**53 - 1, False), (2**53, True)])
def test_a_late_number_too_long_to_be_kept_makes_codes(late, codes):
    formats, _ = scanned(raw(x=[*range(50), *range(49), late]), chunks=2)
    assert formats["x"].codes is codes


def spoilt(n_cells, n_odd, *, n_values=1000, n_kinds=1, fitting="{}"):
    """A column with so many odd cells of so many kinds among so many values."""
    values = [fitting.format(1 + i % n_values) for i in range(n_cells - n_odd)]
    return raw(x=[*values, *(f"odd {i % n_kinds}" for i in range(n_odd))])


EDGES = {
    "share": (spoilt(100, 20), spoilt(100, 21)),
    "cells": (spoilt(20, 4), spoilt(19, 3)),
    "values": (spoilt(100, 20, n_values=10), spoilt(100, 20, n_values=9)),
    "kinds": (spoilt(100, 20, n_kinds=20), spoilt(110, 21, n_kinds=21)),
    "kinds that repeat": (spoilt(300, 42, n_kinds=21), spoilt(300, 41, n_kinds=21)),
    "dates": (spoilt(100, 20, fitting="{}/1/1990", n_values=12), spoilt(100, 21, fitting="{}/1/1990", n_values=12)),
}


@pytest.mark.parametrize(("refused", "words"), EDGES.values(), ids=EDGES)
def test_columns_of_various_numbers_or_dates_may_have_a_fifth_of_odd_cells(refused, words):
    assert columns_of(words)["x"].kind is Kind.STRING
    with pytest.raises(DataError, match="something else"):
        columns_of(refused)
    formats, _ = scanned(refused, strict=False)
    assert (formats["x"].kind, [remark.code for remark in formats["x"].remarks]) == (Kind.STRING, ["MLP106"])


def test_odd_cells_are_told_by_how_often_they_stand():
    cells = [*range(90), "b", "a", "c", "a", "b", "a", "d", "a", "e", "f"]
    with pytest.raises(
        DataError, match=r"'a' \(4 times, from line 93\), 'b' \(2 times, from line 92\), 'c' \(line 94\) and 3 more"
    ) as caught:
        columns_of(raw(x=cells))
    assert "`na_value='a'`" in caught.value.remedy


def test_levels_that_begin_with_digits_are_words():
    assert columns_of(raw(x=["0", "1", "2", "3", "3+"] * 30))["x"].kind is Kind.STRING


def coerced(**columns):
    formats, typed = scanned(raw(**columns), read=ReadParams(coerce=tuple(columns)))
    return formats["x"], typed["x"].to_pylist()


def test_cells_of_a_coerced_column_are_missing_and_counted():
    form, values = coerced(x=[*range(50), "lots", "few", "few", "inf"])
    assert values == [*range(50), None, None, None, None]
    assert (form.kind, form.coerced) == (Kind.NUMBER, True)
    assert [remark.code for remark in form.remarks] == ["MLP132"]
    assert "4 of 54 cells taken for missing: 'few' (2 times, from line 53), 'lots'" in form.remarks[0].message


def test_a_coerced_column_takes_what_fits_some_cells():
    assert coerced(x=["a", "b", "c", "1.5"])[1] == [None, None, None, 1.5]
    assert coerced(x=["007", "12"])[1] == [7, 12]
    form, _ = coerced(x=["a", "2024-01-31", "2024-02-30", "b"])
    assert form.kind is Kind.DATETIME


@pytest.mark.parametrize("chunks", [1, 7])
@pytest.mark.parametrize(("code", "n_cells", "told"), [
    ("007", 20, True), ("007", 19, False), ("9007199254740993", 20, True), ("-007", 40, True),
])  # fmt: skip
def test_a_twentieth_of_codes_among_numbers_is_told_with_its_line(code, n_cells, told, chunks):
    formats, _ = scanned(raw(x=[*map(str, range(10, 9 + n_cells)), code]), chunks=chunks)
    assert formats["x"].kind is Kind.STRING
    message = (
        f"1 of {n_cells} cells is no number as it is written: '{code}' (line {n_cells + 1}). All are read as words."
    )
    assert formats["x"].remarks == ((Remark("MLP134", message),) if told else ())


def test_codes_are_told_no_more_when_they_are_asked_for_as_words_or_numbers():
    cells = [*map(str, range(10, 69)), "007"]
    for roles in (RoleParams(numeric=("x",)), RoleParams(categorical=("x",))):
        table = raw(x=cells, other=[f"{i % 7}.5" for i in range(60)])
        formats, _ = scanned(table, ask_roles(["x", "other"], roles))
        assert formats["x"].remarks == ()


def test_of_many_cells_that_are_words_a_few_are_asked(monkeypatch):
    asked = []

    def noted(cells, **how):
        asked.append(len(cells))
        return guess_numbers(cells, **how)

    monkeypatch.setattr(column_format, "guess_numbers", noted)
    codes = [f"K{i:05}" for i in range(12_000)]
    assert columns_of(raw(x=codes, y=["1", "2"] * 6000))["x"].kind is Kind.STRING
    assert asked[0] <= 1000 < asked[-1]
    nearly = [f"{i}.5" for i in range(9_600)] + ["odd"] * 2_400
    with pytest.raises(DataError, match="but 2,400 of its 12,000 cells are something else"):
        columns_of(raw(x=nearly))
