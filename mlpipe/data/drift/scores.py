"""A metric on new rows beside the same on rows of the split that the model has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtr, ndtri

from mlpipe.metrics.registry import find_metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

CHANCE = 0.005
"""Comparisons of metrics that give a finding where the model is as good as it was, in 100."""
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class ScoreDrift:
    """One metric, then and now.

    Parameters
    ----------
    told : str
        Its name, with the class that it is of.
    old, new : Measure
        On unseen rows of the split, and on the new rows.
    worse : bool
        Whether it is worse now.
    sure : bool
        Whether the difference is beyond what two draws of the same rows give, for as many metrics as there are.
    """

    name: str
    told: str
    old: Measure
    new: Measure
    worse: bool
    sure: bool


@dataclass(frozen=True, kw_only=True)
class ExpectedScore:
    """What a metric may be on the new rows, from old rows that count as often as rows like them are among the new.

    Parameters
    ----------
    value : float or None
        `None` where it cannot be estimated, for the `reason` given.
    n_effective : float
        To so many rows of equal weight the weighted ones amount.
    """

    name: str
    told: str
    old: float | None
    value: float | None
    n_effective: float = 0.0
    reason: str = ""


def compare_scores(old: Mapping[str, Measure], new: Mapping[str, Measure], target: Target) -> Iterator[ScoreDrift]:
    """Put metrics side by side; a difference is sure by the errors of both, as their intervals tell them."""
    defined = [name for name in old if _error(old[name]) is not None and _error(new[name]) is not None]
    for name, was in old.items():
        spec = find_metric(name, target.task)
        now = new[name]
        if was.value is None or now.value is None:
            yield ScoreDrift(name=name, told=spec.named(target), old=was, new=now, worse=False, sure=False)
            continue
        change = now.value - was.value
        yield ScoreDrift(
            name=name,
            told=spec.named(target),
            old=was,
            new=now,
            worse=change < 0 if spec.greater_is_better else change > 0,
            sure=name in defined and _p_value(was, now) < CHANCE / len(defined),
        )


def _error(found: Measure) -> float | None:
    """Standard error behind an interval."""
    if found.low is None or found.high is None:
        return None
    return (found.high - found.low) / (2 * float(ndtri((1 + LEVEL) / 2)))


def _p_value(was: Measure, now: Measure) -> float:
    errors = _error(was), _error(now)
    assert was.value is not None
    assert now.value is not None
    assert errors[0] is not None
    assert errors[1] is not None
    spread = (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    return 2 * float(ndtr(-abs(now.value - was.value) / spread)) if spread else 1.0
