"""Fitting an estimator, and the whole chain of preprocessor, resampler and estimator."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.pipeline import Pipeline

from mlpipe.errors import FitError, ParameterError
from mlpipe.features.outliers import kept_rows
from mlpipe.features.preprocessor.build import build_preprocessor, with_fills
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.resampling.resample import resample
from mlpipe.features.streaming.fitting import fit_transform
from mlpipe.features.streaming.rows import BLOCK_ROWS
from mlpipe.models.bonds import FREE, Bonds
from mlpipe.models.densifying import build_densifier, dense_features
from mlpipe.models.estimators import (
    FAILURES,
    REFUSALS,
    build_estimator,
    first_sentence,
    fit_rows,
    takes_sparse,
    tell_categories,
    typed,
    weights_to_learn_by,
)
from mlpipe.models.registry import check_gaps
from mlpipe.models.streaming.fitting import fit_by_blocks, learns_from_blocks
from mlpipe.models.streaming.matrix_rows import ArrayRows
from mlpipe.models.watching import NOBODY, Watching
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.features.resampling.resampled import Resampled
    from mlpipe.models.estimator_spec import EstimatorSpec
    from mlpipe.models.streaming.matrix_rows import MatrixRows
    from mlpipe.task import Task

_TRIED_ROWS = 500
_OF_CODE = (DeprecationWarning, FutureWarning, PendingDeprecationWarning)
"""Warnings that concern no user."""


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """Which estimator to fit and how."""

    spec: EstimatorSpec
    params: tuple[tuple[str, str], ...] = ()
    class_weight: str = "none"
    target_transform: str = "none"
    multilabel: str = "independent"
    seed: int = 0

    def build(self, *, several: bool = False) -> Any:
        """The unfitted estimator; of `several` targets where there are some."""
        return build_estimator(
            self.spec,
            params=self.params,
            class_weight=self.class_weight,
            target_transform=self.target_transform,
            several=several,
            chained=self.multilabel == "chain",
            seed=self.seed,
        )


@dataclass(frozen=True, kw_only=True)
class FittedEstimator:
    """A fitted estimator, and what it warned of, once each."""

    estimator: Any
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FittedPlan:
    """A plan fitted on raw training rows, and the rows as it saw them.

    Parameters
    ----------
    X : ndarray or csr_matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    features : tuple of Feature
        What the columns of `X` are.
    rows : ndarray of shape (n_rows,)
        The raw rows that were learnt from; fewer than all where outliers are dropped.
    """

    preprocessor: Pipeline
    X: Matrix
    y: NDArray[Any]
    features: tuple[Feature, ...]
    rows: NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class TrainingMatrix:
    """What an estimator learns from: preprocessed, resampled rows.

    Parameters
    ----------
    preprocessor : Pipeline
        The fitted one that made `X`.
    X : ndarray or csr_matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    features : tuple of Feature
        What the columns of `X` are.
    n_raw : int
        Raw training rows behind them: without those that are dropped for outliers, and before any resampling.
    weights : ndarray of shape (n_rows,) or None
    bonds : Bonds
        What ties the rows together as they came: those of `before`, where there is one, else those of `X`.
    before : (X, y), optional
        The rows before they were resampled, where they were.
    every : MatrixRows, optional
        All rows in blocks, where `X` and `y` hold a sample of them and the estimator learns from blocks.
    notes : tuple of str
        What a person should know of the rows.
    """

    preprocessor: Pipeline
    X: Matrix
    y: NDArray[Any]
    features: tuple[Feature, ...]
    n_raw: int
    weights: NDArray[np.float64] | None
    bonds: Bonds = FREE
    before: tuple[Matrix, NDArray[Any]] | None = None
    every: MatrixRows | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_learnt(self) -> int:
        """Rows to learn from."""
        return len(self.y) if self.every is None else self.every.n_rows


def fit_estimator(  # noqa: PLR0913 - rows, and what is known of them
    choice: ModelChoice,
    X: Matrix,
    y: NDArray[Any],
    *,
    features: Sequence[Feature],
    n_components: int = 100,
    weights: NDArray[np.float64] | None = None,
    watching: Watching = NOBODY,
    every: MatrixRows | None = None,
) -> FittedEstimator:
    """Fit the chosen estimator on a finished matrix, of many rows block by block where it can do so.

    Parameters
    ----------
    every : MatrixRows, optional
        All rows, where `X` holds a sample of them: for estimators that learn from blocks.
    features : sequence of Feature
        What the columns of `X` are: estimators that know categories are told which these are.
    n_components : int
        What an estimator that takes no sparse matrix gets in place of its terms.
    watching : Watching
        For estimators that watch their progress.

    Raises
    ------
    FitError
        Where features may have missing cells and the estimator takes none; where scikit-learn refuses: its first
        sentence is passed on.
    ParameterError
        Where it refuses because of the parameters.
    """
    check_gaps(choice.spec, features)
    facts: dict[str, Any] = {"features": features, "n_components": n_components}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fitted = _learn(choice, X, y, weights=weights, watching=watching, every=every, **facts)
        except FAILURES as error:
            where = f"{X.shape[0]} training rows × {X.shape[1]} features"
            if _params_are_wrong(choice, X, y, **facts):
                raise ParameterError(
                    f"{choice.spec.name} could be fitted, but not with {typed(choice.params)}: {first_sentence(error)}",
                    where=where,
                    remedy=f"Its parameters are listed by `mlpipe models {choice.spec.name}`.",
                ) from error
            if not isinstance(error, REFUSALS):
                raise
            raise FitError(
                f"{choice.spec.name} could not be fitted: {first_sentence(error)}",
                where=where,
                remedy=ways(
                    f"Try another {param('model')}", f"other {param('params')} parameters", "another preparation"
                ),
            ) from error
    notes = dict.fromkeys(
        f"{choice.spec.name}: {first_sentence(w.message)}" for w in caught if not issubclass(w.category, _OF_CODE)
    )
    return FittedEstimator(estimator=fitted, notes=tuple(notes))


def _learn(  # noqa: PLR0913 - rows, and what is known of them
    choice: ModelChoice, X: Matrix, y: NDArray[Any], *, features: Sequence[Feature], n_components: int,
    weights: NDArray[np.float64] | None = None, watching: Watching = NOBODY, every: MatrixRows | None = None,
) -> Any:  # fmt: skip
    """The fitted estimator; errors are the library's."""
    dense = sparse.issparse(X) and not takes_sparse(choice.spec, features)
    front = build_densifier(features, n_components, choice.seed) if dense else None
    estimator = choice.build(several=y.ndim > 1 and y.shape[1] > 0)  # of clusters nothing is known
    if choice.spec.categories not in dict(choice.params):
        tell_categories(estimator, choice.spec, dense_features(features) if dense else features)
    row_weights = weights_to_learn_by(choice.spec, estimator, y, weights, class_weight=choice.class_weight)
    keywords: dict[str, Any] = {} if row_weights is None else {"sample_weight": row_weights}
    matrix = X if front is None else front.fit_transform(X)
    watched = watching.keywords(estimator, front)
    rows = every if every is not None else ArrayRows(X=matrix, y=y, weights=weights)
    if rows.n_rows > BLOCK_ROWS and learns_from_blocks(estimator):
        estimator = fit_by_blocks(estimator, rows, balanced=choice.class_weight == "balanced", watching=watched)
    else:
        fit_rows(estimator, matrix, y, keywords | watched)
    if hasattr(estimator, "predict"):  # some clusterings have no rule for other rows
        estimator.predict(matrix[:1])  # some find out only now that they cannot, such as knn with few rows
    return estimator if front is None else Pipeline([("dense", front), ("estimator", estimator)])


def _params_are_wrong(choice: ModelChoice, X: Matrix, y: NDArray[Any], **facts: Any) -> bool:
    """Whether, on a few of the rows, the estimator fits without its parameters and not with them."""
    few = np.unique(np.linspace(0, len(y) - 1, _TRIED_ROWS).astype(int))

    def learns(one: ModelChoice) -> bool:
        try:
            _learn(one, X[few], y[few], **facts)
        except FAILURES:
            return False
        return True

    return bool(choice.params) and not learns(choice) and learns(replace(choice, params=()))


def fit_plan(plan: Plan, X: DataFrame, y: NDArray[Any], *, task: Task) -> FittedPlan:
    """Fit the plan on raw training rows.

    Target means are cross-fitted in the returned matrix, which `transform` of the same rows would not give.
    """
    rows = kept_rows(plan, X)
    if len(rows) < len(X):
        X, y = X.iloc[rows], y[rows]
    preprocessor = build_preprocessor(with_fills(plan, X), task, plan.seed)
    with warnings.catch_warnings():
        # Bins of a column with few distinct values are fewer than asked for; the names of the features tell.
        warnings.filterwarnings("ignore", message="Bins whose width are too small", category=UserWarning)
        # Fewer rows than quantiles, or no spread at all in a fold: the transform is what the rows allow.
        warnings.filterwarnings("ignore", message="n_quantiles .* is greater than", category=UserWarning)
        preprocessor, matrix = fit_transform(preprocessor, X, y, seed=plan.seed)
    return FittedPlan(preprocessor=preprocessor, X=matrix, y=y, features=describe_features(preprocessor), rows=rows)


def resample_rows(plan: Plan, fitted: FittedPlan) -> Resampled | None:
    """Balance and augment the training rows, where the plan says so."""
    if plan.resample == "none" and plan.augment == "none":
        return None
    return resample(fitted.features, plan, fitted.X, fitted.y, seed=plan.seed)


def fit_matrix(
    plan: Plan, X: DataFrame, y: NDArray[Any], *, task: Task, weights: NDArray[np.float64] | None = None,
    bonds: Bonds = FREE,
) -> TrainingMatrix:  # fmt: skip
    """Fit the plan, resample, and give the matrix that an estimator learns from."""
    fitted = fit_plan(plan, X, y, task=task)
    resampled = resample_rows(plan, fitted)
    learnt = fitted if resampled is None else resampled
    return TrainingMatrix(
        preprocessor=fitted.preprocessor,
        X=learnt.X,
        y=learnt.y,
        features=fitted.features,
        n_raw=len(fitted.rows),
        weights=None if weights is None or resampled is not None else weights[fitted.rows],
        bonds=bonds.take(fitted.rows),
        before=None if resampled is None else (fitted.X, fitted.y),
    )


def join_pipeline(preprocessor: Pipeline, estimator: Any) -> Pipeline:
    """One pipeline from raw columns to prediction, both parts fitted."""
    return Pipeline([("preprocess", preprocessor), ("model", estimator)])
