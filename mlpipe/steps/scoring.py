"""Scores of predictions by name: what folds, parts and evaluations are all measured with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import MetricSpec, default_metric, find_metric, metrics_for
from mlpipe.metrics.scores import score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.schema import DataContext
    from mlpipe.models.predicting import Predictions
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """Scores predictions by every metric of a task; can be sent to another process."""

    task: Task
    classes: tuple[str, ...]

    def __call__(self, y_true: NDArray[Any], predictions: Predictions) -> dict[str, float | None]:
        """Metric values by name; `None` where a metric is undefined."""
        outcome = outcome_of(y_true, predictions, self.task, self.classes)
        names = [spec.name for spec in metrics_for(self.task)]
        return {name: found.value for name, found in score(outcome, names).items()}


def scorer_for(context: DataContext) -> Scorer:
    """The scorer of a task."""
    return Scorer(task=context.task, classes=context.classes)


def outcome_of(y_true: NDArray[Any], predictions: Predictions, task: Task, classes: tuple[str, ...]) -> Outcome:
    """Predictions beside the truth."""
    return Outcome(task=task, y_true=y_true, y_pred=predictions.values, y_proba=predictions.proba, classes=classes)


def metric_for(name: str | None, task: Task) -> MetricSpec:
    """The named metric, or the task's default."""
    return default_metric(task) if name is None else find_metric(name, task)
