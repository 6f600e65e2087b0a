"""How scores on rows that were learnt from, and on others, change with the rows or with one parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import FitError, ParameterError
from mlpipe.features.preprocessor.transform import transform
from mlpipe.metrics.scores import score
from mlpipe.models.fitting import fit_estimator, fit_matrix
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.set_aside import set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows

    Floats = NDArray[np.float64]

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Of a fold's training rows, one within the other."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CurvePoint:
    """Scores of one setting, fold by fold.

    Parameters
    ----------
    at : str
        The number of rows, or the parameter's value, as text.
    train, valid : ndarray of shape (n_folds,)
        On the rows that were learnt from, as they came, and on the fold's others; NaN where there is no score.
    """

    at: str
    train: Floats
    valid: Floats

    @property
    def is_scored(self) -> bool:
        """Whether there is a score of either kind."""
        return not (np.isnan(self.train).all() or np.isnan(self.valid).all())

    def means(self) -> tuple[float, float, float, float]:
        """Mean and standard deviation (n - 1 in the denominator) of the scores in training, then of the others."""
        parts = [values[~np.isnan(values)] for values in (self.train, self.valid)]
        found = [(float(p.mean()), float(p.std(ddof=1)) if len(p) > 1 else 0.0) for p in parts]
        return (*found[0], *found[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class FitCurve:
    """A learning curve, or the validation curve of a parameter.

    Parameters
    ----------
    parameter : str
        Empty for a learning curve.
    left_out : tuple of str
        Where it was asked for, and could be scored in no fold.
    """

    model: str
    parameter: str
    metric: MetricSpec
    points: tuple[CurvePoint, ...]
    left_out: tuple[str, ...] = ()


def learning_curve(rows: TrainingRows, candidate: Candidate, folds: Sequence[Fold], metric: MetricSpec) -> FitCurve:
    """Scores by the number of rows that are learnt from, the whole plan refitted on them in every fold."""
    orders = [_order(rows, fold) for fold in folds]
    points = []
    for share in SHARES:
        parts = [order[: max(1, round(share * len(order)))] for order in orders]
        scores = [
            _score(rows, candidate, np.sort(part), fold.valid, metric) for part, fold in zip(parts, folds, strict=True)
        ]
        n_rows = round(float(np.mean([len(part) for part in parts])))
        points.append(_point(str(n_rows), scores))
    return _curve(candidate, "", metric, points)


def validation_curve(
    rows: TrainingRows,
    candidate: Candidate,
    folds: Sequence[Fold],
    metric: MetricSpec,
    *,
    parameter: str,
    values: Sequence[str],
) -> FitCurve:
    """Scores by the value of one of the estimator's parameters, the whole plan refitted in every fold.

    Parameters
    ----------
    values : sequence of str
        As typed.
    """
    points = []
    for value in values:
        others = tuple(pair for pair in candidate.choice.params if pair[0] != parameter)
        choice = replace(candidate.choice, params=(*others, (parameter, value)))
        changed = replace(candidate, choice=choice)
        points.append(_point(value, [_score(rows, changed, fold.train, fold.valid, metric) for fold in folds]))
    return _curve(candidate, parameter, metric, points)


def _curve(candidate: Candidate, parameter: str, metric: MetricSpec, points: Sequence[CurvePoint]) -> FitCurve:
    scored = tuple(point for point in points if point.is_scored)
    if not scored:
        raise FitError(
            f"{candidate.name} could be scored at no point of the curve.",
            remedy="Give other values, a metric that every fold has, or more rows.",
        )
    left_out = tuple(point.at for point in points if not point.is_scored)
    return FitCurve(model=candidate.name, parameter=parameter, metric=metric, points=scored, left_out=left_out)


def _order(rows: TrainingRows, fold: Fold) -> NDArray[np.intp]:
    """A fold's training rows in an order of chance, every class among the first where there are some."""
    order = np.random.default_rng([rows.seed, fold.number]).permutation(fold.train)
    strata = rows.target.strata(rows.y)
    if strata is None:
        return order
    firsts = np.unique(strata[order], return_index=True)[1]
    return np.concatenate([order[np.sort(firsts)], np.delete(order, firsts)])


def _point(at: str, scores: Sequence[tuple[float, float]]) -> CurvePoint:
    train, valid = np.array(scores, dtype=np.float64).T
    return CurvePoint(at=at, train=train, valid=valid)


def _score(
    rows: TrainingRows, candidate: Candidate, train: NDArray[np.intp], valid: NDArray[np.intp], metric: MetricSpec
) -> tuple[float, float]:
    """The metric on the rows that were learnt from and on the others; NaN where it could not be fitted or scored."""
    try:
        scores = tuple(_scores(rows, candidate, train, [train, valid], metric))
    except (FitError, ParameterError):
        return np.nan, np.nan
    return scores[0], scores[1]


def _scores(
    rows: TrainingRows,
    candidate: Candidate,
    train: NDArray[np.intp],
    parts: Sequence[NDArray[np.intp]],
    metric: MetricSpec,
) -> Iterator[float]:
    plan, choice = rows.plan, candidate.choice
    weights = None if rows.weights is None else rows.weights[train]
    X, y, bonds = rows.X.iloc[train], rows.y[train], rows.bonds.take(train)
    matrix = fit_matrix(plan, X, y, task=rows.target.task, weights=weights, bonds=bonds)
    matrix, watching = set_aside(choice, matrix, plan)
    fitted = fit_estimator(
        choice, matrix.X, matrix.y, features=matrix.features, n_components=plan.dense_components,
        weights=matrix.weights, watching=watching,
    ).estimator  # fmt: skip
    for part in parts:
        shown = transform(matrix.preprocessor, rows.X.iloc[part])
        predictions = predict_matrix(fitted, shown, rows.target, rowwise=choice.spec.rowwise)
        row_weights: Any = None if rows.weights is None else rows.weights[part]
        value = score(predictions.beside(rows.y[part], row_weights), [metric.name])[metric.name].value
        yield np.nan if value is None else value
