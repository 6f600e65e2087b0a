"""Calls in batches of one shape: the last bit of a matrix product depends on how many rows are multiplied at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix_type import Matrix

BATCH_ROWS = 4096
"""Rows in one call of what depends on the shape of the call."""


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
