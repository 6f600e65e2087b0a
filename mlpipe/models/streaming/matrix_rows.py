"""Prepared rows in blocks, from memory or from a file: the same rows give the same blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mlpipe.features.streaming.rows import BLOCK_ROWS, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.matrix import Matrix

    Block = tuple[Matrix, NDArray[Any], NDArray[np.float64] | None]
    """Features, targets, and what each row counts, if not all count alike."""


class MatrixRows(Protocol):
    """Prepared rows, `BLOCK_ROWS` of them in a block, the last one shorter."""

    @property
    def n_rows(self) -> int:
        """All of them."""

    def block(self, place: int) -> Block:
        """The rows of one block."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArrayRows:
    """Rows that are in memory."""

    X: Matrix
    y: NDArray[Any]
    weights: NDArray[np.float64] | None = None

    @property
    def n_rows(self) -> int:
        """All of them."""
        return len(self.y)

    def block(self, place: int) -> Block:
        """The rows of one block."""
        rows = slice(place * BLOCK_ROWS, (place + 1) * BLOCK_ROWS)
        return self.X[rows], self.y[rows], None if self.weights is None else self.weights[rows]


def n_blocks(rows: MatrixRows) -> int:
    """How many blocks there are."""
    return -(-rows.n_rows // BLOCK_ROWS)


def block_size(rows: MatrixRows, place: int) -> int:
    """How many rows a block has."""
    return min(BLOCK_ROWS, rows.n_rows - place * BLOCK_ROWS)


def in_order(rows: MatrixRows) -> Iterator[Block]:
    """The blocks from the first to the last."""
    return (rows.block(place) for place in range(n_blocks(rows)))


def some_rows(rows: MatrixRows, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """The features of some rows, no sparse ones, by their numbers in ascending order."""
    found: NDArray[np.float64] = np.concatenate(list(taken((X for X, _, _ in in_order(rows)), chosen)))
    return found


def class_counts(rows: MatrixRows) -> dict[Any, int]:
    """How many rows each class has, in the order of `numpy.unique`."""
    counts: dict[Any, int] = {}
    for _, y, _ in in_order(rows):
        for label, n in zip(*np.unique(y, return_counts=True), strict=True):
            counts[label] = counts.get(label, 0) + int(n)
    return dict(sorted(counts.items()))


def target_values(rows: MatrixRows) -> NDArray[Any]:
    """The classes in order, where the target is one of these; else targets of the first block, to see their kind."""
    y = rows.block(0)[1]
    return np.array(list(class_counts(rows))) if y.ndim == 1 and y.dtype.kind != "f" else y


@dataclass(frozen=True, kw_only=True, eq=False)
class ChangedRows:
    """Rows, each block of them changed as it is read."""

    rows: MatrixRows
    change: Callable[[Block], Block]

    @property
    def n_rows(self) -> int:
        """All of them."""
        return self.rows.n_rows

    def block(self, place: int) -> Block:
        """The rows of one block."""
        return self.change(self.rows.block(place))


def balanced_rows(rows: MatrixRows, counts: dict[Any, int]) -> ChangedRows:
    """Rows, each weighed so that all classes count alike."""
    classes = np.array(list(counts))
    each = rows.n_rows / (len(classes) * np.array(list(counts.values()), dtype=np.float64))

    def weighed(block: Block) -> Block:
        X, y, weights = block
        balance = each[np.searchsorted(classes, y)]
        return X, y, balance if weights is None else weights * balance

    return ChangedRows(rows=rows, change=weighed)
