"""Mutual information between features and the target."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.special import xlogy
from sklearn.feature_selection import mutual_info_classif

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS = 10_000
"""Rows that are enough to tell features apart; each continuous one takes a search for neighbours."""

FEW = 10
"""Distinct values up to which a feature is taken as levels, and parts that a quantity is cut into."""

QUARTILES = (0.25, 0.5, 0.75)


def mutual_information(X: Any, y: NDArray[Any], *, classification: bool, seed: int) -> NDArray[np.float64]:
    """Mutual information of each feature and the target, in nats, from at most 10,000 rows drawn at random.

    A feature with few distinct values is taken as it is; one that is mostly 0, such as a term, as 0 and the
    quarters of the rest; any other is continuous (Ross 2014, doi:10.1371/journal.pone.0087357). A quantity to
    predict is cut at its deciles.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_rows, n_features)
        Without missing cells.
    y : array of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_features,)
    """
    if X.shape[0] > ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(X.shape[0], ROWS, replace=False))
        X, y = X[rows], y[rows]
    classes = np.unique(y if classification else _deciles(y), return_inverse=True)[1]
    totals = np.bincount(classes)
    columns = sparse.csc_matrix(X)
    columns.eliminate_zeros()
    scores = np.zeros(X.shape[1])
    continuous = []
    for i in range(X.shape[1]):
        filled = slice(columns.indptr[i], columns.indptr[i + 1])
        levels = _levels(columns.data[filled], len(y))
        if levels is None:
            continuous.append(i)
        else:
            scores[i] = _information(_table(levels, classes[columns.indices[filled]], totals))
    if continuous and totals.max() > 1:
        with warnings.catch_warnings():
            # Few rows of many classes need no remark here.
            warnings.simplefilter("ignore", UserWarning)
            dense = columns[:, continuous].toarray()
            scores[continuous] = mutual_info_classif(dense, classes, discrete_features=False, random_state=seed)
    return np.maximum(scores, 0)


def _deciles(y: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.searchsorted(np.quantile(y, np.arange(1, FEW) / FEW), y)


def _levels(filled: NDArray[np.float64], n_rows: int) -> NDArray[np.intp] | None:
    """Level of each value other than 0, or nothing for a continuous feature."""
    distinct, levels = np.unique(filled, return_inverse=True)
    if len(distinct) < FEW:
        return levels
    if 2 * len(filled) > n_rows:
        return None
    return np.searchsorted(np.quantile(filled, QUARTILES), filled)


def _table(levels: NDArray[np.intp], classes: NDArray[np.intp], totals: NDArray[np.intp]) -> NDArray[np.int64]:
    """Rows of each level (0 first) and class, from those that are not 0 and the totals of the classes."""
    shape = levels.max(initial=-1) + 1, len(totals)
    filled = np.bincount(levels * len(totals) + classes, minlength=np.prod(shape)).reshape(shape)
    return np.vstack([totals - filled.sum(axis=0), filled])


def _information(table: NDArray[np.int64]) -> float:
    """As `sklearn.metrics.mutual_info_score`, whose checks of each table take longer than the sum."""
    joint, rows, columns = (xlogy(n, n).sum() for n in (table, table.sum(axis=1), table.sum(axis=0)))
    n = table.sum()
    return float((joint - rows - columns + xlogy(n, n)) / n)
