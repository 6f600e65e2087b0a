"""Predictions of a fitted estimator on a finished matrix, the same to the last bit however rows are batched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.errors import UsageError
from mlpipe.features.preprocessor.matrix import in_full_batches
from mlpipe.metrics.outcome import Outcome
from mlpipe.models.deciding.decision import NO_DECISION, Decision, Threshold
from mlpipe.models.each_target import label_probabilities
from mlpipe.target import (
    ClassTarget,
    LabelsTarget,
    NoTarget,
    NumbersTarget,
    NumberTarget,
    Target,
    classes_of,
    positive_of,
)
from mlpipe.target.cells import columns_of
from mlpipe.task import no_target
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.target.cells import Columns


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What a model says of some rows.

    Parameters
    ----------
    outputs : ndarray of shape (n_rows,) or (n_rows, n_columns)
        Positions among the target's classes, or numbers.
    proba : ndarray of shape (n_rows, n_classes) or (n_rows, n_labels), or None
        Probabilities in the order of the classes, or of each label; `None` for numbers and for models that have none.
    decision : Decision
        How they are decided.
    """

    target: Target
    outputs: NDArray[Any]
    proba: NDArray[np.float64] | None = None
    decision: Decision = NO_DECISION

    def decided(self, decision: Decision) -> Predictions:
        """The same with what the model decides by; numbers below its lowest become that."""
        of_classes = isinstance(self.target, ClassTarget)
        return replace(self, decision=decision, outputs=self.outputs if of_classes else decision.bounded(self.outputs))

    def take(self, rows: slice) -> Predictions:
        """Those of some rows."""
        return replace(self, outputs=self.outputs[rows], proba=None if self.proba is None else self.proba[rows])

    @property
    def values(self) -> NDArray[Any]:
        """Class labels, or numbers."""
        return self.target.decode(self.outputs)

    def columns(self, *, proba: bool) -> Columns:
        """The columns to write, with or without probabilities; with intervals and abstentions as decided."""
        columns = self.target.predicted(self.outputs, self.proba if proba else None)
        if self.decision.reach is not None:
            reach = np.asarray(self.decision.reach)
            low, high = self.decision.bounded(self.outputs - reach), self.outputs + reach
            names = self.target.columns
            several = {**columns_of("low", names, low), **columns_of("high", names, high)} if low.ndim > 1 else {}
            columns |= several or {"low": pa.array(low), "high": pa.array(high)}
        if self.decision.abstain is not None and self.proba is not None:
            unsure = pa.array(self.proba.max(axis=1) < self.decision.abstain)
            given = columns["prediction"]
            columns["prediction"] = pc.if_else(unsure, pa.scalar(None, given.type), given)
            columns["abstained"] = unsure
        return columns

    def beside(self, y_true: NDArray[Any], weights: NDArray[np.float64] | None = None) -> Outcome:
        """The predictions beside the truth, and what each row counts."""
        return Outcome.of(self.target, y_true, self.outputs, y_proba=self.proba, weights=weights)


def gather(blocks: Iterator[Predictions], n_rows: int) -> Predictions:
    """The predictions of blocks of rows as one, each copied as it comes: all of them twice would take much memory."""
    first = next(blocks)
    classes = classes_of(first.target)
    kind = np.min_scalar_type(len(classes)) if classes else first.outputs.dtype
    outputs = np.empty_like(first.outputs, dtype=kind, shape=(n_rows, *first.outputs.shape[1:]))
    proba = None if first.proba is None else np.empty_like(first.proba, shape=(n_rows, first.proba.shape[1]))
    start = 0
    for block in chain([first], blocks):
        rows = slice(start, start + len(block.outputs))
        outputs[rows] = block.outputs
        if proba is not None:
            proba[rows] = block.proba
        start = rows.stop
    return replace(first, outputs=outputs, proba=proba)


def check_threshold(threshold: float | None, target: Target) -> None:
    """Raise `UsageError` where there is a threshold and no positive class to hold it against."""
    if threshold is not None and not positive_of(target) and not isinstance(target, LabelsTarget):
        option = param("threshold")
        raise UsageError(
            f"{option} is for two classes, or for labels.",
            where=f"The model's task is {target.task.value}.",
            remedy=f"Leave {option} away.",
        )


def explains(target: Target) -> bool:
    """Whether a row has a single answer, which columns can be said to move."""
    return isinstance(target, ClassTarget | NumberTarget)


def check_explained(target: Target) -> None:
    """Raise `UsageError` where rows are not explained."""
    if not explains(target):
        raise UsageError(
            f"{param('explain')} is for one class or one quantity.",
            where=f"The model's task is {target.task.value}.",
            remedy=f"Leave {param('explain')} away.",
        )


def check_probabilities(estimator: Any, target: Target) -> None:
    """Raise `UsageError` where probabilities are asked of a model that has none."""
    option = param("proba", True)
    if isinstance(target, NumberTarget | NumbersTarget):
        raise UsageError(
            f"{option} is for classes.",
            where=f"The model's task is {target.task.value}.",
            remedy=ways(
                f"Leave {option} away",
                in_step("train", f"; {param('intervals', 0.9)} of train gives quantities a range"),
            ),
        )
    if isinstance(target, ClassTarget) and not hasattr(estimator, "predict_proba"):
        raise UsageError(
            "The model has no probabilities.",
            where=option,
            remedy=ways(
                f"Leave {option} away", in_step("train", f"train one that has, such as {param('model', 'logistic')}")
            ),
        )


def predict_matrix(
    estimator: Any, X: Matrix, target: Target, *, rowwise: bool, threshold: Threshold | None = None
) -> Predictions:
    """Predict the rows of `X`.

    Parameters
    ----------
    target : Target
        Its classes may be more than the estimator has seen: the probability of the others is zero.
    threshold : float or tuple of float, optional
        Two classes: the probability of the positive one from which on it is predicted. By default the more probable
        class is. Labels: that of each label, or one for all.
    """
    match target:
        case ClassTarget():
            return _predict_classes(estimator, X, target, rowwise=rowwise, threshold=threshold)
        case NumberTarget() | NumbersTarget():
            return Predictions(target=target, outputs=_call(estimator.predict, X, rowwise).astype(np.float64))
        case LabelsTarget():
            return _predict_labels(estimator, X, target, rowwise=rowwise, threshold=threshold)
        case NoTarget():
            return _predict_clusters(estimator, X, target, rowwise=rowwise)
        case _:
            assert_never(target)


def _predict_clusters(estimator: Any, X: Matrix, target: NoTarget, *, rowwise: bool) -> Predictions:
    if hasattr(estimator, "predict_proba"):
        proba = _call(estimator.predict_proba, X, rowwise)
        return Predictions(target=target, outputs=proba.argmax(axis=1).astype(np.int64), proba=proba)
    return Predictions(target=target, outputs=_call(estimator.predict, X, rowwise).astype(np.int64))


def _predict_labels(
    estimator: Any, X: Matrix, target: LabelsTarget, *, rowwise: bool, threshold: Threshold | None
) -> Predictions:
    if not hasattr(estimator, "predict_proba"):
        return Predictions(target=target, outputs=_call(estimator.predict, X, rowwise).astype(np.int64))
    proba = _call(partial(label_probabilities, estimator), X, rowwise)
    return Predictions(target=target, outputs=choose_labels(proba, threshold), proba=proba)


def choose_labels(proba: NDArray[np.float64], threshold: Threshold | None) -> NDArray[np.int64]:
    """0 or 1 for each label of each row; `threshold` is one for all labels, or one for each."""
    return (proba >= (0.5 if threshold is None else np.asarray(threshold))).astype(np.int64)


def _predict_classes(
    estimator: Any, X: Matrix, target: ClassTarget, *, rowwise: bool, threshold: Threshold | None
) -> Predictions:
    if not hasattr(estimator, "predict_proba"):
        place = {label: i for i, label in enumerate(target.classes)}
        labels = _call(estimator.predict, X, rowwise).tolist()
        return Predictions(target=target, outputs=np.array([place[label] for label in labels], dtype=int))
    proba = _aligned(_call(estimator.predict_proba, X, rowwise), estimator.classes_, target.classes)
    return Predictions(target=target, outputs=choose_classes(proba, target, threshold), proba=proba)


def choose_classes(proba: NDArray[np.float64], target: ClassTarget, threshold: Threshold | None) -> NDArray[np.intp]:
    """The most probable class of each row, or by a threshold on the positive one of two."""
    positive = target.positive_place
    if threshold is None or positive is None:
        return np.asarray(proba.argmax(axis=1), dtype=np.intp)
    return np.where(proba[:, positive] >= threshold, positive, 1 - positive).astype(np.intp)


def mean_loss(predictions: Predictions, y_true: NDArray[Any]) -> float:
    """Log loss of classes, or the share of errors without probabilities; squared error of numbers."""
    target = predictions.target
    match target:
        case ClassTarget():
            return _class_loss(predictions, target, y_true)
        case NumberTarget() | NumbersTarget():
            return float(((predictions.values - y_true) ** 2).mean())
        case LabelsTarget():
            return _label_loss(predictions, y_true)
        case NoTarget():
            raise no_target(target.task)
        case _:
            assert_never(target)


def _label_loss(predictions: Predictions, y_true: NDArray[Any]) -> float:
    if predictions.proba is None:
        return float((predictions.outputs != y_true).mean())
    return float(-np.log(np.clip(given_to_truth(predictions.proba, y_true), 1e-15, 1)).mean())


def given_to_truth(proba: NDArray[np.float64], y_true: NDArray[Any]) -> NDArray[np.float64]:
    """The probability that was given to what is true of each label, of the shape of both."""
    return np.where(y_true == 1, proba, 1 - proba)


def _class_loss(predictions: Predictions, target: ClassTarget, y_true: NDArray[Any]) -> float:
    if predictions.proba is None:
        return float((predictions.values != y_true).mean())
    place = {label: i for i, label in enumerate(target.classes)}
    given = predictions.proba[np.arange(len(y_true)), [place[label] for label in y_true]]
    return float(-np.log(np.clip(given, 1e-15, 1)).mean())


def _aligned(proba: NDArray[np.float64], seen: NDArray[Any], classes: tuple[str, ...]) -> NDArray[np.float64]:
    if tuple(seen) == classes:
        if proba.shape[1:] != (len(seen),):
            raise ValueError(f"the estimator has {len(seen)} classes, and probabilities of another number")
        return proba
    place = {label: i for i, label in enumerate(classes)}
    aligned = np.zeros((len(proba), len(classes)))
    # Gradient boosting that saw one class alone gives a second column all the same, of a class that is none.
    aligned[:, [place[str(label)] for label in seen]] = proba[:, : len(seen)]
    return aligned


def _call(method: Any, X: Matrix, rowwise: bool) -> NDArray[Any]:
    if rowwise and X.shape[0]:
        result: NDArray[Any] = method(X)
        return result
    return in_full_batches(method, X)
