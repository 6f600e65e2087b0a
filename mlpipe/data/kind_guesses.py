"""Whether a column holds numbers, dates or words, as its cells say."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.cells import only
from mlpipe.data.column_cells import CellFormat, ColumnCells, as_words
from mlpipe.data.date_formats import LEAST_REAL, DateGuess, guess_dates
from mlpipe.data.dates import parse_dates
from mlpipe.data.number_formats import NumberGuess, guess_numbers
from mlpipe.data.numbers import FIRST_INEXACT, leading_zeros
from mlpipe.data.schema import Kind
from mlpipe.data.schema_errors import MixedColumnError

_MIXED_SHARE = 0.95
_MIXED_CELLS = 20


def guess_kind(column: ColumnCells, cells: pa.ChunkedArray, decimal: str, *, strict: bool) -> CellFormat:
    """Number, date or words, as the cells say.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        What is present of the column if it holds numbers.
    strict : bool
        Raise `MixedColumnError` where a few cells spoil a column of numbers or dates.
    """
    numbers = guess_numbers(cells, decimal=decimal, thousands=column.read.thousands)
    if numbers is not None:
        codes = _codes(cells, numbers)
        if codes:
            return as_words(column, codes=True, note=codes)
        if numbers.unread == 0:
            return number_cells(column, numbers, decimal)
    dates = guess_dates(cells)
    present = len(cells) - cells.null_count
    if dates is not None and dates.unread == 0 and dates.real >= LEAST_REAL * present:
        return CellFormat(kind=Kind.DATETIME, date=dates.form, missing=column.number_missing, note=dates.note)
    if strict:
        _check_mixed(column, cells, numbers, dates)
    return as_words(column)


def _codes(cells: pa.ChunkedArray, numbers: NumberGuess) -> str:
    """Why digits are no quantities here, or `""`."""
    if leading_zeros(only(cells, pc.is_valid(numbers.values))):
        return "codes with leading zeros"
    values = numbers.values
    large = pc.and_(pc.greater_equal(pc.abs(values), float(FIRST_INEXACT)), pc.is_finite(values))
    if not pc.any(large).as_py() or not _all_whole(values):
        return ""
    digits = pc.match_substring_regex(cells, "^[+-]?[0-9]+$")
    return "whole numbers too long to be kept exactly" if pc.any(pc.and_kleene(large, digits)).as_py() else ""


def _all_whole(values: pa.ChunkedArray) -> bool:
    finite = values.filter(pc.is_finite(values))
    return bool(len(finite)) and bool(pc.all(pc.equal(finite, pc.floor(finite))).as_py())


def number_cells(column: ColumnCells, numbers: NumberGuess, decimal: str) -> CellFormat:
    """The format of a column of numbers in a file with this decimal mark."""
    form = numbers.form
    finite = numbers.values.filter(pc.is_finite(numbers.values))
    largest = pc.max(pc.abs(finite)).as_py() or 0.0
    notes = [
        f"written like {form.example}" if form.thousands or form.symbols else "",
        f"with the decimal mark {form.decimal!r}, unlike the file" if form.decimal != decimal else "",
    ]
    return CellFormat(
        kind=Kind.NUMBER,
        integer=_all_whole(numbers.values) and largest < FIRST_INEXACT,
        number=form,
        own_decimal=form.decimal != decimal or form.thousands == decimal,
        missing=column.number_missing,
        note=", ".join(note for note in notes if note),
    )


def _check_mixed(
    column: ColumnCells, cells: pa.ChunkedArray, numbers: NumberGuess | None, dates: DateGuess | None
) -> None:
    """Refuse to turn a column of numbers or dates into words because of a few cells."""
    present = len(cells) - cells.null_count
    if present < _MIXED_CELLS:
        return
    most = (1 - _MIXED_SHARE) * present
    if numbers is not None and 0 < numbers.unread <= most:
        odd, n_odd = column.odd(pc.and_(pc.is_valid(cells), pc.is_null(numbers.values)))
        raise MixedColumnError(column.name, odd, n_odd=n_odd, n_cells=present, what="numbers")
    if dates is not None and 0 < dates.unread <= most:
        odd, n_odd = column.odd(pc.invert(parse_dates(cells, dates.form).shaped))
        raise MixedColumnError(column.name, odd, n_odd=n_odd, n_cells=present, what="dates")
