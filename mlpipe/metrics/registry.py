"""The metrics by name. A row is data."""

from __future__ import annotations

from typing import assert_never

from mlpipe.errors import UnknownNameError
from mlpipe.metrics.confusion import Confusion
from mlpipe.metrics.labels.label_sums import LabelSums, label_log_losses
from mlpipe.metrics.metric_spec import (
    MetricSpec,
    OfClusters,
    OfErrors,
    OfLabels,
    OfLabelSets,
    OfRanking,
    OfRows,
    is_constant,
    near_zero,
    no_label,
    of_positive_row,
    one_sided,
    too_large,
)
from mlpipe.metrics.ranking import average_precision, roc_auc
from mlpipe.metrics.row_losses import brier_losses, log_losses
from mlpipe.metrics.value_scores import WeightedErrors
from mlpipe.task import Task, no_target


def _cluster(name: str, text: str, *, greater_is_better: bool = True) -> MetricSpec:
    return MetricSpec(name=name, family="cluster", formula=OfClusters(), text=text, greater_is_better=greater_is_better)


_ROWS = (
    MetricSpec(name="accuracy", formula=OfLabels(Confusion.accuracy), least=0, every_row=True,
               text="share of rows predicted right"),
    MetricSpec(name="balanced_accuracy", formula=OfLabels(Confusion.balanced_accuracy), least=0,
               text="mean over the classes of the share found"),
    MetricSpec(name="precision", formula=OfLabels(Confusion.precision), least=0, binary=True, of_positive=True,
               undefined=of_positive_row("is predicted"), text="share right among the rows predicted {positive}"),
    MetricSpec(name="recall", formula=OfLabels(Confusion.recall), least=0, binary=True, of_positive=True,
               undefined=of_positive_row("is"), text="share found among the {positive} rows"),
    MetricSpec(name="f1", formula=OfLabels(Confusion.f1), least=0, binary=True, of_positive=True,
               undefined=of_positive_row("is or is predicted"),
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
               undefined=too_large, text="mean absolute error, in units of the target"),
    MetricSpec(name="mse", family="number", formula=OfErrors(WeightedErrors.mse), greater_is_better=False,
               undefined=too_large, text="mean squared error, in squared units"),
    MetricSpec(name="rmse", family="number", formula=OfErrors(WeightedErrors.rmse), greater_is_better=False,
               undefined=too_large, text="root of the mean squared error, in units of the target"),
    MetricSpec(name="r2", family="number", formula=OfErrors(WeightedErrors.r2), undefined=is_constant,
               text="share of the target's variance explained; 0 is as good as the mean"),
    MetricSpec(name="medae", family="number", formula=OfErrors(WeightedErrors.medae), greater_is_better=False,
               undefined=too_large, text="median absolute error, in units of the target"),
    MetricSpec(name="mape", family="number", formula=OfErrors(WeightedErrors.mape), greater_is_better=False,
               undefined=near_zero, text="mean absolute error as a share of the true value"),
    MetricSpec(name="max_error", family="number", formula=OfErrors(WeightedErrors.max_error), greater_is_better=False,
               undefined=too_large, text="largest absolute error"),
    MetricSpec(name="subset_accuracy", family="labels", formula=OfLabelSets(LabelSums.subset_accuracy), least=0,
               every_row=True, text="share of rows whose labels are all right"),
    MetricSpec(name="hamming_loss", family="labels", formula=OfLabelSets(LabelSums.hamming_loss),
               greater_is_better=False, every_row=True, text="share of all labels that are wrong, given or left out"),
    MetricSpec(name="f1_micro", family="labels", formula=OfLabelSets(LabelSums.f1_micro), least=0, every_row=True,
               undefined=no_label("has or gets"), text="harmonic mean of precision and recall over all labels"),
    MetricSpec(name="f1_macro", family="labels", formula=OfLabelSets(LabelSums.f1_macro), least=0,
               undefined=no_label("has or gets"), text="F1 of a label, mean over the labels"),
    MetricSpec(name="f1_samples", family="labels", formula=OfLabelSets(LabelSums.f1_samples), least=0, every_row=True,
               text="F1 of the labels of a row, mean over the rows; one that has no label and gets none counts 0"),
    MetricSpec(name="roc_auc_macro", family="labels", formula=OfRanking(roc_auc), least=0, undefined=one_sided,
               text="chance that a row with a label is ranked above one without, mean over the labels"),
    MetricSpec(name="precision_micro", family="labels", formula=OfLabelSets(LabelSums.precision_micro), least=0,
               every_row=True, undefined=no_label("gets"), text="share right among all labels given"),
    MetricSpec(name="recall_micro", family="labels", formula=OfLabelSets(LabelSums.recall_micro), least=0,
               every_row=True, undefined=no_label("has"), text="share found among all labels there are"),
    MetricSpec(name="log_loss", family="labels", formula=OfRows(label_log_losses), greater_is_better=False,
               every_row=True, text="mean of -log of the probability given to what is true of a label"),
    _cluster("silhouette", "how much nearer rows are to their own cluster than to the next, -1 to 1"),
    _cluster("calinski_harabasz", "variance between clusters over that within, each by its degrees of freedom"),
    _cluster("davies_bouldin", "how much each cluster overlaps with its nearest, mean over the clusters",
             greater_is_better=False),
    _cluster("stability", "adjusted Rand index between clusterings of bootstrap samples of the training rows"),
    _cluster("ari", "adjusted Rand index to reference labels: 1 for the same groups, about 0 for groups by chance"),
    _cluster("v_measure", "harmonic mean of homogeneity and completeness"),
    _cluster("homogeneity", "how far each cluster holds rows of one reference label, 0 to 1"),
    _cluster("completeness", "how far the rows of each reference label are in one cluster, 0 to 1"),
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


def loss_metric(task: Task) -> MetricSpec:
    """The metric that tells most finely which of two models loses less."""
    match task.family:
        case "class" | "labels":
            return find_metric("log_loss", task)
        case "number":
            return find_metric("rmse", task)
        case "numbers":  # no mean over targets of several sizes: it would be that of the largest
            return find_metric("r2", task)
        case "cluster":
            raise no_target(task)
        case other:
            assert_never(other)


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
        case Task.MULTILABEL:
            return "roc_auc_macro", ("roc_auc_macro", "f1_micro")
        case Task.MULTIOUTPUT:
            return "r2", ("r2", "rmse")
        case Task.CLUSTERING:
            return "silhouette", ("silhouette", "ari")
        case _:
            assert_never(task)
