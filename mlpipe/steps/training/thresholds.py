"""From which probability on a class, or a label, is predicted: chosen on out-of-fold rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.labels.apart import WITH, WITHOUT, each_target
from mlpipe.metrics.registry import find_metric
from mlpipe.metrics.scores import score
from mlpipe.models.deciding.thresholds import choose_threshold, cost_of
from mlpipe.models.predicting import Predictions
from mlpipe.params.training import COST, parse_cost
from mlpipe.target import ClassTarget, LabelsTarget
from mlpipe.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.models.comparison.outcomes import HeldOut
    from mlpipe.params import TrainParams
    from mlpipe.target import Target

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ChosenThreshold:
    """A threshold, what it scores on out-of-fold rows, and what one half does; costs are lower where better."""

    label: str
    value: float
    score: float | None
    score_at_half: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Side:
    """Out-of-fold rows of one class against the rest, or of one label."""

    target: ClassTarget
    label: str
    positive: Floats
    y: NDArray[np.str_]
    weights: Floats | None


def check_threshold_metric(params: TrainParams, target: Target) -> None:
    """Raise `UnknownNameError` where a threshold is to be chosen by a metric that is none of two classes'."""
    if params.threshold_by not in {None, COST}:
        find_metric(str(params.threshold_by), Task.BINARY if isinstance(target, LabelsTarget) else target.task)


def choose_thresholds(held: HeldOut, said: Floats, params: TrainParams) -> list[ChosenThreshold]:
    """The threshold of the positive class, or of each label; none where no cut has a score.

    A label for which no cut has a score keeps one half.
    """
    by = str(params.threshold_by)
    return [chosen for side in _sides(held, said) if (chosen := _choose(side, by, params.cost)) is not None]


def _sides(held: HeldOut, said: Floats) -> list[_Side]:
    target = held.target
    if isinstance(target, ClassTarget):
        assert target.positive is not None
        place = target.positive_place
        return [_Side(target=target, label=target.positive, positive=said[:, place], y=held.y, weights=held.weights)]
    words = np.array([WITHOUT, WITH])
    return [
        _Side(target=one, label=name, positive=said[:, place], y=words[held.y[:, place]], weights=held.weights)
        for place, (name, one) in enumerate(each_target(target).items())
        if isinstance(one, ClassTarget)
    ]


def _choose(side: _Side, by: str, cost: str | None) -> ChosenThreshold | None:
    place = side.target.positive_place
    assert place is not None
    is_positive = side.y == side.target.positive

    def measure(called: NDArray[np.bool_]) -> float | None:
        if by == COST:
            false_positive, false_negative = parse_cost(str(cost))
            return -cost_of(
                called, is_positive, false_positive=false_positive, false_negative=false_negative,
                weights=side.weights,
            )  # fmt: skip
        outcome = Predictions(target=side.target, outputs=np.where(called, place, 1 - place)).beside(
            side.y, side.weights
        )
        value = score(outcome, [by])[by].value
        return value if value is None or find_metric(by, Task.BINARY).greater_is_better else -value

    value = choose_threshold(side.positive, measure)
    if value is None:
        return None
    found, usual = measure(side.positive >= value), measure(side.positive >= 0.5)
    return ChosenThreshold(label=side.label, value=value, score=_plain(found, by), score_at_half=_plain(usual, by))


def _plain(value: float | None, by: str) -> float | None:
    return -value if value is not None and by == COST else value
