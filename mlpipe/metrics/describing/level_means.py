"""What the rows of each level have in the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlpipe.metrics.describing.association import Codes, Floats


def level_means(codes: Codes, values: Floats, n_levels: int) -> tuple[Floats, Codes]:
    """Means of the columns of `values` over the rows of each level, NaN without rows; and how many rows those are.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        The level of each row; -1 where it has none.
    values : ndarray of shape (n_rows, n_values)

    Examples
    --------
    >>> level_means(np.array([0, 1, 1, -1]), np.array([[1.0], [2.0], [4.0], [9.0]]), 2)[0].tolist()
    [[1.0], [3.0]]
    """
    inside = codes >= 0
    counts = np.bincount(codes[inside], minlength=n_levels)
    sums = np.array([np.bincount(codes[inside], weights=column, minlength=n_levels) for column in values[inside].T]).T
    with np.errstate(invalid="ignore"):
        return sums / counts[:, None], counts
