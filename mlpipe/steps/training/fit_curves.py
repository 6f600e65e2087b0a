"""The learning curve and the validation curve of `train`: a CSV file, a figure and a sentence each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.engine.local import one_thread
from mlpipe.models.comparison.auto import (
    COMPARED_ROWS,
    FOLDS_OF_MANY,
    MANY_ROWS,
    check_auto,
    compared_rows,
)
from mlpipe.models.comparison.curve_verdict import verdict
from mlpipe.models.comparison.fit_curves import FitCurve, learning_curve, validation_curve
from mlpipe.models.estimators import build_estimator
from mlpipe.models.registry import find_estimator
from mlpipe.params.training import parse_curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import TrainParams
    from mlpipe.steps.training.descending import Tables
    from mlpipe.task import Task

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Files by name, and what the curves say."""

    tables: Tables = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def wants_curves(params: TrainParams) -> bool:
    """Whether a curve was asked for."""
    return params.learning_curve or params.validation_curve is not None


def check_curves(params: TrainParams, task: Task) -> None:
    """Raise `UsageError` for a parameter that the model does not have, and where several are compared."""
    check_auto(params)
    if params.validation_curve is not None:
        name, values = parse_curve(params.validation_curve)
        build_estimator(find_estimator(params.model, task), params=((name, values[0]),))


def draw_curves(rows: TrainingRows, candidate: Candidate, params: TrainParams, metric: MetricSpec) -> Drawn:
    """Score and draw the curves that were asked for, on some of the rows where there are many."""
    some = rows.take(compared_rows(len(rows.y), COMPARED_ROWS[params.quality], params.seed))
    wanted = FOLDS if len(some.y) <= MANY_ROWS else FOLDS_OF_MANY
    folds = some.folds(params.cv or some.most_folds(wanted))
    tables: Tables = {}
    images: dict[str, bytes] = {}
    notes = []
    with one_thread():
        for name, curve in _curves(some, candidate, params, metric, folds=folds):
            said = verdict(curve)
            notes.append(f"{name.replace('_', ' ')} of {curve.model}: {said.sentence}")
            tables[f"{name}.csv"] = _table(curve)
            images[f"{name}.png"] = _image(curve, said.headline, metric.named(rows.target))
    return Drawn(tables=tables, images=images, notes=tuple(notes))


def _curves(
    rows: TrainingRows, candidate: Candidate, params: TrainParams, metric: MetricSpec, *, folds: list[Fold]
) -> Iterator[tuple[str, FitCurve]]:
    if params.learning_curve:
        yield "learning_curve", learning_curve(rows, candidate, folds, metric)
    if params.validation_curve is not None:
        name, values = parse_curve(params.validation_curve)
        yield "validation_curve", validation_curve(rows, candidate, folds, metric, parameter=name, values=values)


def _table(curve: FitCurve) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    header = (curve.parameter or "n_train", "train_mean", "train_std", "valid_mean", "valid_std", "metric")
    return header, [(point.at, *point.means(), curve.metric.name) for point in curve.points]


def _image(curve: FitCurve, message: str, measured: str) -> bytes:
    from mlpipe.plots.fonts import PLAIN
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.fit_curve import draw_fit_curve

    means = np.array([point.means() for point in curve.points])
    figure = draw_fit_curve(
        [point.at for point in curve.points],
        means[:, :2],
        means[:, 2:],
        x=curve.parameter or "rows learnt from",
        metric=measured,
        message=f"{message} ({curve.model})",
        look=PLAIN,
    )
    return write_png(figure)
