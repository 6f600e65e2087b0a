"""Score, interval and the dummy's score of each metric, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.metrics.bootstrap import N_RESAMPLES, intervals
from mlpipe.metrics.scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A metric's value with its interval; `None` where undefined, for the `reason` given.

    Parameters
    ----------
    value, low, high : float or None
    reason : str
        Why there is no value; beside a value, what it leaves out. Empty as a rule.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def measure(
    outcome: Outcome, names: Sequence[str], *, level: float = 0.95, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> dict[str, Measure]:
    """Score the outcome and put bootstrap intervals around the scores."""
    scores = score(outcome, names)
    ranges = intervals(outcome, names, level=level, n_resamples=n_resamples, seed=seed)
    measures = {}
    for name, found in scores.items():
        low, high = ranges[name] or (None, None)
        measures[name] = Measure(value=found.value, low=low, high=high, reason=found.reason)
    return measures
