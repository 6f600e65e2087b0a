"""All rows of a table while they are few, then a uniform sample of them, the same for the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.cell_hashes import hash_cells, mixed
from mlpipe.data.inference.column_store import join_chunks
from mlpipe.data.profiling.column_tally import TableTotals, Tally, compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.schema import Column

MOST_CELLS = 2_000_000
LEAST_ROWS = 5_000
_SLACK = 1.25
_MOST_HASHES = 64_000_000
"""Rows up to which repeated ones are counted, by hashes of 64 bits: half a gigabyte of them."""
_BINS = 16


class RowSample:
    """A sink that keeps what fits, and tallies of everything once not all of it does.

    Parameters
    ----------
    most_cells : int
        Cells up to which all rows are kept.
    seed : int
        Chooses the rows of the sample.
    """

    def __init__(self, *, most_cells: int = MOST_CELLS, seed: int = 0) -> None:
        self._most_cells, self._seed = most_cells, seed
        self._parts: list[dict[str, pa.ChunkedArray]] = []
        self._rows: list[NDArray[np.int64]] = []
        self._kept = 0
        self._threshold = 2**64 - 1
        self._hashes: list[NDArray[np.uint64]] | None = []
        self.n_rows = 0
        self.tallies: dict[str, Tally] | None = None

    def add(self, block: RawBlock, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        """Take a block."""
        rows = np.arange(block.first_row, block.first_row + block.n_rows, dtype=np.int64)
        self.n_rows += len(rows)
        most = self._most_rows(len(chunks))
        if self.tallies is not None:
            self._tell(chunks)
        self._keep(rows, dict(chunks))
        if self._kept > _SLACK * most or (self.tallies is None and self._kept > most):
            self._thin(most)

    def table(self) -> tuple[pa.Table, NDArray[np.int64]]:
        """The rows that were kept, in file order, and their numbers."""
        if self.tallies is not None:
            self._thin(self._most_rows(len(self._parts[0])))
        return pa.table(self._joined()), np.concatenate(self._rows)

    def totals(self, columns: Sequence[Column], *, decimal: str) -> TableTotals | None:
        """What is known of all rows; None where all of them were kept."""
        if self.tallies is None:
            return None
        facts = {column.name: self.tallies[column.name].totals(column, decimal=decimal) for column in columns}
        return TableTotals(n_rows=self.n_rows, repeated_rows=self.repeated_rows(), columns=facts)

    def repeated_rows(self) -> int | None:
        """Rows that repeat an earlier one; None where there were too many to tell."""
        if self._hashes is None:
            return None
        # In turns, a sixteenth of all hashes each, so that sorting needs little memory.
        distinct = 0
        for part in range(_BINS):
            found = np.sort(np.concatenate([h[h >> np.uint64(60) == part] for h in self._hashes]))
            distinct += len(found) and 1 + int(np.count_nonzero(found[1:] != found[:-1]))
        return self.n_rows - distinct

    def _keep(self, rows: NDArray[np.int64], chunks: dict[str, pa.ChunkedArray]) -> None:
        if self.tallies is not None:
            chosen = pa.array(np.flatnonzero(_priorities(rows, self._seed) <= self._threshold))
            rows, chunks = rows[chosen], {name: chunk.take(chosen) for name, chunk in chunks.items()}
        self._parts.append(chunks)
        self._rows.append(rows)
        self._kept += len(rows)

    def _thin(self, most: int) -> None:
        """Keep only the rows of the lowest priorities."""
        if self.tallies is None:
            self.tallies = {name: Tally() for name in self._parts[0]}
            for part in self._parts:
                self._tell(part)
        if self._kept <= most:
            return
        rows = np.concatenate(self._rows)
        priorities = _priorities(rows, self._seed)
        self._threshold = int(np.partition(priorities, most - 1)[most - 1])
        chosen = np.flatnonzero(priorities <= self._threshold)
        taken = pa.array(chosen)
        kept = {name: column.take(taken).combine_chunks() for name, column in self._joined().items()}
        self._parts = [{name: pa.chunked_array([column]) for name, column in kept.items()}]
        self._rows, self._kept = [rows[chosen]], len(chosen)

    def _most_rows(self, n_columns: int) -> int:
        return max(LEAST_ROWS, self._most_cells // max(1, n_columns))

    def _joined(self) -> dict[str, pa.ChunkedArray]:
        return {name: join_chunks(part[name] for part in self._parts) for name in self._parts[0]}

    def _tell(self, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        assert self.tallies is not None
        total: NDArray[np.uint64] | None = None
        for position, (name, chunk) in enumerate(chunks.items()):
            cells = compact(chunk)
            self.tallies[name].add(cells)
            if self._hashes is not None:
                salted = mixed(hash_cells(cells) + np.uint64(position))
                total = salted if total is None else total + salted
        if self._hashes is not None and total is not None:
            self._hashes.append(mixed(total))
            if self.n_rows > _MOST_HASHES:
                self._hashes = None


def _priorities(rows: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A number for each row that seems drawn at random and depends on row and seed alone."""
    return mixed(rows.astype(np.uint64) + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1))
