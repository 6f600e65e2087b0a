"""Which rows to draw where there are too many: enough of each kind, also of the rare ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Codes


def choose_rows(kinds: Codes, *, limit: int, seed: int) -> Codes:
    """At most `limit` positions, in order: equally many of each kind, all of a kind that has fewer.

    Parameters
    ----------
    kinds : ndarray of shape (n_rows,)
        The kind of each row, from 0 on.

    Examples
    --------
    >>> kinds = np.array([0] * 90 + [1] * 2)
    >>> chosen = choose_rows(kinds, limit=10, seed=0)
    >>> np.bincount(kinds[chosen]).tolist()
    [8, 2]
    """
    shuffled = np.random.default_rng(seed).permutation(len(kinds))
    groups = sorted((shuffled[kinds[shuffled] == kind] for kind in np.unique(kinds)), key=len)
    chosen: list[Codes] = []
    left = limit
    for place, group in enumerate(groups):
        chosen.append(group[: left // (len(groups) - place)])
        left -= len(chosen[-1])
    return np.sort(np.concatenate(chosen)) if chosen else shuffled
