"""How each column is to be read: number, date or words. Decided over the whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.cells import as_cells, present_cells
from mlpipe.data.column_cells import CellFormat, ColumnCells, as_words
from mlpipe.data.date_formats import DateGuess, guess_dates
from mlpipe.data.dates import COMPACT, ISO, parse_dates
from mlpipe.data.kind_guesses import guess_kind, number_cells
from mlpipe.data.markers import NUMBER_MISSING
from mlpipe.data.number_formats import guess_numbers
from mlpipe.data.numbers import NumberFormat
from mlpipe.data.schema import Kind, Role
from mlpipe.data.schema_errors import NotTwoValuesError, WrongKindError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.role_options import Asked
    from mlpipe.data.schema import Dialect
    from mlpipe.params import ReadParams

# Roles that are read as words whatever the cells look like, so that odd cells are no error there.
_WORDS = frozenset({Role.ID, Role.GROUP, Role.CATEGORICAL, Role.TEXT, Role.BOOLEAN, Role.IGNORE})
_ASKED = {Role.NUMERIC: Kind.NUMBER, Role.WEIGHT: Kind.NUMBER, Role.DATETIME: Kind.DATETIME}


def infer_formats(
    raw: pa.Table,
    *,
    dialect: Dialect,
    asked: Mapping[str, Asked],
    read: ReadParams,
    lines: NDArray[np.int64] | None = None,
    strict: bool = True,
) -> dict[str, CellFormat]:
    """Decide how each column is read, from all its cells.

    Parameters
    ----------
    raw : pyarrow.Table
        Cells as written.
    asked : mapping
        From `ask_roles`.
    read : ReadParams
        Its `na_values` and `thousands` count here.
    lines : ndarray of shape (n_rows,), optional
        The line of the file on which each row starts, for messages.
    strict : bool
        Raise where a few cells spoil a column of numbers or dates; else such a column is words.

    Raises
    ------
    MixedColumnError
        All but a few cells of a column are numbers or dates.
    WrongKindError, NotTwoValuesError
        A column cannot be what was asked.
    """
    formats = {}
    for name in raw.column_names:
        column = ColumnCells(name=name, written=as_cells(raw[name]), lines=lines, read=read)
        formats[name] = _infer(column, asked.get(name), dialect.decimal, strict=strict)
    return formats


def _infer(column: ColumnCells, asked: Asked | None, decimal: str, *, strict: bool) -> CellFormat:
    cells = column.present(NUMBER_MISSING)
    if cells.null_count == len(cells):
        return _empty(column, asked, decimal)
    if asked is None:
        return guess_kind(column, cells, decimal, strict=strict)
    kind = asked.kind or _ASKED.get(asked.role)
    if kind is Kind.NUMBER:
        return _demand_numbers(column, cells, decimal, asked)
    if kind is Kind.DATETIME:
        return _demand_dates(column, cells, asked)
    if kind is Kind.STRING or asked.role in _WORDS:
        return _words_by_wish(column, cells, decimal, asked)
    return _target_or_time(column, guess_kind(column, cells, decimal, strict=strict), cells, asked)


def _empty(column: ColumnCells, asked: Asked | None, decimal: str) -> CellFormat:
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


def _target_or_time(column: ColumnCells, found: CellFormat, cells: pa.ChunkedArray, asked: Asked) -> CellFormat:
    """A target is numbers or words, a time numbers or dates."""
    if asked.role is Role.TIME and found.kind is Kind.STRING:
        return _demand_dates(column, cells, asked)
    if asked.role is Role.TARGET and found.kind is Kind.DATETIME:
        return as_words(column)
    return found


def _words_by_wish(column: ColumnCells, cells: pa.ChunkedArray, decimal: str, asked: Asked) -> CellFormat:
    """Read as words; what means "no value" among numbers still does where all else is numbers."""
    found = guess_kind(column, cells, decimal, strict=False)
    missing = column.word_missing if found.kind is Kind.STRING else column.number_missing
    if asked.role is Role.BOOLEAN:
        values = pc.unique(present_cells(column.written, missing).drop_null()).to_pylist()
        if len(values) > 2:
            raise NotTwoValuesError(column.name, sorted(values))
    return CellFormat(kind=Kind.STRING, missing=missing, codes=found.codes)


def _demand_numbers(column: ColumnCells, cells: pa.ChunkedArray, decimal: str, asked: Asked) -> CellFormat:
    numbers = guess_numbers(cells, decimal=decimal, thousands=column.read.thousands, least=0)
    if numbers is not None and numbers.unread == 0:
        return number_cells(column, numbers, decimal)
    unread = pc.is_valid(cells) if numbers is None else pc.and_(pc.is_valid(cells), pc.is_null(numbers.values))
    odd, n_odd = column.odd(unread)
    raise WrongKindError(column.name, odd, n_odd=n_odd, asked=f"numeric ({asked.because})", what="number")


def _demand_dates(column: ColumnCells, cells: pa.ChunkedArray, asked: Asked) -> CellFormat:
    guess = guess_dates(cells, least=0)
    if guess is None:
        compact = parse_dates(cells, COMPACT)
        unread = compact.values.null_count - cells.null_count
        guess = DateGuess(form=COMPACT, unread=unread, real=0)
    if guess.unread == 0:
        return CellFormat(kind=Kind.DATETIME, date=guess.form, missing=column.number_missing, note=guess.note)
    dates = parse_dates(cells, guess.form)
    odd, n_odd = column.odd(pc.and_(pc.is_valid(cells), pc.is_null(dates.values)))
    what = "date" if asked.role is not Role.TIME else "date or number"
    raise WrongKindError(column.name, odd, n_odd=n_odd, asked=f"a {asked.role} column ({asked.because})", what=what)
