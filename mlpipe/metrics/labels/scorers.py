"""Scorers of several labels, and of several quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.confusion import divide, mean_of_defined
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.metrics.labels.label_sums import LabelHits, LabelSums
from mlpipe.metrics.metric_spec import OfErrors, OfLabelSets, OfRanking, OfRows
from mlpipe.metrics.ranking import count_steps, rank
from mlpipe.metrics.value_scores import Errors, WeightedErrors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.metrics.outcome import Floats, Outcome


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
        proba = outcome.y_proba if self._of_ranking else None
        self._rankings = (
            [] if proba is None else [rank(t == 1, p) for t, p in zip(outcome.y_true.T, proba.T, strict=True)]
        )

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
        steps = [count_steps(ranking, weights) for ranking in self._rankings]
        for name, area in self._of_ranking.items():
            found[name] = mean_of_defined(np.array([area(one) for one in steps]))
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
