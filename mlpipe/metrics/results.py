"""Score, interval and the dummy's score of each metric, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.metrics.bootstrap import N_RESAMPLES, Execute, Method, ranges
from mlpipe.metrics.scores import score
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Outcome
    from mlpipe.target.reference import TargetReference


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A metric's value with its interval; `None` where undefined, for the `reason` given.

    Parameters
    ----------
    value, low, high : float or None
    reason : str
        Why there is no value; beside a value, what it leaves out. Empty as a rule.
    method : str
        Whose interval it is: the bootstrap's, or Wilson's.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    method: Method = "bootstrap"


def measure(
    outcome: Outcome, names: Sequence[str], *, level: float = 0.95, n_resamples: int = N_RESAMPLES, seed: int = 0,
    execute: Execute | None = None,
) -> dict[str, Measure]:  # fmt: skip
    """Score the outcome and put bootstrap intervals around the scores; `execute` scores the resamples elsewhere."""
    scores = score(outcome, names)
    found_ranges = ranges(outcome, names, level=level, n_resamples=n_resamples, seed=seed, execute=execute)
    measures = {}
    for name, found in scores.items():
        span = found_ranges[name]
        if span is None:
            measures[name] = Measure(value=found.value, reason=found.reason)
        else:
            measures[name] = Measure(
                value=found.value, low=span.low, high=span.high, reason=found.reason, method=span.method
            )
    return measures


def baseline_scores(outcome: Outcome, names: Sequence[str], seen: TargetReference) -> dict[str, float | None]:
    """Score a dummy that never looks at the columns on the rows of `outcome`.

    Parameters
    ----------
    seen : TargetReference
        What it learnt from the training rows: it predicts the most frequent class, and the classes' shares as
        probabilities; or the mean.
    """
    dummy = _dummy(outcome, seen)
    if dummy is None:
        return dict.fromkeys(names)
    return {name: found.value for name, found in score(dummy, names).items()}


def _dummy(outcome: Outcome, seen: TargetReference) -> Outcome | None:
    target, n_rows = outcome.target, outcome.n_rows
    match target:
        case ClassTarget():
            likeliest = np.full(n_rows, np.argmax(seen.prior), dtype=outcome.y_true.dtype)
            shares = np.broadcast_to(seen.prior, (n_rows, len(target.classes)))
            return replace(outcome, y_pred=likeliest, y_proba=shares)
        case NumberTarget():
            return replace(outcome, y_pred=np.full(n_rows, seen.means[0]), y_proba=None)
        case NumbersTarget():
            return replace(outcome, y_pred=np.tile(seen.means, (n_rows, 1)), y_proba=None)
        case LabelsTarget():
            shares = np.broadcast_to(seen.means, (n_rows, len(seen.means)))
            return replace(outcome, y_pred=(shares >= 0.5).astype(np.int64), y_proba=shares)
        case NoTarget():
            return None
        case _:
            assert_never(target)
