"""The confusion matrix and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Codes, Floats, Places
    from mlpipe.metrics.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class ClassReport:
    """How well one class is told from the others; `None` where nothing was there to count."""

    precision: float | None
    recall: float | None
    f1: float | None
    support: int


def confusion_cells(outcome: Outcome) -> Places:
    """In which cell of the confusion matrix each row is, counted row by row, in as few bytes as will do."""
    size = len(outcome.labels)
    cells: Places = outcome.y_true.astype(np.min_scalar_type(size * size))
    cells *= size
    cells += outcome.y_pred.astype(cells.dtype)
    return cells


def confusion_counts(outcome: Outcome) -> Codes:
    """Count rows by true label (first axis) and predicted label (second axis), in the order of `outcome.labels`."""
    size = len(outcome.labels)
    return np.bincount(confusion_cells(outcome), minlength=size * size).reshape(size, size)


def confusion_sums(outcome: Outcome) -> Floats:
    """Add up the weights of the rows that `confusion_counts` counts."""
    size = len(outcome.labels)
    sums = np.bincount(confusion_cells(outcome), weights=outcome.weights, minlength=size * size)
    return sums.reshape(size, size).astype(np.float64)


def report_classes(outcome: Outcome) -> dict[str, ClassReport]:
    """Precision, recall and F1 of each class, weighted where the rows are, and how many rows it has."""
    found = per_class(confusion_sums(outcome), outcome.labels)
    rows = zip(found.items(), outcome.support.tolist(), strict=True)
    return {label: replace(report, support=n) for (label, report), n in rows}


def per_class(counts: Codes | Floats, labels: tuple[str, ...]) -> dict[str, ClassReport]:
    """Precision, recall, F1 and rows of each class.

    Examples
    --------
    >>> per_class(np.array([[3, 1], [0, 0]]), ("no", "yes"))["yes"]
    ClassReport(precision=0.0, recall=None, f1=0.0, support=0)
    """
    hits, true, predicted = np.diagonal(counts), counts.sum(axis=1), counts.sum(axis=0)
    return {
        label: ClassReport(
            precision=_ratio(hits[k], predicted[k]),
            recall=_ratio(hits[k], true[k]),
            f1=_ratio(2 * hits[k], predicted[k] + true[k]),
            support=int(true[k]),
        )
        for k, label in enumerate(labels)
    }


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


class Confusion:
    """Many confusion matrices at once, and their scores.

    Parameters
    ----------
    counts : ndarray of shape (n_sets, n_labels, n_labels)
        True label on the second axis, predicted on the third; weighted counts are welcome.
    positive : int, optional
        Position of the positive one of two classes.
    """

    def __init__(self, counts: Floats, positive: int | None = None) -> None:
        self.hits = np.diagonal(counts, axis1=1, axis2=2)
        self.true = counts.sum(axis=2)
        self.predicted = counts.sum(axis=1)
        self.total = self.true.sum(axis=1)
        self.positive = positive

    def accuracy(self) -> Floats:
        """Share of the trace."""
        return divide(self.hits.sum(axis=1), self.total)

    def balanced_accuracy(self) -> Floats:
        """Mean recall of the classes that have rows."""
        recall = divide(self.hits, self.true, otherwise=0.0)
        return divide(recall.sum(axis=1), (self.true > 0).sum(axis=1).astype(np.float64))

    def precision(self) -> Floats:
        """Precision of the positive class."""
        return divide(self._of_positive(self.hits), self._of_positive(self.predicted))

    def recall(self) -> Floats:
        """Recall of the positive class."""
        return divide(self._of_positive(self.hits), self._of_positive(self.true))

    def f1(self) -> Floats:
        """F1 of the positive class."""
        hits, true, predicted = (self._of_positive(counts) for counts in (self.hits, self.true, self.predicted))
        return divide(2 * hits, true + predicted)

    def precision_macro(self) -> Floats:
        """Mean precision of the classes that occur."""
        return self._macro(self.predicted)

    def recall_macro(self) -> Floats:
        """Mean recall of the classes that occur."""
        return self._macro(self.true)

    def f1_macro(self) -> Floats:
        """Mean F1 of the classes that occur."""
        return self._macro((self.true + self.predicted) / 2)

    def f1_weighted(self) -> Floats:
        """Mean F1 of the classes, weighted by their rows."""
        f1 = divide(2 * self.hits, self.true + self.predicted, otherwise=0.0)
        return divide((f1 * self.true).sum(axis=1), self.total)

    def mcc(self) -> Floats:
        """Matthews correlation in Gorodkin's form; 0 where all rows are predicted alike.

        References
        ----------
        Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient,
        Computational Biology and Chemistry 28, 367-374.
        """
        total = self.total
        covariance = self.hits.sum(axis=1) * total - (self.true * self.predicted).sum(axis=1)
        true_spread = total**2 - (self.true**2).sum(axis=1)
        predicted_spread = total**2 - (self.predicted**2).sum(axis=1)
        score = divide(covariance, np.sqrt(true_spread * predicted_spread), otherwise=0.0)
        return np.where(true_spread > 0, score, np.nan)

    def _of_positive(self, counts: Floats) -> Floats:
        assert self.positive is not None
        column: Floats = counts[:, self.positive]
        return column

    def _macro(self, whole: Floats) -> Floats:
        """Mean over the classes that are true or predicted somewhere, 0 counting for 0/0, as scikit-learn does."""
        occurs = (self.true + self.predicted) > 0
        return divide(divide(self.hits, whole, otherwise=0.0).sum(axis=1), occurs.sum(axis=1).astype(np.float64))
