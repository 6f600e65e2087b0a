"""Scores of clusters that rest on sums: rows may come in blocks, and each is looked at beside its centre alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.arrays import Floats
from mlpipe.metrics.clustering.quality import pair_distances

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Places

    Block = tuple[Floats, Places, Floats]

Blocks = Callable[[], Iterator[Floats]]
"""Goes through all rows once more, some of them at a time, each block of shape (n_rows, n_features)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterSums:
    """Clusters without those that have no row, nor any weight; rows of noise do not count.

    Parameters
    ----------
    n_rows : float
        Rows in clusters, by their weights.
    centres : ndarray of shape (n_clusters, n_features)
    spreads : ndarray of shape (n_clusters,)
        Mean distance of the rows of each cluster to its centre.
    within : float
        Squared distances of the rows to the centres of their clusters, added up.
    between : float
        Squared distances of these centres to that of all rows, added up over the rows.
    """

    n_rows: float
    centres: Floats
    spreads: Floats
    within: float
    between: float

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centres)

    @property
    def comparable(self) -> bool:
        """Whether there are two clusters at least, and a row more than clusters."""
        return 2 <= self.k < self.n_rows


def add_up(blocks: Blocks, labels: Places, weights: Floats | None = None) -> ClusterSums:
    """Go through the rows twice: for the centres, and for the distances to them.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
        The cluster of each row; negative ones are noise.
    weights : ndarray of shape (n_rows,), optional
        How often each row counts.
    """
    k = int(labels.max(initial=-1)) + 1
    sizes, totals = np.zeros(k), None
    for X, codes, counts in _in_clusters(blocks, labels, weights):
        sizes += np.bincount(codes, weights=counts, minlength=k)
        sums = np.column_stack([np.bincount(codes, weights=counts * column, minlength=k) for column in X.T])
        totals = sums if totals is None else totals + sums
    kept = sizes > 0
    assert totals is not None
    all_centres = totals / np.where(kept, sizes, 1)[:, None]
    within, apart = 0.0, np.zeros(k)
    for X, codes, counts in _in_clusters(blocks, labels, weights):
        squares = ((X - all_centres[codes]) ** 2).sum(axis=1)
        within += float(squares @ counts)
        apart += np.bincount(codes, weights=counts * np.sqrt(squares), minlength=k)
    centres, n_rows = all_centres[kept], float(sizes.sum())
    middle = totals.sum(axis=0) / max(n_rows, 1)
    return ClusterSums(
        n_rows=n_rows,
        centres=centres,
        spreads=apart[kept] / sizes[kept],
        within=within,
        between=float(sizes[kept] @ ((centres - middle) ** 2).sum(axis=1)),
    )


def _in_clusters(blocks: Blocks, labels: Places, weights: Floats | None) -> Iterator[Block]:
    """The rows that are no noise, their clusters, and how often they count."""
    start = 0
    for X in blocks():
        here = slice(start, start + len(X))
        start = here.stop
        codes = labels[here]
        counts = np.ones(len(X)) if weights is None else weights[here]
        inside = codes >= 0
        yield (X, codes, counts) if inside.all() else (X[inside], codes[inside], counts[inside])


def calinski_harabasz(sums: ClusterSums) -> float | None:
    """Variance between clusters over that within, each by its degrees of freedom; more is better.

    References
    ----------
    Caliński and Harabasz (1974), A dendrite method for cluster analysis, Communications in Statistics 3, 1-27.
    """
    if not sums.comparable or sums.within <= 0:
        return None
    return float(sums.between / sums.within * (sums.n_rows - sums.k) / (sums.k - 1))


def davies_bouldin(sums: ClusterSums) -> float | None:
    """Mean over the clusters of how much they overlap with the one that they overlap with most; less is better.

    References
    ----------
    Davies and Bouldin (1979), A cluster separation measure, IEEE Transactions on Pattern Analysis 1, 224-227.
    """
    if not sums.comparable:
        return None
    apart = pair_distances(sums.centres, sums.centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        overlaps = (sums.spreads[:, None] + sums.spreads) / apart
    np.fill_diagonal(overlaps, -np.inf)
    worst = overlaps.max(axis=1)
    return float(worst.mean()) if np.isfinite(worst).all() else None
