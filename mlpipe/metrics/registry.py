"""The metrics by name. A row is data: what it scores, its formula, its direction, and why it can be undefined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.errors import UnknownNameError
from mlpipe.metrics.confusion import Confusion
from mlpipe.metrics.ranking import Steps, average_precision, roc_auc
from mlpipe.metrics.row_losses import brier_losses, log_losses
from mlpipe.metrics.value_scores import WeightedErrors, has_near_zero
from mlpipe.target import ClassTarget
from mlpipe.task import Family, Task, comes_later

if TYPE_CHECKING:
    from mlpipe.metrics.outcome import Floats, Outcome
    from mlpipe.target import Target

Why = Callable[["Outcome"], str]
"""Why a metric has no value for an outcome, in words."""


@dataclass(frozen=True)
class OfLabels:
    """Computed from the confusion matrix of true and predicted labels."""

    score: Callable[[Confusion], Floats]


@dataclass(frozen=True)
class OfRanking:
    """Computed from the order in which probabilities put the rows."""

    area: Callable[[Steps], Floats]


@dataclass(frozen=True)
class OfRows:
    """Mean over the rows of what their probabilities cost."""

    loss: Callable[[Outcome], Floats]


@dataclass(frozen=True)
class OfErrors:
    """Computed from the distances of true and predicted numbers."""

    score: Callable[[WeightedErrors], Floats]


Formula = OfLabels | OfRanking | OfRows | OfErrors


def _positive(target: Target) -> str | None:
    return target.positive if isinstance(target, ClassTarget) else None


def _one_class(outcome: Outcome) -> str:
    present = [outcome.labels[k] for k in np.flatnonzero(outcome.support)]
    return f"all rows are {present[0]!r}" if len(present) == 1 else f"no row is {_positive(outcome.target)!r}"


def _of_positive(told: str) -> Why:
    return lambda outcome: f"no row {told} {_positive(outcome.target)!r}"


def _too_large(_: Outcome) -> str:
    return "the numbers are too large"


def _constant(_: Outcome) -> str:
    return "all true values are equal"


def _near_zero(outcome: Outcome) -> str:
    near = has_near_zero(np.asarray(outcome.y_true, dtype=np.float64))
    return "a true value is zero or next to it" if near else _too_large(outcome)


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """One metric.

    Parameters
    ----------
    family : Family
        What has to be predicted for it.
    binary : bool
        It is for two classes alone.
    least : float or None
        The lowest value of a score that ends at 1; `None` where it has no such ends.
    every_row : bool
        All rows tell of it alike; else those of the rarest class settle how sure it is.
    undefined : callable
        Why an outcome has no value.
    text, many : str
        What it is; what it is for more than two classes, where that differs. `{positive}` is the positive class.
    of_positive : bool
        Another value comes out where the other of two classes is the positive one.
    """

    name: str
    formula: Formula
    text: str
    many: str = ""
    family: Family = "class"
    greater_is_better: bool = True
    undefined: Why = _one_class
    binary: bool = False
    of_positive: bool = False
    least: float | None = None
    every_row: bool = False

    @property
    def needs_proba(self) -> bool:
        """Whether it is computed from probabilities."""
        return isinstance(self.formula, OfRanking | OfRows)

    @property
    def tasks(self) -> frozenset[Task]:
        """The tasks that it is for."""
        return frozenset(task for task in Task if self.fits(task))

    def fits(self, task: Task) -> bool:
        """Whether it is for a task."""
        return task is Task.BINARY if self.binary else task.family == self.family

    @property
    def summary(self) -> str:
        """What it is, for all tasks."""
        text = self.text.format(positive="positive")
        return f"{text}; many classes: {self.many}" if self.many else text

    def describe(self, target: Target) -> str:
        """What it is, for one target."""
        positive = _positive(target)
        if self.many and positive is None:
            return self.many
        return self.text.format(positive=repr(positive))

    def named(self, target: Target) -> str:
        """Its name, with the class that it is of where that makes a difference.

        Examples
        --------
        >>> from mlpipe.target import ClassTarget
        >>> paid = ClassTarget(column="loan", classes=("default", "paid"), positive="default")
        >>> [find_metric(name, Task.BINARY).named(paid) for name in ("recall", "accuracy")]
        ["recall of 'default'", 'accuracy']
        """
        positive = _positive(target)
        return self.name if positive is None or not self.of_positive else f"{self.name} of {positive!r}"

    @property
    def perfect(self) -> float:
        """Its value for predictions without error."""
        return 1.0 if self.greater_is_better else 0.0


_ROWS = (
    MetricSpec(name="accuracy", formula=OfLabels(Confusion.accuracy), least=0, every_row=True,
               text="share of rows predicted right"),
    MetricSpec(name="balanced_accuracy", formula=OfLabels(Confusion.balanced_accuracy), least=0,
               text="mean over the classes of the share found"),
    MetricSpec(name="precision", formula=OfLabels(Confusion.precision), least=0, binary=True, of_positive=True,
               undefined=_of_positive("is predicted"), text="share right among the rows predicted {positive}"),
    MetricSpec(name="recall", formula=OfLabels(Confusion.recall), least=0, binary=True, of_positive=True,
               undefined=_of_positive("is"), text="share found among the {positive} rows"),
    MetricSpec(name="f1", formula=OfLabels(Confusion.f1), least=0, binary=True, of_positive=True,
               undefined=_of_positive("is or is predicted"),
               text="harmonic mean of precision and recall of the {positive} class"),
    MetricSpec(name="precision_macro", formula=OfLabels(Confusion.precision_macro), least=0,
               text="precision, mean over the classes"),
    MetricSpec(name="recall_macro", formula=OfLabels(Confusion.recall_macro), least=0,
               text="recall, mean over the classes"),
    MetricSpec(name="f1_macro", formula=OfLabels(Confusion.f1_macro), least=0, text="F1, mean over the classes"),
    MetricSpec(name="f1_weighted", formula=OfLabels(Confusion.f1_weighted), least=0,
               text="F1, mean over the classes weighted by their rows"),
    MetricSpec(name="roc_auc", formula=OfRanking(roc_auc), least=0,
               text="chance that a {positive} row is ranked above one that is not",
               many="chance that a row of a class is ranked above one of another, mean over the classes"),
    MetricSpec(name="pr_auc", formula=OfRanking(average_precision), least=0, of_positive=True,
               text="average precision over all cut-offs",
               many="average precision over all cut-offs of a class against the rest, mean over the classes"),
    MetricSpec(name="log_loss", formula=OfRows(log_losses), greater_is_better=False,
               text="mean of -log of the probability given to the true class"),
    MetricSpec(name="brier", formula=OfRows(brier_losses), greater_is_better=False,
               text="mean squared error of the probability",
               many="squared error of the probabilities summed over the classes, 0 to 2, mean over the rows"),
    MetricSpec(name="mcc", formula=OfLabels(Confusion.mcc), least=-1,
               text="Matthews correlation of predicted and true classes, -1 to 1"),
    MetricSpec(name="mae", family="number", formula=OfErrors(WeightedErrors.mae), greater_is_better=False,
               undefined=_too_large, text="mean absolute error, in units of the target"),
    MetricSpec(name="mse", family="number", formula=OfErrors(WeightedErrors.mse), greater_is_better=False,
               undefined=_too_large, text="mean squared error, in squared units"),
    MetricSpec(name="rmse", family="number", formula=OfErrors(WeightedErrors.rmse), greater_is_better=False,
               undefined=_too_large, text="root of the mean squared error, in units of the target"),
    MetricSpec(name="r2", family="number", formula=OfErrors(WeightedErrors.r2), undefined=_constant,
               text="share of the target's variance explained; 0 is as good as the mean"),
    MetricSpec(name="medae", family="number", formula=OfErrors(WeightedErrors.medae), greater_is_better=False,
               undefined=_too_large, text="median absolute error, in units of the target"),
    MetricSpec(name="mape", family="number", formula=OfErrors(WeightedErrors.mape), greater_is_better=False,
               undefined=_near_zero, text="mean absolute error as a share of the true value"),
    MetricSpec(name="max_error", family="number", formula=OfErrors(WeightedErrors.max_error), greater_is_better=False,
               undefined=_too_large, text="largest absolute error"),
)  # fmt: skip


def all_metrics() -> tuple[MetricSpec, ...]:
    """Every metric, in the order in which they are listed."""
    return _ROWS


def metrics_for(task: Task) -> tuple[MetricSpec, ...]:
    """The metrics of a task.

    Examples
    --------
    >>> [spec.name for spec in metrics_for(Task.REGRESSION)]
    ['mae', 'mse', 'rmse', 'r2', 'medae', 'mape', 'max_error']
    """
    return tuple(spec for spec in _ROWS if spec.fits(task))


def find_metric(name: str, task: Task) -> MetricSpec:
    """Look up a metric of a task by name.

    Raises
    ------
    UnknownNameError
        With the nearest names that fit the task.
    """
    for spec in metrics_for(task):
        if spec.name == name:
            return spec
    raise UnknownNameError(f"{task.value} metric", name, [spec.name for spec in metrics_for(task)], where="metric")


def default_metric(task: Task) -> MetricSpec:
    """The metric that models of a task are compared by."""
    return find_metric(_leading(task)[0], task)


def choose_metric(name: str | None, task: Task) -> MetricSpec:
    """The named metric, or the one that models of a task are compared by."""
    return default_metric(task) if name is None else find_metric(name, task)


def headline_metrics(task: Task) -> tuple[str, ...]:
    """The metrics that are told first."""
    return _leading(task)[1]


def _leading(task: Task) -> tuple[str, tuple[str, ...]]:
    match task:
        case Task.BINARY:
            return "roc_auc", ("accuracy", "roc_auc")
        case Task.MULTICLASS:
            return "f1_macro", ("accuracy", "f1_macro")
        case Task.REGRESSION:
            return "rmse", ("rmse", "r2")
        case Task.MULTILABEL | Task.MULTIOUTPUT | Task.CLUSTERING:
            raise comes_later(task)
        case _:
            assert_never(task)
