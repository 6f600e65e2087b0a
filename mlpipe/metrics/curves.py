"""Curves over all cut-offs: ROC, precision-recall, threshold, gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.bootstrap import draw_counts
from mlpipe.metrics.confusion import divide
from mlpipe.metrics.ranking import average_precision, count_steps, rank, roc_auc
from mlpipe.target import LabelsTarget

if TYPE_CHECKING:
    from mlpipe.metrics.outcome import Flags, Floats, Outcome
    from mlpipe.metrics.ranking import Steps

_MOST_POINTS = 1000
_BAND_RESAMPLES = 200
_MOST_BAND_WORK = 20_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Contest:
    """One class against the rest.

    Parameters
    ----------
    positive : ndarray of shape (n_rows,)
        Whether a row is of the class.
    score : ndarray of shape (n_rows,)
        Its probability for the class.
    weights : ndarray of shape (n_rows,) or None
    """

    label: str
    positive: Flags
    score: Floats
    weights: Floats | None = None

    @property
    def weight(self) -> Floats:
        """Weights of shape (1, n_rows), all one where there are none."""
        return (np.ones(len(self.score)) if self.weights is None else self.weights)[None, :]


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
    if isinstance(outcome.target, LabelsTarget):
        return _label_contests(outcome.target, outcome)
    support = outcome.support[: len(outcome.classes)]
    wanted = range(len(support)) if outcome.positive is None else [outcome.positive]
    chosen = [k for k in wanted if 0 < support[k] < outcome.n_rows]
    return tuple(
        Contest(
            label=outcome.classes[k],
            positive=outcome.true_codes == k,
            score=outcome.score_of(k),
            weights=outcome.weights,
        )
        for k in chosen
    )


def _label_contests(target: LabelsTarget, outcome: Outcome) -> tuple[Contest, ...]:
    support = outcome.y_true.sum(axis=0)
    chosen = [k for k in range(len(support)) if 0 < support[k] < outcome.n_rows]
    assert outcome.y_proba is not None
    return tuple(
        Contest(
            label=target.columns[k],
            positive=outcome.y_true[:, k] == 1,
            score=outcome.y_proba[:, k],
            weights=outcome.weights,
        )
        for k in chosen
    )


def roc_curve(contest: Contest, *, band: bool = False, seed: int = 0) -> Curve:
    """True positive rate (y) against false positive rate (x)."""
    ranking = rank(contest.positive, contest.score)
    steps = count_steps(ranking, contest.weight)
    fpr, tpr = _roc_points(steps)
    x, y = _thin(fpr[0], tpr[0])
    grid, low, high = _band(contest, seed, "roc") if band else _no_band()
    return Curve(label=contest.label, x=x, y=y, area=float(roc_auc(steps)[0]), grid=grid, low=low, high=high)


def precision_recall_curve(contest: Contest, *, band: bool = False, seed: int = 0) -> Curve:
    """Precision (y) against recall (x); the area is the average precision."""
    ranking = rank(contest.positive, contest.score)
    steps = count_steps(ranking, contest.weight)
    recall, precision = _pr_points(steps)
    x, y = _thin(recall[0], precision[0])
    grid, low, high = _band(contest, seed, "pr") if band else _no_band()
    return Curve(label=contest.label, x=x, y=y, area=float(average_precision(steps)[0]), grid=grid, low=low, high=high)


def gain_curve(contest: Contest) -> Curve:
    """Share of the positive rows found (y) among the share of rows taken from the top (x)."""
    steps = count_steps(rank(contest.positive, contest.score), contest.weight)
    taken = np.append(0.0, steps.taken[0] / steps.taken[0, -1])
    found = np.append(0.0, steps.hits[0] / steps.hits[0, -1])
    x, y = _thin(taken, found)
    grid, low, high = _no_band()
    return Curve(label=contest.label, x=x, y=y, area=float(np.trapezoid(found, taken)), grid=grid, low=low, high=high)


def threshold_curve(contest: Contest, *, n_points: int = 201) -> ThresholdCurve:
    """Scores of the rule "positive from this probability on", for evenly spaced thresholds in [0, 1]."""
    ranking = rank(contest.positive, contest.score)
    steps = count_steps(ranking, contest.weight)
    threshold = np.linspace(0, 1, n_points)
    above = np.searchsorted(-ranking.scores, -threshold, side="right")
    hits = np.append(0.0, steps.hits[0])[above]
    taken = np.append(0.0, steps.taken[0])[above]
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


def _band(contest: Contest, seed: int, kind: str) -> tuple[Floats, Floats, Floats]:
    """Vertical 95 % band of bootstrapped curves."""
    ranking = rank(contest.positive, contest.score)
    n_resamples = min(_BAND_RESAMPLES, _MOST_BAND_WORK // len(contest.score))
    if n_resamples < 50:  # so many rows that the band would be thinner than the line
        return _no_band()
    grid = np.linspace(0, 1, 101)
    lines = []
    for counts in draw_counts(len(contest.score), n_resamples, np.random.default_rng(seed)):
        steps = count_steps(ranking, counts * contest.weight)
        xs, ys = _roc_points(steps) if kind == "roc" else _pr_points(steps)
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
