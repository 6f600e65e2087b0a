"""Scores of a classification for many sets of row weights at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.confusion import LABEL_SCORES, Confusion, divide
from mlpipe.metrics.ranking import average_precision, count_steps, rank, roc_auc
from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Floats, Outcome
    from mlpipe.metrics.ranking import Ranking

_RANK_SCORES = {"roc_auc": roc_auc, "pr_auc": average_precision}
_ROW_LOSSES = ("log_loss", "brier")


class ClassScorer:
    """Everything about an outcome that does not depend on the weights, worked out once.

    Parameters
    ----------
    names : sequence of str
        The metrics wanted; those that need probabilities are left out where there are none.
    """

    def __init__(self, outcome: Outcome, names: Sequence[str]) -> None:
        size = len(outcome.labels)
        cells = outcome.true_codes * size + outcome.pred_codes
        self._shape = (size, size)
        self._positive = outcome.positive
        self._cells = np.unique(cells)
        self._in_cell = np.argsort(cells, kind="stable")
        self._starts = np.searchsorted(cells[self._in_cell], self._cells)
        self._label_names = [name for name in names if name in LABEL_SCORES]
        has_proba = outcome.y_proba is not None
        self._rank_names = [name for name in names if name in _RANK_SCORES and has_proba]
        self._rankings = _rankings(outcome) if self._rank_names else []
        self._losses = {name: _row_losses(outcome, name) for name in names if name in _ROW_LOSSES and has_proba}

    @property
    def sorts(self) -> int:
        """How many times the rows are gone through in sorted order: what the work is in proportion to."""
        return 1 + len(self._rankings)

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""
        found: dict[str, Floats] = {}
        if self._label_names:
            confusion = Confusion(self._confusion(weights), self._positive)
            found.update({name: LABEL_SCORES[name](confusion) for name in self._label_names})
        for name, losses in self._losses.items():
            found[name] = divide(weights @ losses, weights.sum(axis=1))
        found.update(self._areas(weights))
        return found

    def _confusion(self, weights: Floats) -> Floats:
        counts = np.zeros((len(weights), self._shape[0] * self._shape[1]))
        counts[:, self._cells] = np.add.reduceat(weights[:, self._in_cell], self._starts, axis=1)
        return counts.reshape(-1, *self._shape)

    def _areas(self, weights: Floats) -> dict[str, Floats]:
        """Mean over one-against-the-rest areas, those left out that the weights leave without rows."""
        areas: dict[str, list[Floats]] = {name: [] for name in self._rank_names}
        for ranking in self._rankings:
            steps = count_steps(ranking, weights)
            for name in self._rank_names:
                areas[name].append(_RANK_SCORES[name](steps))
        return {name: _mean_of_defined(np.array(found)) for name, found in areas.items()}


def _mean_of_defined(areas: Floats) -> Floats:
    defined = ~np.isnan(areas)
    return divide(np.where(defined, areas, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))


def _rankings(outcome: Outcome) -> list[Ranking]:
    """The positive class of a binary task; else each class that has rows."""
    if outcome.task is Task.BINARY:
        chosen = [outcome.positive]
    else:
        chosen = [int(label) for label in np.flatnonzero(outcome.support)]
    return [rank(outcome.true_codes == label, outcome.score_of(label)) for label in chosen]


def _row_losses(outcome: Outcome, name: str) -> Floats:
    if name == "log_loss":
        # A probability of nought for what then happened would cost infinity: cut as scikit-learn does.
        epsilon = np.finfo(np.float64).eps
        return -np.log(np.clip(_proba_of_truth(outcome), epsilon, 1 - epsilon))
    if outcome.task is Task.BINARY:
        losses: Floats = (outcome.score_of(outcome.positive) - (outcome.true_codes == outcome.positive)) ** 2
        return losses
    assert outcome.y_proba is not None
    # The sum over classes of (p - [true])² without the indicator matrix; a label never seen adds its whole 1.
    squares: Floats = (outcome.y_proba**2).sum(axis=1) - 2 * _proba_of_truth(outcome) + 1
    return squares


def _proba_of_truth(outcome: Outcome) -> Floats:
    assert outcome.y_proba is not None
    known = outcome.true_codes < len(outcome.classes)
    columns = np.where(known, outcome.true_codes, 0)
    return np.where(known, np.take_along_axis(outcome.y_proba, columns[:, None], axis=1)[:, 0], 0.0)
