"""One estimator for each of several targets, side by side or in a chain, as one scikit-learn estimator.

Estimators that take several targets at once are used as they are (`EstimatorSpec.several`); the others stand here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]

LEAST = 3
"""Rows on the rarer side of a label below which there is nothing to learn: its share is predicted."""


def _has_proba(each: EachLabel) -> bool:
    return hasattr(each.estimator, "predict_proba")


class EachTarget(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What labels and numbers share.

    Attributes
    ----------
    estimators_ : list of estimators
        The fitted ones, in the order of the targets.
    """

    estimators_: list[Any]

    @property
    def coef_(self) -> Floats:
        """Coefficients of linear members, of shape (n_targets, n_features); zeros where there was nothing to learn."""
        rows = [np.ravel(getattr(_inside(member), "coef_", ())) for member in self.estimators_]
        width = max(len(row) for row in rows)
        return np.array([np.pad(row, (0, width - len(row))) for row in rows])

    @property
    def intercept_(self) -> Floats:
        """Intercepts of linear members, of shape (n_targets,)."""
        return np.array([np.ravel(getattr(_inside(member), "intercept_", 0.0))[0] for member in self.estimators_])


def _inside(member: Any) -> Any:
    """The estimator inside a calibration."""
    calibrated = getattr(member, "calibrated_classifiers_", None)
    return calibrated[0].estimator if calibrated else member


class EachNumber(EachTarget):
    """A regressor for each of several numbers."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Matrix, y: Floats, sample_weight: Floats | None = None) -> Self:
        """Fit a clone on each column of `y`, of shape (n_rows, n_targets)."""
        keywords = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.n_features_in_ = X.shape[1]
        self.estimators_ = [clone(self.estimator).fit(X, column, **keywords) for column in y.T]
        return self

    def predict(self, X: Matrix) -> Floats:
        """Numbers of shape (n_rows, n_targets)."""
        return np.column_stack([member.predict(X) for member in self.estimators_])


class EachLabel(EachTarget):
    """A classifier for each of several labels of 0 and 1.

    Parameters
    ----------
    chained : bool
        Each label is learnt, and predicted, with those before it as further features [1]_.
    balanced : bool
        Rows are weighed so that both sides of a label count alike, for each label by itself.

    References
    ----------
    .. [1] Read, Pfahringer, Holmes, Frank (2011), Classifier chains for multi-label classification, Machine Learning
       85, 333-359.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = np.arange(12.0)[:, None], np.repeat([[0, 1], [1, 0]], 6, axis=0)
    >>> EachLabel(LogisticRegression()).fit(X, y).predict(X[[0, 11]]).tolist()
    [[0, 1], [1, 0]]
    """

    def __init__(self, estimator: Any, *, chained: bool = False, balanced: bool = False) -> None:
        self.estimator = estimator
        self.chained = chained
        self.balanced = balanced

    def fit(self, X: Matrix, y: NDArray[np.int64], sample_weight: Floats | None = None) -> Self:
        """Fit a clone on each column of `y`, of shape (n_rows, n_labels)."""
        self.estimators_, self.n_features_in_ = [], X.shape[1]
        for place, column in enumerate(y.T):
            seen = _beside(X, y[:, :place]) if self.chained else X
            self.estimators_.append(self._fit_one(seen, column, sample_weight))
        return self

    def _fit_one(self, X: Matrix, column: NDArray[np.int64], sample_weight: Floats | None) -> Any:
        if min(int(column.sum()), int((1 - column).sum())) < LEAST:
            return DummyClassifier().fit(X, column, sample_weight)
        weights = sample_weight
        if self.balanced:
            weights = compute_sample_weight("balanced", column) * (1.0 if weights is None else weights)
        return clone(self.estimator).fit(X, column, **({} if weights is None else {"sample_weight": weights}))

    def predict(self, X: Matrix) -> NDArray[np.int64]:
        """0 and 1, of shape (n_rows, n_labels)."""
        return self._told(X)[0]

    @available_if(_has_proba)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Matrix) -> Floats:
        """The probability of each label, of shape (n_rows, n_labels)."""
        return self._told(X)[1]

    def _told(self, X: Matrix) -> tuple[NDArray[np.int64], Floats]:
        labels = np.zeros((X.shape[0], len(self.estimators_)), dtype=np.int64)
        proba = np.zeros(labels.shape)
        for place, member in enumerate(self.estimators_):
            seen = _beside(X, labels[:, :place]) if self.chained else X
            if hasattr(member, "predict_proba"):
                proba[:, place] = of_label(member.predict_proba(seen), member.classes_)
                labels[:, place] = proba[:, place] >= 0.5
            else:
                labels[:, place] = proba[:, place] = member.predict(seen)
        return labels, proba


def _beside(X: Matrix, labels: NDArray[np.int64]) -> Matrix:
    """The matrix with labels as its last columns."""
    if sparse.issparse(X):
        return sparse.hstack([X, sparse.csr_matrix(labels.astype(np.float64))], format="csr")
    return np.column_stack([X, labels])


def of_label(proba: Floats, classes: NDArray[Any]) -> Floats:
    """The probability of 1 among the classes 0 and 1, of which training may have seen one alone."""
    place = np.flatnonzero(np.asarray(classes) == 1)
    found: Floats = proba[:, place[0]] if len(place) else np.zeros(len(proba))
    return found


def label_probabilities(estimator: Any, X: Matrix) -> Floats:
    """The probability of each label, of shape (n_rows, n_labels), however the estimator gives them."""
    said = estimator.predict_proba(X)
    if not isinstance(said, list):
        return np.asarray(said, dtype=np.float64)
    return np.column_stack([of_label(one, classes) for one, classes in zip(said, estimator.classes_, strict=True)])
