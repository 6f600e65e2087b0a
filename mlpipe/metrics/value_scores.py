"""Scores of a regression for many sets of row weights at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide
from mlpipe.metrics.ranking import sorting_order

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome

MEANS = ("error", "square", "true", "true square", "share")
"""What is averaged over the rows: errors, true values about their mean, errors as a share of the true value."""

NEAR_ZERO = 1e-8
"""A true value this small beside the median one makes a relative error meaningless."""


def has_near_zero(y_true: Floats) -> bool:
    """Whether relative errors are out of the question for these true values."""
    sizes = np.abs(y_true)
    median = float(np.median(sizes))
    return median == 0 or bool(sizes.min() < NEAR_ZERO * median)


class Errors:
    """What the errors of an outcome are weighed by, worked out once."""

    def __init__(self, outcome: Outcome) -> None:
        y_true = np.asarray(outcome.y_true, dtype=np.float64)
        errors = np.abs(y_true - np.asarray(outcome.y_pred, dtype=np.float64))
        self.relative = not has_near_zero(y_true)
        self.order = sorting_order(errors)
        self.sorted = errors[self.order]
        # About their mean, so that the sum of squares keeps its digits for values such as years.
        centred = y_true - y_true.mean()
        # Squares of absurd numbers overflow to infinity, which the caller words as a reason.
        with np.errstate(over="ignore"):
            self.columns = np.empty((len(errors), len(MEANS)))
            self.columns[:, 0], self.columns[:, 1] = errors, errors**2
            self.columns[:, 2], self.columns[:, 3] = centred, centred**2
            self.columns[:, 4] = divide(errors, np.abs(y_true)) if self.relative else 0.0


class WeightedErrors:
    """The errors of an outcome under many sets of weights at once, and their scores.

    Parameters
    ----------
    weights : ndarray of shape (n_sets, n_rows)
    """

    def __init__(self, errors: Errors, weights: Floats) -> None:
        self._errors = errors
        self._weights = weights
        with np.errstate(over="ignore", invalid="ignore"):
            means = divide(weights @ errors.columns, weights.sum(axis=1)[:, None])
        self._means: dict[str, Floats] = dict(zip(MEANS, means.T, strict=True))

    def mae(self) -> Floats:
        """Mean absolute error."""
        return self._means["error"]

    def mse(self) -> Floats:
        """Mean squared error."""
        return self._means["square"]

    def rmse(self) -> Floats:
        """Root of the mean squared error."""
        return np.sqrt(self.mse())

    def r2(self) -> Floats:
        """Share of the variance explained; NaN where the target is constant."""
        with np.errstate(over="ignore", invalid="ignore"):
            variance = self._means["true square"] - self._means["true"] ** 2
        # A rounding error is no variance: below this, the target is constant.
        constant = variance <= 1e-15 * np.maximum(self._means["true square"], np.finfo(np.float64).tiny)
        return np.where(constant, np.nan, 1 - divide(self.mse(), np.where(constant, 1.0, variance)))

    def mape(self) -> Floats:
        """Mean relative error; NaN where a true value is next to zero."""
        return self._means["share"] if self._errors.relative else np.full(len(self._weights), np.nan)

    def medae(self) -> Floats:
        """Weighted median of the absolute errors."""
        return _weighted_median(self._errors.sorted, self._ordered)

    def max_error(self) -> Floats:
        """Largest absolute error that has weight."""
        ordered = self._ordered
        last = ordered.shape[1] - 1 - np.argmax(ordered[:, ::-1] > 0, axis=1)
        largest: Floats = self._errors.sorted[last]
        return largest

    @cached_property
    def _ordered(self) -> Floats:
        return self._weights[:, self._errors.order]


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    """Median of sorted values, each counted as often as its weight says; the middle of two where it falls between."""
    reached = np.cumsum(weights, axis=1)
    half = reached[:, -1:] / 2
    lower = np.argmax(reached >= half, axis=1)
    upper = np.argmax(reached > half, axis=1)
    return np.asarray((values[lower] + values[upper]) / 2)
