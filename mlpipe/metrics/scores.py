"""Scores of one outcome, with a reason where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.class_scores import ClassScorer
from mlpipe.metrics.registry import find_metric
from mlpipe.metrics.value_scores import ValueScorer, has_near_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Floats, Outcome


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
    >>> from mlpipe.task import Task
    >>> outcome = Outcome(task=Task.REGRESSION, y_true=np.array([0.0, 2.0]), y_pred=np.array([1.0, 2.0]))
    >>> score(outcome, ["mae", "mape"])["mae"]
    Score(value=0.5, reason='')
    """
    for name in names:
        find_metric(name, outcome.task)
    if outcome.n_rows == 0:
        return dict.fromkeys(names, Score(value=None, reason="there are no rows"))
    found = build_scorer(outcome, names).values(_unit_weights(outcome))
    return {name: _score(outcome, name, float(found[name][0]) if name in found else np.nan) for name in names}


def build_scorer(outcome: Outcome, names: Sequence[str]) -> ClassScorer | ValueScorer:
    """Prepare an outcome for scoring under many sets of row weights."""
    return ClassScorer(outcome, names) if outcome.task.is_classification else ValueScorer(outcome, names)


def _unit_weights(outcome: Outcome) -> Floats:
    weights = np.ones(outcome.n_rows) if outcome.weights is None else outcome.weights
    return np.asarray(weights, dtype=np.float64)[None, :]


def _score(outcome: Outcome, name: str, value: float) -> Score:
    if not np.isfinite(value):
        return Score(value=None, reason=_why_undefined(outcome, name))
    return Score(value=value, reason=_what_is_left_out(outcome, name))


def _why_undefined(outcome: Outcome, name: str) -> str:
    if outcome.task.is_classification:
        return _why_class_undefined(outcome, name)
    if name == "r2":
        return "all true values are equal"
    if name == "mape" and has_near_zero(np.asarray(outcome.y_true, dtype=np.float64)):
        return "a true value is zero or next to it"
    return "the numbers are too large"


def _why_class_undefined(outcome: Outcome, name: str) -> str:
    if find_metric(name, outcome.task).needs == "proba" and outcome.y_proba is None:
        return "the model gives no probabilities"
    positive = outcome.classes[-1]
    if name == "precision":
        return f"no row is predicted {positive!r}"
    if name == "recall":
        return f"no row is {positive!r}"
    if name == "f1":
        return f"no row is or is predicted {positive!r}"
    present = [outcome.labels[k] for k in np.flatnonzero(outcome.support)]
    return f"all rows are {present[0]!r}" if len(present) == 1 else f"no row is {positive!r}"


def _what_is_left_out(outcome: Outcome, name: str) -> str:
    """An area of one class against the rest needs rows of that class."""
    if name not in {"roc_auc", "pr_auc"}:
        return ""
    absent = [outcome.labels[k] for k in np.flatnonzero(outcome.support == 0)]
    if not absent:
        return ""
    shown = ", ".join(repr(label) for label in absent[:3]) + (" …" if len(absent) > 3 else "")
    return f"leaves out {len(absent)} of {len(outcome.labels)} classes, which have no rows: {shown}"
