"""Whether one model is better than another on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr

from mlpipe.metrics.bootstrap import N_RESAMPLES, resampled_scores, tail_of
from mlpipe.metrics.registry import find_metric
from mlpipe.metrics.scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.metrics.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A metric's difference between two models; `None` where it is undefined for one of them.

    Parameters
    ----------
    value, low, high : float or None
        The second model's score minus the first one's, and its paired bootstrap interval.
    first_is_worse : bool
        The whole interval lies on the second model's side.
    second_is_worse : bool
        It lies on the first one's.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    first_is_worse: bool = False
    second_is_worse: bool = False


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """McNemar's test on rows that one of two models alone has right.

    Parameters
    ----------
    only_first, only_second : int
        Rows that only the first, and only the second model calls right.
    p_value : float
        Exact, two-sided: how often a fair coin would divide these rows as unevenly.
    """

    only_first: int
    only_second: int
    p_value: float


def differences(
    first: Outcome, second: Outcome, names: Sequence[str], *, level: float, seed: int, n_resamples: int = N_RESAMPLES
) -> dict[str, Difference]:
    """Differences of metrics on the same rows, both models scored on the same resamples.

    What the rows have in common (some are hard for every model) then cancels, so that a difference is seen which
    two intervals side by side would hide.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 15.
    """
    values = [score(outcome, names) for outcome in (first, second)]
    known = [name for name in names if all(found[name].value is not None for found in values)]
    drawn = [resampled_scores(outcome, known, n_resamples=n_resamples, seed=seed) for outcome in (first, second)]
    found = dict.fromkeys(names, Difference(value=None))
    for name in known:
        one, other = (scores[name].value for scores in values)
        assert one is not None
        assert other is not None
        shifts = drawn[1][name] - drawn[0][name]
        shifts = shifts[~np.isnan(shifts)]
        if len(shifts) * 2 < len(drawn[0][name]):
            found[name] = Difference(value=other - one)
            continue
        tail = tail_of(first, find_metric(name, first.task), level)
        low, high = (float(q) for q in np.quantile(shifts, [tail, 1 - tail]))
        greater = find_metric(name, first.task).greater_is_better
        found[name] = Difference(
            value=other - one,
            low=min(low, other - one),
            high=max(high, other - one),
            first_is_worse=low > 0 if greater else high < 0,
            second_is_worse=high < 0 if greater else low > 0,
        )
    return found


def mcnemar(first: Outcome, second: Outcome) -> McNemar:
    """Test whether two classifiers are right on equally many rows.

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions or percentages,
    Psychometrika 12, 153-157.
    """
    right = [outcome.y_true == outcome.y_pred for outcome in (first, second)]
    only_first, only_second = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    n = only_first + only_second
    p_value = min(1.0, 2 * float(bdtr(min(only_first, only_second), n, 0.5))) if n else 1.0
    return McNemar(only_first=only_first, only_second=only_second, p_value=p_value)
