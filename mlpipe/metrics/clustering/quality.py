"""How compact clusters are and how far apart, by themselves: no truth is needed. Rows of noise are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Codes, Floats, Places

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
    labels: Places

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
        sums = pair_distances(found.rows[rows], found.rows) @ members
        values[rows] = _silhouettes(sums, found.codes[rows], sizes)
    return values


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))


def pair_distances(some: Floats, others: Floats) -> Floats:
    """Euclidean distances of shape (n_some, n_others)."""
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
