"""What an estimator of ours is that learns from blocks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.models.streaming.matrix_rows import MatrixRows


class BlockLearner(ABC):
    """Learns from rows that come block by block, the same whatever holds them."""

    @property
    def takes_blocks(self) -> bool:
        """Whether it does so as it is set."""
        return True

    @abstractmethod
    def fit_blocks(
        self, rows: MatrixRows, *, validation: tuple[Any, Any] | None = None, watch: Callable[..., None] | None = None
    ) -> Self:
        """Fit on all rows.

        Parameters
        ----------
        validation, watch
            As `fit` takes them, of an estimator that watches its progress.
        """

    @abstractmethod
    def row_bytes(self, n_features: int, n_outputs: int) -> int:
        """What memory keeps of each row meanwhile, as measured."""
