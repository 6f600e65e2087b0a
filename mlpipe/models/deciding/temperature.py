"""Temperature: how sure probabilities are made; one number, chosen on rows that were not learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.3, 2.0
AS_IT_IS = 0.03
"""A temperature so near to 1 is 1."""
EDGE = 1e-15
"""What is thought impossible is taken for so probable where losses are measured."""


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


def sum_in_order(parts: Sequence[Floats]) -> Floats:
    """The sum, one array after the other: its last bit depends on nothing but their order."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
