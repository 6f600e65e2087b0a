"""Tables as they are written, every cell a string: in blocks or whole, and what is known of their file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlpipe.data.reading.fields import Rules
from mlpipe.data.reading.records import count_lines, index_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.reading.records import TextBlock
    from mlpipe.data.schema import Dialect


class Doubt(NamedTuple):
    """The code of a finding and what it says."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is known of a table's file once it has been read.

    Parameters
    ----------
    name : str
        For messages: the path as given, or "standard input".
    sha256 : str
        Of the source's bytes as they lie on disk.
    dropped_columns : tuple of str
        Columns with neither name nor values.
    renamed : tuple of (str, str)
        Names in the header beside those that their columns got instead.
    repeated : tuple of str
        Names that several columns have: the first of each kept it, the others were numbered.
    plain : frozenset of str
        Columns that the file itself holds as numbers (Parquet).
    blank_lines, comment_lines : int
        Lines that were passed over; of comments those among the rows.
    rejects : Rejects or None
        Rows left out, where rows may be left out.
    doubts : tuple of Doubt
        What should be looked at though it can be read.
    """

    name: str
    dialect: Dialect
    sha256: str
    dropped_columns: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()
    plain: frozenset[str] = frozenset()
    blank_lines: int = 0
    comment_lines: int = 0
    rejects: Rejects | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """A whole table of strings.

    Parameters
    ----------
    table : pa.Table
        String columns: each cell as written with its quotes resolved, "" where empty, no nulls.
    lines : ndarray of int64, shape (n_rows,)
        Physical line, counted from 1, in which each row begins (for Parquet, the row counted from 1).
    """

    table: pa.Table
    lines: NDArray[np.int64] = field(repr=False)
    file: FileFacts


@dataclass(frozen=True, kw_only=True)
class Span:
    """Rows of a file that can be read without those before them.

    Parameters
    ----------
    start, stop : int
        From where to where they lie: bytes of a text, row groups of a Parquet file.
    first_line : int
        Physical line, counted from 1, at `start`.
    first_row, n_rows : int
        Zero-based number of the first row in the table, and how many there are.
    """

    start: int
    stop: int
    first_line: int
    first_row: int
    n_rows: int


@dataclass(frozen=True, kw_only=True, eq=False)
class RawBlock:
    """Whole rows of a table as canonical CSV; can be sent to another process.

    Parameters
    ----------
    data : bytes
        UTF-8; fields set apart by `delimiter`, quoted by `"` where `quoted`.
    first_row : int
        Zero-based number of the first row in the table.
    first_line : int
        Physical line, counted from 1, with which `data` begins.
    n_rows, n_lines : int
        Rows, and physical lines (blank ones and those within quotes among them).
    n_fields : int
        Fields of every row.
    unnamed : tuple of int
        Positions of columns without a name, which must be empty.
    by_row : bool
        The table has no lines (Parquet): messages count rows from 1 instead.
    known : bool
        The table's columns are known from an earlier file: those without a name are left out, whatever they hold.
    """

    data: bytes = field(repr=False)
    first_row: int
    first_line: int
    n_rows: int
    n_lines: int
    n_fields: int
    delimiter: str
    quoted: bool
    name: str
    unnamed: tuple[int, ...] = ()
    by_row: bool = False
    known: bool = False

    @property
    def a_line_a_row(self) -> bool:
        """Whether every row begins in a line of its own, right after the one before."""
        return self.by_row or self.n_lines == self.n_rows

    @property
    def rules(self) -> Rules:
        """How records are cut."""
        return Rules(delimiter=self.delimiter, quoted=self.quoted)


def cut_batches(
    block: TextBlock, rows: NDArray[np.int64], like: RawBlock, batch_rows: int | None
) -> Iterator[RawBlock]:
    """The rows of some text, at most so many at a time.

    Parameters
    ----------
    rows : ndarray of int64
        Which records are rows.
    like : RawBlock
        What the blocks have in common, and the number of the first row.
    """
    step = batch_rows or len(rows)
    starts = block.starts
    line = block.first_line
    for first in range(0, len(rows), step or 1):
        last = first + step
        begin = int(starts[rows[first]]) if first else 0
        end = int(starts[rows[last]]) if last < len(rows) else len(block.data)
        data = block.data if end - begin == len(block.data) else block.data[begin:end]
        n_lines = block.n_lines if data is block.data else count_lines(data)
        n_rows = min(step, len(rows) - first)
        yield replace(
            like, data=data, first_row=like.first_row + first, first_line=line, n_rows=n_rows, n_lines=n_lines
        )  # fmt: skip
        line += n_lines


def lines_of(block: RawBlock) -> NDArray[np.int64]:
    """Physical line, counted from 1, in which each row of the block begins."""
    if block.a_line_a_row:
        return np.arange(block.first_line, block.first_line + block.n_rows, dtype=np.int64)
    return _scanned_lines(block)


def line_of(block: RawBlock, record_index: int) -> int:
    """Physical line in which one row begins."""
    return int(lines_of(block)[record_index])


def row_texts(block: RawBlock) -> list[bytes]:
    """Each row of the block as text."""
    records = index_records(block.data, block.rules, final=True)
    return [block.data[records.starts[i] : records.ends[i]] for i in row_records(block, records.starts).tolist()]


def row_records(block: RawBlock, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which records are rows: blank lines are none, unless a row is one field."""
    if block.n_fields == 1:
        return np.arange(len(starts))
    first = np.frombuffer(block.data, np.uint8)[starts]
    return np.flatnonzero(~np.isin(first, list(b"\r\n")))


@lru_cache(maxsize=1)
def _scanned_lines(block: RawBlock) -> NDArray[np.int64]:
    records = index_records(block.data, block.rules, final=True)
    starts = records.starts
    lines = block.first_line + np.searchsorted(records.newlines, starts)
    found: NDArray[np.int64] = lines[row_records(block, starts)]
    return found
