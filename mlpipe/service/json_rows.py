"""JSON rows to cells: strict where JSON is loose, so that no value is taken for another in silence."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.coercion import Coerced, coerce
from mlpipe.data.inference.dates.date_forms import EXCEL
from mlpipe.data.inference.dates.dates import TIMESTAMP
from mlpipe.data.schema import Kind
from mlpipe.service.refusals import Problem, RefusalError, bad_cells
from mlpipe.target.cells import label_of
from mlpipe.words.lists import count_of, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.schema import Column

Row = dict[str, Any]
_LAST_MOMENT = 253_402_300_800_000
"""Milliseconds at the end of the year 9999."""
_AS_TEXT = (str, bool)
_MOST_DIGITS = 19
"""A whole number of more digits is read as a float, which ends at 1e308: Python's own take time without limit."""
_EXPECTED = 'Send {"rows": [{"column": value, …}, …]}.'


class _RepeatedKey:
    """Stands for an object that names a key twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def read_rows(body: bytes, *, max_rows: int) -> list[Row]:
    """The rows of a request.

    Raises
    ------
    RefusalError
        400 where the body is no JSON or has no rows, 413 for too many, 422 for a row that is no object.
    """
    try:
        document = json.loads(body, object_pairs_hook=_object, parse_constant=float, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise RefusalError(400, f"The body is no JSON: {what}. {_EXPECTED}") from error
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise RefusalError(400, f"The body has no list of rows. {_EXPECTED}")
    if not rows:
        raise RefusalError(400, f"The list of rows is empty. {_EXPECTED}")
    if len(rows) > max_rows:
        raise RefusalError(413, f"The request has {count_of(len(rows), 'row')}; {count_of(max_rows)} are allowed.")
    strange = [problem for i, row in enumerate(rows) if (problem := _not_a_row(row, i))]
    if strange:
        raise RefusalError(422, f"Row {strange[0].row}: {strange[0].reason}.", strange[:100])
    return rows


def _object(pairs: list[tuple[str, Any]]) -> Any:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    names = [name for name, _ in pairs]
    return _RepeatedKey(next(name for name in names if names.count(name) > 1))


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _not_a_row(row: Any, number: int) -> Problem | None:
    if isinstance(row, _RepeatedKey):
        return Problem("the column stands twice", row=number, column=row.key)
    return None if isinstance(row, dict) else Problem("it is no object of columns and values", row=number)


def coerce_rows(rows: Sequence[Row], columns: Sequence[Column], *, decimal: str) -> Coerced:
    """Type the needed columns of JSON rows by the pinned schema, numbers as they are and texts as a file would hold.

    Parameters
    ----------
    rows : sequence of dict
        Past `check_cells`.
    decimal : str
        The decimal mark of numbers that are written as text.
    """
    values = {column.name: [row[column.name] for row in rows] for column in columns}
    mixed = [column for column in columns if _is_mixed(column, values[column.name])]
    cells = {c.name: _cells(c, values[c.name]) for c in columns}
    coerced = coerce(pa.table(cells), columns, decimal=decimal)
    for column in mixed:
        texts = texts_of([value if isinstance(value, _AS_TEXT) else None for value in values[column.name]])
        read = coerce(pa.table({column.name: texts}), (column,), decimal=decimal)
        coerced = _with_texts(coerced, read, column.name)
    return coerced


def _takes_numbers(column: Column) -> bool:
    """Whether a JSON number stands for itself: among numbers, and among dates as milliseconds since 1970 (UTC)."""
    return column.kind is Kind.NUMBER or (column.kind is Kind.DATETIME and column.datetime_format != EXCEL)


def _is_mixed(column: Column, values: Sequence[Any]) -> bool:
    """Whether texts stand among numbers: they are read apart, each row as if it came alone."""
    kinds = {isinstance(value, _AS_TEXT) for value in values if value is not None}
    return _takes_numbers(column) and len(kinds) == 2


def _cells(column: Column, values: Sequence[Any]) -> pa.ChunkedArray:
    if not _takes_numbers(column) or all(isinstance(value, _AS_TEXT) for value in values):
        return texts_of(values)
    numbers = [None if isinstance(value, _AS_TEXT) else value for value in values]
    if column.kind is Kind.NUMBER:
        return pa.chunked_array([pa.array([None if n is None else float(n) for n in numbers], pa.float64())])
    moments = [None if n is None else round(n * 1000) for n in numbers]
    return pa.chunked_array([pa.array(moments, pa.int64()).cast(TIMESTAMP)])


def _with_texts(coerced: Coerced, read: Coerced, name: str) -> Coerced:
    """Put what was read from texts among the other cells of a column."""
    place = coerced.table.column_names.index(name)
    plain = [_plain(one.table[name]) for one in (coerced, read)]
    merged = pc.coalesce(*plain)
    unread = {**coerced.unread, name: coerced.unread[name] + read.unread[name]}
    return replace(
        coerced,
        table=coerced.table.set_column(place, name, merged),
        bad=tuple(sorted((*coerced.bad, *read.bad), key=lambda cell: cell.row)),
        n_bad=coerced.n_bad + read.n_bad,
        bad_rows=np.union1d(coerced.bad_rows, read.bad_rows),
        missing={**coerced.missing, name: merged.null_count - unread[name]},
        unread=unread,
    )


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers as float64, so that both sides are of one type."""
    return pc.cast(cells, pa.float64()) if pa.types.is_integer(cells.type) else cells


def texts_of(values: Sequence[Any]) -> pa.ChunkedArray:
    """Values as the cells of a file, null as the empty one."""
    return pa.chunked_array([pa.array([_text(value) for value in values], pa.string())])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else label_of(value)


def check_cells(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Raise `RefusalError` (422) for rows that lack a needed column, or hold a list, an object, NaN or infinity."""
    needed = [column.name for column in columns]
    for i, row in enumerate(rows):
        missing = [Problem("the column is missing", row=i, column=name) for name in needed if name not in row]
        wrong = [problem for column in columns if (problem := _unfit(row.get(column.name), i, column))]
        if wrong:
            raise bad_cells([*wrong, *missing], len(wrong) + len(missing))
        if missing:
            names = listed([repr(problem.column) for problem in missing])
            raise RefusalError(422, f"Row {i} lacks {names}; null says no value.", missing)


def _unfit(value: Any, row: int, column: Column) -> Problem | None:
    if isinstance(value, dict | list | _RepeatedKey):
        return Problem("a list or an object is no cell", row=row, column=column.name)
    if isinstance(value, float) and not math.isfinite(value):
        return Problem(f"{value} is no number of JSON; null says no value", row=row, column=column.name)
    if column.kind is Kind.DATETIME and isinstance(value, int | float) and abs(value) >= _LAST_MOMENT:
        return Problem(f"{value} milliseconds after 1970 are beyond the calendar", row=row, column=column.name)
    return None
