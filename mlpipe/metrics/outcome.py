"""Predictions beside the truth: what every score, curve and interval is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.metrics.arrays import Codes, Flags, Floats, Places
from mlpipe.metrics.ranking import Ranking, rank
from mlpipe.target import ClassTarget, LabelsTarget, Target, classes_of
from mlpipe.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What was predicted for rows whose truth is known.

    Parameters
    ----------
    target : Target
        What is predicted.
    y_true, y_pred : ndarray of shape (n_rows,) or (n_rows, n_columns)
        Positions in `labels` where the target has classes, 0 or 1 where it has several labels, else finite numbers.
    y_proba : ndarray of shape (n_rows, n_classes) or (n_rows, n_labels), optional
        Probabilities, columns in the order of the classes, or of each label.
    weights : ndarray of shape (n_rows,), optional
        Weight of each row; `None` weighs all alike.
    groups : ndarray of shape (n_rows,), optional
        The number of each row's group, from 0 on without gaps, where rows belong together.
    unseen : tuple of str
        The labels among the true ones that the model has never seen, in order.

    Examples
    --------
    >>> target = ClassTarget(column="answer", classes=("no", "yes"), positive="yes")
    >>> Outcome.of(target, np.array(["no", "maybe"]), np.array([0, 1])).labels
    ('no', 'yes', 'maybe')
    """

    target: Target
    y_true: NDArray[Any]
    y_pred: NDArray[Any]
    y_proba: Floats | None = None
    weights: Floats | None = None
    groups: Codes | None = None
    unseen: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, target: Target, y_true: NDArray[Any], outputs: NDArray[Any], *, y_proba: Floats | None = None,
        weights: Floats | None = None,
    ) -> Self:  # fmt: skip
        """What a model gives, beside the truth as the target encodes it: class labels are still text."""
        unseen: tuple[str, ...] = ()
        if isinstance(target, ClassTarget):
            unseen = unseen_labels(y_true, target.classes)
            y_true = places_of(y_true, (*target.classes, *unseen))
        return cls(target=target, y_true=y_true, y_pred=outputs, y_proba=y_proba, weights=weights, unseen=unseen)

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

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, then the labels among the true ones that the model has never seen; empty without classes."""
        return (*self.classes, *self.unseen)

    @property
    def positive(self) -> int | None:
        """Position of the positive one of two classes in `labels`."""
        return self.target.positive_place if isinstance(self.target, ClassTarget) else None

    @cached_property
    def support(self) -> Codes:
        """Rows of each class in the order of `labels`, or with each of several labels."""
        if isinstance(self.target, LabelsTarget):
            return np.asarray(self.y_true.sum(axis=0))
        return np.bincount(self.y_true, minlength=len(self.labels))

    def has(self, label: int) -> Flags:
        """Which rows are of a class, or have one of several labels."""
        return np.asarray(self.y_true[:, label] == 1 if isinstance(self.target, LabelsTarget) else self.y_true == label)

    def score_of(self, label: int) -> Floats:
        """Probability of one label for each row; nought for a label that the model has never seen."""
        if self.y_proba is None:
            raise ValueError("the outcome has no probabilities")
        if label >= self.y_proba.shape[1]:
            return np.zeros(self.n_rows)
        column: Floats = self.y_proba[:, label]
        return column

    def ranking(self, label: int) -> Ranking:
        """The rows in the order of a label's probability; they are sorted once, whoever asks."""
        if label not in self._rankings:
            self._rankings[label] = rank(self.has(label), self.score_of(label))
        return self._rankings[label]

    @cached_property
    def _rankings(self) -> dict[int, Ranking]:
        return {}

    def written(self, y: NDArray[Any]) -> NDArray[Any]:
        """Values of `y_true` or `y_pred` as tables have them: class labels for their positions."""
        return np.asarray(self.labels)[y] if self.classes else y


def unseen_labels(values: NDArray[np.str_], classes: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that are none of the classes, in order.

    Examples
    --------
    >>> unseen_labels(np.array(["no", "maybe", "maybe"]), ("no", "yes"))
    ('maybe',)
    """
    names, _, found = _sought(values, classes)
    return tuple(str(label) for label in np.unique(values[names[found] != values]))


def places_of(values: NDArray[np.str_], labels: tuple[str, ...]) -> Places:
    """Positions of values among labels that hold all of them, in as few bytes as will do.

    Examples
    --------
    >>> places_of(np.array(["yes", "no"]), ("no", "yes"))
    array([1, 0], dtype=uint8)
    """
    _, order, found = _sought(values, labels)
    return order.astype(np.min_scalar_type(len(labels)))[found]


def _sought(values: NDArray[Any], labels: tuple[str, ...]) -> tuple[NDArray[Any], Codes, Codes]:
    """The labels sorted, where each stood, and at which of them each value is to be found if anywhere."""
    names = np.asarray(labels, dtype=np.str_)
    order = np.argsort(names, kind="stable")
    found = np.searchsorted(names[order], values)
    return names[order], order, np.minimum(found, len(names) - 1)
