"""Rows in clusters: all of them block by block, and a sample that memory holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from mlpipe.metrics.clustering.quality import MOST_PAIRED, Clustering, paired_rows
from mlpipe.metrics.clustering.sums import ClusterSums, add_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats, Places
    from mlpipe.metrics.clustering.sums import Blocks


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusteredRows:
    """Rows in clusters.

    Parameters
    ----------
    blocks : function
        Goes through all rows.
    clusters : ndarray of shape (n_rows,)
        The cluster of each of them, -1 for noise.
    X : ndarray of shape (n_sampled, n_features)
        All rows where these are few, else a sample.
    chosen : ndarray of shape (n_sampled,)
        Their numbers.
    """

    blocks: Blocks
    clusters: Places
    X: Floats
    chosen: NDArray[np.int64]

    @classmethod
    def of(cls, X: Floats, clusters: Places) -> Self:
        """Rows that are looked at as a whole."""
        return cls(blocks=lambda: iter([X]), clusters=clusters, X=X, chosen=np.arange(len(X)))

    @property
    def n_rows(self) -> int:
        """All of them."""
        return len(self.clusters)

    @property
    def sampled(self) -> Clustering:
        """The sample in its clusters."""
        return Clustering(X=self.X, labels=self.clusters[self.chosen])

    @cached_property
    def sums(self) -> ClusterSums:
        """What adds up over all rows."""
        return add_up(self.blocks, self.clusters)

    def paired(self, seed: int, most: int = MOST_PAIRED) -> Clustering:
        """Rows of the sample whose distances to each other are looked at."""
        rows = paired_rows(len(self.X), seed, most)
        return Clustering(X=self.X[rows], labels=self.clusters[self.chosen[rows]])
