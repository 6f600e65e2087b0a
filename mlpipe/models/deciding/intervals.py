"""How wide an interval about a prediction has to be, from errors on rows that the model did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def conformal_reach(errors: NDArray[np.float64], coverage: float, weights: NDArray[np.float64] | None = None) -> float:
    """How far to either side of a prediction an interval has to reach, from out-of-fold errors.

    Parameters
    ----------
    errors : ndarray of shape (n_rows,)
        True value minus out-of-fold prediction.
    coverage : float
        Share of new rows that the interval is to hold, in (0, 1).
    weights : ndarray of shape (n_rows,), optional
        What each row counts; a new row counts as much as they do on average.

    References
    ----------
    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman (2018), Distribution-free predictive inference for regression,
    JASA 113, 1094-1111; with cross-validation: Vovk (2015), Cross-conformal predictors.

    Examples
    --------
    >>> conformal_reach(np.arange(-5.0, 5.0), 0.9)
    5.0
    """
    sizes = np.abs(errors)
    order = np.argsort(sizes, kind="stable")
    if weights is None:
        place = min(len(sizes), int(np.ceil((len(sizes) + 1) * coverage)))
        return float(sizes[order[place - 1]])
    reached = np.cumsum(weights[order])
    wanted = coverage * (reached[-1] + weights.mean())
    return float(sizes[order[min(int(np.searchsorted(reached, wanted * (1 - 1e-12))), len(sizes) - 1)]])
