"""The metrics by name. A row is data; the formulae stand in `class_scores`, `ranking` and `value_scores`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlpipe.errors import UnknownNameError
from mlpipe.task import Task

Needs = Literal["labels", "proba", "values"]

_BINARY = frozenset({Task.BINARY})
_CLASSES = frozenset({Task.BINARY, Task.MULTICLASS})
_NUMBERS = frozenset({Task.REGRESSION})


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """One metric.

    Parameters
    ----------
    needs : {"labels", "proba", "values"}
        What it is computed from: predicted labels, predicted probabilities or predicted numbers.
    text, many : str
        What it is; what it is for more than two classes, where that differs.
    """

    name: str
    tasks: frozenset[Task]
    greater_is_better: bool
    needs: Needs
    text: str
    many: str = ""

    @property
    def summary(self) -> str:
        """What it is, for all tasks."""
        return f"{self.text}; many classes: {self.many}" if self.many else self.text

    def describe(self, task: Task) -> str:
        """What it is, for one task."""
        return self.many if self.many and task is Task.MULTICLASS else self.text

    @property
    def perfect(self) -> float:
        """Its value for predictions without error."""
        return 1.0 if self.greater_is_better else 0.0


def _score(name: str, tasks: frozenset[Task], needs: Needs, text: str, many: str = "") -> MetricSpec:
    return MetricSpec(name=name, tasks=tasks, greater_is_better=True, needs=needs, text=text, many=many)


def _error(name: str, tasks: frozenset[Task], needs: Needs, text: str, many: str = "") -> MetricSpec:
    return MetricSpec(name=name, tasks=tasks, greater_is_better=False, needs=needs, text=text, many=many)


_ROWS = (
    _score("accuracy", _CLASSES, "labels", "share of rows predicted right"),
    _score("balanced_accuracy", _CLASSES, "labels", "mean over the classes of the share found"),
    _score("precision", _BINARY, "labels", "share right among the rows predicted positive"),
    _score("recall", _BINARY, "labels", "share found among the positive rows"),
    _score("f1", _BINARY, "labels", "harmonic mean of precision and recall of the positive class"),
    _score("precision_macro", _CLASSES, "labels", "precision, mean over the classes"),
    _score("recall_macro", _CLASSES, "labels", "recall, mean over the classes"),
    _score("f1_macro", _CLASSES, "labels", "F1, mean over the classes"),
    _score("f1_weighted", _CLASSES, "labels", "F1, mean over the classes weighted by their rows"),
    _score("roc_auc", _CLASSES, "proba",
           "chance that a positive row is ranked above a negative one",
           "chance that a row of a class is ranked above one of another, mean over the classes"),
    _score("pr_auc", _CLASSES, "proba",
           "average precision over all cut-offs",
           "average precision over all cut-offs of a class against the rest, mean over the classes"),
    _error("log_loss", _CLASSES, "proba", "mean of -log of the probability given to the true class"),
    _error("brier", _CLASSES, "proba",
           "mean squared error of the probability",
           "squared error of the probabilities summed over the classes, 0 to 2, mean over the rows"),
    _score("mcc", _CLASSES, "labels", "Matthews correlation of predicted and true classes, -1 to 1"),
    _error("mae", _NUMBERS, "values", "mean absolute error, in units of the target"),
    _error("mse", _NUMBERS, "values", "mean squared error, in squared units"),
    _error("rmse", _NUMBERS, "values", "root of the mean squared error, in units of the target"),
    _score("r2", _NUMBERS, "values", "share of the target's variance explained; 0 is as good as the mean"),
    _error("medae", _NUMBERS, "values", "median absolute error, in units of the target"),
    _error("mape", _NUMBERS, "values", "mean absolute error as a share of the true value"),
    _error("max_error", _NUMBERS, "values", "largest absolute error"),
)  # fmt: skip

_DEFAULT = {Task.BINARY: "roc_auc", Task.MULTICLASS: "f1_macro", Task.REGRESSION: "rmse"}


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
    return tuple(spec for spec in _ROWS if task in spec.tasks)


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
    return find_metric(_DEFAULT[task], task)
