"""A column under examination, and what comes out of it: how its cells are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.inference.cells import present_cells, rows_where
from mlpipe.data.inference.numbers import NumberFormat
from mlpipe.data.missing_markers import NUMBER_MISSING, WORD_MISSING
from mlpipe.data.schema import Kind
from mlpipe.data.schema_errors import OddCell

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.params import ReadParams

_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class CellFormat:
    """How a column's cells are written.

    Parameters
    ----------
    integer : bool
        All numbers are whole and below 2^53.
    number : NumberFormat or None
        Where the kind is number.
    own_decimal : bool
        The decimal mark belongs to the column, not to its file.
    date : str or None
        Where the kind is datetime: `"iso"` or a `strptime` format.
    missing : tuple of str
        Cells that mean "no value", beside blank ones.
    empty : bool
        No cell holds a value.
    codes : bool
        Digits that are no quantity: leading zeros, or too long to be kept exactly.
    note : str
        What a person may want to know about the reading.
    """

    kind: Kind
    integer: bool = False
    number: NumberFormat | None = None
    own_decimal: bool = False
    date: str | None = None
    missing: tuple[str, ...] = ()
    empty: bool = False
    codes: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ColumnCells:
    """A column under examination.

    Parameters
    ----------
    written : pyarrow.ChunkedArray
        Its cells.
    lines : ndarray of shape (n_rows,) or None
        Where each row starts in the file, for messages.
    """

    name: str
    written: pa.ChunkedArray
    lines: NDArray[np.int64] | None
    read: ReadParams

    @property
    def word_missing(self) -> tuple[str, ...]:
        """What means "no value" if the column holds words."""
        return tuple(dict.fromkeys((*WORD_MISSING, *self.read.na_values)))

    @property
    def number_missing(self) -> tuple[str, ...]:
        """What means "no value" if the column holds numbers or dates."""
        return tuple(dict.fromkeys((*(mark for mark in NUMBER_MISSING if mark), *self.read.na_values)))

    def present(self, markers: tuple[str, ...]) -> pa.ChunkedArray:
        """Trimmed cells, null where blank, one of `markers` or called missing by the person."""
        return present_cells(self.written, (*markers, *self.read.na_values))

    def odd(self, mask: pa.ChunkedArray) -> tuple[list[OddCell], int]:
        """The first cells where `mask` holds, and how many there are."""
        rows = rows_where(mask)
        return [
            OddCell(value=self.written[int(row)].as_py(), where=self._where(int(row))) for row in rows[:_SHOWN]
        ], len(rows)

    def _where(self, row: int) -> str:
        return f"row {row}" if self.lines is None else f"line {self.lines[row]}"


def as_words(column: ColumnCells, *, codes: bool = False, note: str = "") -> CellFormat:
    """The format of a column of words."""
    return CellFormat(kind=Kind.STRING, missing=column.word_missing, codes=codes, note=note)
