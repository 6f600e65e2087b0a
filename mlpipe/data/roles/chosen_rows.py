"""The rows to judge a table's columns by."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.columns import blocks_of
from mlpipe.data.duplicate_rows import identical_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.columns import Columns


class ChosenRows:
    """Some rows of a table, block by block.

    Parameters
    ----------
    chosen : ndarray of bool, shape (n_rows,), optional
        Which; all by default.
    numbers : ndarray, optional
        The numbers of the table's rows in their file; by default from 0 on.
    """

    def __init__(self, raw: Columns, chosen: NDArray[np.bool_] | None, numbers: NDArray[np.int64] | None) -> None:
        self._raw, self._chosen, self._numbers = raw, chosen, numbers
        self.column_names = raw.column_names
        self.num_rows = raw.num_rows if chosen is None else int(np.count_nonzero(chosen))

    def blocks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """The blocks in order, with some of the columns."""
        return (block for block, _ in self.numbered(names))

    def numbered(self, names: Sequence[str]) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
        """The blocks in order, with some of the columns, and the numbers of their rows in the file."""
        start = 0
        for block in blocks_of(self._raw, names):
            rows = slice(start, start + block.num_rows)
            start = rows.stop
            numbers = np.arange(rows.start, rows.stop) if self._numbers is None else self._numbers[rows]
            if self._chosen is None:
                yield block, numbers
            else:
                yield block.filter(pa.array(self._chosen[rows])), numbers[self._chosen[rows]]

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column."""
        return pa.concat_tables(self.blocks([name])).column(0)

    @cached_property
    def n_repeated(self) -> int:
        """How many repeat an earlier one in every column: an id may stand twice only in such."""
        first = identical_rows(self, self.column_names)
        return int(np.count_nonzero(first != np.arange(len(first))))
