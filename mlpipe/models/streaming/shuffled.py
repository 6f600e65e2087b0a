"""Rows in a random order that memory need not hold: each block is a random sample of all of them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.inference.spool import Place, Spool
from mlpipe.errors import DataError
from mlpipe.features.streaming.rows import BLOCK_ROWS
from mlpipe.models.streaming.matrix_rows import in_order, n_blocks

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from mlpipe.models.streaming.matrix_rows import Block, MatrixRows


class ShuffledRows(AbstractContextManager["ShuffledRows"]):
    """Copies rows into a nameless file, dealt into piles by chance; within a pile they keep their order.

    Parameters
    ----------
    rows : MatrixRows
        With targets of shape (n_rows,) or (n_rows, n_outputs) that are numbers.
    n_aside : int
        Rows that are put into `aside`, and are not among the blocks.
    """

    def __init__(self, rows: MatrixRows, *, seed: int, n_aside: int = 0) -> None:
        self.n_rows = rows.n_rows - n_aside
        X, y, weights = rows.block(0)
        self._n_features, self._shape, self._weighed = X.shape[1], y.shape[1:], weights is not None
        self._spool = Spool()
        self._aside: list[Place] = []
        self._piles: list[list[Place]] = [[] for _ in range(n_blocks(self))]
        order = np.arange(rows.n_rows, dtype=np.uint32)
        np.random.default_rng(seed).shuffle(order)
        start = 0
        for block in in_order(rows):
            end = start + len(block[1])
            self._deal(_joined(block), (order[start:end].astype(np.int64) - n_aside) // BLOCK_ROWS)
            start = end

    def _deal(self, cells: NDArray[np.float64], piles: NDArray[np.int64]) -> None:
        """Put each row on its pile; those before the first are aside."""
        piles = np.maximum(piles, -1)
        chosen = np.argsort(piles, kind="stable")
        edges = np.searchsorted(piles[chosen], np.arange(-1, len(self._piles) + 1))
        for pile, (start, end) in zip([self._aside, *self._piles], pairwise(edges), strict=True):
            if start < end:
                pile.append(self._put(cells[chosen[start:end]]))

    def _put(self, cells: NDArray[np.float64]) -> Place:
        place = self._spool.put(cells.tobytes())
        if place is None:
            raise DataError(
                "There is no room on disk for a second copy of the training rows, in another order.",
                remedy="Make room where the system keeps temporary files, or set TMPDIR to a folder that has some.",
            )
        return place

    @property
    def aside(self) -> Block:
        """The rows that are not among the blocks."""
        return self._read(self._aside)

    def block(self, place: int) -> Block:
        """The rows of one block."""
        return self._read(self._piles[place])

    def _read(self, pile: list[Place]) -> Block:
        data = b"".join(map(self._spool.get, pile))
        width = self._n_features + int(np.prod(self._shape)) + self._weighed
        cells = np.frombuffer(data, dtype=np.float64).reshape(-1, width)
        targets = cells[:, self._n_features : width - self._weighed].reshape(-1, *self._shape)
        return cells[:, : self._n_features], targets, cells[:, -1] if self._weighed else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()


def _joined(block: Block) -> NDArray[np.float64]:
    X, y, weights = block
    parts = [X, y.reshape(len(y), -1), *([] if weights is None else [weights[:, None]])]
    cells: NDArray[np.float64] = np.hstack(parts).astype(np.float64, copy=False)
    return cells
