"""Cross-validation that refits the whole plan in every fold: preprocessing, selection, resampling, estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.transform import transform
from mlpipe.metrics.scores import score_all
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_matrix
from mlpipe.models.predicting import predict_matrix

if TYPE_CHECKING:
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows

Execute = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Maps a function over items, in order; where it runs is the engine's business."""


@dataclass(frozen=True, kw_only=True)
class FoldScore:
    """What one model scored on one fold; `values` are the metrics on the rows that were held out."""

    model: str
    fold: int
    n_train: int
    n_valid: int
    values: dict[str, float | None]


def cross_validate(
    rows: TrainingRows,
    choices: Sequence[ModelChoice],
    folds: Sequence[Fold],
    *,
    execute: Execute,
) -> list[FoldScore]:
    """Score every choice on every fold; a fold prepares its rows once for all choices.

    Returns
    -------
    list of FoldScore
        In the order of `choices`, then of folds.
    """
    per_fold = list(execute(partial(score_fold, rows, tuple(choices)), folds))
    return [scores[i] for i in range(len(choices)) for scores in per_fold]


def score_fold(rows: TrainingRows, choices: tuple[ModelChoice, ...], fold: Fold) -> list[FoldScore]:
    """Fit everything on the fold's training rows and score it on the others."""
    weights = None if rows.weights is None else rows.weights[fold.train]
    fitted = fit_matrix(rows.plan, rows.X.iloc[fold.train], rows.y[fold.train], task=rows.target.task, weights=weights)
    held_out = transform(fitted.preprocessor, rows.X.iloc[fold.valid])
    scores = []
    for choice in choices:
        model = fit_estimator(
            choice,
            fitted.X,
            fitted.y,
            features=fitted.features,
            n_components=rows.plan.dense_components,
            weights=fitted.weights,
        )
        predictions = predict_matrix(model.estimator, held_out, rows.target, rowwise=choice.spec.rowwise)
        scores.append(
            FoldScore(
                model=choice.spec.name,
                fold=fold.number,
                n_train=fitted.n_raw,
                n_valid=len(fold.valid),
                values=score_all(predictions.beside(rows.y[fold.valid])),
            )
        )
    return scores


def mean_and_spread(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    """Mean and standard deviation over folds (n - 1 in the denominator), of the folds where the metric is defined."""
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return None, None
    return float(known.mean()), float(known.std(ddof=1)) if len(known) > 1 else None
