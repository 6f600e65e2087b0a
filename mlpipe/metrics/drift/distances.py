"""Distances between two samples, the chance of as large ones, and what samples of the same rows would show.

A distance between samples is never zero, and the larger the smaller the samples are: it says something only beside
what equal-sized samples of the same rows give, and beside its p-value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2_contingency, fisher_exact, hypergeom, kstwo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

BINS = 10
"""Bins of a population stability index, by the deciles of the old sample."""
_FINE = 6
"""Parts of a bin, between whose edges the Kolmogorov-Smirnov distance of resamples is looked for."""
RESAMPLES = 400
LEVEL = 0.95
_FEWEST = 10
"""Expected cells of a level; rarer ones are tested together."""
_SMOOTHING = 0.5


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far apart two samples are.

    Parameters
    ----------
    value : float
        0 where they agree.
    low, high : float
        Between these lies the distance of 95 in 100 pairs of samples of the old rows, of the same sizes.
    """

    value: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether samples of the same rows hardly ever are so far apart."""
        return self.value > self.high


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Two samples of one quantity, compared.

    Parameters
    ----------
    distances : mapping of str to Distance
        By name: `psi`, and `ks` or `tv`.
    p_value : float
        The chance of such a difference between samples of the same rows.
    """

    distances: Mapping[str, Distance] = field(default_factory=dict)
    p_value: float = 1.0


def compare_numbers(old: Floats, new: Floats, *, rng: np.random.Generator) -> Moved:
    """Compare two samples of numbers, NaN left out: Kolmogorov-Smirnov distance and population stability index.

    Parameters
    ----------
    rng : Generator
        Draws the pairs of samples.

    Notes
    -----
    The p-value is that of Smirnov's test with the effective size ``n m / (n + m)`` [1]_; with ties it is too large,
    never too small. The index is Kullback's divergence, both ways, over the deciles of the old sample [2]_.

    References
    ----------
    .. [1] N. V. Smirnov, "Table for estimating the goodness of fit of empirical distributions", 1948.
    .. [2] H. Jeffreys, "An invariant form for the prior probability in estimation problems", 1946.

    Examples
    --------
    >>> moved = compare_numbers(np.arange(100.0), np.arange(100.0) + 50, rng=np.random.default_rng(0))
    >>> moved.distances["ks"].value, moved.p_value < 1e-9
    (0.5, True)
    """
    old, new = np.sort(old[~np.isnan(old)]), np.sort(new[~np.isnan(new)])
    if not len(old) or not len(new):
        return Moved()
    fine = np.unique(np.quantile(old, np.arange(1, BINS * _FINE) / (BINS * _FINE), method="lower"))
    coarse = np.unique(np.quantile(old, np.arange(1, BINS) / BINS, method="lower"))
    counts = _binned(old, fine), _binned(new, fine)
    groups = np.searchsorted(coarse, np.append(fine, np.inf), side="left")
    drawn = _resampled(counts[0], len(new), rng)
    chance = {"ks": _cumulative(*drawn), "psi": _stability(*(_merged(side, groups) for side in drawn))}
    value = {"ks": _smirnov(old, new), "psi": float(_stability(*(_merged(side[None], groups) for side in counts))[0])}
    size = max(1, round(len(old) * len(new) / (len(old) + len(new))))
    p_value = float(kstwo.sf(value["ks"], size))
    return Moved(distances={name: _beside(value[name], chance[name]) for name in value}, p_value=p_value)


def compare_levels(old: Counts, new: Counts, *, rng: np.random.Generator) -> Moved:
    """Compare how often levels occur: total variation, population stability index, and Pearson's test.

    Parameters
    ----------
    old, new : ndarray of shape (n_levels,)
        Cells of each level.
    """
    if not old.sum() or not new.sum():
        return Moved()
    drawn = _resampled(old, int(new.sum()), rng)
    chance = {"tv": _variation(*drawn), "psi": _stability(*drawn)}
    value = {
        "tv": float(_variation(old[None], new[None])[0]),
        "psi": float(_stability(old[None], new[None])[0]),
    }
    distances = {name: _beside(value[name], chance[name]) for name in value}
    return Moved(distances=distances, p_value=_pearson(np.stack([old, new])))


def missing_p_value(missing: tuple[int, int], rows: tuple[int, int]) -> float:
    """The chance that samples of the same rows lack so different shares of their cells: Fisher's exact test."""
    table = [[missing[0], rows[0] - missing[0]], [missing[1], rows[1] - missing[1]]]
    return float(fisher_exact(table).pvalue)


def unseen_p_value(singles: int, unseen: int, rows: tuple[int, int]) -> float:
    """The chance that so many cells hold levels that the old sample has not.

    A level of a single old row would be unseen, had that row not been drawn: such rows are to the old sample what
    unseen cells are to the new one [1]_.

    Parameters
    ----------
    singles : int
        Old rows whose level no other old row has.
    unseen : int
        New rows whose level no old row has.

    References
    ----------
    .. [1] I. J. Good, "The population frequencies of species and the estimation of population parameters", 1953.
    """
    total, strange = sum(rows), singles + unseen
    return float(hypergeom.sf(unseen - 1, total, strange, rows[1]))


def sure_ones(p_values: Sequence[float], *, level: float) -> list[bool]:
    """Which of many tests are sure, so that one in `level` families of idle ones has any: Holm's correction.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", 1979.

    Examples
    --------
    >>> sure_ones([0.001, 0.04, 0.02], level=0.05)
    [True, True, True]
    >>> sure_ones([0.03, 0.04, 0.02], level=0.05)
    [False, False, False]
    """
    sure = [False] * len(p_values)
    for place, number in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[number] > level / (len(p_values) - place):
            break
        sure[number] = True
    return sure


def _smirnov(old: Floats, new: Floats) -> float:
    both = np.concatenate([old, new])
    shares = [np.searchsorted(side, both, side="right") / len(side) for side in (old, new)]
    return float(np.abs(shares[0] - shares[1]).max())


def _binned(ordered: Floats, edges: Floats) -> Counts:
    """Cells up to each edge, and beyond the last one."""
    reached = np.searchsorted(ordered, edges, side="right")
    return np.diff(np.concatenate([[0], reached, [len(ordered)]])).astype(np.int64)


def _merged(counts: Counts, groups: Counts) -> Counts:
    """Counts of shape (n_sets, n_bins), bins of one group added up."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.add.reduceat(counts, starts, axis=1)


def _resampled(old: Counts, n_new: int, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Pairs of samples of the old rows, as large as the old and the new sample."""
    shares = old / old.sum()
    return rng.multinomial(int(old.sum()), shares, RESAMPLES), rng.multinomial(n_new, shares, RESAMPLES)


def _shares(counts: Counts, smoothing: float = 0.0) -> Floats:
    filled = counts + smoothing
    shares: Floats = filled / filled.sum(axis=1, keepdims=True)
    return shares


def _cumulative(old: Counts, new: Counts) -> Floats:
    gaps = np.cumsum(_shares(old), axis=1) - np.cumsum(_shares(new), axis=1)
    distances: Floats = np.abs(gaps).max(axis=1)
    return distances


def _variation(old: Counts, new: Counts) -> Floats:
    distances: Floats = np.abs(_shares(old) - _shares(new)).sum(axis=1) / 2
    return distances


def _stability(old: Counts, new: Counts) -> Floats:
    shares = _shares(old, _SMOOTHING), _shares(new, _SMOOTHING)
    index: Floats = ((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum(axis=1)
    return index


def _beside(value: float, chance: Floats) -> Distance:
    low, high = np.quantile(chance, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Distance(value=value, low=float(low), high=float(high))


def _pearson(counts: Counts) -> float:
    """Chi-squared over the levels, rare ones taken together."""
    expected = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < _FEWEST
    merged = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    merged = merged[:, merged.sum(axis=0) > 0]
    if merged.shape[1] < 2:
        return 1.0
    if merged.shape[1] == 2:
        return float(fisher_exact(merged).pvalue)
    return float(chi2_contingency(merged).pvalue)
