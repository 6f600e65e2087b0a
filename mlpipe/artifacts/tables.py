"""Typed tables and matrices as Parquet: the same content gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table; metadata of other programs is dropped, so that bytes depend on the content alone."""
    pq.write_table(table.replace_schema_metadata(None), path, compression="zstd", row_group_size=1_000_000)


def parse_parquet(data: bytes) -> pa.Table:
    """Read a table from the bytes of a verified file."""
    return pq.read_table(pa.BufferReader(data), use_threads=False)


def matrix_table(X: NDArray[np.float64], names: Sequence[str], extra: dict[str, NDArray[Any]]) -> pa.Table:
    """Features as columns, then `extra` ones (target, flags).

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    names : sequence of str, of length n_features
    extra : dict of ndarray of shape (n_rows,)
    """
    columns = [pa.array(np.ascontiguousarray(X[:, i])) for i in range(X.shape[1])]
    columns += [_array(values) for values in extra.values()]
    return pa.Table.from_arrays(columns, names=[*names, *extra])


def _array(values: NDArray[Any]) -> pa.Array:
    """A column; labels become text, and NaN stays a number (a missing one is a null already)."""
    return pa.array(values.tolist() if values.dtype.kind in "UO" else values)


def table_matrix(table: pa.Table, n_features: int) -> NDArray[np.float64]:
    """The first `n_features` columns as a matrix of shape (n_rows, n_features)."""
    X = np.empty((table.num_rows, n_features))
    for i in range(n_features):
        X[:, i] = table.column(i).to_numpy()
    return X
