"""Rows as they may come one day: gaps, and levels that training has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from mlpipe.data.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.schema import Column

UNSEEN = "never seen"


def with_odd_rows(rows: pa.Table, columns: Sequence[Column]) -> tuple[pa.Table, tuple[str, ...]]:
    """Typed rows, and behind them one with a gap in each column in turn, and one with an unseen level in each.

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
    levels = [column for column in columns if column.role in (Role.CATEGORICAL, Role.BOOLEAN)]
    changes: list[tuple[Column, str | None, str]] = [(c, None, f"a gap in {c.name!r}") for c in columns]
    changes += [(c, UNSEEN, f"an unseen level in {c.name!r}") for c in levels if pa.types.is_string(table[c.name].type)]
    made = [_changed(table.slice(i % table.num_rows, 1), c.name, cell) for i, (c, cell, _) in enumerate(changes)]
    return pa.concat_tables([table, *made]), tuple(what for _, _, what in changes)


def _changed(row: pa.Table, name: str, cell: str | None) -> pa.Table:
    place = row.column_names.index(name)
    return row.set_column(place, name, pa.chunked_array([pa.array([cell], row.schema.field(name).type)]))
