"""Boosting on rows that come block by block: the library keeps them as bins, in memory or in a file of its own."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.models.boosters.native import NativeModel, with_gaps
from mlpipe.models.streaming.learner import BlockLearner
from mlpipe.models.streaming.matrix_rows import ChangedRows, class_counts, in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import Block, MatrixRows


class NativeByBlocks(BlockLearner, NativeModel):
    """A model of a library that takes its rows in blocks."""

    def fit_blocks(
        self, rows: MatrixRows, *, validation: tuple[Any, Any] | None = None, watch: Callable[..., None] | None = None
    ) -> Self:
        """As `fit` on all rows."""
        del validation, watch  # of models that watch their progress
        if hasattr(self, "predict_proba"):
            self._learn_classes(np.array(list(class_counts(rows))))

        def coded(block: Block) -> Block:
            X, y, weights = block
            return with_gaps(np.asarray(X, dtype=np.float64), self.categories), self._encoded(y), weights

        n_features = rows.block(0)[0].shape[1]
        return self._keep(n_features, lambda: self._train_blocks(ChangedRows(rows=rows, change=coded)))

    @abstractmethod
    def _train_blocks(self, rows: MatrixRows) -> str | bytes: ...


def targets_of(rows: MatrixRows) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Targets and weights of all rows, as precise as the libraries keep them."""
    found = [(y.astype(np.float32), None if w is None else w.astype(np.float32)) for _, y, w in in_order(rows)]
    weights = [w for _, w in found if w is not None]
    return np.concatenate([y for y, _ in found]), np.concatenate(weights) if weights else None
