"""What the wrappers share: a fitted model is kept as the text or bytes of its library's own format.

A pickle of the library's objects would admit its classes to our files, and change with its internals; its model format
is documented, stable and data.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


COUNT = [Interval(Integral, 1, None, closed="left")]
ABOVE_ZERO = [Interval(Real, 0, None, closed="neither")]
FROM_ZERO = [Interval(Real, 0, None, closed="left")]
SHARE = [Interval(Real, 0, 1, closed="right")]
BINS = [Interval(Integral, 2, None, closed="left")]
PLACES = [tuple, list, None]
SEED = [Interval(Integral, 0, None, closed="left"), None]
"""Ranges of parameters, in scikit-learn's way."""


class NativeModel(BaseEstimator, ABC):  # type: ignore[misc]
    """A model of another library, held in `model_`.

    Subclasses train with `_train` and answer with `_answer`; both take plain arrays.
    """

    categories: tuple[int, ...] | None
    _parameter_constraints: ClassVar[dict[str, list[Any]]]

    def fit(self, X: Floats, y: NDArray[Any], sample_weight: Floats | None = None) -> Self:
        """Fit on a dense matrix; NaN is a missing cell."""
        self._learn_classes(np.unique(y))
        return self._keep(
            X.shape[1], lambda: self._train(np.asarray(X, dtype=np.float64), self._encoded(y), sample_weight)
        )

    def _keep(self, n_features: int, train: Callable[[], str | bytes]) -> Self:
        """Hold the model that the library trains."""
        self.n_features_in_ = n_features
        try:
            self.model_ = train()
        except self._failures() as error:  # of a class of the library's own, which nobody else knows
            raise ValueError(str(error)) from error
        self._loaded = None
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_loaded": None}

    def _native(self) -> Any:
        """The library's model, read once from its own format."""
        if not hasattr(self, "model_"):
            raise NotFittedError(f"{type(self).__name__} is not fitted yet.")
        if self._loaded is None:
            self._loaded = self._load(self.model_)
        return self._loaded

    def _learn_classes(self, found: NDArray[Any]) -> None:
        """Take the values of the target, in order, where these are classes."""

    def _encoded(self, y: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(y, dtype=np.float64)

    @abstractmethod
    def _failures(self) -> tuple[type[Exception], ...]:
        """What the library raises."""

    @abstractmethod
    def _train(self, X: Floats, y: NDArray[Any], sample_weight: Floats | None) -> str | bytes: ...

    @abstractmethod
    def _load(self, model: Any) -> Any: ...

    @abstractmethod
    def _staged(self, X: Floats) -> Iterator[Floats]:
        """What `_answer` gives after each round."""

    @abstractmethod
    def _answer(self, X: Floats) -> Floats:
        """Numbers of shape (n_rows,), or probabilities: (n_rows, n_classes), or (n_rows,) of the second of two."""


class NumberAnswers:
    """For quantities: what the library answers is the prediction."""

    def predict(self: Any, X: Floats) -> Floats:
        """Numbers of shape (n_rows,)."""
        answer: Floats = np.asarray(self._answer(np.asarray(X, dtype=np.float64)), dtype=np.float64)
        return answer

    def staged_predict(self: Any, X: Floats) -> Iterator[Floats]:
        """The same after each round."""
        for answer in self._staged(np.asarray(X, dtype=np.float64)):
            yield np.asarray(answer, dtype=np.float64)


class ClassAnswers:
    """For classes: labels become 0, 1, … for the library, and its probabilities two or more columns."""

    def _learn_classes(self: Any, found: NDArray[Any]) -> None:
        self.classes_ = found

    def _encoded(self: Any, y: NDArray[Any]) -> NDArray[Any]:
        return np.searchsorted(self.classes_, y)

    def predict_proba(self: Any, X: Floats) -> Floats:
        """Probabilities of shape (n_rows, n_classes), in the order of `classes_`."""
        return _by_class(self._answer(np.asarray(X, dtype=np.float64)))

    def staged_predict_proba(self: Any, X: Floats) -> Iterator[Floats]:
        """The same after each round."""
        return map(_by_class, self._staged(np.asarray(X, dtype=np.float64)))

    def predict(self: Any, X: Floats) -> NDArray[Any]:
        """The most probable class of each row."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels


def _by_class(answer: Any) -> Floats:
    """Probabilities of shape (n_rows, n_classes); a library may tell of two classes the second alone."""
    given: Floats = np.asarray(answer, dtype=np.float64)
    return np.column_stack([1 - given, given]) if given.ndim == 1 else given


def with_gaps(X: Floats, categories: tuple[int, ...] | None) -> Floats:
    """The matrix with negative codes of categories, which no library takes, as missing cells."""
    if not categories:
        return X
    copied = X.copy()
    places = list(categories)
    codes = copied[:, places]
    copied[:, places] = np.where(codes < 0, np.nan, codes)
    return copied


def by_output(given: NDArray[Any], n_features: int) -> Floats:
    """What a library says that features add, one output behind the other, each with its base behind: without these.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs, n_features)
    """
    parts: Floats = np.asarray(given, dtype=np.float64).reshape(len(given), -1, n_features + 1)
    return parts[:, :, :n_features]
