"""Which training rows are set aside to watch progress on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import train_test_split

from mlpipe.features.streaming.rows import BLOCK_ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE = 0.15
FEWEST_ROWS = 10
"""Of fewer rows none are set aside."""


def how_many_aside(n_rows: int) -> int:
    """Of very many rows no more than a block is set aside: that says as much."""
    return min(round(SHARE * n_rows), BLOCK_ROWS)


def choose_aside(y: NDArray[Any], *, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Rows to learn from, and rows to watch progress on: classes in the same shares, but the only row of one is kept.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Classes, where they are texts or whole numbers; else numbers.
    """
    free, n_classes, strata = np.arange(len(y)), 1, None
    if y.ndim == 1 and y.dtype.kind != "f":
        _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        free, n_classes = np.flatnonzero(counts[codes] > 1), int((counts > 1).sum())
        strata = y[free]
    if len(free) < FEWEST_ROWS:
        return None
    many = max(round(SHARE * len(y)), n_classes)
    aside = train_test_split(free, test_size=many, random_state=seed, stratify=strata)[1]
    return np.setdiff1d(np.arange(len(y)), aside), np.sort(aside)
