"""Outcomes of several targets taken apart: one of its own for each label, or for each quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.metrics.outcome import Outcome
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget, Target

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Floats

WITHOUT, WITH = "0", "1"


def each_target(target: Target) -> dict[str, ClassTarget | NumberTarget]:
    """Each of several targets as a target of its own, by its name; none where there are not several.

    Examples
    --------
    >>> each_target(NumbersTarget(columns=("a", "b")))["b"]
    NumberTarget(column='b')
    """
    match target:
        case LabelsTarget():
            return {name: ClassTarget(column=name, classes=(WITHOUT, WITH), positive=WITH) for name in target.columns}
        case NumbersTarget():
            return {name: NumberTarget(column=name) for name in target.columns}
        case ClassTarget() | NumberTarget() | NoTarget():
            return {}
        case _:
            assert_never(target)


def each_outcome(outcome: Outcome) -> dict[str, Outcome]:
    """The outcome of each of several targets, by its name."""
    return {name: _single(outcome, one, place) for place, (name, one) in enumerate(each_target(outcome.target).items())}


def _single(outcome: Outcome, target: ClassTarget | NumberTarget, place: int) -> Outcome:
    true, predicted = outcome.y_true[:, place], outcome.y_pred[:, place]
    proba: Floats | None = None
    if outcome.y_proba is not None:
        proba = np.column_stack([1 - outcome.y_proba[:, place], outcome.y_proba[:, place]])
    return Outcome(target=target, y_true=true, y_pred=predicted, y_proba=proba, weights=outcome.weights)
