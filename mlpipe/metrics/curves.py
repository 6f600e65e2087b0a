"""Curves over all cut-offs: ROC, precision-recall, threshold, gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide
from mlpipe.metrics.bootstrap import draw_counts
from mlpipe.metrics.ranking import average_precision, count_steps, roc_auc
from mlpipe.target import LabelsTarget

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.metrics.arrays import Flags, Floats
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.ranking import Ranking, Steps

    _Points = Callable[[Steps], tuple[Floats, Floats]]

_MOST_POINTS = 1000
_BAND_RESAMPLES = 200
_MOST_BAND_WORK = 20_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Contest:
    """One class, or label, against the rest.

    Parameters
    ----------
    place : int
        Its position among the outcome's probabilities.
    """

    label: str
    outcome: Outcome
    place: int

    @property
    def positive(self) -> Flags:
        """Which rows are of the class, of shape (n_rows,)."""
        return self.outcome.has(self.place)

    @property
    def score(self) -> Floats:
        """Their probability for the class, of shape (n_rows,)."""
        return self.outcome.score_of(self.place)

    @property
    def weight(self) -> Floats:
        """Weights of shape (1, n_rows), all one where there are none."""
        weights = self.outcome.weights
        return (np.ones(self.outcome.n_rows) if weights is None else weights)[None, :]

    @property
    def ranking(self) -> Ranking:
        """The rows in the order of their probability."""
        return self.outcome.ranking(self.place)

    def steps(self) -> Steps:
        """Weighted counts above each cut-off, for one set of weights."""
        return count_steps(self.ranking, self.weight)


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A line with an area under it, and a band that holds 95 % of the bootstrapped lines at each x.

    Parameters
    ----------
    x, y : ndarray of shape (n_points,)
    area : float
    grid, low, high : ndarray of shape (n_grid,)
        The band; empty where it was not asked for.
    """

    label: str
    x: Floats
    y: Floats
    area: float
    grid: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class ThresholdCurve:
    """Scores against the cut-off from which on a row is called positive; NaN where undefined."""

    threshold: Floats
    precision: Floats
    recall: Floats
    f1: Floats
    balanced_accuracy: Floats


def contests(outcome: Outcome) -> tuple[Contest, ...]:
    """The positive class of two; else each class, or label, against the rest.

    Classes without rows, or without others, are left out: no curve can be drawn for them.
    """
    if outcome.y_proba is None:
        return ()
    names = outcome.target.columns if isinstance(outcome.target, LabelsTarget) else outcome.classes
    wanted = range(len(names)) if outcome.positive is None else [outcome.positive]
    chosen = [place for place in wanted if 0 < outcome.support[place] < outcome.n_rows]
    return tuple(Contest(label=names[place], outcome=outcome, place=place) for place in chosen)


def roc_curve(contest: Contest, *, band: bool = False, seed: int = 0) -> Curve:
    """True positive rate (y) against false positive rate (x)."""
    return _curve(contest, _roc_points, roc_auc, seed if band else None)


def precision_recall_curve(contest: Contest, *, band: bool = False, seed: int = 0) -> Curve:
    """Precision (y) against recall (x); the area is the average precision."""
    return _curve(contest, _pr_points, average_precision, seed if band else None)


def _curve(contest: Contest, points: _Points, area: Callable[[Steps], Floats], seed: int | None) -> Curve:
    """The line of one set of weights, with its area; with a band where there is a seed to draw it by."""
    steps = contest.steps()
    xs, ys = points(steps)
    x, y = _thin(xs[0], ys[0])
    del xs, ys  # of many rows these arrays are what memory holds
    grid, low, high = _no_band() if seed is None else _band(contest, seed, points)
    return Curve(label=contest.label, x=x, y=y, area=float(area(steps)[0]), grid=grid, low=low, high=high)


def gain_curve(contest: Contest) -> Curve:
    """Share of the positive rows found (y) among the share of rows taken from the top (x)."""
    steps = contest.steps()
    taken, found = (_shares(counts[0]) for counts in (steps.taken, steps.hits))
    x, y = _thin(taken, found)
    grid, low, high = _no_band()
    return Curve(label=contest.label, x=x, y=y, area=float(np.trapezoid(found, taken)), grid=grid, low=low, high=high)


def _shares(counts: Floats) -> Floats:
    """Counts as shares of the last, from nought on."""
    shares = np.zeros(len(counts) + 1)
    np.divide(counts, counts[-1], out=shares[1:])
    return shares


def threshold_curve(contest: Contest, *, n_points: int = 201) -> ThresholdCurve:
    """Scores of the rule "positive from this probability on", for evenly spaced thresholds in [0, 1]."""
    steps = contest.steps()
    threshold = np.linspace(0, 1, n_points)
    above = np.searchsorted(-contest.ranking.scores, -threshold, side="right")
    hits, taken = (np.where(above > 0, counts[0, above - 1], 0.0) for counts in (steps.hits, steps.taken))
    positives, negatives = steps.positives[0, 0], steps.negatives[0, 0]
    recall = hits / positives
    specificity = 1 - (taken - hits) / negatives
    return ThresholdCurve(
        threshold=threshold,
        precision=divide(hits, taken),
        recall=recall,
        f1=2 * hits / (taken + positives),
        balanced_accuracy=(recall + specificity) / 2,
    )


def _roc_points(steps: Steps) -> tuple[Floats, Floats]:
    start = np.zeros((len(steps.hits), 1))
    fpr = np.hstack([start, divide(steps.taken - steps.hits, steps.negatives)])
    return fpr, np.hstack([start, divide(steps.hits, steps.positives)])


def _pr_points(steps: Steps) -> tuple[Floats, Floats]:
    precision = divide(steps.hits, steps.taken, otherwise=1.0)
    recall = divide(steps.hits, steps.positives)
    # The line begins at recall 0 with the precision of the first cut-off, not at a made-up 1.
    return np.hstack([np.zeros((len(recall), 1)), recall]), np.hstack([precision[:, :1], precision])


def _no_band() -> tuple[Floats, Floats, Floats]:
    nothing = np.zeros(0)
    return nothing, nothing, nothing


def _band(contest: Contest, seed: int, points: _Points) -> tuple[Floats, Floats, Floats]:
    """Vertical 95 % band of bootstrapped curves."""
    n_rows = contest.outcome.n_rows
    n_resamples = min(_BAND_RESAMPLES, _MOST_BAND_WORK // n_rows)
    if n_resamples < 50:  # so many rows that the band would be thinner than the line
        return _no_band()
    grid = np.linspace(0, 1, 101)
    lines = []
    for counts in draw_counts(n_rows, n_resamples, np.random.default_rng(seed)):
        xs, ys = points(count_steps(contest.ranking, counts * contest.weight))
        lines += [np.interp(grid, x, y) for x, y in zip(xs, ys, strict=True) if not np.isnan(x[-1] + y[-1])]
    if len(lines) < 50:
        return _no_band()
    low, high = np.quantile(np.array(lines), [0.025, 0.975], axis=0)
    return grid, low, high


def _thin(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Leave out points that a figure cannot show; both ends stay."""
    if len(x) <= _MOST_POINTS:
        return x, y
    kept = np.unique(np.linspace(0, len(x) - 1, _MOST_POINTS).round().astype(np.int64))
    return x[kept], y[kept]
