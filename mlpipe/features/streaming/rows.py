"""Training rows that come in blocks, from memory or from a file: the same rows give the same blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

BLOCK_ROWS = 2**16
"""Rows of a block. What is summed over several blocks has another last bit than a sum over all rows at once, so that
this number is one for all tables, whatever memory there is."""


class Rows(Protocol):
    """Typed rows of a table, as transformers take them."""

    @property
    def n_rows(self) -> int:
        """How many."""

    @property
    def most_cells(self) -> int | None:
        """Cells that may be held at once; None where all may be."""

    @property
    def names(self) -> list[str]:
        """All columns."""

    def frames(self, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Columns in blocks of `BLOCK_ROWS` rows, the last one shorter; at least one block."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameRows:
    """Rows of a table that is in memory."""

    X: pd.DataFrame
    most_cells: int | None = None

    @property
    def n_rows(self) -> int:
        """How many."""
        return len(self.X)

    @property
    def names(self) -> list[str]:
        """All columns."""
        return list(self.X.columns)

    def frames(self, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Columns in blocks."""
        chosen = self.X[list(names)]
        for start in range(0, max(len(chosen), 1), BLOCK_ROWS):
            yield chosen.iloc[start : start + BLOCK_ROWS]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """Columns of rows as one step of a branch sees them: after the steps before it.

    Parameters
    ----------
    steps : tuple of function
        What is done with a block; each is told the number of its first row.
    seed : int
        Of the sample that stands for rows which cannot be held at once.
    sampled : list of int
        Takes down how many rows stood for all, wherever that was so.
    """

    rows: Rows
    names: tuple[str, ...]
    steps: tuple[Callable[[Any, int], Any], ...] = ()
    seed: int = 0
    sampled: list[int] = field(default_factory=list)

    def blocks(self) -> Iterator[Any]:
        """The rows, block after block."""
        start = 0
        for frame in self.rows.frames(self.names):
            block: Any = frame
            for step in self.steps:
                block = step(block, start)
            yield block
            start += len(frame)

    def head(self) -> Any:
        """The first block."""
        return next(self.blocks())

    def then(self, step: Callable[[Any, int], Any]) -> Stage:
        """The rows after one more step."""
        return Stage(rows=self.rows, names=self.names, steps=(*self.steps, step), seed=self.seed, sampled=self.sampled)

    def gathered(self) -> tuple[Any, NDArray[np.int64] | None]:
        """All rows at once; or so many of them as may be held, and which these are."""
        n_rows, width = self.rows.n_rows, self.head().shape[1]
        most = n_rows if self.rows.most_cells is None else self.rows.most_cells // max(1, width)
        if most >= n_rows:
            return joined(list(self.blocks())), None
        chosen = spread_rows(n_rows, most, self.seed)
        self.sampled.append(len(chosen))
        return joined(list(taken(self.blocks(), chosen))), chosen


def spread_rows(n_rows: int, most: int, seed: int) -> NDArray[np.int64]:
    """Numbers of rows, ascending: one drawn from each of as many equal stretches of the table.

    So many as may be, rounded down to a power of two: a little more or less memory makes no other sample.

    Examples
    --------
    >>> spread_rows(10, 5, seed=0).tolist(), spread_rows(3, 5, seed=0).tolist()
    ([1, 3, 6, 7], [0, 1, 2])
    """
    if most >= n_rows:
        return np.arange(n_rows)
    n_chosen = 1 << (max(1, most).bit_length() - 1)
    edges = (np.arange(n_chosen + 1) * n_rows) // n_chosen
    return np.random.default_rng(seed).integers(edges[:-1], edges[1:])


def even_rows(n_rows: int, most: int) -> NDArray[np.int64]:
    """Numbers of rows, ascending: all, or so many evenly over the table.

    Examples
    --------
    >>> even_rows(10, 4).tolist(), even_rows(3, 4).tolist()
    ([0, 3, 6, 9], [0, 1, 2])
    """
    return np.arange(n_rows) if n_rows <= most else np.linspace(0, n_rows - 1, most).astype(np.int64)


def taken(blocks: Iterator[Any], chosen: NDArray[np.int64]) -> Iterator[Any]:
    """The chosen rows of blocks, in order."""
    start = 0
    for block in blocks:
        end = start + block.shape[0]
        places = chosen[np.searchsorted(chosen, start) : np.searchsorted(chosen, end)] - start
        yield block.iloc[places] if isinstance(block, pd.DataFrame) else block[places]
        start = end


def joined(blocks: Sequence[Any]) -> Any:
    """Blocks as one."""
    if len(blocks) == 1:
        return blocks[0]
    if isinstance(blocks[0], pd.DataFrame):
        return pd.concat(blocks, ignore_index=True)
    if any(sparse.issparse(block) for block in blocks):
        return sparse.vstack(blocks, format="csr")
    return np.concatenate(blocks)
