"""Predictions of a fitted estimator on a finished matrix, the same to the last bit however rows are batched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.features.preprocessor.matrix import in_full_batches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What a model says of some rows.

    Parameters
    ----------
    outputs : ndarray of shape (n_rows,)
        Positions in `classes`, or numbers for regression.
    proba : ndarray of shape (n_rows, n_classes) or None
        Probabilities in the order of `classes`; `None` for regression and for models that have none.
    """

    outputs: NDArray[Any]
    proba: NDArray[np.float64] | None
    classes: tuple[str, ...]

    @property
    def values(self) -> NDArray[Any]:
        """Class labels, or numbers for regression, of shape (n_rows,)."""
        if not self.classes:
            return self.outputs
        labels: NDArray[Any] = np.asarray(self.classes)[self.outputs]
        return labels


def predict_matrix(
    estimator: Any, X: Matrix, classes: tuple[str, ...], *, rowwise: bool, threshold: float | None = None
) -> Predictions:
    """Predict the rows of `X`.

    Parameters
    ----------
    classes : tuple of str
        All class labels, also those that the estimator has not seen (their probability is zero); empty for
        regression.
    threshold : float, optional
        Binary tasks: the probability of the last class from which on it is predicted. By default the more
        probable class is.
    """
    if not classes:
        numbers = _call(estimator.predict, X, rowwise).astype(np.float64)
        return Predictions(outputs=numbers, proba=None, classes=classes)
    if not hasattr(estimator, "predict_proba"):
        place = {label: i for i, label in enumerate(classes)}
        labels = _call(estimator.predict, X, rowwise).tolist()
        return Predictions(outputs=np.array([place[label] for label in labels], dtype=int), proba=None, classes=classes)
    proba = _aligned(_call(estimator.predict_proba, X, rowwise), estimator.classes_, classes)
    return Predictions(outputs=choose_classes(proba, threshold), proba=proba, classes=classes)


def choose_classes(proba: NDArray[np.float64], threshold: float | None) -> NDArray[np.intp]:
    """The most probable class of each row, or by a threshold on the last class of two."""
    chosen = proba.argmax(axis=1) if threshold is None else proba[:, -1] >= threshold
    return np.asarray(chosen, dtype=np.intp)


def _aligned(proba: NDArray[np.float64], seen: NDArray[Any], classes: tuple[str, ...]) -> NDArray[np.float64]:
    if tuple(seen) == classes:
        return proba
    place = {label: i for i, label in enumerate(classes)}
    aligned = np.zeros((len(proba), len(classes)))
    aligned[:, [place[str(label)] for label in seen]] = proba
    return aligned


def _call(method: Any, X: Matrix, rowwise: bool) -> NDArray[Any]:
    if rowwise and X.shape[0]:
        result: NDArray[Any] = method(X)
        return result
    return in_full_batches(method, X)
