"""Order statistics of numbers that come in blocks, exact, in a few passes and little memory.

The bits of a float64, the sign's turned, order it as a whole number. A pass counts the numbers by 16 more of these
bits where a wanted one lies, until those that are left can be held (Munro and Paterson, "Selection and Sorting with
Limited Storage", 1980, with digits in place of samples).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Keys = NDArray[np.uint64]

DIGIT_BITS = 16
_DIGITS = 1 << DIGIT_BITS
_LAST_SHIFT = 64 - DIGIT_BITS
HELD = 1 << 18
"""Numbers of a column that are held and sorted rather than counted once more."""
_SIGN = np.uint64(1 << 63)


def quantiles(blocks: Callable[[], Iterator[Floats]], shares: Sequence[float]) -> Floats:
    """Quantiles of each column by linear interpolation, as `numpy.quantile` gives them, to the last bit.

    Parameters
    ----------
    blocks : function
        Gives arrays of shape (n_rows, n_columns), the same ones every time; missing cells are NaN and do not count.
    shares : sequence of float

    Returns
    -------
    ndarray of shape (n_columns, n_shares)
        NaN for a column without a number.

    Examples
    --------
    >>> quantiles(lambda: iter([np.array([[3.0], [1.0]]), np.array([[np.nan], [2.0]])]), (0, 0.25)).tolist()
    [[1.0, 1.5]]
    """
    places = [np.asarray(shares) * (n - 1) if n else np.empty(0) for n in _present(blocks)]
    wanted = [np.unique(np.concatenate([np.floor(p), np.ceil(p)]).astype(np.int64)) for p in places]
    found = _select(blocks, wanted)
    missing = np.full(len(shares), np.nan)
    return np.array(
        [_between(*column) if len(column[0]) else missing for column in zip(found, wanted, places, strict=True)]
    )


def medians(blocks: Callable[[], Iterator[Floats]]) -> Floats:
    """The median of each column, the mean of the two in the middle where there are two; NaN without a number."""
    wanted = [np.array([(n - 1) // 2, n // 2][n % 2 :] if n else [], dtype=np.int64) for n in _present(blocks)]
    with np.errstate(over="ignore"):  # two numbers too large to be added have a mean without end, as in numpy
        return np.array([found.mean() if len(found) else np.nan for found in _select(blocks, wanted)])


def _present(blocks: Callable[[], Iterator[Floats]]) -> list[int]:
    """How many numbers each column has."""
    return [int(n) for n in np.sum([np.count_nonzero(~np.isnan(block), axis=0) for block in blocks()], axis=0)]


def _between(values: Floats, ranks: NDArray[np.int64], places: Floats) -> Floats:
    """What lies at places between ranks."""
    low = values[np.searchsorted(ranks, np.floor(places).astype(np.int64))]
    high = values[np.searchsorted(ranks, np.ceil(places).astype(np.int64))]
    part = places - np.floor(places)
    with np.errstate(over="ignore", invalid="ignore"):
        span = high - low  # from the nearer end, as numpy does
        return np.where(low == high, low, np.where(part >= 0.5, high - span * (1 - part), low + span * part))


class _Search:
    """The wanted ranks of one column, and what is known of the numbers that have them.

    Parameters
    ----------
    ranks : ndarray
        Ascending.
    """

    def __init__(self, ranks: NDArray[np.int64]) -> None:
        self.left = ranks.copy()  # ranks among the numbers with the same first digits
        self.prefixes = np.zeros(len(ranks), dtype=np.uint64)
        self.shift = 64
        self.values: Floats | None = np.empty(0) if not len(ranks) else None
        self._begin()

    def _begin(self) -> None:
        self.active = np.unique(self.prefixes)
        self.counts = np.zeros((len(self.active), _DIGITS), dtype=np.int64)

    def count(self, keys: Keys) -> None:
        """Count numbers by their next digit, where their first digits are wanted ones."""
        groups, keys = self._wanted(keys)
        digits = (keys >> np.uint64(self.shift - DIGIT_BITS)) & np.uint64(_DIGITS - 1)
        cells = groups * _DIGITS + digits.astype(np.int64)
        self.counts += np.bincount(cells, minlength=self.counts.size).reshape(self.counts.shape)

    def _wanted(self, keys: Keys) -> tuple[NDArray[np.int64], Keys]:
        if self.shift == 64:
            return np.zeros(len(keys), dtype=np.int64), keys
        first = keys >> np.uint64(self.shift)
        places = np.minimum(np.searchsorted(self.active, first), len(self.active) - 1)
        known = self.active[places] == first
        return places[known], keys[known]

    def narrow(self) -> int:
        """Go on to the next digit; how many numbers are left to choose from."""
        groups = np.searchsorted(self.active, self.prefixes)
        below = np.cumsum(self.counts, axis=1)
        digits = np.array([np.searchsorted(below[g], r, side="right") for g, r in zip(groups, self.left, strict=True)])
        self.left -= np.where(digits > 0, below[groups, digits - 1], 0)
        in_group = self.counts[groups, digits]
        self.prefixes = (self.prefixes << np.uint64(DIGIT_BITS)) | digits.astype(np.uint64)
        self.shift -= DIGIT_BITS
        n_left = int(in_group[np.unique(self.prefixes, return_index=True)[1]].sum())
        self._begin()
        if self.shift == 0:
            self.values = _floats(self.prefixes)
        return n_left

    def choose(self, keys: Keys) -> None:
        """Choose from the numbers that are left."""
        groups, keys = self._wanted(keys)
        held = [np.sort(keys[groups == g]) for g in range(len(self.active))]
        places = np.searchsorted(self.active, self.prefixes)
        self.values = _floats(np.array([held[g][r] for g, r in zip(places, self.left, strict=True)], dtype=np.uint64))

    def wanted(self, keys: Keys) -> Keys:
        """The numbers among which one has to be chosen."""
        return self._wanted(keys)[1]


def _select(blocks: Callable[[], Iterable[Floats]], ranks: Sequence[NDArray[np.int64]]) -> list[Floats]:
    """The numbers of some ranks in each column, ascending from 0."""
    searches = [_Search(wanted) for wanted in ranks]
    few: set[int] = set()
    while open_ones := [k for k, search in enumerate(searches) if search.values is None]:
        held: dict[int, list[Keys]] = {k: [] for k in open_ones if k in few}
        for block in blocks():
            for k in open_ones:
                keys = _keys(block[:, k])
                if k in few:
                    held[k].append(searches[k].wanted(keys))
                else:
                    searches[k].count(keys)
        for k, kept in held.items():
            searches[k].choose(np.concatenate(kept))
        few = {k for k in open_ones if k not in few and searches[k].narrow() <= HELD}
    return [search.values for search in searches if search.values is not None]


def _keys(numbers: Floats) -> Keys:
    """Whole numbers in the order of the numbers; the missing ones left out, and one zero of the two."""
    present = numbers[~np.isnan(numbers)] + 0.0
    bits = present.view(np.uint64)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _floats(keys: Keys) -> Floats:
    """Inverse of `_keys`."""
    numbers: Floats = np.where(keys & _SIGN, keys ^ _SIGN, ~keys).view(np.float64)
    return numbers
