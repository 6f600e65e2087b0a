"""Rows as they would be if a column held something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_each(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    """All rows with the first value in a column, then all with the second, and so on.

    Parameters
    ----------
    table : pyarrow.Table of `n_rows` rows
    values : pyarrow.Array of `n_values` values

    Returns
    -------
    pyarrow.Table of `n_values * n_rows` rows

    Examples
    --------
    >>> rows = pa.table({"a": [1, 2], "b": ["x", "y"]})
    >>> with_each(rows, "b", pa.array(["p", "q"])).to_pylist()
    [{'a': 1, 'b': 'p'}, {'a': 2, 'b': 'p'}, {'a': 1, 'b': 'q'}, {'a': 2, 'b': 'q'}]
    """
    place = table.column_names.index(column)
    field = table.schema.field(place)
    parts: Sequence[pa.Table] = [
        table.set_column(place, field, pa.repeat(value.cast(field.type), table.num_rows)) for value in values
    ]
    return pa.concat_tables(parts) if parts else table.slice(0, 0)
