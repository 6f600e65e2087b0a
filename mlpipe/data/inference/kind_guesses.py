"""Whether a column holds numbers, dates or words, as some of its cells say."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import only
from mlpipe.data.inference.column_format import CellFormat, ColumnCells, as_words
from mlpipe.data.inference.date_formats import LEAST_REAL, DateGuess, guess_dates
from mlpipe.data.inference.number_formats import NumberGuess, guess_numbers
from mlpipe.data.inference.numbers import FIRST_INEXACT, NumberFormat, leading_zeros
from mlpipe.data.schema import Kind

MOST_ODD = 0.05
"""Share of the cells that may spoil a column of numbers or dates before it is one of words."""
TOO_LONG = "whole numbers too long to be kept exactly"
FEW_CELLS = 20
"""Cells below which a single odd one makes words of all."""


def most_odd(n_cells: int) -> int:
    """How many of so many cells may be odd before they are words."""
    return int(MOST_ODD * n_cells) if n_cells >= FEW_CELLS else 0


def guess_kind(column: ColumnCells, cells: pa.ChunkedArray, decimal: str, *, order: str | None = None) -> CellFormat:
    """Number, date or words: what reads all cells, else what reads nearly all.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        What is present of the column if it holds numbers.
    order : {"day", "month"}, optional
        What comes first in a date that can be read both ways.
    """
    allowed = most_odd(len(cells) - cells.null_count)
    numbers = guess_numbers(cells, decimal=decimal, thousands=column.read.thousands)
    if numbers is not None:
        codes = code_reason(cells, numbers.values)
        if codes:
            return as_words(column, codes=True, note=codes)
        if numbers.unread == 0:
            return number_cells(column, numbers.form, decimal)
    dates = guess_dates(cells, order=order)
    if dates is not None and not _mostly_real(dates, len(cells) - cells.null_count):
        dates = None
    if dates is not None and dates.unread == 0:
        return date_cells(column, dates)
    if numbers is not None and numbers.unread <= allowed:
        return number_cells(column, numbers.form, decimal)
    if dates is not None and dates.unread <= allowed:
        return date_cells(column, dates)
    return as_words(column)


def _mostly_real(dates: DateGuess, n_cells: int) -> bool:
    return dates.real >= LEAST_REAL * (n_cells - dates.unread)


def code_reason(cells: pa.ChunkedArray, values: pa.ChunkedArray) -> str:
    """Why digits are no quantities here, or `""`."""
    if leading_zeros(only(cells, pc.is_valid(values))):
        return "codes with leading zeros"
    if _are_exponent_codes(cells):
        return "codes of digits around an e"
    large = pc.and_(pc.greater_equal(pc.abs(values), float(FIRST_INEXACT)), pc.is_finite(values))
    if not pc.any(large).as_py() or not _all_whole(values):
        return ""
    digits = pc.match_substring_regex(cells, "^[+-]?[0-9]+$")
    return TOO_LONG if pc.any(pc.and_kleene(large, digits)).as_py() else ""


def _are_exponent_codes(cells: pa.ChunkedArray) -> bool:
    """Whether all cells look like `12e5`: programs write numbers with one digit in front or a sign behind the e."""
    pattern = "^[0-9]{2,}[eE][0-9]+$"
    head = cells.drop_null().slice(0, 1)  # most columns are settled by their first cell
    if not pc.any(pc.match_substring_regex(head, pattern)).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(cells, pattern)).as_py())


def _all_whole(values: pa.ChunkedArray) -> bool:
    finite = values.filter(pc.is_finite(values))
    return bool(len(finite)) and bool(pc.all(pc.equal(finite, pc.floor(finite))).as_py())


def number_cells(column: ColumnCells, form: NumberFormat, decimal: str) -> CellFormat:
    """The format of a column of numbers in a file with this decimal mark."""
    notes = [
        f"written like {form.example}" if form.thousands or form.symbols else "",
        f"with the decimal mark {form.decimal!r}, unlike the file" if form.decimal != decimal else "",
    ]
    return CellFormat(
        kind=Kind.NUMBER,
        number=form,
        own_decimal=form.decimal != decimal or form.thousands == decimal,
        missing=column.number_missing,
        note=", ".join(note for note in notes if note),
    )


def date_cells(column: ColumnCells, guess: DateGuess) -> CellFormat:
    """The format of a column of dates."""
    return CellFormat(kind=Kind.DATETIME, date=guess.form, missing=column.number_missing, note=guess.note)


def best_numbers(cells: pa.ChunkedArray, column: ColumnCells, decimal: str) -> NumberGuess | None:
    """The format that reads most cells of a column that has to hold numbers."""
    return guess_numbers(cells, decimal=decimal, thousands=column.read.thousands, least=0)
