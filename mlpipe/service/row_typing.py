"""JSON rows as typed columns, with a memory: most words and dates of a row have come before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mlpipe.data.inference.dates.dates import TIMESTAMP
from mlpipe.data.schema import Kind
from mlpipe.service.json_rows import check_cells, coerce_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.inference.coercion import Coerced
    from mlpipe.data.schema import Column
    from mlpipe.service.json_rows import Row

FEW = 64
"""Rows up to which a look into the memory costs less than typing the column anew."""
MOST = 10_000
"""Texts remembered of a column; one that brings more begins anew."""
_LONGEST = 64
_TYPES = {Kind.STRING: pa.string(), Kind.DATETIME: TIMESTAMP}


class RowTyper:
    """Types rows as `coerce_rows` does, and remembers what texts without any fault were typed to.

    Parameters
    ----------
    columns : sequence of Column
        The columns that are needed.
    decimal : str
        The decimal mark of numbers that are written as text.
    """

    def __init__(self, columns: Sequence[Column], *, decimal: str) -> None:
        self._columns, self._decimal = columns, decimal
        self._known: dict[str, dict[str | None, Any]] = {c.name: {} for c in columns if c.kind in _TYPES}

    def coerce(self, rows: Sequence[Row]) -> Coerced:
        """Type the needed columns of JSON rows.

        Raises
        ------
        RefusalError
            As `check_cells`.
        """
        check_cells(rows, self._columns)
        if len(rows) > FEW:
            return coerce_rows(rows, self._columns, decimal=self._decimal)
        recalled = {c.name: cells for c in self._columns if (cells := self._recall(c, rows)) is not None}
        new = [column for column in self._columns if column.name not in recalled]
        coerced = coerce_rows(rows, new, decimal=self._decimal)
        for column in new:
            self._remember(column.name, rows, coerced)
        return self._with(recalled, coerced)

    def _recall(self, column: Column, rows: Sequence[Row]) -> pa.ChunkedArray | None:
        known = self._known.get(column.name, {})
        try:
            cells = [known[row[column.name]] for row in rows]
        except KeyError:
            return None
        return pa.chunked_array([pa.array(cells, _TYPES[column.kind])])

    def _remember(self, name: str, rows: Sequence[Row], coerced: Coerced) -> None:
        told = coerced.unread, coerced.invisible, coerced.odd, coerced.bare
        if name not in self._known or any(counts[name] for counts in told):
            return
        known = self._known[name] if len(self._known[name]) <= MOST - len(rows) else {}
        for row, cell in zip(rows, coerced.table[name].to_pylist(), strict=True):
            if row[name] is None or (isinstance(row[name], str) and len(row[name]) <= _LONGEST):
                known[row[name]] = cell
        self._known[name] = known

    def _with(self, recalled: dict[str, pa.ChunkedArray], coerced: Coerced) -> Coerced:
        nothing = dict.fromkeys(recalled, 0)
        read = {name: coerced.table[name] for name in coerced.table.column_names} | recalled
        return replace(
            coerced,
            table=pa.table({column.name: read[column.name] for column in self._columns}),
            missing=coerced.missing | {name: cells.null_count for name, cells in recalled.items()},
            unread=coerced.unread | nothing,
            invisible=coerced.invisible | nothing,
            odd=coerced.odd | nothing,
            bare=coerced.bare | nothing,
        )
