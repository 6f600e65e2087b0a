"""A weighted average of fitted estimators, as one scikit-learn estimator."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone

from mlpipe.features.preprocessor.matrix import in_full_batches
from mlpipe.models.deciding.temperature import sum_in_order
from mlpipe.models.each_target import label_probabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Floats = NDArray[np.float64]


class _Blend(BaseEstimator):  # type: ignore[misc]
    """What both kinds share.

    Parameters
    ----------
    members : sequence of (str, estimator)
        Names are unique.
    weights : sequence of float
        Weight of each member's answer; their sum is 1.
    places : sequence of (int, int, bool) or None
        The columns of the matrix that each member sees, from the first up to, and without, the second, and whether it
        takes them sparse; all as they are without it.
    rowwise : sequence of bool or None
        Members whose answer for a row does not depend, to the last bit, on how many rows are asked at once. The
        others are asked in batches of one size.
    """

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        weights: Sequence[float],
        places: Sequence[tuple[int, int, bool]] | None = None,
        rowwise: Sequence[bool] | None = None,
    ) -> None:
        self.members = members
        self.weights = weights
        self.places = places
        self.rowwise = rowwise

    def fit(self, X: Matrix, y: NDArray[Any], **fit_params: Any) -> Self:
        """Fit a clone of every member on its columns."""
        fitted = [clone(member).fit(self.seen_by(i, X), y, **fit_params) for i, (_, member) in enumerate(self.members)]
        return self.take(fitted, y)

    def take(self, fitted: Sequence[Any], y: NDArray[Any]) -> Self:
        """Take members that were fitted elsewhere on the targets `y`, each on its own columns."""
        self.fitted_ = list(fitted)
        if isinstance(self, ClassifierMixin):
            self.classes_ = np.unique(y)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "fitted_")

    def seen_by(self, i: int, X: Matrix) -> Matrix:
        """The columns of `X` that member `i` sees, dense where it was fitted on a dense matrix."""
        if self.places is None:
            return X
        first, end, is_sparse = self.places[i]
        seen: Any = X[:, first:end]
        if not sparse.issparse(seen):
            return np.ascontiguousarray(seen)
        return seen.tocsr() if is_sparse else seen.toarray()

    def _average(self, X: Matrix, answer: Callable[[Any, Callable[[Any], Floats]], Floats]) -> Floats:
        parts = [answer(member, partial(self._call, i, X)) for i, member in enumerate(self.fitted_)]
        return sum_in_order([part * weight for part, weight in zip(parts, self.weights, strict=True)])

    def _call(self, i: int, X: Matrix, method: Callable[[Any], Floats]) -> Floats:
        seen = self.seen_by(i, X)
        if self.rowwise is not None and self.rowwise[i] and seen.shape[0]:
            return method(seen)
        return in_full_batches(method, seen)


class BlendClassifier(ClassifierMixin, _Blend):  # type: ignore[misc]
    """The weighted mean of its members' probabilities.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> X, y = np.zeros((4, 1)), np.array(["a", "a", "a", "b"])
    >>> prior, uniform = DummyClassifier(), DummyClassifier(strategy="uniform")
    >>> blend = BlendClassifier([("prior", prior), ("uniform", uniform)], [0.5, 0.5]).fit(X, y)
    >>> blend.predict_proba(X[:1]).tolist()
    [[0.625, 0.375]]
    """

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities of shape (n_rows, n_classes), in the order of `classes_`."""
        return self._average(X, self._aligned)

    def predict(self, X: Matrix) -> NDArray[Any]:
        """The most probable class of each row."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def _aligned(self, member: Any, call: Callable[[Any], Floats]) -> Floats:
        proba = call(member.predict_proba)
        if len(member.classes_) == len(self.classes_):
            return proba
        aligned = np.zeros((len(proba), len(self.classes_)))
        aligned[:, np.searchsorted(self.classes_, member.classes_)] = proba
        return aligned


class BlendLabels(_Blend):
    """The weighted mean of its members' probabilities of several labels, each of shape (n_rows, n_labels)."""

    def predict_proba(self, X: Matrix) -> Floats:
        """The probability of each label."""
        return self._average(X, lambda member, call: call(partial(label_probabilities, member)))

    def predict(self, X: Matrix) -> NDArray[Any]:
        """0 and 1 for each label."""
        return (self.predict_proba(X) >= 0.5).astype(np.int64)


class BlendRegressor(RegressorMixin, _Blend):  # type: ignore[misc]
    """The weighted mean of its members' predictions."""

    def predict(self, X: Matrix) -> Floats:
        """Numbers, of the shape of what was learnt."""
        return self._average(X, lambda member, call: call(member.predict).astype(np.float64))
