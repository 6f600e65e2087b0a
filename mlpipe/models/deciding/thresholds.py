"""From probabilities to decisions: which threshold, and what errors cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

CUTS = 200
"""Most thresholds that are tried, each between two probabilities that were given."""


def cut_points(positive: Floats) -> Floats:
    """Thresholds to try: midpoints between neighbouring probabilities, evenly over the rows where these are many."""
    ordered = np.sort(positive)
    kept = np.unique(ordered[np.linspace(0, len(ordered) - 1, min(len(ordered), CUTS + 1)).astype(np.intp)])
    return (kept[1:] + kept[:-1]) / 2 if len(kept) > 1 else np.array([0.5])


def choose_threshold(positive: Floats, score: Callable[[Flags], float | None]) -> float | None:
    """The threshold with the best score; the middle one of those that are as good.

    Parameters
    ----------
    positive : ndarray of shape (n_rows,)
        Out-of-fold probability of the positive class.
    score : callable
        From whether each row is called positive to a score, larger is better; `None` where it has none.

    Examples
    --------
    >>> p = np.array([0.1, 0.2, 0.3, 0.8])
    >>> choose_threshold(p, lambda called: -abs(called.sum() - 1.0))
    0.55
    """
    cuts = cut_points(positive)
    scores = [score(positive >= cut) for cut in cuts.tolist()]
    known = [value for value in scores if value is not None]
    if not known:
        return None
    best = max(known)
    places = [i for i, value in enumerate(scores) if value is not None and value >= best - 1e-12]
    return float(np.round(cuts[_middle_of_longest(places)], 6))


def _middle_of_longest(places: list[int]) -> int:
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    longest = max(runs, key=len)
    return longest[len(longest) // 2]


def cost_of(
    called: Flags, is_positive: Flags, *, false_positive: float, false_negative: float, weights: Floats | None = None
) -> float:
    """What the errors of a decision cost, per row, each row with its weight.

    Examples
    --------
    >>> cost_of(np.array([True, False]), np.array([False, True]), false_positive=1, false_negative=5)
    3.0
    """
    costs = (called & ~is_positive) * false_positive + (~called & is_positive) * false_negative
    return float(np.average(costs, weights=weights))
