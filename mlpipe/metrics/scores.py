"""Scores of one outcome, with a reason where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, assert_never

import numpy as np

from mlpipe.metrics.class_scores import ClassScorer
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.metrics.labels.scorers import LabelsScorer, NumbersScorer
from mlpipe.metrics.metric_spec import OfErrors, OfRanking
from mlpipe.metrics.registry import find_metric, metrics_for
from mlpipe.metrics.value_scores import Errors, WeightedErrors
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.task import no_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.metrics.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Score:
    """A metric's value, or why it has none.

    Parameters
    ----------
    reason : str
        Why there is no value; beside a value, what it leaves out. Empty as a rule.
    """

    value: float | None
    reason: str = ""


def score(outcome: Outcome, names: Sequence[str]) -> dict[str, Score]:
    """Score an outcome by the named metrics, in their order.

    Values equal scikit-learn's wherever the metric is defined. Where scikit-learn would warn and make up a number
    (no row of a class, nothing predicted positive, a constant target), there is no value but a reason.

    Raises
    ------
    UnknownNameError
        Where a metric does not exist or does not fit the task.

    Examples
    --------
    >>> from mlpipe.metrics.outcome import Outcome
    >>> from mlpipe.target import NumberTarget
    >>> outcome = Outcome(target=NumberTarget(column="y"), y_true=np.array([0.0, 2.0]), y_pred=np.array([1.0, 2.0]))
    >>> score(outcome, ["mae", "mape"])["mae"]
    Score(value=0.5, reason='')
    """
    specs = [find_metric(name, outcome.task) for name in names]
    if outcome.n_rows == 0:
        return {spec.name: Score(value=None, reason="there are no rows") for spec in specs}
    found = build_scorer(outcome, specs).values(_unit_weights(outcome))
    return {s.name: _score(outcome, s, float(found[s.name][0]) if s.name in found else np.nan) for s in specs}


def score_all(outcome: Outcome) -> dict[str, float | None]:
    """Every metric of the task by name; `None` where one is undefined."""
    names = [spec.name for spec in metrics_for(outcome.task)]
    return {name: found.value for name, found in score(outcome, names).items()}


class Scorer(Protocol):
    """Scores an outcome under many sets of row weights; `sorts` is what its work is in proportion to."""

    @property
    def sorts(self) -> int:
        """How many times the rows are gone through in sorted order."""

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""


class ValueScorer:
    """Everything about an outcome that does not depend on the weights, worked out once."""

    sorts = 1

    def __init__(self, outcome: Outcome, specs: Sequence[MetricSpec]) -> None:
        self._errors = Errors(outcome)
        self._specs = specs

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""
        weighted = WeightedErrors(self._errors, weights)
        return {spec.name: spec.formula.score(weighted) for spec in self._specs if isinstance(spec.formula, OfErrors)}


def build_scorer(outcome: Outcome, specs: Sequence[MetricSpec]) -> Scorer:
    """Prepare an outcome for scoring under many sets of row weights."""
    target = outcome.target
    match target:
        case ClassTarget():
            return ClassScorer(outcome, specs)
        case NumberTarget():
            return ValueScorer(outcome, specs)
        case LabelsTarget():
            return LabelsScorer(outcome, specs)
        case NumbersTarget():
            return NumbersScorer(outcome, specs)
        case NoTarget():
            raise no_target(target.task)
        case _:
            assert_never(target)


def _unit_weights(outcome: Outcome) -> Floats:
    weights = np.ones(outcome.n_rows) if outcome.weights is None else outcome.weights
    return np.asarray(weights, dtype=np.float64)[None, :]


def _score(outcome: Outcome, spec: MetricSpec, value: float) -> Score:
    if np.isfinite(value):
        return Score(value=value, reason=_what_is_left_out(outcome, spec))
    if spec.needs_proba and outcome.y_proba is None:
        return Score(value=None, reason="the model gives no probabilities")
    return Score(value=None, reason=_why(outcome, spec))


def _why(outcome: Outcome, spec: MetricSpec) -> str:
    """Why a metric has no value; of several quantities, for which of them."""
    if not isinstance(outcome.target, NumbersTarget):
        return spec.undefined(outcome)
    for name, one in each_outcome(outcome).items():
        if (found := score(one, [spec.name])[spec.name]).value is None:
            return f"{name}: {found.reason}"
    return spec.undefined(outcome)


def _what_is_left_out(outcome: Outcome, spec: MetricSpec) -> str:
    """An area of one class against the rest needs rows of that class."""
    if not isinstance(spec.formula, OfRanking):
        return ""
    if isinstance(outcome.target, LabelsTarget):
        alike = [name for name, n in zip(outcome.target.columns, outcome.support.tolist(), strict=True)
                 if n in {0, outcome.n_rows}]  # fmt: skip
        shown = ", ".join(map(repr, alike[:3])) + (" …" if len(alike) > 3 else "")
        labels = f"leaves out {len(alike)} of {len(outcome.target.columns)} labels, which all rows have or none"
        return f"{labels}: {shown}" if alike else ""
    absent = [outcome.labels[k] for k in np.flatnonzero(outcome.support == 0)]
    if not absent:
        return ""
    shown = ", ".join(repr(label) for label in absent[:3]) + (" …" if len(absent) > 3 else "")
    return f"leaves out {len(absent)} of {len(outcome.labels)} classes, which have no rows: {shown}"
