"""From cells as written to typed columns, by the pinned schema: the same for training and for predicting."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.canonical import canonical_cells, settle_words
from mlpipe.data.inference.cells import as_cells, present_cells, rows_where
from mlpipe.data.inference.dates.date_forms import ISO
from mlpipe.data.inference.dates.dates import TIMESTAMP, ParsedDates, date_example, parse_dates
from mlpipe.data.inference.dates.times import parse_times, time_example
from mlpipe.data.inference.numbers.bare import read_bare
from mlpipe.data.inference.numbers.numbers import NumberFormat, as_integers, parse_numbers
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from numpy.typing import NDArray

SHOWN = 100
_AS_WRITTEN = frozenset({Role.ID, Role.TEXT, Role.IGNORE})
_NO_NUMBER = pa.scalar(None, pa.float64())
_NO_WORD = pa.scalar(None, pa.string())


@dataclass(frozen=True, kw_only=True)
class BadCell:
    """A cell that its column cannot hold; `row` counts from 0 in the table."""

    row: int
    column: str
    value: str
    reason: str

    def error(self, *, file: str, line: int, remedy: str, n_bad: int = 1) -> DataError:
        """What to say of the first of `n_bad` such cells."""
        more = f" ({count_of(n_bad - 1, 'more such cell')})" if n_bad > 1 else ""
        return DataError(
            f"{self.value!r} in column {self.column!r} is {self.reason}{more}.",
            where=f"{file}, line {line}",
            remedy=remedy,
        )


@dataclass(frozen=True, kw_only=True)
class Coerced:
    """A typed table, and what did not fit.

    Parameters
    ----------
    table : pyarrow.Table
        int64, float64, timestamp[us] or string; null is missing.
    bad : tuple of BadCell
        The first hundred, by row; they are null in `table`.
    n_bad : int
        All of them.
    bad_rows : ndarray of shape (n_bad_rows,)
        Rows with a bad cell, ascending.
    missing : dict
        Missing cells of each column; bad ones are not among them.
    unread : dict
        Bad cells of each column, all of them.
    invisible : dict
        Cells of each column out of which invisible characters were taken.
    odd : dict
        Cells of each column that are missing because `coerce` calls what is no number so.
    bare : dict
        Cells of each column that were read without the unit or the marks that training had.
    """

    table: pa.Table
    bad: tuple[BadCell, ...]
    n_bad: int
    bad_rows: NDArray[np.int64]
    missing: dict[str, int]
    unread: dict[str, int]
    invisible: dict[str, int]
    odd: dict[str, int]
    bare: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class _Bad:
    """The bad cells of one column for one reason."""

    rows: NDArray[np.int64]
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """The cells of one column, what did not fit, and how many were read though they lack what training had."""

    cells: pa.ChunkedArray
    bad: list[_Bad]
    bare: int = 0


def coerce(strings: pa.Table, columns: Sequence[Column], *, decimal: str) -> Coerced:
    """Type the cells of `columns`; the result has exactly these, in this order.

    Parameters
    ----------
    strings : pyarrow.Table
        Cells as written. A number column may come as float64 and a column of dates as timestamps already.
    decimal : str
        The decimal mark of the file.
    """
    typed: dict[str, pa.ChunkedArray] = {}
    missing: dict[str, int] = {}
    unread: dict[str, int] = {}
    invisible: dict[str, int] = {}
    odd: dict[str, int] = {}
    bare: dict[str, int] = {}
    bad: list[tuple[int, _Bad]] = []
    for number, column in enumerate(columns):
        cells, invisible[column.name] = _visible(strings[column.name])
        done = _coerce_column(cells, column, decimal)
        typed[column.name], bare[column.name] = done.cells, done.bare
        found = [] if column.coerced else done.bad
        n_bad = sum(len(group.rows) for group in done.bad)
        unread[column.name], odd[column.name] = (0, n_bad) if column.coerced else (n_bad, 0)
        missing[column.name] = typed[column.name].null_count - unread[column.name]
        bad += [(number, group) for group in found if len(group.rows)]
    table = pa.table(typed) if typed else strings.select([])
    rows = np.concatenate([group.rows for _, group in bad]) if bad else np.empty(0, np.int64)
    return Coerced(
        table=table,
        bad=_first_bad(bad, strings, columns),
        n_bad=len(rows),
        bad_rows=np.unique(rows),
        missing=missing,
        unread=unread,
        invisible=invisible,
        odd=odd,
        bare=bare,
    )


def to_frame(table: pa.Table, columns: Sequence[Column]) -> pd.DataFrame:
    """What transformers see: float64, datetime64[us] and pandas' `str`, missing as NaN or NaT.

    Parameters
    ----------
    table : pyarrow.Table
        Typed by `coerce`.
    columns : sequence of Column
        Those wanted, in this order.
    """
    types = {Kind.DATETIME: TIMESTAMP, Kind.STRING: pa.string()}
    arrays = [pc.cast(table[column.name], types.get(column.kind, pa.float64()), safe=False) for column in columns]
    named = pa.table(arrays, names=[column.name for column in columns])
    frame: pd.DataFrame = named.to_pandas(ignore_metadata=True)
    return frame.astype({column.name: "str" for column in columns if column.kind is Kind.STRING})


def without_marks(columns: Sequence[Column], plain: Collection[str]) -> tuple[Column, ...]:
    """The columns as a file writes them that itself holds some as numbers: `plain`, with the file's decimal mark alone.

    Where they were learnt from they may have had a decimal mark of their own, and thousands: 1.234 there was 1234.
    """
    return tuple(replace(one, decimal="", thousands="") if one.name in plain else one for one in columns)


def number_format(column: Column, decimal: str) -> NumberFormat:
    """How the column writes numbers in a file with this decimal mark."""
    thousands = column.thousands
    if thousands == decimal and not column.decimal:  # this file swaps the marks of the one that was learnt from
        thousands = "," if decimal == "." else "."
    symbols = tuple(column.symbols.split())
    return NumberFormat(decimal=column.decimal or decimal, thousands=thousands, symbols=symbols, unit=column.unit)


def _visible(cells: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    return canonical_cells(as_cells(cells)) if pa.types.is_string(cells.type) else (cells, 0)


def _coerce_column(cells: pa.ChunkedArray, column: Column, decimal: str) -> _Typed:
    if column.kind is Kind.NUMBER:
        return _numbers(cells, column, decimal)
    if column.kind is Kind.DATETIME:
        return _dates(cells, column)
    if column.kind.of_time:
        return _times(cells, column)
    cells = as_cells(cells)
    present = present_cells(cells, column.missing)
    if column.role in _AS_WRITTEN:
        return _Typed(cells=pc.if_else(pc.is_valid(present), cells, present), bad=[])
    return _Typed(cells=settle_words(present, column), bad=[])


def _numbers(cells: pa.ChunkedArray, column: Column, decimal: str) -> _Typed:
    form = number_format(column, decimal)
    read = _given_numbers(cells) if cells.type == pa.float64() else _read_numbers(cells, column, form, decimal)
    values = without_markers(read.cells, column.missing, form)
    return replace(read, cells=as_integers(values) if column.integer else values)


def _read_numbers(cells: pa.ChunkedArray, column: Column, form: NumberFormat, decimal: str) -> _Typed:
    bad: list[_Bad] = []
    bare = 0
    present = present_cells(as_cells(cells), column.missing)
    values = parse_numbers(present, form)
    if column.truth and values.null_count > present.null_count:
        present = settle_words(present, column)
        values = parse_numbers(present, form)
    if values.null_count > present.null_count and not (form.plain or column.coerced):
        values, bare, unclear = read_bare(present, values, form, decimal)
        present = pc.if_else(unclear, _NO_WORD, present)
        values = pc.if_else(unclear, _NO_NUMBER, values)
        bad.append(_Bad(rows=rows_where(unclear), reason="thousands or a decimal number, and other cells are both"))
    if values.null_count > present.null_count:
        unread = rows_where(pc.and_(pc.is_valid(present), pc.is_null(values)))
        bad.append(_Bad(rows=unread, reason="not a number" if form.plain else f"not a number like {form.example}"))
    return replace(_without_infinite(values, bad), bare=bare)


def _given_numbers(cells: pa.ChunkedArray) -> _Typed:
    if not cells.null_count and all(np.isfinite(chunk.to_numpy()).all() for chunk in cells.chunks):
        return _Typed(cells=cells, bad=[])
    return _without_infinite(pc.if_else(pc.is_nan(cells), _NO_NUMBER, cells), [])


def _without_infinite(values: pa.ChunkedArray, bad: list[_Bad]) -> _Typed:
    endless = pc.is_inf(values)
    if pc.any(endless).as_py():
        bad = [*bad, _Bad(rows=rows_where(endless), reason="infinite")]
        values = pc.if_else(endless, _NO_NUMBER, values)
    return _Typed(cells=values, bad=bad)


def without_markers(values: pa.ChunkedArray, markers: tuple[str, ...], form: NumberFormat) -> pa.ChunkedArray:
    """A marker that is a number, such as -200, stands for all ways to write it."""
    numbers = _marker_numbers(markers, form)
    return pc.if_else(pc.is_in(values, value_set=pa.array(numbers)), _NO_NUMBER, values) if numbers else values


@lru_cache(maxsize=64)
def _marker_numbers(markers: tuple[str, ...], form: NumberFormat) -> tuple[float, ...]:
    written = parse_numbers(pa.chunked_array([pa.array(list(markers), pa.string())]), form)
    return tuple(number for number in written.to_pylist() if number is not None and math.isfinite(number))


def _dates(cells: pa.ChunkedArray, column: Column) -> _Typed:
    if cells.type == TIMESTAMP:
        return _Typed(cells=cells, bad=[])
    cells = as_cells(cells)
    present = present_cells(cells, column.missing)
    form = column.datetime_format or ISO
    dates = parse_dates(present, form)
    return _Typed(cells=dates.values, bad=_unread(dates, present, what="date", example=date_example(form)))


def _times(cells: pa.ChunkedArray, column: Column) -> _Typed:
    if cells.type == pa.float64():
        return _Typed(cells=cells, bad=[])
    present = present_cells(as_cells(cells), column.missing)
    assert column.datetime_format is not None
    times = parse_times(present, column.datetime_format)
    what = "time" if column.kind is Kind.TIME else "duration"
    unread = _unread(times, present, what=what, example=time_example(column.datetime_format))
    return _Typed(cells=times.values, bad=unread)


def _unread(parsed: ParsedDates, present: pa.ChunkedArray, *, what: str, example: str) -> list[_Bad]:
    if parsed.values.null_count == present.null_count:
        return []
    return [
        _Bad(rows=rows_where(parsed.unreal), reason=f"no such {what}"),
        _Bad(rows=rows_where(parsed.strange), reason=f"not a {what} like {example}"),
    ]


def _first_bad(bad: Sequence[tuple[int, _Bad]], strings: pa.Table, columns: Sequence[Column]) -> tuple[BadCell, ...]:
    first = sorted((int(row), number, group.reason) for number, group in bad for row in group.rows[:SHOWN])[:SHOWN]
    return tuple(
        BadCell(row=row, column=columns[number].name, value=_written(strings, columns[number], row), reason=reason)
        for row, number, reason in first
    )


def _written(strings: pa.Table, column: Column, row: int) -> str:
    return str(strings[column.name][row].as_py())
