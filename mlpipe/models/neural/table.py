"""Rows for a net, before they are tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import Block

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Rows to learn from: inputs, targets as the loss takes them, weights."""

    X: Floats
    y: NDArray[Any]
    weights: Floats | None = None

    @classmethod
    def of(cls, block: Block) -> Self:
        """The rows of a block."""
        X, y, weights = block
        return cls(X=X, y=y, weights=weights)

    def take(self, chosen: NDArray[np.intp]) -> Table:
        """Some of the rows."""
        weights = None if self.weights is None else self.weights[chosen]
        return Table(X=self.X[chosen], y=self.y[chosen], weights=weights)
