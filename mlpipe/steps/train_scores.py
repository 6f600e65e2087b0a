"""What `train` writes down about scores: `scores.json`, `cv.csv`, the leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.engine.local import one_thread
from mlpipe.metrics.scores import score_all
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import AUTO
from mlpipe.target import positive_of

if TYPE_CHECKING:
    from mlpipe.artifacts.preps import Prep
    from mlpipe.metrics.registry import MetricSpec
    from mlpipe.models.fitting import FittedEstimator
    from mlpipe.models.portfolio import Compared
    from mlpipe.params import TrainParams
    from mlpipe.target import Target

SCORED_ROWS = 20_000
"""Most rows of a part that `train` scores for `scores.json`; `evaluate` scores all."""


def scores_document(
    prep: Prep, compared: Compared, fitted: FittedEstimator, metric: MetricSpec, *, n_train: int
) -> dict[str, Any]:
    """The content of `scores.json`: the model on the rows it learnt from, on validation rows, in the folds."""
    target, spec = prep.context.target, compared.choice.spec
    parts: dict[str, Any] = {}
    for part in ("train", "valid"):
        if part not in prep.parts:
            continue
        matrix = prep.matrix(part)
        X, y = matrix.X[:SCORED_ROWS], matrix.y[:SCORED_ROWS]
        with one_thread():
            predictions = predict_matrix(fitted.estimator, X, target, rowwise=spec.rowwise)
        parts[part] = {"n_rows": len(y), "metrics": score_all(predictions.beside(y))}
    document: dict[str, Any] = {
        "model": spec.name,
        "task": target.task.value,
        **positive_of(target),
        "metric": metric.name,
        "n_train": n_train,
        "n_features": len(prep.feature_names),
        "parts": parts,
        "notes": list(fitted.notes),
    }
    if compared.standings:
        best = compared.standings[0]
        document["cv"] = {
            "n_folds": compared.n_folds,
            "metrics": {name: {"mean": best.means[name], "std": best.spreads[name]} for name in best.means},
        }
    return document


def score_tables(compared: Compared, params: TrainParams) -> dict[str, Any]:
    """The chosen model's score in every fold and, with `auto`, the mean of every model."""
    if not compared.standings:
        return {}
    names = list(compared.standings[0].means)
    folds = [f for f in compared.folds if f.model == compared.choice.spec.name]
    tables: dict[str, Any] = {
        "cv.csv": (
            ("fold", "n_train", "n_valid", *names),
            [(f.fold, f.n_train, f.n_valid, *(f.values[n] for n in names)) for f in folds],
        )
    }
    if params.model == AUTO:
        header = ["model", "n_folds", *(f"{name}_{what}" for name in names for what in ("mean", "std"))]
        rows = [
            [s.model, compared.n_folds, *(value for n in names for value in (s.means[n], s.spreads[n]))]
            for s in compared.standings
        ]
        tables["leaderboard.csv"] = (header, rows)
    return tables


def leaderboard_image(compared: Compared, metric: MetricSpec, target: Target) -> dict[str, bytes]:
    """The portfolio's scores as a figure."""
    from mlpipe.plots.leaderboard import draw_leaderboard
    from mlpipe.plots.style import write_png

    points = {
        s.model: [f.values[metric.name] for f in compared.folds if f.model == s.model] for s in compared.standings
    }
    told = metric.named(target)
    return {"leaderboard.png": write_png(draw_leaderboard(points, told, metric.greater_is_better))}
