"""Rows as they may come one day: gaps, and levels that training has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from mlpipe.data.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.schema import Column

UNSEEN = "never seen"


class OddCell(NamedTuple):
    """A cell of a column as no training row has it; `None` is a gap."""

    column: str
    cell: str | None

    @property
    def told(self) -> str:
        """What is odd about it."""
        return f"{'a gap' if self.cell is None else 'an unseen level'} in {self.column!r}"


def odd_cells(columns: Sequence[Column]) -> tuple[OddCell, ...]:
    """A gap in each column, and an unseen level in each that has levels."""
    levels = [column for column in columns if column.role in (Role.CATEGORICAL, Role.BOOLEAN)]
    return (*(OddCell(column.name, None) for column in columns), *(OddCell(column.name, UNSEEN) for column in levels))


def with_odd_rows(rows: pa.Table, columns: Sequence[Column]) -> tuple[pa.Table, tuple[str, ...]]:
    """Typed rows, and behind them one for each odd cell that its column's type can hold.

    Parameters
    ----------
    rows : pyarrow.Table
        At least one row.

    Returns
    -------
    table : pyarrow.Table
        The columns alone, in their order.
    odd : tuple of str
        What is odd about each row behind `rows`.
    """
    table = rows.select([column.name for column in columns])
    odd = [one for one in odd_cells(columns) if one.cell is None or pa.types.is_string(table[one.column].type)]
    made = [_changed(table.slice(i % table.num_rows, 1), one) for i, one in enumerate(odd)]
    return pa.concat_tables([table, *made]), tuple(one.told for one in odd)


def _changed(row: pa.Table, odd: OddCell) -> pa.Table:
    place = row.column_names.index(odd.column)
    return row.set_column(
        place, odd.column, pa.chunked_array([pa.array([odd.cell], row.schema.field(odd.column).type)])
    )
