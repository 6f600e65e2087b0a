"""Predictions beside the truth: what every score, curve and interval is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpipe.target import ClassTarget, LabelsTarget, Target, classes_of
from mlpipe.task import Task

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What was predicted for rows whose truth is known.

    Parameters
    ----------
    target : Target
        What is predicted.
    y_true, y_pred : ndarray of shape (n_rows,) or (n_rows, n_columns)
        Class labels (text) where the target has classes, 0 or 1 where it has several labels, else finite numbers.
    y_proba : ndarray of shape (n_rows, n_classes) or (n_rows, n_labels), optional
        Probabilities, columns in the order of the classes, or of each label.
    weights : ndarray of shape (n_rows,), optional
        Weight of each row; `None` weighs all alike.
    groups : ndarray of shape (n_rows,), optional
        The number of each row's group, from 0 on without gaps, where rows belong together.

    Examples
    --------
    >>> target = ClassTarget(column="answer", classes=("no", "yes"), positive="yes")
    >>> Outcome(target=target, y_true=np.array(["no", "maybe"]), y_pred=np.array(["no", "yes"])).labels
    ('no', 'yes', 'maybe')
    """

    target: Target
    y_true: NDArray[Any]
    y_pred: NDArray[Any]
    y_proba: Floats | None = None
    weights: Floats | None = None
    groups: Codes | None = None

    def __post_init__(self) -> None:
        n_rows = len(self.y_true)
        if len(self.y_pred) != n_rows or (self.weights is not None and len(self.weights) != n_rows):
            raise ValueError(f"{n_rows} true values, {len(self.y_pred)} predictions")
        told = len(self.target.columns) if isinstance(self.target, LabelsTarget) else len(self.classes)
        if self.y_proba is not None and self.y_proba.shape != (n_rows, told):
            raise ValueError(f"probabilities of shape {self.y_proba.shape}, {n_rows} rows, {told} classes")

    @property
    def task(self) -> Task:
        """The kind of problem."""
        return self.target.task

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that the model knows; empty where the target has none."""
        return classes_of(self.target)

    @property
    def n_rows(self) -> int:
        """How many rows were predicted."""
        return len(self.y_true)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The classes, then the labels among the true ones that the model has never seen; empty without classes."""
        if not self.classes:
            return ()
        unknown = self.y_true[~_is_known(self.y_true, self.classes)]
        return (*self.classes, *(str(label) for label in np.unique(unknown)))

    @property
    def positive(self) -> int | None:
        """Position of the positive one of two classes in `labels`."""
        return self.target.positive_place if isinstance(self.target, ClassTarget) else None

    @cached_property
    def true_codes(self) -> Codes:
        """Positions of the true labels in `labels`."""
        return _encode(self.y_true, self.labels)

    @cached_property
    def pred_codes(self) -> Codes:
        """Positions of the predicted labels in `labels`."""
        return _encode(self.y_pred, self.labels)

    @cached_property
    def support(self) -> Codes:
        """Rows of each label, in the order of `labels`."""
        return np.bincount(self.true_codes, minlength=len(self.labels))

    def score_of(self, label: int) -> Floats:
        """Probability of one label for each row; nought for a label that the model has never seen."""
        if self.y_proba is None:
            raise ValueError("the outcome has no probabilities")
        if label >= len(self.classes):
            return np.zeros(self.n_rows)
        column: Floats = self.y_proba[:, label]
        return column


def _places(values: NDArray[Any], labels: tuple[str, ...]) -> tuple[NDArray[Any], Codes, Codes]:
    names = np.asarray(labels, dtype=np.str_)
    order = np.argsort(names, kind="stable")
    found = np.searchsorted(names[order], values)
    return names[order], order, np.minimum(found, len(names) - 1)


def _is_known(values: NDArray[Any], labels: tuple[str, ...]) -> Flags:
    names, _, found = _places(values, labels)
    return np.asarray(names[found] == values)


def _encode(values: NDArray[Any], labels: tuple[str, ...]) -> Codes:
    _, order, found = _places(values, labels)
    return np.asarray(order[found])
