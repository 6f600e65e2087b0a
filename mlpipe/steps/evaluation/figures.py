"""The figures of an evaluation, by name, as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Role
from mlpipe.metrics.calibration import calibration
from mlpipe.metrics.confusion import confusion_counts
from mlpipe.metrics.curves import contests, gain_curve, precision_recall_curve, roc_curve, threshold_curve
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.plots.drawn import Figures, render_figures
from mlpipe.plots.evaluation.confusion import draw_confusion
from mlpipe.plots.evaluation.dependence import draw_dependence
from mlpipe.plots.evaluation.probabilities import draw_calibration, draw_threshold
from mlpipe.plots.evaluation.ranking import draw_gain, draw_precision_recall, draw_roc
from mlpipe.plots.evaluation.residuals import (
    draw_predicted_vs_true,
    draw_residual_histogram,
    draw_residuals,
    draw_residuals_against,
)
from mlpipe.plots.evaluation.several import draw_label_confusions, draw_quantities
from mlpipe.plots.fonts import Look, choose_look
from mlpipe.plots.text import quote, shorten
from mlpipe.reports.evaluation.report import DEPENDENCE
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget
from mlpipe.task import no_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Codes, Floats
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.models.explaining.partial_dependence import PartialDependence
    from mlpipe.target import Target

SMALL_BAND = 100_000
"""Most rows for which the curves get a bootstrap band."""


def draw_evaluation(
    outcome: Outcome,
    *,
    threshold: float | None,
    seed: int,
    dependences: Sequence[PartialDependence] = (),
    table: pa.Table | None = None,
    of_table: Outcome | None = None,
) -> Figures:
    """Every figure that the target and the predictions allow, and one for each column whose influence is known.

    Parameters
    ----------
    table : pyarrow.Table, optional
        The rows: what is left of a quantity is drawn against the strong columns among them.
    of_table : Outcome, optional
        What was predicted for the rows of the table, where these are a sample.
    """
    target = outcome.target
    levels = [str(value) for one in dependences for value in one.values if isinstance(value, str)]
    look = choose_look([target.name, *target.columns, *outcome.labels, *(one.column for one in dependences), *levels])
    figures = _draw(outcome, look, threshold, seed)
    figures |= {f"{DEPENDENCE}{k}": _draw_dependence(one, target, look) for k, one in enumerate(dependences, 1)}
    if table is not None and isinstance(target, NumberTarget):
        figures |= _draw_left_over(of_table or outcome, dependences, table, look)
    return render_figures(figures, look, inline=True)


def _draw_left_over(
    outcome: Outcome, dependences: Sequence[PartialDependence], table: pa.Table, look: Look
) -> dict[str, Figure]:
    """What is left of a quantity against each strong column of numbers."""
    left, found = outcome.y_true - outcome.y_pred, {}
    for k, one in enumerate(dependences, 1):
        if one.role is Role.NUMERIC:
            cells = pc.cast(table[one.column], pa.float64()).to_numpy(zero_copy_only=False)
            known = ~np.isnan(cells)
            if known.sum() > 1:
                found[f"residuals_{k}"] = draw_residuals_against(cells[known], left[known], one.column, look)
    return found


def _draw_dependence(found: PartialDependence, target: Target, look: Look) -> Figure:
    """The output that moves most with a column."""
    moved = found.means.max(axis=0) - found.means.min(axis=0)
    place = int(moved.argmax())
    output = found.outputs[place]
    measured = f"Probability of {quote(look.show(output, 'a class'))}" if isinstance(target, ClassTarget) else (
        f"Predicted {shorten(look.show(output or target.name, 'target'), 28)}"
    )  # fmt: skip
    return draw_dependence(
        found.column,
        found.values,
        found.means[:, place],
        (found.low[:, place], found.high[:, place]),
        measured=measured,
        is_line=found.role in {Role.NUMERIC, Role.DATETIME, Role.TIME},
        look=look,
    )


def _draw(outcome: Outcome, look: Look, threshold: float | None, seed: int) -> dict[str, Figure]:
    target = outcome.target
    match target:
        case ClassTarget():
            return _draw_classes(outcome, target, look, threshold, seed)
        case NumberTarget():
            return _draw_numbers(outcome.y_true, outcome.y_pred, target.name, look)
        case LabelsTarget():
            return {
                "labels": draw_label_confusions(_label_counts(outcome), target.columns, look),
                **_draw_curves(outcome, target.columns, look, seed),
            }
        case NumbersTarget():
            return {"quantities": draw_quantities(outcome.y_true, outcome.y_pred, target.columns, look)}
        case NoTarget():
            raise no_target(target.task)
        case _:
            assert_never(target)


def _draw_numbers(true: Floats, predicted: Floats, name: str, look: Look) -> dict[str, Figure]:
    return {
        "predicted_vs_true": draw_predicted_vs_true(true, predicted, name, look),
        "residuals": draw_residuals(true, predicted, name, look),
        "residual_histogram": draw_residual_histogram(true, predicted, name, look),
    }


def _draw_classes(
    outcome: Outcome, target: ClassTarget, look: Look, threshold: float | None, seed: int
) -> dict[str, Figure]:
    figures = {"confusion_matrix": draw_confusion(confusion_counts(outcome), outcome.labels, look)}
    figures |= _draw_curves(outcome, target.classes, look, seed)
    if target.positive is not None and "roc" in figures:
        used = 0.5 if threshold is None else threshold
        figures["threshold"] = draw_threshold(threshold_curve(contests(outcome)[0]), target.positive, used, look)
    return figures


def _label_counts(outcome: Outcome) -> Codes:
    """Rows by label, by whether they have it and by whether they are called so."""
    return np.array([confusion_counts(one) for one in each_outcome(outcome).values()])


def _draw_curves(outcome: Outcome, classes: tuple[str, ...], look: Look, seed: int) -> dict[str, Figure]:
    """How probabilities put rows in order, and whether they are true: of classes, or of labels."""
    found = contests(outcome)
    if not found:
        return {}
    band = len(found) == 1 and outcome.n_rows <= SMALL_BAND
    prevalences = [float(contest.positive.mean()) for contest in found]
    roc = [roc_curve(contest, band=band, seed=seed) for contest in found]
    recall = [precision_recall_curve(contest, band=band, seed=seed) for contest in found]
    return {
        "roc": draw_roc(roc, classes, look),
        "precision_recall": draw_precision_recall(recall, classes, prevalences, look),
        "calibration": draw_calibration([calibration(contest) for contest in found], classes, look),
        "gain": draw_gain([gain_curve(contest) for contest in found], classes, prevalences, look),
    }
