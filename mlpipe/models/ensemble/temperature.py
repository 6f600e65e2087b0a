"""Temperature: how sure averaged probabilities are made, as the mean of several honest ones is too cautious."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize_scalar

from mlpipe.models.ensemble.blend import BlendClassifier, sum_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.3, 2.0
AS_IT_IS = 0.03
"""A temperature so near to 1 is 1."""
EDGE = 1e-15
"""What is thought impossible is taken for so probable where losses are measured."""


class TemperedBlendClassifier(BlendClassifier):
    """A blend whose probabilities are raised to the power of 1 / temperature, and made to add up to 1 again.

    Parameters
    ----------
    members, weights, places, rowwise
        As of a blend.
    temperature : float
        Below 1 the probabilities become surer, above 1 less sure; which class is the most probable stays.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), On calibration of modern neural networks, ICML. That a mean of calibrated
    probabilities is not sharp enough: Ranjan, Gneiting (2010), Combining probability forecasts, Journal of the Royal
    Statistical Society B 72, 71-91, doi:10.1111/j.1467-9868.2009.00726.x.
    """

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        weights: Sequence[float],
        temperature: float,
        places: Sequence[tuple[int, int, bool]] | None = None,
        rowwise: Sequence[bool] | None = None,
    ) -> None:
        super().__init__(members, weights, places, rowwise)
        self.temperature = temperature

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities of shape (n_rows, n_classes), in the order of `classes_`."""
        return tempered(super().predict_proba(X), self.temperature)


def tempered(proba: Floats, temperature: float) -> Floats:
    """Probabilities of shape (n_rows, n_classes) at another temperature; each row by itself, to the last bit.

    Examples
    --------
    Odds of 3 to 1 become 9 to 1:

    >>> tempered(np.array([[0.25, 0.75]]), 0.5).round(6).tolist()
    [[0.1, 0.9]]
    """
    if temperature == 1.0 or not len(proba):
        return proba
    logarithms = np.log(np.clip(proba, EDGE, 1.0)) / temperature
    powers = np.exp(logarithms - np.maximum.reduce(list(logarithms.T))[:, None])
    return np.asarray(powers / sum_in_order(list(powers.T))[:, None])


def best_temperature(proba: Floats, codes: NDArray[np.intp], row_weights: Floats | None = None) -> float:
    """The temperature at which out-of-fold probabilities lose least; 1 where it would hardly change them.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
    codes : ndarray of shape (n_rows,)
        Places of the true classes.
    """
    rows = np.arange(len(codes))

    def loss(logarithm: float) -> float:
        given = tempered(proba, float(np.exp(logarithm)))[rows, codes]
        return float(np.average(-np.log(np.clip(given, EDGE, 1.0)), weights=row_weights))

    bounds = (float(np.log(LOWEST)), float(np.log(HIGHEST)))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-3})
    temperature = round(float(np.exp(found.x)), 2)
    return 1.0 if abs(temperature - 1.0) < AS_IT_IS else temperature
