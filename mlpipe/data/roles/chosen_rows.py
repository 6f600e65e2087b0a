"""The rows to judge a table's columns by."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.duplicate_rows import identical_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.duplicate_rows import Columns


class ChosenRows:
    """Some rows of a table, column by column.

    Parameters
    ----------
    rows : ndarray, optional
        Ascending; all by default.
    numbers : ndarray, optional
        The numbers of the table's rows in their file; by default from 0 on.
    """

    def __init__(self, raw: Columns, rows: NDArray[np.int64] | None, numbers: NDArray[np.int64] | None) -> None:
        self._raw, self._numbers = raw, numbers
        self._mask = None
        if rows is not None:
            mask = np.zeros(raw.num_rows, dtype=bool)
            mask[rows] = True
            self._mask = pa.array(mask)
        self.column_names = raw.column_names
        self.num_rows = raw.num_rows if rows is None else len(rows)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column."""
        return self._raw[name] if self._mask is None else self._raw[name].filter(self._mask)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The rows' numbers in their file."""
        numbers = np.arange(self._raw.num_rows) if self._numbers is None else self._numbers
        return numbers if self._mask is None else numbers[np.asarray(self._mask)]

    @cached_property
    def n_repeated(self) -> int:
        """How many repeat an earlier one in every column: an id may stand twice only in such."""
        first = identical_rows(self, self.column_names)
        return int(np.count_nonzero(first != np.arange(len(first))))
