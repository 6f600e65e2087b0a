"""Filling gaps in rows that miss the same columns, in calls of one size.

Imputers that learn from other columns multiply matrices whose shapes depend on which rows come together, and so does
the last bit. Rows of one pattern of gaps, a fixed number at a time, always meet the same shapes.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ROWS = 64
"""Rows in one call; the last ones are repeated to fill it up."""


def by_pattern(fill: Callable[[Numbers], Numbers], X: Numbers) -> Numbers:
    """Fill the gaps of `X` by calls of `fill` with 64 rows of one pattern; rows without gaps stay as they are.

    Parameters
    ----------
    fill : callable
        Rows of shape (64, n_features) to the same rows without NaN.
    X : ndarray of shape (n_rows, n_features)
    """
    filled = X.copy()
    gaps = np.isnan(X)
    rows = np.flatnonzero(gaps.any(axis=1))
    if not len(rows):
        return filled
    _, pattern = np.unique(gaps[rows], axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    groups = np.split(rows[np.argsort(pattern, kind="stable")], np.cumsum(np.bincount(pattern))[:-1])
    with warnings.catch_warnings():
        # The rows had names when they came; scikit-learn misses them here.
        warnings.filterwarnings("ignore", message="X does not have valid feature names", category=UserWarning)
        for group in groups:
            for start in range(0, len(group), ROWS):
                chosen = group[start : start + ROWS]
                filled[chosen] = fill(X[np.resize(chosen, ROWS)])[: len(chosen)]
    return filled
