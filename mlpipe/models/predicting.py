"""Predictions of a fitted estimator on a finished matrix, the same to the last bit however rows are batched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BATCH_ROWS = 2048
"""Rows in one call of an estimator whose result depends on the shape of the call (see `EstimatorSpec.rowwise`)."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What a model says of some rows.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Class labels, or numbers for regression.
    proba : ndarray of shape (n_rows, n_classes) or None
        Probabilities in the order of `classes`; `None` for regression and for models that have none.
    """

    values: NDArray[Any]
    proba: NDArray[np.float64] | None


def predict_matrix(
    estimator: Any, X: NDArray[np.float64], classes: tuple[str, ...], *, rowwise: bool, threshold: float | None = None
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
        return Predictions(values=_call(estimator.predict, X, rowwise).astype(np.float64), proba=None)
    if not hasattr(estimator, "predict_proba"):
        return Predictions(values=_call(estimator.predict, X, rowwise).astype(str), proba=None)
    proba = _aligned(_call(estimator.predict_proba, X, rowwise), estimator.classes_, classes)
    return Predictions(values=choose_labels(proba, classes, threshold), proba=proba)


def choose_labels(proba: NDArray[np.float64], classes: tuple[str, ...], threshold: float | None) -> NDArray[Any]:
    """The most probable class of each row, or by a threshold on the last class of two."""
    labels = np.asarray(classes)
    chosen = proba.argmax(axis=1) if threshold is None else (proba[:, -1] >= threshold).astype(int)
    found: NDArray[Any] = labels[chosen]
    return found


def _aligned(proba: NDArray[np.float64], seen: NDArray[Any], classes: tuple[str, ...]) -> NDArray[np.float64]:
    if tuple(seen) == classes:
        return proba
    place = {label: i for i, label in enumerate(classes)}
    aligned = np.zeros((len(proba), len(classes)))
    aligned[:, [place[str(label)] for label in seen]] = proba
    return aligned


def _call(method: Any, X: NDArray[np.float64], rowwise: bool) -> NDArray[Any]:
    if rowwise and len(X):
        result: NDArray[Any] = method(X)
        return result
    parts = [method(batch)[:rows] for batch, rows in _full_batches(X)]
    return np.concatenate(parts)


def _full_batches(X: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], int]]:
    """Batches of exactly `BATCH_ROWS` rows, the last one filled up with zeros, and the rows that count."""
    for start in range(0, max(len(X), 1), BATCH_ROWS):
        batch = X[start : start + BATCH_ROWS]
        if len(batch) == BATCH_ROWS:
            yield batch, BATCH_ROWS
            continue
        full = np.zeros((BATCH_ROWS, X.shape[1]))
        full[: len(batch)] = batch
        yield full, len(batch)
