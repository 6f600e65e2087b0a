"""The raw columns of rows in clusters, as profiles take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.clustering.profile import DATES, LEVELS, NUMBERS
from mlpipe.target.cells import class_labels

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column, Schema

_DAY = 86_400_000_000


def profiled_columns(table: pa.Table, schema: Schema) -> dict[str, tuple[str, pd.Series | NDArray[np.float64]]]:
    """The features as they came, of the kinds that profiles know; free text is left out."""
    return {
        column.name: (_kind(column), _cells(table.column(column.name), column))
        for column in schema.features
        if column.role is not Role.TEXT
    }


def _kind(column: Column) -> str:
    if column.kind is Kind.DATETIME:
        return DATES
    return NUMBERS if column.kind.numeric and column.role in (Role.NUMERIC, Role.TIME) else LEVELS


def _cells(values: pa.ChunkedArray, column: Column) -> pd.Series | NDArray[np.float64]:
    kind = _kind(column)
    if kind == DATES:
        days: NDArray[np.float64] = pc.divide(pc.cast(pc.cast(values, pa.int64()), pa.float64()), _DAY).to_numpy()
        return days
    if kind == NUMBERS:
        numbers: NDArray[np.float64] = pc.cast(values, pa.float64(), safe=False).to_numpy()
        return numbers
    levels: pd.Series = values.to_pandas(integer_object_nulls=True)
    return levels


def reference_labels(table: pa.Table, schema: Schema) -> NDArray[np.str_]:
    """The reference label of each row, empty where it has none."""
    named = [column.name for column in schema.with_role(Role.LABELS) if column.name in table.column_names]
    if not named:
        return np.full(table.num_rows, "")
    values = table.column(named[0])
    there = np.asarray(pc.is_valid(values))
    words = class_labels(values.drop_null(), named[0])
    labels = np.full(len(values), "", dtype=words.dtype if len(words) else np.dtype("<U1"))
    labels[there] = words
    return labels
