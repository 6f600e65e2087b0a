"""What one column alone would predict: a rule that a model has to beat to be worth its trouble."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import default_metric
from mlpipe.metrics.scores import score
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Codes, Floats
    from mlpipe.metrics.judging.slices import Grouping

_PRIOR_ROWS = 5.0
"""Rows that the whole table's mean counts for in each level: a level of few rows says little."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OneColumn:
    """The rule of the column that alone predicts the training rows best.

    Parameters
    ----------
    scores : dict
        Metric to its value on the rows that are judged; `None` where undefined.
    """

    column: str
    scores: dict[str, float | None]


def one_column_rule(
    groupings: Sequence[Grouping], y_train: NDArray[np.generic], outcome: Outcome, names: Sequence[str]
) -> OneColumn | None:
    """Learn the mean target of each level of each column, and judge the column that does best on the training rows.

    Parameters
    ----------
    groupings : sequence of Grouping
        Codes of the training rows, then those of the judged rows.
    y_train : ndarray of shape (n_train,)
    outcome : Outcome
        The judged rows.

    References
    ----------
    Holte (1993), Very simple classification rules perform well on most commonly used datasets, Machine Learning 11,
    63-90.
    """
    metric = default_metric(outcome.task)
    known = Outcome.of(outcome.target, y_train, np.zeros(len(y_train), dtype=np.int64))
    best: tuple[float, Grouping] | None = None
    for grouping in groupings:
        codes = grouping.codes[: len(y_train)]
        value = score(_predicted(codes, codes, len(grouping.levels), known, known), [metric.name])[metric.name].value
        merit = -np.inf if value is None else value if metric.greater_is_better else -value
        if best is None or merit > best[0]:
            best = merit, grouping
    if best is None:
        return None
    grouping = best[1]
    codes, judged = grouping.codes[: len(y_train)], grouping.codes[len(y_train) :]
    said = _predicted(codes, judged, len(grouping.levels), known, outcome)
    return OneColumn(column=grouping.column, scores={name: found.value for name, found in score(said, names).items()})


def _predicted(codes: Codes, judged: Codes, n_levels: int, known: Outcome, outcome: Outcome) -> Outcome:
    """The outcome of the rule that was learnt from `codes`, for the rows of `judged`; the last level is all others."""
    target = known.target
    match target:
        case ClassTarget():
            truth = np.eye(len(known.labels))[known.y_true][:, : len(target.classes)]
            proba = _level_means(codes, truth, n_levels)[judged]
            return replace(outcome, y_pred=proba.argmax(axis=1), y_proba=proba)
        case NumberTarget():
            means = _level_means(codes, known.y_true.astype(np.float64)[:, None], n_levels)
            return replace(outcome, y_pred=means[judged, 0], y_proba=None)
        case LabelsTarget() | NumbersTarget() | NoTarget():
            raise ValueError(f"one column does not predict {target.name}")
        case _:
            assert_never(target)


def _level_means(codes: Codes, values: Floats, n_levels: int) -> Floats:
    """Means of the levels, drawn towards the mean of all, which also stands for rows of no level (-1, the last)."""
    places = np.where(codes < 0, n_levels, codes)
    sums = np.array([np.bincount(places, weights=column, minlength=n_levels + 1) for column in values.T]).T
    counts = np.bincount(places, minlength=n_levels + 1)[:, None]
    middle = values.mean(axis=0)
    means: Floats = (sums + _PRIOR_ROWS * middle) / (counts + _PRIOR_ROWS)
    return means


def has_one_column_rule(outcome: Outcome) -> bool:
    """Whether a column alone could predict such a target."""
    return isinstance(outcome.target, ClassTarget | NumberTarget)
