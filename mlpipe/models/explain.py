"""What a fitted model leans on: coefficients in original units, importance of each raw column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
from scipy import sparse
from sklearn.compose import TransformedTargetRegressor

from mlpipe.features.preprocessor.feature_names import describe_scaling, feature_names, source_columns
from mlpipe.models.estimators import inner_estimator
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.preprocessor.matrix import Matrix

REPEATS = 3
SAMPLED_ROWS = 1000
MOST_PERMUTED = 1000


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """One coefficient of a linear model.

    Parameters
    ----------
    label : str
        The class that it speaks for (the positive one of two); empty for numbers.
    scaled : float
        Change of the score for one unit of the scaled feature: comparable between features.
    original : float or None
        Change of the score for one unit of the column as it came; `None` where the feature is no line of it.
    """

    label: str
    feature: str
    scaled: float
    original: float | None


@dataclass(frozen=True, kw_only=True)
class Importance:
    """How much a model leans on one raw column; `spread` is the standard deviation over repeats, if any."""

    column: str
    importance: float
    spread: float | None
    method: str


def linear_coefficients(estimator: Any, preprocessor: Pipeline, target: Target) -> list[Coefficient]:
    """Coefficients and intercept of a linear model, in units of the scaled features and of the columns as they came.

    With `x' = x * scale + shift` for each feature, `b' x' + a` equals `(b' * scale) x + (a + b' * shift)`. Features
    that are no such line (powers, products, components) count in the intercept as they are.
    """
    inner = inner_estimator(estimator)
    scale, shift = describe_scaling(preprocessor)
    shift = np.nan_to_num(shift)
    names = feature_names(preprocessor)
    factor, offset = _target_scale(estimator)
    labels, sign = _labels(inner, target)
    weights = sign * np.atleast_2d(inner.coef_) * factor
    intercepts = np.broadcast_to(sign * np.atleast_1d(inner.intercept_) * factor + offset, (len(weights),))
    rows = []
    for label, row, intercept in zip(labels, weights, intercepts, strict=True):
        rows += [
            Coefficient(label=label, feature=name, scaled=float(b), original=None if np.isnan(s) else float(b * s))
            for name, b, s in zip(names, row, scale, strict=True)
        ]
        original = float(intercept + row @ shift)
        rows.append(Coefficient(label=label, feature="(intercept)", scaled=float(intercept), original=original))
    return rows


def _labels(inner: Any, target: Target) -> tuple[list[str], int]:
    """What each row of coefficients speaks for, and the sign that makes it so: scikit-learn's speak for the last."""
    match target:
        case ClassTarget(positive=None):
            seen = [str(label) for label in inner.classes_]
            return seen if len(seen) > 2 else seen[-1:], 1  # of many classes, training may have seen two alone
        case ClassTarget():
            return [str(target.positive)], 1 if inner.classes_[-1] == target.positive else -1
        case NumberTarget() | NoTarget():
            return [""], 1
        case LabelsTarget() | NumbersTarget():
            return list(target.columns), 1
        case _:
            assert_never(target)


def _target_scale(estimator: Any) -> tuple[float, float]:
    """Factor and offset that undo the standardised target, where there is one."""
    if isinstance(estimator, TransformedTargetRegressor):
        scaler = estimator.transformer_
        return float(scaler.scale_[0]), float(scaler.mean_[0])
    return 1.0, 0.0


def column_importance(
    estimator: Any,
    preprocessor: Pipeline,
    X: Matrix,
    loss: Callable[[Matrix], float],
    *,
    seed: int,
) -> list[Importance]:
    """Importance of each raw column, largest first.

    Trees tell their impurity decrease, summed over the features that come from a column; linear models the
    spread of the column's contribution to the score. For other models a column's features are shuffled together,
    `REPEATS` times, and the rise of `loss` is taken (permutation importance, Breiman 2001,
    doi:10.1023/A:1010933404324); beyond `MOST_PERMUTED` columns that takes too long and the list is empty.

    Parameters
    ----------
    X : ndarray or csr_matrix of shape (n_rows, n_features)
        Preprocessed rows to shuffle.
    loss : callable
        Preprocessed rows to the model's mean loss on them.
    """
    sources = np.asarray(source_columns(preprocessor))
    columns = list(dict.fromkeys(sources.tolist()))
    places = {c: np.flatnonzero(sources == c) for c in columns}
    inner = inner_estimator(estimator)
    impurity = getattr(inner, "feature_importances_", ())
    if len(impurity) == X.shape[1]:
        rows = [_importance(c, float(impurity[place].sum()), "impurity") for c, place in places.items()]
    elif hasattr(inner, "coef_") and inner.coef_.shape[-1] == X.shape[1]:
        weights = np.atleast_2d(inner.coef_)
        rows = [_importance(c, _contribution(X[:, p], weights[:, p]), "contribution") for c, p in places.items()]
    elif len(places) > MOST_PERMUTED:
        rows = []
    else:
        rows = _permuted(X, places, loss, np.random.default_rng(seed))
    return sorted(rows, key=lambda row: -row.importance)


def _importance(column: str, value: float, method: str) -> Importance:
    return Importance(column=column, importance=value, spread=None, method=method)


def _contribution(X: Matrix, weights: NDArray[np.float64]) -> float:
    """Standard deviation, over rows, of what some features add to the score; mean over the classes."""
    return float((X @ weights.T).std(axis=0).mean())


def _permuted(
    X: Matrix,
    places: dict[str, NDArray[np.intp]],
    loss: Callable[[Matrix], float],
    generator: np.random.Generator,
) -> list[Importance]:
    before = loss(X)
    rows = []
    for column, place in places.items():
        rises = [loss(_shuffled(X, place, generator.permutation(X.shape[0]))) - before for _ in range(REPEATS)]
        rows.append(
            Importance(
                column=column, importance=float(np.mean(rises)), spread=float(np.std(rises)), method="permutation"
            )
        )
    return rows


def _shuffled(X: Matrix, place: NDArray[np.intp], order: NDArray[np.intp]) -> Matrix:
    """`X` with the features at `place` taken from other rows."""
    if sparse.issparse(X):
        moved = np.zeros(X.shape[1])
        moved[place] = 1.0
        return (X @ sparse.diags_array(1 - moved) + X[order] @ sparse.diags_array(moved)).tocsr()
    shuffled = X.copy()
    shuffled[:, place] = X[order][:, place]
    return shuffled
