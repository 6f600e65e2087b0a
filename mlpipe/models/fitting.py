"""Fitting an estimator, and the whole chain of preprocessor, resampler and estimator."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight

from mlpipe.features.build import build_preprocessor
from mlpipe.features.resampling import resample
from mlpipe.models.errors import EstimatorFailedError
from mlpipe.models.estimators import build_estimator, check_takes_weights, weighs_classes

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    from mlpipe.features.plan import Plan
    from mlpipe.models.registry import EstimatorSpec
    from mlpipe.task import Task


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """Which estimator to fit and how."""

    spec: EstimatorSpec
    params: tuple[tuple[str, str], ...] = ()
    class_weight: str = "none"
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class FittedEstimator:
    """A fitted estimator and what it warned of, once each."""

    estimator: Any
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TrainingMatrix:
    """Preprocessed (and resampled) training rows.

    Parameters
    ----------
    preprocessor : Pipeline
        The fitted one that made `X`.
    X : ndarray of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,) or None
    """

    preprocessor: Pipeline
    X: NDArray[np.float64]
    y: NDArray[Any]
    weights: NDArray[np.float64] | None


def _balanced(choice: ModelChoice, estimator: Any, y: NDArray[Any]) -> NDArray[np.float64] | None:
    """Row weights that balance the classes, where the estimator cannot do so itself."""
    if choice.class_weight != "balanced" or weighs_classes(estimator):
        return None
    check_takes_weights(choice.spec, "--class-weight balanced")
    weights: NDArray[np.float64] = compute_sample_weight("balanced", y)
    return weights


def _row_weights(
    choice: ModelChoice, estimator: Any, y: NDArray[Any], weights: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    balanced = _balanced(choice, estimator, y)
    if weights is None:
        return balanced
    check_takes_weights(choice.spec, "a weight column")
    return weights if balanced is None else weights * balanced


def _sentence(error: Exception | str) -> str:
    """The first line of a library's message."""
    return re.sub(r"\s+", " ", str(error).strip().split("\n")[0])


def fit_estimator(
    choice: ModelChoice,
    X: NDArray[np.float64],
    y: NDArray[Any],
    *,
    weights: NDArray[np.float64] | None = None,
) -> FittedEstimator:
    """Fit the chosen estimator on a finished matrix.

    Raises
    ------
    EstimatorFailedError
        Where scikit-learn refuses; its first sentence is passed on.
    """
    estimator = build_estimator(choice.spec, params=choice.params, class_weight=choice.class_weight, seed=choice.seed)
    row_weights = _row_weights(choice, estimator, y, weights)
    keywords = {} if row_weights is None else {"sample_weight": row_weights}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator.fit(X, y, **keywords)
            estimator.predict(X[:1])  # some find out only now that they cannot, such as knn with too few rows
        except (ValueError, TypeError, np.linalg.LinAlgError, FloatingPointError) as error:
            raise EstimatorFailedError(choice.spec.name, _sentence(error), where=_size(X)) from error
    notes = dict.fromkeys(f"{choice.spec.name}: {_sentence(w.message)}" for w in caught if _concerns_user(w))
    return FittedEstimator(estimator=estimator, notes=tuple(notes))


def _size(X: NDArray[np.float64]) -> str:
    return f"{X.shape[0]} training rows × {X.shape[1]} features"


def _concerns_user(warning: warnings.WarningMessage) -> bool:
    return not issubclass(warning.category, (DeprecationWarning, FutureWarning, PendingDeprecationWarning))


def fit_plan(plan: Plan, X: DataFrame, y: NDArray[Any], *, task: Task) -> tuple[Pipeline, NDArray[np.float64]]:
    """Fit the plan on raw training rows: the fitted preprocessor, and the rows as it saw them.

    Target means are cross-fitted in the returned matrix, which `transform` of the same rows would not give.
    """
    preprocessor = build_preprocessor(plan, task, plan.seed)
    return preprocessor, np.ascontiguousarray(preprocessor.fit_transform(X, y))


def fit_matrix(
    plan: Plan, X: DataFrame, y: NDArray[Any], *, task: Task, weights: NDArray[np.float64] | None = None
) -> TrainingMatrix:
    """Fit the plan, resample, and give the matrix that an estimator learns from."""
    preprocessor, matrix = fit_plan(plan, X, y, task=task)
    if plan.resample == "none":
        return TrainingMatrix(preprocessor=preprocessor, X=matrix, y=y, weights=weights)
    resampled = resample(preprocessor, plan, matrix, y, plan.seed)
    return TrainingMatrix(preprocessor=preprocessor, X=resampled.X, y=resampled.y, weights=None)


def join_pipeline(preprocessor: Pipeline, estimator: Any) -> Pipeline:
    """One pipeline from raw columns to prediction, both parts fitted."""
    return Pipeline([("preprocess", preprocessor), ("model", estimator)])
