"""What a preprocessor makes, dense or sparse where nearly all is zero; and calls in batches of one shape.

The last bit of a matrix product depends on how many rows are multiplied at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Matrix: TypeAlias = NDArray[np.float64] | sparse.csr_matrix
"""Features of shape (n_rows, n_features), float64."""

BATCH_ROWS = 4096
"""Rows in one call of what depends on the shape of the call."""


def plain_array(made: Any) -> NDArray[np.float64]:
    """What a transformer made as a dense matrix; without a zero in it, a sparse one is put among dense ones."""
    return np.asarray(made.toarray() if sparse.issparse(made) else made, dtype=np.float64)


def in_full_batches(method: Callable[[Any], Any], X: Matrix, *, rows: int = BATCH_ROWS) -> NDArray[Any]:
    """Call `method` with batches of exactly `rows` rows, the last one filled up with zeros.

    Parameters
    ----------
    method : callable
        Rows to one result per row, an array or one of several columns.
    X : ndarray or csr_matrix of shape (n_rows, n_features)

    Returns
    -------
    ndarray of shape (n_rows, ...)
        Equal, to the last bit, however the rows are spread over calls of this function.
    """
    return np.concatenate([method(batch)[:n] for batch, n in _full_batches(X, rows)])


def _full_batches(X: Matrix, rows: int) -> Iterator[tuple[Matrix, int]]:
    """Batches with the number of their rows that count; one for no rows at all."""
    for start in range(0, max(X.shape[0], 1), rows):
        batch = X[start : start + rows]
        yield _filled_up(batch, rows), batch.shape[0]


def _filled_up(batch: Matrix, rows: int) -> Matrix:
    n, width = batch.shape
    if n == rows:
        return batch
    if sparse.issparse(batch):
        return sparse.vstack([batch, sparse.csr_matrix((rows - n, width))], format="csr")
    full = np.zeros((rows, width))
    full[:n] = batch
    return full
