"""Learning the logarithm of a quantity: for skewed ones, whose errors grow with their size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class LogTarget(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The natural logarithm of positive numbers, of one more where there are zeros.

    Examples
    --------
    >>> y = np.array([[0.0], [9.0]])
    >>> log = LogTarget().fit(y)
    >>> log.inverse_transform(log.transform(y)).round(6).ravel().tolist()
    [0.0, 9.0]
    """

    def fit(self, y: Floats, _: None = None) -> Self:
        """Take note of whether there are zeros.

        Raises
        ------
        ValueError
            For negative numbers.
        """
        lowest = np.atleast_1d(np.min(y, axis=0))
        if lowest.min() < 0:
            least = format_exact(float(lowest.min()))
            raise ValueError(f"there is no logarithm of {least}: the target has negative numbers")
        offsets = np.where(lowest > 0, 0.0, 1.0)
        self.offset_ = float(offsets[0]) if len(offsets) == 1 else offsets
        return self

    def transform(self, y: Floats) -> Floats:
        """Logarithms."""
        logarithms: Floats = np.log(y + self.offset_)
        return logarithms

    def inverse_transform(self, y: Floats) -> Floats:
        """Numbers from logarithms."""
        numbers: Floats = np.exp(y) - self.offset_
        return numbers


SKEWED = 1.0
"""Skewness from which on `auto` tries the logarithm too."""


def is_skewed(y: Floats) -> bool:
    """Whether a quantity is never negative and has a long tail to the right."""
    if y.ndim > 1:
        return all(is_skewed(column) for column in y.T)
    spread = float(np.std(y))
    return bool(np.min(y) >= 0 and spread > 0 and np.mean(((y - np.mean(y)) / spread) ** 3) > SKEWED)
