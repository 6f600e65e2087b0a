"""How wide an interval about a prediction has to be, from errors on rows that the model did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def conformal_reach(errors: NDArray[np.float64], coverage: float) -> float:
    """How far to either side of a prediction an interval has to reach, from out-of-fold errors.

    Parameters
    ----------
    errors : ndarray of shape (n_rows,)
        True value minus out-of-fold prediction.
    coverage : float
        Share of new rows that the interval is to hold, in (0, 1).

    References
    ----------
    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman (2018), Distribution-free predictive inference for regression,
    JASA 113, 1094-1111; with cross-validation: Vovk (2015), Cross-conformal predictors.

    Examples
    --------
    >>> conformal_reach(np.arange(-5.0, 5.0), 0.9)
    5.0
    """
    sizes = np.sort(np.abs(errors))
    place = min(len(sizes), int(np.ceil((len(sizes) + 1) * coverage)))
    return float(sizes[place - 1])
