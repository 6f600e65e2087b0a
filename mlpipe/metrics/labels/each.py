"""Scores of each of several targets by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.metrics.bootstrap import N_RESAMPLES
from mlpipe.metrics.labels.apart import each_outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import Measure, measure

if TYPE_CHECKING:
    from mlpipe.metrics.bootstrap import Execute
    from mlpipe.metrics.outcome import Outcome

Each = dict[str, dict[str, Measure]]
"""By the name of the target, its metrics with their intervals."""

MANY = 10
FEWER_RESAMPLES = 200
"""For each of more targets than `MANY`."""


def measure_each(outcome: Outcome, *, level: float = 0.95, seed: int = 0, execute: Execute | None = None) -> Each:
    """Every binary metric of each label, or every metric of each quantity; empty where there is one target."""
    apart = each_outcome(outcome)
    n_resamples = N_RESAMPLES if len(apart) <= MANY else FEWER_RESAMPLES
    return {
        name: measure(
            one,
            [spec.name for spec in metrics_for(one.task)],
            level=level,
            n_resamples=n_resamples,
            seed=seed,
            execute=execute,
        )
        for name, one in apart.items()
    }
