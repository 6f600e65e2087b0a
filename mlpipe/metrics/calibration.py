"""Whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri

from mlpipe.metrics.bootstrap import wilson

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Codes, Floats
    from mlpipe.metrics.curves import Contest


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """Predicted probability against what happened, in bins of about equally many rows.

    Parameters
    ----------
    predicted, observed : ndarray of shape (n_bins,)
        Mean probability, and share of positive rows.
    low, high : ndarray of shape (n_bins,)
        Wilson's 95 % interval of `observed`.
    counts : ndarray of shape (n_bins,)
        Rows in each bin.
    error : float
        Expected calibration error: mean distance of predicted and observed, weighted by rows.
    by_chance : bool
        True probabilities would often be this far off too (Hosmer-Lemeshow test at 5 %).
    mean_predicted, prevalence : float
        Over all rows.
    """

    label: str
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    counts: Codes
    error: float
    by_chance: bool
    mean_predicted: float
    prevalence: float


def calibration(contest: Contest, *, n_bins: int | None = None) -> Calibration:
    """Bin the rows by their probability; rows of equal probability stay together.

    By default there are 10 bins, fewer where they would hold fewer than 15 rows.

    References
    ----------
    Hosmer and Lemeshow (1980), Goodness of fit tests for the multiple logistic regression model, Communications in
    Statistics 9, 1043-1069.
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI 29.
    """
    wanted = min(10, max(2, len(contest.score) // 15)) if n_bins is None else n_bins
    bins = _equal_count_bins(contest.score, wanted)
    counts = np.bincount(bins)
    weight = contest.weight[0]
    total = np.bincount(bins, weights=weight)
    filled = total > 0
    counts, total = counts[filled], total[filled]
    predicted = np.bincount(bins, weights=weight * contest.score)[filled] / total
    observed = np.bincount(bins, weights=weight * contest.positive)[filled] / total
    ranges = np.array([wilson(float(share), int(rows), 0.95) for share, rows in zip(observed, counts, strict=True)])
    return Calibration(
        label=contest.label,
        predicted=predicted,
        observed=observed,
        low=ranges[:, 0],
        high=ranges[:, 1],
        counts=counts,
        error=float(np.average(np.abs(predicted - observed), weights=total)),
        by_chance=_is_chance(predicted, observed, counts),
        mean_predicted=float(np.average(contest.score, weights=weight)),
        prevalence=float(np.average(contest.positive, weights=weight)),
    )


def _is_chance(predicted: Floats, observed: Floats, counts: Codes) -> bool:
    spread = np.maximum(predicted * (1 - predicted), 1e-12)
    distance = float((counts * (observed - predicted) ** 2 / spread).sum())
    return distance <= float(chdtri(len(counts), 0.05))


def _equal_count_bins(score: Floats, n_bins: int) -> Codes:
    """Number of the bin of each row, without gaps."""
    edges = np.unique(np.quantile(score, np.linspace(0, 1, n_bins + 1)[1:-1]))
    bins = np.searchsorted(edges, score, side="right").astype(np.min_scalar_type(len(edges)))
    used = np.bincount(bins) > 0
    return np.asarray((np.cumsum(used, dtype=bins.dtype) - 1)[bins])
