"""Rows as a net takes them: in memory, or block by block."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlpipe.models.streaming.matrix_rows import in_order, n_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import Block, MatrixRows


ON_DEVICE = 4_000_000_000
"""Bytes of a table up to which all of it is moved to a GPU at once."""


class Rows(NamedTuple):
    """Inputs, targets and weights as tensors."""

    X: Any
    y: Any
    weights: Any = None

    def __len__(self) -> int:
        return len(self.X)

    def take(self, chosen: Any) -> Rows:
        """Some of the rows."""
        return Rows(self.X[chosen], self.y[chosen], None if self.weights is None else self.weights[chosen])

    def first(self, n_rows: int) -> Rows:
        """The first of the rows."""
        return self.take(slice(n_rows))

    @property
    def weight(self) -> Any:
        """Of all rows together."""
        return float(len(self)) if self.weights is None else self.weights.sum()

    def parts(self) -> Iterator[tuple[Any, Rows]]:
        """All rows at once, and that this is all of them."""
        yield 1.0, self

    def batches(self, size: int) -> Iterator[Rows]:
        """The rows once, in a random order."""
        import torch

        return map(self.take, torch.randperm(len(self)).to(self.X.device).split(size))

    def to(self, device: str) -> Rows:
        """The rows in a device's memory."""
        return Rows(*(None if part is None else part.to(device) for part in self))

    def near(self, device: str) -> Rows:
        """The rows in a device's memory where they are not too many for that."""
        return self.to(device) if device != "cpu" and self.X.nbytes <= ON_DEVICE else self


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockRows:
    """Rows to learn from as a net takes them, a block in memory at a time.

    Parameters
    ----------
    tensors : callable
        Makes the rows of a block tensors.
    """

    rows: MatrixRows
    tensors: Callable[[Block], Rows]

    def __len__(self) -> int:
        return self.rows.n_rows

    @cached_property
    def weight(self) -> float:
        """Of all rows together."""
        return sum(len(y) if weights is None else float(weights.sum()) for _, y, weights in in_order(self.rows))

    @property
    def highest(self) -> NDArray[np.float64]:
        """The largest value of each input."""
        largest: NDArray[np.float64] = np.max([X.max(axis=0) for X, _, _ in in_order(self.rows)], axis=0)
        return largest

    def parts(self) -> Iterator[tuple[Any, Rows]]:
        """All rows, and the share of all weight that each part has."""
        for block in in_order(self.rows):
            part = self.tensors(block)
            yield part.weight / self.weight, part

    def batches(self, size: int) -> Iterator[Rows]:
        """Blocks in a random order, the rows of each in a random order; what a block leaves is a shorter batch."""
        import torch

        for place in torch.randperm(n_blocks(self.rows)):
            yield from self.tensors(self.rows.block(int(place))).batches(size)

    def first(self, n_rows: int) -> Rows:
        """Some rows, which are a random sample where the blocks are."""
        return self.tensors(self.rows.block(0)).first(n_rows)

    def near(self, device: str) -> BlockRows:
        """The rows where they are: a batch is moved to a device by itself."""
        del device
        return self
