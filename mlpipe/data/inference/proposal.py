"""How a column is to be read, given what was asked of it: a proposal from some of its cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.data.inference.column_format import CellFormat, ColumnCells, as_words
from mlpipe.data.inference.date_formats import DateGuess, guess_dates
from mlpipe.data.inference.dates import COMPACT, ISO
from mlpipe.data.inference.kind_guesses import best_numbers, date_cells, guess_kind, number_cells
from mlpipe.data.inference.numbers import NumberFormat
from mlpipe.data.schema import Kind, Role

if TYPE_CHECKING:
    import pyarrow as pa

    from mlpipe.data.asked import Asked

# Roles that are read as words whatever the cells look like, so that odd cells are no error there.
_WORDS = frozenset({Role.ID, Role.GROUP, Role.CATEGORICAL, Role.TEXT, Role.BOOLEAN, Role.IGNORE})
_ASKED = {Role.NUMERIC: Kind.NUMBER, Role.WEIGHT: Kind.NUMBER, Role.DATETIME: Kind.DATETIME}


def demanded_kind(asked: Asked | None) -> Kind | None:
    """The kind that a column must have, whatever its cells look like; None where they decide."""
    if asked is None:
        return None
    if asked.kind is None and asked.role in _WORDS:
        return Kind.STRING
    return asked.kind or _ASKED.get(asked.role)


def propose_format(column: ColumnCells, cells: pa.ChunkedArray, decimal: str, asked: Asked | None) -> CellFormat:
    """How the column seems to be written, judged by `cells`, at least one of which is there.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        What is present of the column if it holds numbers.
    """
    kind = demanded_kind(asked)
    if kind is Kind.NUMBER:
        numbers = best_numbers(cells, column, decimal)
        return number_cells(column, NumberFormat(decimal=decimal) if numbers is None else numbers.form, decimal)
    if kind is Kind.DATETIME:
        return _dates(column, cells)
    found = guess_kind(column, cells, decimal, order=column.read.date_order)
    if kind is Kind.STRING:
        # Read as words; what means "no value" among numbers still does where all else is numbers.
        return replace(found, kind=Kind.STRING, number=None, date=None, own_decimal=False, note="")
    return found if asked is None else _target_or_time(column, cells, found, asked)


def _target_or_time(column: ColumnCells, cells: pa.ChunkedArray, found: CellFormat, asked: Asked) -> CellFormat:
    """A target is numbers or words, a time numbers or dates."""
    if asked.role is Role.TIME and found.kind is Kind.STRING:
        return _dates(column, cells)
    if asked.role is Role.TARGET and found.kind is Kind.DATETIME:
        return as_words(column)
    return found


def _dates(column: ColumnCells, cells: pa.ChunkedArray) -> CellFormat:
    guess = guess_dates(cells, least=0, order=column.read.date_order)
    return date_cells(column, guess or DateGuess(form=COMPACT, unread=0, real=0))


def empty_format(column: ColumnCells, decimal: str, asked: Asked | None) -> CellFormat:
    """Without a value every kind fits: the one that was asked for."""
    usual = {**_ASKED, Role.TIME: Kind.DATETIME}
    kind = (asked and (asked.kind or usual.get(asked.role))) or Kind.STRING
    return CellFormat(
        kind=kind,
        number=NumberFormat(decimal=decimal) if kind is Kind.NUMBER else None,
        date=ISO if kind is Kind.DATETIME else None,
        missing=column.number_missing,
        empty=True,
    )
