"""What sets each cluster apart: its rows beside all others, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats

BEYOND_CHANCE = 3.0
"""Standard errors that a difference has to have."""
LEAST_EFFECT = 0.3
"""Standard deviations from which on a difference is worth a word; of shares, of the angle whose sine they are."""
NUMBERS, LEVELS, DATES = "number", "level", "date"


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


def profile_clusters(
    columns: Mapping[str, tuple[str, pd.Series | Floats]], clusters: NDArray[np.int64]
) -> tuple[ClusterProfile, ...]:
    """Describe every cluster, noise last.

    Parameters
    ----------
    columns : mapping
        Kind and cells of each column: `number` and `date` as floats with NaN for gaps, `level` as anything.
    clusters : ndarray of shape (n_rows,)

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences, chapters 2 and 6.
    """
    numbers = np.unique(clusters)
    ordered = [*numbers[numbers >= 0].tolist(), *numbers[numbers < 0].tolist()]
    levels = {name: pd.factorize(cells) for name, (kind, cells) in columns.items() if kind == LEVELS}
    profiles = []
    for cluster in ordered:
        inside = clusters == cluster
        found = []
        for name, (kind, cells) in columns.items():
            if kind == LEVELS:
                codes, words = levels[name]
                found.append(_of_levels(name, np.asarray(codes), [str(word) for word in words], inside))
            else:
                found.append(_of_numbers(name, kind, np.asarray(cells, dtype=np.float64), inside))
        size = int(inside.sum())
        differences = tuple(sorted(found, key=lambda one: -abs(one.effect)))
        profiles.append(ClusterProfile(cluster=cluster, size=size, share=size / len(clusters), differences=differences))
    return tuple(profiles)


def _of_numbers(name: str, kind: str, cells: Floats, inside: NDArray[np.bool_]) -> Difference:
    there = np.isfinite(cells)
    own, rest = cells[there & inside], cells[there & ~inside]
    if not len(own) or not len(rest):
        mean = float(own.mean()) if len(own) else None
        return Difference(column=name, kind=kind, level="", value=mean, rest=None, effect=0.0, sure=False)
    value, other = float(own.mean()), float(rest.mean())
    spread = float(cells[there].std())
    effect = (value - other) / spread if spread > 0 else 0.0
    error = np.sqrt(1 / len(own) + 1 / len(rest))
    return Difference(
        column=name, kind=kind, level="", value=value, rest=other, effect=effect, sure=_is_sure(effect, error)
    )


def _of_levels(name: str, codes: NDArray[np.int64], words: list[str], inside: NDArray[np.bool_]) -> Difference:
    own, rest = codes[(codes >= 0) & inside], codes[(codes >= 0) & ~inside]
    if not len(own) or not len(rest):
        return Difference(column=name, kind=LEVELS, level="", value=None, rest=None, effect=0.0, sure=False)
    shares, others = (np.bincount(some, minlength=len(words)) / len(some) for some in (own, rest))
    effects = 2 * (np.arcsin(np.sqrt(shares)) - np.arcsin(np.sqrt(others)))
    # What a cluster has more of says more than what it lacks.
    place = int(np.argmax(np.where(effects > 0, effects, -effects / 2)))
    error = np.sqrt(1 / len(own) + 1 / len(rest))
    effect = float(effects[place])
    return Difference(
        column=name, kind=LEVELS, level=words[place], value=float(shares[place]), rest=float(others[place]),
        effect=effect, sure=_is_sure(effect, error),
    )  # fmt: skip


def _is_sure(effect: float, error: float) -> bool:
    return abs(effect) >= LEAST_EFFECT and abs(effect) >= BEYOND_CHANCE * error


def table_rows(profiles: tuple[ClusterProfile, ...]) -> Iterator[list[object]]:
    """Every column of every cluster: cluster, size, share, column, kind, level, value, rest, difference, effect."""
    for one in profiles:
        for d in one.differences:
            yield [one.cluster, one.size, one.share, d.column, d.kind, d.level, d.value, d.rest, d.difference, d.effect]


PROFILE_HEADER = ("cluster", "size", "share", "column", "kind", "level", "value", "rest", "difference", "effect")
