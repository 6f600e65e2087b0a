"""What sets each cluster apart: its rows beside all others, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Codes, Floats, Places

BEYOND_CHANCE = 3.0
"""Standard errors that a difference has to have."""
LEAST_EFFECT = 0.3
"""Standard deviations from which on a difference is worth a word; of shares, of the angle whose sine they are."""
NUMBERS, LEVELS, DATES = "number", "level", "date"
MOST_LEVELS = 1 << 14
"""Levels of a column that are counted one by one; of more those that come first."""
_NONE = np.zeros(0)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One column in one cluster, beside the rest of the rows.

    Parameters
    ----------
    kind : {"number", "level", "date"}
    level : str
        Of categories the level whose share differs most; else empty.
    value, rest : float or None
        Mean in the cluster and in the rest; of levels, shares; of dates, days since 1970. `None` without any cell.
    effect : float
        The difference in standard deviations of all rows; of shares in Cohen's h.
    sure : bool
        Whether it is beyond chance, and large enough to be told.
    """

    column: str
    kind: str
    level: str
    value: float | None
    rest: float | None
    effect: float
    sure: bool

    @property
    def difference(self) -> float | None:
        """How much more there is in the cluster."""
        return None if self.value is None or self.rest is None else self.value - self.rest


@dataclass(frozen=True, kw_only=True)
class ClusterProfile:
    """A cluster; -1 is noise.

    Parameters
    ----------
    differences : tuple of Difference
        Of every column, the largest effect first.
    """

    cluster: int
    size: int
    share: float
    differences: tuple[Difference, ...]

    @property
    def told(self) -> tuple[Difference, ...]:
        """Those that are beyond chance."""
        return tuple(one for one in self.differences if one.sure)


class ProfileTally:
    """What rows that come in blocks show of each cluster, column by column.

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences, chapters 2 and 6.
    """

    def __init__(self) -> None:
        self._sizes = _NONE
        self._columns: dict[str, _Numbers | _Levels] = {}

    def add(self, columns: Mapping[str, tuple[str, pd.Series | Floats]], clusters: Places) -> None:
        """Take the next rows.

        Parameters
        ----------
        columns : mapping
            Kind and cells of each column: `number` and `date` as floats with NaN for gaps, `level` as anything.
        clusters : ndarray of shape (n_rows,)
            -1 for noise.
        """
        places = clusters.astype(np.int64) + 1
        self._sizes = _plus(self._sizes, np.bincount(places))
        for name, (kind, cells) in columns.items():
            if name not in self._columns:
                self._columns[name] = _Levels(name) if kind == LEVELS else _Numbers(name, kind)
            self._columns[name].add(cells, places)

    @property
    def crowded(self) -> tuple[str, ...]:
        """The columns with more levels than are counted one by one."""
        return tuple(name for name, one in self._columns.items() if isinstance(one, _Levels) and one.is_crowded)

    def profiles(self) -> tuple[ClusterProfile, ...]:
        """Describe every cluster, noise last."""
        there = np.flatnonzero(self._sizes).tolist()
        n_rows = int(self._sizes.sum())
        profiles = []
        for place in [*(p for p in there if p), *(p for p in there if not p)]:
            found = [column.difference(place) for column in self._columns.values()]
            size = int(self._sizes[place])
            differences = tuple(sorted(found, key=lambda one: -abs(one.effect)))
            profiles.append(ClusterProfile(cluster=place - 1, size=size, share=size / n_rows, differences=differences))
        return tuple(profiles)


class _Numbers:
    """A column of numbers or dates: sums over the rows of each cluster, of what cells are beyond the first one."""

    def __init__(self, name: str, kind: str) -> None:
        self._name, self._kind = name, kind
        self._first: float | None = None
        self._counts, self._sums, self._squares = _NONE, _NONE, 0.0

    def add(self, cells: pd.Series | Floats, places: Codes) -> None:
        numbers = np.asarray(cells, dtype=np.float64)
        there = np.isfinite(numbers)
        numbers, places = numbers[there], places[there]
        if not len(numbers):
            return
        if self._first is None:
            self._first = float(numbers[0])
        # A column of one value has no spread then, whatever rounding would make of its mean.
        beyond = numbers - self._first
        self._counts = _plus(self._counts, np.bincount(places))
        self._sums = _plus(self._sums, np.bincount(places, weights=beyond))
        self._squares += float(beyond @ beyond)

    def difference(self, place: int) -> Difference:
        own, rest = _apart(self._counts, place)
        value, other = (
            None if not n else float((self._first or 0.0) + sums / n)
            for n, sums in zip((own, rest), _apart(self._sums, place), strict=True)
        )
        if value is None or other is None:
            return Difference(
                column=self._name, kind=self._kind, level="", value=value, rest=None, effect=0.0, sure=False
            )
        mean = self._sums.sum() / self._counts.sum()
        spread = np.sqrt(max(self._squares / self._counts.sum() - mean * mean, 0.0))
        effect = float((value - other) / spread) if spread > 0 else 0.0
        return Difference(
            column=self._name, kind=self._kind, level="", value=value, rest=other, effect=effect,
            sure=_is_sure(effect, _error(own, rest)),
        )  # fmt: skip


class _Levels:
    """A column of levels: how many rows of each cluster have each of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.is_crowded = False
        self._places: dict[object, int] = {}
        self._known = _NONE
        self._counts = np.zeros((0, 0))

    def add(self, cells: pd.Series | Floats, places: Codes) -> None:
        codes, words = pd.factorize(cells)
        there = codes >= 0
        codes, places = codes[there], places[there]
        self._known = _plus(self._known, np.bincount(places))
        for word in words:
            if len(self._places) < MOST_LEVELS:
                self._places.setdefault(word, len(self._places))
        rows = np.array([self._places.get(word, -1) for word in words], dtype=np.int64)[codes]
        named = rows >= 0
        self.is_crowded |= not named.all()
        width = len(self._known)
        pairs = np.bincount(rows[named] * width + places[named], minlength=len(self._places) * width)
        self._counts = _plus(self._counts, pairs.reshape(-1, width))

    def difference(self, place: int) -> Difference:
        own, rest = _apart(self._known, place)
        if not own or not rest:
            return Difference(column=self._name, kind=LEVELS, level="", value=None, rest=None, effect=0.0, sure=False)
        inside = self._counts[:, place]
        shares, others = inside / own, (self._counts.sum(axis=1) - inside) / rest
        effects = 2 * (np.arcsin(np.sqrt(shares)) - np.arcsin(np.sqrt(others)))
        # What a cluster has more of says more than what it lacks.
        at = int(np.argmax(np.where(effects > 0, effects, -effects / 2)))
        effect = float(effects[at])
        return Difference(
            column=self._name, kind=LEVELS, level=str(list(self._places)[at]), value=float(shares[at]),
            rest=float(others[at]), effect=effect, sure=_is_sure(effect, _error(own, rest)),
        )  # fmt: skip


def _plus(sums: Floats, more: NDArray[Any]) -> Floats:
    """The sum of two arrays, either of which may be shorter along any axis."""
    shape = tuple(max(pair) for pair in zip(sums.shape, more.shape, strict=True))
    total = np.zeros(shape)
    for part in (sums, more):
        total[tuple(slice(n) for n in part.shape)] += part
    return total


def _apart(sums: Floats, place: int) -> tuple[float, float]:
    """What a cluster has, and all others together."""
    if place >= len(sums):
        return 0.0, float(sums.sum())
    return float(sums[place]), float(np.delete(sums, place).sum())


def _error(own: float, rest: float) -> float:
    return float(np.sqrt(1 / own + 1 / rest))


def _is_sure(effect: float, error: float) -> bool:
    return abs(effect) >= LEAST_EFFECT and abs(effect) >= BEYOND_CHANCE * error


def table_rows(profiles: tuple[ClusterProfile, ...]) -> Iterator[list[object]]:
    """Every column of every cluster: cluster, size, share, column, kind, level, value, rest, difference, effect."""
    for one in profiles:
        for d in one.differences:
            yield [one.cluster, one.size, one.share, d.column, d.kind, d.level, d.value, d.rest, d.difference, d.effect]


PROFILE_HEADER = ("cluster", "size", "share", "column", "kind", "level", "value", "rest", "difference", "effect")
