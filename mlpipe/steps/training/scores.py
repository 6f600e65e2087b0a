"""What `train` writes down about scores: `scores.json`, `cv.csv`, the leaderboard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.models import LEADERBOARD
from mlpipe.engine.local import one_thread
from mlpipe.metrics.scores import score_all
from mlpipe.models.comparison.candidates import PREPARED
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import AUTO
from mlpipe.target import positive_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.artifacts.preps import Prep
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.choosing import Standing
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.models.comparison.final import Final
    from mlpipe.params import TrainParams
    from mlpipe.steps.training.deciding import Decided

SCORED_ROWS = 20_000
"""Most rows of a part that `train` scores for `scores.json`; `evaluate` scores all."""
MORE_DIGITS = 4
"""Digits of a mean beyond the first one of its spread; the others are noise."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """Everything that the documents of a model tell of.

    Parameters
    ----------
    weight : str or None
        The column that weighs the rows.
    weights : mapping
        What the rows of each part count.
    """

    prep: Prep
    compared: Compared
    final: Final
    decided: Decided
    metric: MetricSpec
    weight: str | None = None
    weights: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def scores_document(told: Told) -> dict[str, Any]:
    """The content of `scores.json`: the model on the rows it learnt from, on validation rows, in the folds."""
    compared, target = told.compared, told.prep.context.target
    document: dict[str, Any] = {
        "model": compared.name,
        "members": [
            {"model": m.candidate.choice.spec.name, "weight": m.weight, "plan": m.candidate.view,
             "params": dict(m.candidate.choice.params)}
            for m in compared.members
        ],
        **({} if compared.temperature == 1.0 else {"temperature": compared.temperature}),
        "task": target.task.value,
        **positive_of(target),
        "metric": told.metric.name,
        "n_train": told.final.n_train,
        "n_features": told.final.X.shape[1],
        **({} if told.weight is None else {"weight": told.weight}),
        "parts": {part: _scored(told, X, y, told.weights.get(part)) for part, X, y in _parts(told)},
        "notes": list(told.final.notes),
        **told.decided.document,
    }  # fmt: skip
    if compared.standings:
        best = compared.standings[0]
        document["cv"] = {
            "n_folds": compared.n_folds,
            "metrics": {
                name: {"mean": best.means[name], "std": best.spreads[name], "n_folds": best.n_defined[name]}
                for name in best.means
            },
        }
    return document


def _parts(told: Told) -> list[tuple[str, Matrix, NDArray[Any]]]:
    """The rows that the model learnt from, and those kept for validation where it sees them as they were prepared."""
    parts = [("train", told.final.X, told.final.y)]
    if "valid" in told.prep.parts and list(told.final.plans) == [PREPARED]:
        valid = told.prep.matrix("valid", most=SCORED_ROWS)
        parts.append(("valid", valid.X, valid.y))
    if told.prep.plan.resample != "none":
        train = told.prep.matrix("train", most=SCORED_ROWS)
        parts[0] = ("train", train.X, train.y)
    return parts


def _scored(told: Told, X: Matrix, y: NDArray[Any], weights: NDArray[np.float64] | None) -> dict[str, Any]:
    X, y, weights = X[:SCORED_ROWS], y[:SCORED_ROWS], None if weights is None else weights[:SCORED_ROWS]
    decided, target = told.decided, told.prep.context.target
    with one_thread():
        predictions = predict_matrix(
            decided.estimator, X, target, rowwise=told.final.rowwise, threshold=decided.decision.threshold
        )
    return {"n_rows": len(y), "metrics": score_all(predictions.beside(y, weights))}


def score_tables(told: Told, params: TrainParams) -> dict[str, Any]:
    """The scores in every fold, of every candidate where there are several, and with `auto` the leaderboard."""
    compared = told.compared
    if not compared.standings:
        return {}
    names = list(compared.standings[0].means)
    several = params.model == AUTO
    models = [standing.model for standing in compared.standings] if several else [compared.name]
    header = ["fold", "n_train", "n_valid", *names, *(["model"] if several else [])]
    rows = [
        [f.fold, f.n_train, f.n_valid, *(f.values[n] for n in names), *([model] if several else [])]
        for model in models
        for f in compared.scores[model]
    ]
    tables: dict[str, Any] = {"cv.csv": (header, rows)}
    if several:
        tables[LEADERBOARD] = leaderboard(compared.standings, told.metric)
    return tables


def leaderboard(standings: Sequence[Standing], metric: MetricSpec) -> tuple[list[str], list[list[Any]]]:
    """Rank, model, the metric that ranks with spread, standard error and its folds, then the other metrics."""
    first = metric.name
    others = [name for name in standings[0].means if name != first]
    header = [
        "rank", "model", f"{first}_mean", f"{first}_std", f"{first}_se", "n_folds",
        *(f"{name}_{what}" for name in others for what in ("mean", "std")),
    ]  # fmt: skip
    rows = [
        [
            rank, standing.model, *_digits(standing, first), *_digits_of(standing.errors[first]),
            standing.n_defined[first], *(value for name in others for value in _digits(standing, name)),
        ]
        for rank, standing in enumerate(standings, 1)
    ]  # fmt: skip
    return header, rows


def _digits(standing: Standing, name: str) -> list[float | None]:
    """Mean and spread, to as many digits as the spread leaves a meaning."""
    mean, spread = standing.means[name], standing.spreads[name]
    if mean is None or not spread:
        return [mean, spread]
    places = MORE_DIGITS - int(np.floor(np.log10(spread)))
    return [round(mean, places), *_digits_of(spread)]


def _digits_of(spread: float | None) -> list[float | None]:
    if not spread:
        return [spread]
    return [round(spread, MORE_DIGITS - 1 - int(np.floor(np.log10(spread))))]


def leaderboard_image(told: Told) -> dict[str, bytes]:
    """The portfolio's scores as a figure."""
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.leaderboard import draw_leaderboard

    metric, compared = told.metric, told.compared
    points = {s.model: [f.values[metric.name] for f in compared.scores[s.model]] for s in compared.standings}
    named = metric.named(told.prep.context.target) + compared.standings[0].base(metric.name, compared.n_folds)
    return {"leaderboard.png": write_png(draw_leaderboard(points, named, metric.greater_is_better))}
