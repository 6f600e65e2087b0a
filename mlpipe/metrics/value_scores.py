"""Scores of a regression for many sets of row weights at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.confusion import divide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Floats, Outcome

NEAR_ZERO = 1e-8
"""A true value this small beside the median one makes a relative error meaningless."""


def has_near_zero(y_true: Floats) -> bool:
    """Whether relative errors are out of the question for these true values."""
    sizes = np.abs(y_true)
    median = float(np.median(sizes))
    return median == 0 or bool(sizes.min() < NEAR_ZERO * median)


class ValueScorer:
    """Everything about an outcome that does not depend on the weights, worked out once."""

    sorts = 1

    def __init__(self, outcome: Outcome, names: Sequence[str]) -> None:
        y_true = np.asarray(outcome.y_true, dtype=np.float64)
        errors = np.abs(y_true - np.asarray(outcome.y_pred, dtype=np.float64))
        self._names = [name for name in names if not (name == "mape" and has_near_zero(y_true))]
        self._order = np.argsort(errors, kind="stable")
        self._sorted = errors[self._order]
        # About their mean, so that the sum of squares keeps its digits for values such as years.
        centred = y_true - y_true.mean()
        # Squares of absurd numbers overflow to infinity, which the caller words as a reason.
        with np.errstate(over="ignore"):
            shares = divide(errors, np.abs(y_true))
            self._columns = np.column_stack([errors, errors**2, centred, centred**2, shares])
        if "mape" not in self._names:
            self._columns[:, 4] = 0.0

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""
        total = weights.sum(axis=1)
        with np.errstate(over="ignore", invalid="ignore"):
            mae, mse, mean, mean_square, mape = divide(weights @ self._columns, total[:, None]).T
            variance = mean_square - mean**2
        # A rounding error is no variance: below this, the target is constant.
        constant = variance <= 1e-15 * np.maximum(mean_square, np.finfo(np.float64).tiny)
        found = {"mae": mae, "mse": mse, "rmse": np.sqrt(mse), "mape": mape}
        found["r2"] = np.where(constant, np.nan, 1 - divide(mse, np.where(constant, 1.0, variance)))
        if "medae" in self._names or "max_error" in self._names:
            found.update(self._sorted_scores(weights))
        return {name: found[name] for name in self._names}

    def _sorted_scores(self, weights: Floats) -> dict[str, Floats]:
        ordered = weights[:, self._order]
        last = ordered.shape[1] - 1 - np.argmax(ordered[:, ::-1] > 0, axis=1)
        return {"medae": _weighted_median(self._sorted, ordered), "max_error": self._sorted[last]}


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    """Median of sorted values, each counted as often as its weight says; the middle of two where it falls between."""
    reached = np.cumsum(weights, axis=1)
    half = reached[:, -1:] / 2
    lower = np.argmax(reached >= half, axis=1)
    upper = np.argmax(reached > half, axis=1)
    return np.asarray((values[lower] + values[upper]) / 2)
