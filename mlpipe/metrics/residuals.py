"""What is left over after a regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlpipe.metrics.outcome import Floats, Outcome


@dataclass(frozen=True, kw_only=True)
class ResidualSummary:
    """Residuals (true minus predicted) in a few numbers, in units of the target.

    Parameters
    ----------
    bias : float
        Mean; above zero where the model predicts too low.
    spread : float
        Standard deviation.
    quantiles : tuple of float
        At 5, 25, 50, 75 and 95 %.
    outliers : int
        Rows more than three spreads from the mean.
    """

    bias: float
    spread: float
    quantiles: tuple[float, ...]
    outliers: int


def residuals(outcome: Outcome) -> Floats:
    """True minus predicted, of shape (n_rows,)."""
    return np.asarray(outcome.y_true, dtype=np.float64) - np.asarray(outcome.y_pred, dtype=np.float64)


def summarise_residuals(outcome: Outcome) -> ResidualSummary:
    """Put the residuals in a few numbers."""
    left = residuals(outcome)
    bias, spread = float(left.mean()), float(left.std())
    return ResidualSummary(
        bias=bias,
        spread=spread,
        quantiles=tuple(float(q) for q in np.quantile(left, [0.05, 0.25, 0.5, 0.75, 0.95])),
        outliers=int((np.abs(left - bias) > 3 * spread).sum()),
    )
