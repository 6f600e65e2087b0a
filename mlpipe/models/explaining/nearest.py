"""Which rows of the training table are most like some other rows, as the estimator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]


FARTHEST = 1e6
"""Standard deviations beyond which all is equally far: squares stay numbers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Nearest:
    """The nearest known rows, the nearest first.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_nearest)
        Numbers of rows of the known table.
    distances : ndarray of shape (n_rows, n_nearest)
        In standard deviations: the root of the mean squared difference over the features.
    """

    rows: NDArray[np.int64]
    distances: Floats


def nearest_rows(X: Matrix, known: Matrix, *, n_nearest: int = 3) -> Nearest:
    """Find the rows of `known` nearest to each row of `X`, features counting alike.

    Parameters
    ----------
    X : ndarray or csr_matrix of shape (n_rows, n_features)
    known : ndarray or csr_matrix of shape (n_known, n_features)

    Examples
    --------
    >>> nearest_rows(np.array([[9.0]]), np.array([[0.0], [8.0], [20.0]]), n_nearest=1).rows
    array([[1]])
    """
    X, known = _without_gaps(X), _without_gaps(known)
    scale = _spreads(known)
    scale[scale == 0] = 1.0
    scale *= np.sqrt(known.shape[1])
    a, b = _scaled(X, scale), _scaled(known, scale)
    squares = _squares(a)[:, None] + _squares(b)[None, :] - 2 * _plain(a @ b.T)
    distances = np.sqrt(np.maximum(squares, 0.0))
    rows = np.argsort(distances, axis=1, kind="stable")[:, :n_nearest]
    return Nearest(rows=rows.astype(np.int64), distances=np.take_along_axis(distances, rows, axis=1))


def _without_gaps(X: Matrix) -> Matrix:
    """Zeros for gaps: of what is scaled, the middle."""
    if isinstance(X, np.ndarray):
        return np.nan_to_num(X)
    filled = X.copy()
    filled.data = np.nan_to_num(filled.data)
    return filled


def _spreads(X: Matrix) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        if isinstance(X, np.ndarray):
            return _known(X.std(axis=0))
        means, squares = np.asarray(X.mean(axis=0)).ravel(), np.asarray(X.multiply(X).mean(axis=0)).ravel()
        return _known(np.sqrt(np.maximum(squares - means**2, 0.0)))


def _known(spreads: Floats) -> Floats:
    """A spread beyond all numbers tells nothing: such a feature is as near everywhere."""
    return np.where(np.isfinite(spreads), spreads, 1e150)


def _scaled(X: Matrix, scale: Floats) -> Matrix:
    if isinstance(X, np.ndarray):
        return np.clip(X / scale, -FARTHEST, FARTHEST)
    scaled = (X @ sparse.diags_array(1 / scale)).tocsr()
    scaled.data = np.clip(scaled.data, -FARTHEST, FARTHEST)
    return scaled


def _squares(X: Matrix) -> Floats:
    return np.einsum("ij,ij->i", X, X) if isinstance(X, np.ndarray) else np.asarray(X.multiply(X).sum(axis=1)).ravel()


def _plain(products: Matrix) -> Floats:
    return products if isinstance(products, np.ndarray) else np.asarray(products.toarray())
