"""A small model on top of fitted estimators that says how far each is to be believed, as one scikit-learn estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

from mlpipe.models.deciding.temperature import sum_in_order
from mlpipe.models.ensemble.blend import BlendClassifier, BlendRegressor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]

EDGE = 1e-4
"""Probabilities are kept so far from zero: what a member thinks impossible is not beyond the others' persuasion."""
UNSEEN = -50.0
"""The score of a class that no out-of-fold row has."""


class StackClassifier(BlendClassifier):
    """Logistic regression on the logarithms of its members' probabilities.

    Parameters
    ----------
    members, places, rowwise
        As of a blend.
    weights : ndarray of shape (n_classes, n_members * n_classes)
        For each class, how much the logarithm of each member's probability of each class speaks for it.
    intercepts : ndarray of shape (n_classes,)
    classes : sequence of str
        In the order of the weights.

    References
    ----------
    Wolpert (1992), Stacked generalization, Neural Networks 5, 241-259.
    """

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        weights: Floats,
        intercepts: Floats,
        classes: Sequence[str],
        places: Sequence[tuple[int, int, bool]] | None = None,
        rowwise: Sequence[bool] | None = None,
    ) -> None:
        super().__init__(members, weights, places, rowwise)  # type: ignore[arg-type]
        self.intercepts = intercepts
        self.classes = classes

    def take(self, fitted: Sequence[Any], y: NDArray[Any]) -> Self:
        """As of a blend; the classes are those that the weights are for."""
        super().take(fitted, y)
        self.classes_ = np.array(self.classes)
        return self

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities of shape (n_rows, n_classes), in the order of `classes_`."""
        said = np.array([self._said(i, X) for i in range(len(self.fitted_))])
        return stacked_proba(said, np.asarray(self.weights), self.intercepts)

    def _said(self, i: int, X: Matrix) -> Floats:
        member = self.fitted_[i]
        proba = self._call(i, X, member.predict_proba)
        said = np.zeros((len(proba), len(self.classes)))
        said[:, [list(self.classes).index(str(label)) for label in member.classes_]] = proba
        return said


class StackRegressor(BlendRegressor):
    """Ridge regression on its members' predictions."""

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        weights: Floats,
        intercepts: float,
        places: Sequence[tuple[int, int, bool]] | None = None,
        rowwise: Sequence[bool] | None = None,
    ) -> None:
        super().__init__(members, weights, places, rowwise)  # type: ignore[arg-type]
        self.intercepts = intercepts

    def predict(self, X: Matrix) -> Floats:
        """Numbers of shape (n_rows,)."""
        return super().predict(X) + self.intercepts


def fit_classes(said: Floats, codes: NDArray[np.intp], row_weights: Floats | None) -> tuple[Floats, Floats]:
    """Weights and intercepts of a `StackClassifier`.

    Parameters
    ----------
    said : ndarray of shape (n_members, n_rows, n_classes)
        Out-of-fold probabilities.
    codes : ndarray of shape (n_rows,)
        Places of the true classes.
    """
    n_classes = said.shape[2]
    model = LogisticRegression(max_iter=1000).fit(_logarithms(said), codes, sample_weight=row_weights)
    weights, intercepts = np.zeros((n_classes, len(said) * n_classes)), np.full(n_classes, UNSEEN)
    if len(model.classes_) == 2:  # one line for the second: half of it for each makes the same difference
        coefficients, shift = np.vstack([-model.coef_, model.coef_]) / 2, np.array([-1, 1]) * model.intercept_ / 2
    else:
        coefficients, shift = model.coef_, model.intercept_
    weights[model.classes_], intercepts[model.classes_] = coefficients, shift
    return weights, intercepts


def fit_numbers(said: Floats, y: Floats, row_weights: Floats | None) -> tuple[Floats, float]:
    """Weights and intercept of a `StackRegressor`, from out-of-fold predictions of shape (n_members, n_rows)."""
    scale = float(np.std(y)) or 1.0
    model = Ridge(alpha=1.0).fit(said.T / scale, y / scale, sample_weight=row_weights)
    return np.asarray(model.coef_), float(model.intercept_) * scale


def stacked_proba(said: Floats, weights: Floats, intercepts: Floats) -> Floats:
    """Probabilities from those of members; each row by itself, to the last bit."""
    features = _logarithms(said).T
    scores = [
        sum_in_order([features[j] * weight for j, weight in enumerate(row.tolist())]) + shift
        for row, shift in zip(weights, np.asarray(intercepts).tolist(), strict=True)
    ]
    highest = np.maximum.reduce(scores)
    powers = [np.exp(score - highest) for score in scores]
    total = sum_in_order(powers)
    return np.column_stack([power / total for power in powers])


def _logarithms(said: Floats) -> Floats:
    """What the logistic regression sees, of shape (n_rows, n_members * n_classes)."""
    given = np.log(np.clip(said, EDGE, 1.0))
    return np.concatenate(list(given), axis=1)
