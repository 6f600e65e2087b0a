"""Tables as they are written: every cell a string, nothing interpreted; whole, or block by block."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.inference.coercion import Coerced, coerce
from mlpipe.data.reading.blocks import BLOCK_BYTES
from mlpipe.data.reading.csv_rows import DelimitedRows
from mlpipe.data.reading.parquet_rows import ParquetRows, is_parquet
from mlpipe.data.reading.parse import RawBlock, line_of, lines_of, parse_block
from mlpipe.data.reading.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.schema import Column, Dialect
    from mlpipe.params import ReadParams

__all__ = ["RawBlock", "RawBlocks", "RawTable", "line_of", "lines_of", "open_raw", "parse_block", "read_raw"]


_WHOLE_TABLE_BLOCK_BYTES = 2 << 20
"""Parsing many small pieces that are kept costs a fifth less than few large ones, most of it the system's paging."""


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """A whole table of strings.

    Parameters
    ----------
    table : pa.Table
        String columns: each cell as written with its quotes resolved, "" where empty, no nulls.
    sha256 : str
        Of the source's bytes as they lie on disk.
    lines : ndarray of int64, shape (n_rows,)
        Physical line, counted from 1, in which each row begins (for Parquet, the row counted from 1).
    dropped_columns : tuple of str
        Columns with neither name nor values.
    blank_lines : int
        Blank lines that were passed over.
    name : str
        For messages: the path as given, or "standard input".
    comment_lines, renamed, rejects
        As `RawBlocks` has them.
    """

    table: pa.Table
    dialect: Dialect
    sha256: str
    lines: NDArray[np.int64] = field(repr=False)
    dropped_columns: tuple[str, ...]
    blank_lines: int
    name: str
    comment_lines: int = 0
    renamed: tuple[tuple[str, str], ...] = ()
    rejects: Rejects | None = None

    def line_of(self, row: int) -> int:
        """The line in which a row begins."""
        return int(self.lines[row])

    def coerced(self, columns: Sequence[Column]) -> Coerced:
        """The cells as their columns want them."""
        return coerce(self.table, columns, decimal=self.dialect.decimal)


class RawBlocks:
    """A table of strings in blocks of whole rows, in bounded memory; to be gone through once.

    Parameters
    ----------
    rows : DelimitedRows or ParquetRows
        Where the rows come from.
    batch_rows : int, optional
        The most rows of a block; by default as many as 8 MiB hold.
    """

    def __init__(self, rows: DelimitedRows | ParquetRows, *, batch_rows: int | None = None) -> None:
        self._rows = rows
        self._batch_rows = batch_rows
        self.dialect = rows.dialect
        self.name = rows.name
        # Who looks at the header and then fails leaves no file open.
        weakref.finalize(self, rows.close)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns in file order."""
        return self._rows.header.names

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        """Columns with neither name nor values."""
        return self._rows.header.dropped

    @property
    def blank_lines(self) -> int:
        """Blank lines passed over so far."""
        return self._rows.blank_lines

    @property
    def comment_lines(self) -> int:
        """Comment lines passed over among the rows so far."""
        return self._rows.comment_lines

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """Names in the header beside those that their columns got instead."""
        return self._rows.renamed

    @property
    def rejects(self) -> Rejects | None:
        """Rows left out so far, where rows may be left out."""
        return self._rows.rejects

    def __iter__(self) -> Iterator[RawBlock]:
        yield from self._rows.blocks(self._batch_rows)

    @property
    def share(self) -> float | None:
        """How much of the source has been read, in [0, 1]; None where that cannot be known."""
        return self._rows.share

    def sha256(self) -> str:
        """Digest of the source, once all blocks are read."""
        return self._rows.sha256()

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


def open_raw(
    source: str, params: ReadParams, dialect: Dialect | None = None, *, batch_rows: int | None = None,
    block_bytes: int = BLOCK_BYTES, hashed: bool = False, stdin: IO[bytes] | None = None,
) -> RawBlocks:  # fmt: skip
    """Open a table for reading in blocks.

    Parameters
    ----------
    source : str
        A path, or "-" for standard input.
    dialect : Dialect, optional
        How an earlier file of this table was written. A file written otherwise is read as it is written; see
        `RawBlocks.dialect`.
    batch_rows : int, optional
        The most rows of a block.
    block_bytes : int
        Bytes of text read at a time.
    hashed : bool
        Whether `RawBlocks.sha256` will be asked for.
    stdin : binary file, optional
        What to read for "-"; by default standard input.

    Raises
    ------
    UsageError
        Where there is no such file, or a parameter that none can have.
    DataError
        Where the file is no table, is empty, or its header cannot be used.
    """
    stream = open_source(source, max_bytes=params.max_bytes, hashed=hashed, stdin=stdin)
    try:
        rows: DelimitedRows | ParquetRows
        if is_parquet(stream):
            rows = ParquetRows(source, stream, params)
        else:
            rows = DelimitedRows(stream, params, pinned=dialect, block_bytes=block_bytes)
    except BaseException:
        stream.close()
        raise
    return RawBlocks(rows, batch_rows=batch_rows)


def read_raw(source: str, params: ReadParams, dialect: Dialect | None = None) -> RawTable:
    """Read a whole table as strings.

    Parameters
    ----------
    source : str
        A path, or "-" for standard input.
    dialect : Dialect, optional
        How an earlier file of this table was written.

    Raises
    ------
    UsageError, DataError
        As `open_raw`, and wherever a row cannot be read, with its line.
    """
    blocks = open_raw(source, params, dialect, block_bytes=_WHOLE_TABLE_BLOCK_BYTES, hashed=True)
    try:
        types = dict.fromkeys(blocks.header, "string")
        parts: list[pa.Table] = []
        lines: list[NDArray[np.int64]] = []
        for block in blocks:
            parts.append(parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal))
            lines.append(lines_of(block))
        return RawTable(
            table=pa.concat_tables(parts),
            dialect=blocks.dialect,
            sha256=blocks.sha256(),
            lines=np.concatenate(lines),
            dropped_columns=blocks.dropped_columns,
            blank_lines=blocks.blank_lines,
            comment_lines=blocks.comment_lines,
            renamed=blocks.renamed,
            rejects=blocks.rejects,
            name=blocks.name,
        )
    finally:
        blocks.close()
