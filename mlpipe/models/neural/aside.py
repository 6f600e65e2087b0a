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
    """Rows to learn from, and rows to watch progress on; every class on both sides where each has two rows.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Classes, where they are texts or whole numbers; else numbers.
    """
    if len(y) < FEWEST_ROWS:
        return None
    counts = np.unique(y, return_counts=True)[1] if y.ndim == 1 and y.dtype.kind != "f" else np.zeros(1)
    strata = y if counts.min() > 1 else None
    many = max(round(SHARE * len(y)), 1 if strata is None else len(counts))
    kept, aside = train_test_split(np.arange(len(y)), test_size=many, random_state=seed, stratify=strata)
    return np.sort(kept), np.sort(aside)
