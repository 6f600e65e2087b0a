"""Scores of a classification for many sets of row weights at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide
from mlpipe.metrics.confusion import Confusion, confusion_cells
from mlpipe.metrics.metric_spec import OfLabels, OfRanking, OfRows
from mlpipe.metrics.ranking import mean_areas, sorting_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.ranking import Ranking


class ClassScorer:
    """Everything about an outcome that does not depend on the weights, worked out once.

    Parameters
    ----------
    specs : sequence of MetricSpec
        The metrics wanted; those that need probabilities are left out where there are none.
    """

    def __init__(self, outcome: Outcome, specs: Sequence[MetricSpec]) -> None:
        cells = confusion_cells(outcome)
        self._shape = (len(outcome.labels), len(outcome.labels))
        self._positive = outcome.positive
        self._cells = np.unique(cells)
        self._in_cell = sorting_order(cells)
        self._starts = np.searchsorted(cells[self._in_cell], self._cells)
        usable = [(spec.name, spec.formula) for spec in specs if outcome.y_proba is not None or not spec.needs_proba]
        self._of_labels = {name: formula.score for name, formula in usable if isinstance(formula, OfLabels)}
        self._of_ranking = {name: formula.area for name, formula in usable if isinstance(formula, OfRanking)}
        self._losses = {name: formula.loss(outcome) for name, formula in usable if isinstance(formula, OfRows)}
        self._rankings = _rankings(outcome) if self._of_ranking else []

    @property
    def sorts(self) -> int:
        """How many times the rows are gone through in sorted order: what the work is in proportion to."""
        return 1 + len(self._rankings)

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""
        found: dict[str, Floats] = {}
        if self._of_labels:
            confusion = Confusion(self._confusion(weights), self._positive)
            found.update({name: formula(confusion) for name, formula in self._of_labels.items()})
        for name, losses in self._losses.items():
            found[name] = divide(weights @ losses, weights.sum(axis=1))
        found.update(mean_areas(self._rankings, weights, self._of_ranking))
        return found

    def _confusion(self, weights: Floats) -> Floats:
        counts = np.zeros((len(weights), self._shape[0] * self._shape[1]))
        counts[:, self._cells] = np.add.reduceat(weights[:, self._in_cell], self._starts, axis=1)
        return counts.reshape(-1, *self._shape)


def _rankings(outcome: Outcome) -> list[Ranking]:
    """The positive class of two; else each class that has rows."""
    present = np.flatnonzero(outcome.support).tolist()
    chosen = present if outcome.positive is None else [outcome.positive]
    return [outcome.ranking(label) for label in chosen]
