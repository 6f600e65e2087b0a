"""How compact clusters are and how far apart, by themselves: no truth is needed. Rows of noise are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_PAIRED = 5_000
"""Rows beyond which silhouettes are of a sample: they need the distance of each pair."""
_BLOCK = 1_000


def paired_rows(n_rows: int, seed: int, most: int = MOST_PAIRED) -> NDArray[np.intp]:
    """Rows whose distances to each other are looked at: all, or a sample in order."""
    if n_rows <= most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, most, replace=False))


@dataclass(frozen=True, kw_only=True, eq=False)
class Clustering:
    """Rows in clusters, without those of noise.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    labels : ndarray of shape (n_rows,)
        The cluster of each row, any whole numbers; negative ones are noise.
    """

    X: Floats
    labels: Codes

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Which rows are in a cluster."""
        return self.labels >= 0

    @cached_property
    def codes(self) -> Codes:
        """Clusters of the rows that are in one, from 0."""
        return np.unique(self.labels[self.inside], return_inverse=True)[1].astype(np.int64)

    @cached_property
    def rows(self) -> Floats:
        """The rows that are in a cluster."""
        return self.X if self.inside.all() else self.X[self.inside]

    @cached_property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.codes.max(initial=-1)) + 1

    @property
    def comparable(self) -> bool:
        """Whether there are two clusters at least, and a row more than clusters."""
        return 2 <= self.n_clusters < len(self.rows)


def silhouettes(found: Clustering) -> Floats:
    """Of each row how much nearer its own cluster is than the next: -1 to 1; 0 for a cluster of one row.

    Returns
    -------
    ndarray of shape (n_rows in clusters,)

    References
    ----------
    Rousseeuw (1987), Silhouettes, Journal of Computational and Applied Mathematics 20, 53-65.
    """
    n, k = len(found.rows), found.n_clusters
    members = np.zeros((n, k))
    members[np.arange(n), found.codes] = 1
    sizes = members.sum(axis=0)
    values = np.empty(n)
    for rows in _blocks(n):
        sums = _distances(found.rows[rows], found.rows) @ members
        values[rows] = _silhouettes(sums, found.codes[rows], sizes)
    return values


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))


def _distances(some: Floats, others: Floats) -> Floats:
    from scipy.spatial.distance import cdist

    distances: Floats = cdist(some, others)
    return distances


def _silhouettes(sums: Floats, own: Codes, sizes: Floats) -> Floats:
    here = np.arange(len(own))
    n_others = sizes[own] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        within = sums[here, own] / n_others
        means = sums / sizes
    means[here, own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (nearest - within) / larger
    return np.where((n_others > 0) & (larger > 0), values, 0.0)


def silhouette(found: Clustering) -> float | None:
    """Mean silhouette; `None` unless there are two clusters and a row more."""
    return float(silhouettes(found).mean()) if found.comparable else None


def within_sum(found: Clustering, weights: Floats | None = None) -> float:
    """Squared distances of the rows to the centres of their clusters, added up."""
    return _Sums(found, weights).within


def calinski_harabasz(found: Clustering, weights: Floats | None = None) -> float | None:
    """Variance between clusters over that within, each by its degrees of freedom; more is better.

    References
    ----------
    Caliński and Harabasz (1974), A dendrite method for cluster analysis, Communications in Statistics 3, 1-27.
    """
    if not found.comparable:
        return None
    sums = _Sums(found, weights)
    if sums.within <= 0:
        return None
    return float(sums.between / sums.within * (sums.n_rows - sums.k) / (sums.k - 1))


def davies_bouldin(found: Clustering, weights: Floats | None = None) -> float | None:
    """Mean over the clusters of how much they overlap with the one that they overlap with most; less is better.

    References
    ----------
    Davies and Bouldin (1979), A cluster separation measure, IEEE Transactions on Pattern Analysis 1, 224-227.
    """
    if not found.comparable:
        return None
    sums = _Sums(found, weights)
    apart = _distances(sums.centres, sums.centres)
    spreads = sums.spreads
    with np.errstate(divide="ignore", invalid="ignore"):
        overlaps = (spreads[:, None] + spreads) / apart
    np.fill_diagonal(overlaps, -np.inf)
    worst = overlaps.max(axis=1)
    return float(worst.mean()) if np.isfinite(worst).all() else None


class _Sums:
    """Centres and squared distances under row weights; clusters that no weight is left in do not count."""

    def __init__(self, found: Clustering, weights: Floats | None) -> None:
        weights = np.ones(len(found.rows)) if weights is None else weights
        self._rows, self._codes, self._weights = found.rows, found.codes, weights
        sizes = np.bincount(found.codes, weights=weights, minlength=found.n_clusters)
        kept = sizes > 0
        self.k, self.n_rows = int(kept.sum()), float(weights.sum())
        totals = np.column_stack(
            [np.bincount(found.codes, weights=weights * column, minlength=len(sizes)) for column in found.rows.T]
        )
        all_centres = totals / np.where(kept, sizes, 1)[:, None]
        self._squares = ((found.rows - all_centres[found.codes]) ** 2).sum(axis=1)
        self._kept, self._sizes = kept, sizes
        self.centres = all_centres[kept]
        self.within = float(self._squares @ weights)
        middle = totals.sum(axis=0) / self.n_rows
        self.between = float(sizes[kept] @ ((self.centres - middle) ** 2).sum(axis=1))

    @property
    def spreads(self) -> Floats:
        """Mean distance of the rows of each cluster to its centre."""
        sums = np.bincount(self._codes, weights=self._weights * np.sqrt(self._squares), minlength=len(self._sizes))
        spreads: Floats = sums[self._kept] / self._sizes[self._kept]
        return spreads
