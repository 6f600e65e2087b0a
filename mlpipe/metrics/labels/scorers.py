"""Scorers of several labels, and of several quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import divide
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.metrics.labels.label_sums import LabelHits, LabelSums
from mlpipe.metrics.metric_spec import OfErrors, OfLabelSets, OfRanking, OfRows
from mlpipe.metrics.ranking import mean_areas
from mlpipe.metrics.value_scores import Errors, WeightedErrors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.metrics.outcome import Outcome


class LabelsScorer:
    """Everything about an outcome of labels that does not depend on the weights, worked out once.

    Areas under curves are the mean over the labels that have rows on both sides.
    """

    def __init__(self, outcome: Outcome, specs: Sequence[MetricSpec]) -> None:
        usable = [(spec.name, spec.formula) for spec in specs if outcome.y_proba is not None or not spec.needs_proba]
        self._hits = LabelHits(outcome)
        self._of_sets = {name: formula.score for name, formula in usable if isinstance(formula, OfLabelSets)}
        self._of_ranking = {name: formula.area for name, formula in usable if isinstance(formula, OfRanking)}
        self._losses = {name: formula.loss(outcome) for name, formula in usable if isinstance(formula, OfRows)}
        wanted = range(len(outcome.target.columns)) if self._of_ranking else ()
        self._rankings = [outcome.ranking(label) for label in wanted]

    @property
    def sorts(self) -> int:
        """How many times the rows are gone through: what the work is in proportion to."""
        return 1 + len(self._rankings)

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where undefined."""
        sums = LabelSums(self._hits, weights)
        found = {name: formula(sums) for name, formula in self._of_sets.items()}
        for name, losses in self._losses.items():
            found[name] = divide(weights @ losses, weights.sum(axis=1))
        found.update(mean_areas(self._rankings, weights, self._of_ranking))
        return found


class NumbersScorer:
    """The mean over several quantities of what each scores."""

    def __init__(self, outcome: Outcome, specs: Sequence[MetricSpec]) -> None:
        self._errors = [Errors(one) for one in each_outcome(outcome).values()]
        self._specs = specs

    @property
    def sorts(self) -> int:
        """How many times the rows are gone through in sorted order."""
        return len(self._errors)

    def values(self, weights: Floats) -> dict[str, Floats]:
        """Scores of shape (n_sets,) for weights of shape (n_sets, n_rows); NaN where one is undefined."""
        weighted = [WeightedErrors(errors, weights) for errors in self._errors]
        return {
            spec.name: np.mean([spec.formula.score(one) for one in weighted], axis=0)
            for spec in self._specs
            if isinstance(spec.formula, OfErrors)
        }
