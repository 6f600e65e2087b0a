"""Ranks, and areas under curves for many sets of row weights at once: rows are sorted by score only once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.metrics.arrays import Flags, Floats, Places, divide, mean_of_defined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """Rows from the highest score to the lowest.

    Parameters
    ----------
    order : ndarray of shape (n_rows,)
        Row numbers, highest score first.
    positive : ndarray of shape (n_rows,)
        Which rows are positive, in that order.
    ends : ndarray of shape (n_scores,)
        Position of the last row of each distinct score: a cut-off cannot part rows of equal score.
    scores : ndarray of shape (n_scores,)
        The distinct scores, highest first.
    """

    order: Places
    positive: Flags
    ends: Places
    scores: Floats


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1, those of equal values averaged; NaN where a value is NaN.

    By pandas: scipy's own cost a step half a second to load.

    Examples
    --------
    >>> average_ranks(np.array([0.5, 2.0, 0.5])).tolist()
    [1.5, 3.0, 1.5]
    """
    ranks: Floats = np.asarray(pd.Series(values).rank(), dtype=np.float64)
    return ranks


def sorting_order(values: NDArray[Any]) -> Places:
    """Row numbers that sort the values, equal ones as they came, in as few bytes as will do."""
    return np.argsort(values, kind="stable").astype(np.min_scalar_type(-len(values)))


def rank(positive: Flags, score: Floats) -> Ranking:
    """Sort rows by score, ties kept together."""
    order = sorting_order(-score)
    ordered = score[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1).astype(order.dtype)
    return Ranking(order=order, positive=positive[order], ends=ends, scores=ordered[ends])


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """Weighted counts above each cut-off, for each set of weights.

    Parameters
    ----------
    hits, taken : ndarray of shape (n_sets, n_scores)
        Positive rows, and all rows, at or above each distinct score.
    """

    hits: Floats
    taken: Floats

    @property
    def positives(self) -> Floats:
        """Weight of the positive rows, of shape (n_sets, 1)."""
        return self.hits[:, -1:]

    @property
    def negatives(self) -> Floats:
        """Weight of the other rows, of shape (n_sets, 1)."""
        return self.taken[:, -1:] - self.hits[:, -1:]


def count_steps(ranking: Ranking, weights: Floats) -> Steps:
    """Add the weights up along the ranking; `weights` has shape (n_sets, n_rows), rows as they came."""
    cuts = slice(None) if len(ranking.ends) == len(ranking.order) else ranking.ends
    ordered = weights[:, ranking.order]
    # One after the other, so that few arrays of all rows are held at once.
    taken = np.cumsum(ordered, axis=1)[:, cuts]
    ordered *= ranking.positive
    return Steps(hits=np.cumsum(ordered, axis=1, out=ordered)[:, cuts], taken=taken)


def roc_auc(steps: Steps) -> Floats:
    """Area under the ROC curve by trapezoids; NaN where one of the two classes has no weight.

    References
    ----------
    Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27, 861-874.
    """
    misses = steps.taken - steps.hits
    area = misses[:, 0] * steps.hits[:, 0] / 2
    widths = np.diff(misses, axis=1)
    del misses  # of many rows these arrays are what memory holds
    area += np.einsum("ij,ij->i", widths, steps.hits[:, 1:] + steps.hits[:, :-1]) / 2
    return divide(area, (steps.positives * steps.negatives)[:, 0])


def average_precision(steps: Steps) -> Floats:
    """Precision averaged over the gains in recall; NaN where one of the two classes has no weight.

    References
    ----------
    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 8.4.
    """
    precision = divide(steps.hits, steps.taken, otherwise=0.0)
    gains = steps.hits.copy(order="K")
    gains[:, 1:] -= steps.hits[:, :-1]
    area = divide(np.einsum("ij,ij->i", gains, precision), steps.positives[:, 0])
    return np.where(steps.negatives[:, 0] > 0, area, np.nan)


def mean_areas(
    rankings: Iterable[Ranking], weights: Floats, areas: Mapping[str, Callable[[Steps], Floats]]
) -> dict[str, Floats]:
    """The mean of each area over rankings of the same rows, those left out that the weights leave without rows."""
    found: dict[str, list[Floats]] = {name: [] for name in areas}
    for ranking in rankings:
        steps = count_steps(ranking, weights)
        for name, area in areas.items():
            found[name].append(area(steps))
    return {name: mean_of_defined(np.array(each)) for name, each in found.items()}


def scaled_ranks(values: Floats) -> Floats:
    """Average ranks scaled to (0, 1].

    Examples
    --------
    >>> scaled_ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist()
    [0.875, 0.25, 0.875, 0.5]
    """
    ranks: Floats = average_ranks(values) / max(len(values), 1)
    return ranks


def area_by_ranks(score: Floats, positive: Flags) -> float:
    """Area under the ROC curve of rows that all count once, without a curve; 0.5 where one class has no row.

    Equal to `roc_auc` but for rounding, and to the last digit what profiles on disk hold.

    References
    ----------
    Mann and Whitney (1947), On a test of whether one of two random variables is stochastically larger than the
    other, Annals of Mathematical Statistics 18, 50-60.
    """
    return float(_areas(scaled_ranks(score)[None], positive)[0])


def areas_by_ranks(scores: Floats, positive: Flags) -> Floats:
    """`area_by_ranks` of each of many scores of the same rows, to the last digit.

    Parameters
    ----------
    scores : ndarray of shape (n_scores, n_rows)
        Without NaN.

    Returns
    -------
    ndarray of shape (n_scores,)
    """
    if len(scores) == 1:
        return np.array([area_by_ranks(scores[0], positive)])
    ranks = pd.DataFrame(scores).rank(axis=1).to_numpy() / max(scores.shape[1], 1)
    return _areas(ranks, positive)


def _areas(ranks: Floats, positive: Flags) -> Floats:
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return np.full(len(ranks), 0.5)
    rank_sums = np.ascontiguousarray(ranks[:, positive]).sum(axis=1) * ranks.shape[1]
    areas: Floats = (rank_sums - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
    return areas.clip(0.0, 1.0)  # but for rounding they lie there
