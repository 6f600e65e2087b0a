"""The rows among which clusters are looked for: all of them block by block, and those that memory holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.features.streaming.rows import BLOCK_ROWS, spread_rows
from mlpipe.metrics.clustering.clustered_rows import ClusteredRows
from mlpipe.models.clusters.numbering import gathered
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.streaming.matrix_rows import ArrayRows, in_order, some_rows
from mlpipe.target import NoTarget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Floats, Places
    from mlpipe.models.streaming.matrix_rows import MatrixRows


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchRows:
    """Rows without a target.

    Parameters
    ----------
    every : MatrixRows
        All of them.
    held : ndarray of shape (n_held, n_features)
        All of them, or the sample that is fitted by what does not learn from blocks.
    seed : int
        What the rows are drawn by that are compared in pairs.
    """

    every: MatrixRows
    held: Floats
    seed: int = 0

    @classmethod
    def of(cls, X: Floats, seed: int = 0) -> Self:
        """Rows that are in memory."""
        return cls(every=ArrayRows(X=X, y=np.empty((len(X), 0))), held=X, seed=seed)

    @property
    def n_rows(self) -> int:
        """All of them."""
        return self.every.n_rows

    def blocks(self) -> Iterator[Floats]:
        """Go through all rows."""
        return (np.asarray(X) for X, _, _ in in_order(self.every))

    @cached_property
    def _chosen(self) -> NDArray[np.int64]:
        return spread_rows(self.n_rows, BLOCK_ROWS, self.seed)

    @cached_property
    def sample(self) -> Floats:
        """All rows where they are few, else a sample that does not depend on memory."""
        return self.held if self.n_rows <= BLOCK_ROWS else some_rows(self.every, self._chosen)

    def clusters(self, estimator: Any, *, rowwise: bool) -> Places:
        """The cluster of each row, -1 for noise."""
        said = (predict_matrix(estimator, X, NoTarget(), rowwise=rowwise).outputs for X in self.blocks())
        return gathered(said, self.n_rows)

    def clustered(self, clusters: Places) -> ClusteredRows:
        """The rows in clusters."""
        return ClusteredRows(blocks=self.blocks, clusters=clusters, X=self.sample, chosen=self._chosen)
