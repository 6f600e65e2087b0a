"""Dealing units (rows, or rows bound together) to the parts: sizes honoured, classes in proportion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.duplicate_rows import row_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TRAIN, VALID, TEST = 0, 1, 2
_MOST_DRAWS = 100
_FEW_STRATA = 20
_DRAWN_ROWS = 20_000_000


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Rows wanted in the validation and the test part."""

    valid: int
    test: int

    @property
    def n_parts(self) -> int:
        """Parts that are to have rows."""
        return 1 + (self.valid > 0) + (self.test > 0)


def wanted_sizes(n_rows: int, *, valid: float, test: float) -> Sizes:
    """Shares in rows, at least one for each part that is wanted.

    Examples
    --------
    >>> wanted_sizes(10, valid=0, test=0.25)
    Sizes(valid=0, test=3)
    """
    return Sizes(valid=_rows_of(n_rows, valid), test=_rows_of(n_rows, test))


def _rows_of(n_rows: int, share: float) -> int:
    return max(1, int(n_rows * share + 0.5)) if share else 0


def deal_units(
    sizes: NDArray[np.integer], strata: NDArray[np.integer], wanted: Sizes, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Deal units at random within each stratum, so that every part has its share of the rows of each.

    The last unit of a stratum always trains: what is tested should have been seen.

    Parameters
    ----------
    sizes : ndarray of shape (n_units,)
        Rows of each unit.
    strata : ndarray of shape (n_units,)
        The class of each unit, from 0; all 0 for no strata.

    Returns
    -------
    ndarray of shape (n_units,)
        `TRAIN`, `VALID` or `TEST` for each unit.
    """
    parts = np.full(len(sizes), TRAIN, dtype=np.int8)
    alone = sizes.max(initial=1) == 1
    counts = np.bincount(strata) if alone else np.bincount(strata, weights=sizes).astype(np.int64)
    counts = counts[counts > 0]
    # As few bytes as will do: with many rows these arrays are what memory holds.
    order = row_numbers(len(sizes))
    rng.shuffle(order)
    pools = [pool[:-1] for pool in _by_stratum(order, strata)]
    del order
    free = np.array([sizes[pool].sum() for pool in pools], dtype=np.int64)
    for part, total in ((TEST, wanted.test), (VALID, wanted.valid)):
        quotas = apportion(counts, total, free)
        for number, pool in enumerate(pools):
            taken = _fill(sizes[pool], int(quotas[number]))
            parts[pool[taken]] = part
            pools[number] = pool[~taken]
        free = np.array([sizes[pool].sum() for pool in pools], dtype=np.int64)
        if total and not (parts == part).any():
            _force_one(parts, part, sizes, pools)
    return parts


def _by_stratum(order: NDArray[np.integer], strata: NDArray[np.integer]) -> list[NDArray[np.integer]]:
    """Units of each stratum that occurs, in the order drawn."""
    which, counts = np.unique(strata, return_counts=True)
    if len(which) <= _FEW_STRATA:  # in less memory than sorting takes
        drawn = strata[order]
        return [order[drawn == stratum] for stratum in which]
    return np.split(order[np.argsort(strata[order], kind="stable")], np.cumsum(counts)[:-1])


def _force_one(
    parts: NDArray[np.int8], part: int, sizes: NDArray[np.integer], pools: list[NDArray[np.integer]]
) -> None:
    """Give an empty part the smallest unit that may leave training."""
    spare = np.concatenate(pools)
    if len(spare):
        unit = spare[np.argmin(sizes[spare])]
        parts[unit] = part
        pools[:] = [pool[pool != unit] for pool in pools]


def apportion(counts: NDArray[np.int64], total: int, caps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole shares of `total` in proportion to `counts` (largest remainders), none above its cap.

    Examples
    --------
    >>> apportion(np.array([500, 225]), 145, np.array([499, 224])).tolist()
    [100, 45]
    """
    exact = counts * (total / counts.sum())
    shares: NDArray[np.int64] = np.minimum(np.floor(exact + 1e-9).astype(np.int64), caps)
    order = np.argsort(np.floor(exact + 1e-9) - exact, kind="stable")
    left = total - int(shares.sum())
    while left > 0:
        room = order[shares[order] < caps[order]][:left]
        if not len(room):
            break
        shares[room] += 1
        left -= len(room)
    return shares


def _fill(sizes: NDArray[np.integer], quota: int) -> NDArray[np.bool_]:
    """Choose units in order until their rows make up the quota, or come nearest to it."""
    taken = np.zeros(len(sizes), dtype=np.bool_)
    if sizes.max(initial=1) == 1:  # as below, without arrays as long as the table
        taken[:quota] = True
        return taken
    left, waiting = quota, np.arange(len(sizes))
    while left > 0:
        waiting = waiting[sizes[waiting] <= left]
        if not len(waiting):
            break
        totals = np.cumsum(sizes[waiting])
        fitting = int(np.searchsorted(totals, left, side="right"))
        taken[waiting[:fitting]] = True
        left -= int(totals[fitting - 1])
        waiting = waiting[fitting:]
    others = np.flatnonzero(~taken)
    if left > 0 and len(others):
        smallest = others[np.argmin(sizes[others])]
        taken[smallest] = sizes[smallest] < 2 * left  # too much by less than it would be too little
    return taken


def deal_groups(
    units: NDArray[np.integer], strata: NDArray[np.integer], wanted: Sizes, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Deal whole groups: of many random ways, the one whose parts come nearest in size and classes.

    Parameters
    ----------
    units : ndarray of shape (n_rows,)
        The group of each row, from 0 without gaps.
    strata : ndarray of shape (n_rows,)
        The class of each row, from 0; all 0 for none.

    Returns
    -------
    ndarray of shape (n_groups,)
    """
    # As few bytes as will do: with many rows these arrays are what memory holds.
    sizes = np.bincount(units).astype(np.int32)
    n_classes = int(strata.max()) + 1
    totals = np.bincount(strata, minlength=n_classes)
    cells = 3 * strata.astype(np.min_scalar_type(-3 * n_classes))
    share = np.array([len(units) - wanted.valid - wanted.test, wanted.valid, wanted.test]) / len(units)
    best, least = np.zeros(len(sizes), dtype=np.int8), np.inf
    for parts in _draws(sizes, wanted, rng, n_draws=int(np.clip(_DRAWN_ROWS // len(units), 5, _MOST_DRAWS))):
        counts = np.bincount(cells + parts[units], minlength=3 * n_classes).reshape(n_classes, 3)
        off = np.abs(counts - totals[:, None] * share).sum() + np.abs(counts.sum(axis=0) - len(units) * share).sum()
        off += len(units) * np.count_nonzero((counts[:, TRAIN] == 0) & (totals > 0))  # a class must be seen
        if off < least:
            best, least = parts, off
    return best


def _draws(
    sizes: NDArray[np.integer], wanted: Sizes, rng: np.random.Generator, *, n_draws: int
) -> Iterator[NDArray[np.int8]]:
    """Random orders of the groups, cut where the rows so far come nearest to what is wanted."""
    for _ in range(n_draws):
        order = rng.permutation(len(sizes))
        parts = np.empty(len(sizes), dtype=np.int8)
        parts[order] = cut_in_order(sizes[order], wanted)
        yield parts


def cut_in_order(sizes: NDArray[np.integer], wanted: Sizes) -> NDArray[np.int8]:
    """Parts of units in their order: the first test, the next validate, cut where the rows come nearest to the sizes.

    Every part that is wanted has a unit at least.

    Examples
    --------
    >>> cut_in_order(np.array([2, 2, 2, 2]), Sizes(valid=2, test=3)).tolist()
    [2, 1, 0, 0]
    """
    totals = np.cumsum(sizes)
    parts = np.full(len(sizes), TRAIN, dtype=np.int8)
    start, later = 0, wanted.n_parts - 1
    for part, rows in ((TEST, wanted.test), (VALID, wanted.valid)):
        if rows:
            before = totals[start - 1] if start else 0
            end = start + 1 + _nearest(totals[start : len(sizes) - later], before + rows)
            parts[start:end] = part
            start, later = end, later - 1
    return parts


def _nearest(ascending: NDArray[np.int64], wanted: int) -> int:
    """The place of what comes nearest, the lower of two that are as near."""
    above = min(int(np.searchsorted(ascending, wanted)), len(ascending) - 1)
    below = max(above - 1, 0)
    return below if wanted - ascending[below] <= abs(ascending[above] - wanted) else above
