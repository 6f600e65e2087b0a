"""What the scores of several labels are made of, for many sets of row weights at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome


class LabelHits:
    """What does not depend on the weights: which labels of which rows are right.

    Parameters
    ----------
    outcome : Outcome
        Of labels: true and predicted 0 or 1, of shape (n_rows, n_labels).
    """

    def __init__(self, outcome: Outcome) -> None:
        true, predicted = outcome.y_true.astype(np.float64), outcome.y_pred.astype(np.float64)
        self.true, self.predicted = true, predicted
        self.both = true * predicted
        wrong = np.abs(true - predicted)
        all_right = (wrong.sum(axis=1) == 0).astype(np.float64)
        # As scikit-learn has it, a row that has no label and gets none counts 0.
        overlap = divide(2 * self.both.sum(axis=1), true.sum(axis=1) + predicted.sum(axis=1), otherwise=0.0)
        self.rows = np.column_stack([all_right, wrong.mean(axis=1), overlap])


class LabelSums:
    """Labels under many sets of weights, and their scores of shape (n_sets,).

    Parameters
    ----------
    weights : ndarray of shape (n_sets, n_rows)

    References
    ----------
    Tsoumakas, Katakis, Vlahavas (2010), Mining multi-label data, in: Data Mining and Knowledge Discovery Handbook.
    """

    def __init__(self, hits: LabelHits, weights: Floats) -> None:
        self._hits, self._weights = hits, weights
        self._total = weights.sum(axis=1)

    def subset_accuracy(self) -> Floats:
        """Share of the rows whose labels are all right."""
        return self._means[:, 0]

    def hamming_loss(self) -> Floats:
        """Share of the labels that are wrong."""
        return self._means[:, 1]

    def f1_samples(self) -> Floats:
        """F1 of the labels of a row, mean over the rows."""
        return self._means[:, 2]

    def precision_micro(self) -> Floats:
        """Share right among all labels given."""
        return divide(self._both.sum(axis=1), self._predicted.sum(axis=1))

    def recall_micro(self) -> Floats:
        """Share found among all labels there are."""
        return divide(self._both.sum(axis=1), self._true.sum(axis=1))

    def f1_micro(self) -> Floats:
        """Harmonic mean of the two."""
        return divide(2 * self._both.sum(axis=1), (self._true + self._predicted).sum(axis=1))

    def f1_macro(self) -> Floats:
        """Mean F1 of the labels that occur, true or predicted."""
        occurs = (self._true + self._predicted) > 0
        f1 = divide(2 * self._both, self._true + self._predicted, otherwise=0.0)
        return divide(f1.sum(axis=1), occurs.sum(axis=1).astype(np.float64))

    @cached_property
    def _means(self) -> Floats:
        return divide(self._weights @ self._hits.rows, self._total[:, None])

    @cached_property
    def _true(self) -> Floats:
        sums: Floats = self._weights @ self._hits.true
        return sums

    @cached_property
    def _predicted(self) -> Floats:
        sums: Floats = self._weights @ self._hits.predicted
        return sums

    @cached_property
    def _both(self) -> Floats:
        sums: Floats = self._weights @ self._hits.both
        return sums


def label_log_losses(outcome: Outcome) -> Floats:
    """Minus the logarithm of the probability given to what is true of each label, mean over the labels; (n_rows,)."""
    assert outcome.y_proba is not None
    epsilon = np.finfo(np.float64).eps
    given = np.where(outcome.y_true == 1, outcome.y_proba, 1 - outcome.y_proba)
    losses: Floats = -np.log(np.clip(given, epsilon, 1 - epsilon)).mean(axis=1)
    return losses
