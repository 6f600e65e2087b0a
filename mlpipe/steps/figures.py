"""The figures of an evaluation, by name, as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.metrics.calibration import calibration
from mlpipe.metrics.confusion import confusion_counts
from mlpipe.metrics.curves import contests, gain_curve, precision_recall_curve, roc_curve, threshold_curve
from mlpipe.plots.confusion import draw_confusion
from mlpipe.plots.drawn import Figures, render_figures
from mlpipe.plots.fonts import Look, choose_look
from mlpipe.plots.probabilities import draw_calibration, draw_threshold
from mlpipe.plots.ranking import draw_gain, draw_precision_recall, draw_roc
from mlpipe.plots.residuals import draw_predicted_vs_true, draw_residual_histogram, draw_residuals
from mlpipe.task import Task

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlpipe.data.schema import DataContext
    from mlpipe.metrics.outcome import Outcome

SMALL_BAND = 100_000
"""Most rows for which the curves get a bootstrap band."""


def draw_evaluation(outcome: Outcome, context: DataContext, *, threshold: float | None, seed: int) -> Figures:
    """Every figure that the task and the predictions allow."""
    look = choose_look([context.target, *outcome.labels])
    draw = _draw_classes if context.task.is_classification else _draw_numbers
    return render_figures(draw(outcome, context, look, threshold, seed), look)


def _draw_numbers(
    outcome: Outcome, context: DataContext, look: Look, _threshold: float | None, _seed: int
) -> dict[str, Figure]:
    true, predicted = outcome.y_true, outcome.y_pred
    return {
        "predicted_vs_true": draw_predicted_vs_true(true, predicted, context.target, look),
        "residuals": draw_residuals(true, predicted, context.target, look),
        "residual_histogram": draw_residual_histogram(true, predicted, context.target, look),
    }


def _draw_classes(
    outcome: Outcome, context: DataContext, look: Look, threshold: float | None, seed: int
) -> dict[str, Figure]:
    figures = {"confusion_matrix": draw_confusion(confusion_counts(outcome), outcome.labels, look)}
    found = contests(outcome)
    if not found:
        return figures
    classes = context.classes
    band = len(found) == 1 and outcome.n_rows <= SMALL_BAND
    prevalences = [float(contest.positive.mean()) for contest in found]
    roc = [roc_curve(contest, band=band, seed=seed) for contest in found]
    recall = [precision_recall_curve(contest, band=band, seed=seed) for contest in found]
    figures |= {
        "roc": draw_roc(roc, classes, look),
        "precision_recall": draw_precision_recall(recall, classes, prevalences, look),
        "calibration": draw_calibration([calibration(contest) for contest in found], classes, look),
        "gain": draw_gain([gain_curve(contest) for contest in found], classes, prevalences, look),
    }
    if context.task is Task.BINARY:
        used = 0.5 if threshold is None else threshold
        figures["threshold"] = draw_threshold(threshold_curve(found[0]), found[0].label, used, look)
    return figures
