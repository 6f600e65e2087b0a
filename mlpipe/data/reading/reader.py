"""Opening tables as they are written: block by block, whole, or again and again."""

from __future__ import annotations

import weakref
from typing import IO, TYPE_CHECKING, Self, cast

import numpy as np
import pyarrow as pa

from mlpipe.data.reading.blocks import BLOCK_BYTES
from mlpipe.data.reading.csv_rows import DelimitedRows
from mlpipe.data.reading.parquet_rows import ParquetRows, is_parquet
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import RawTable, lines_of
from mlpipe.data.reading.source import STDIN, open_source, spare_file, standard_input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from numpy.typing import NDArray

    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.reading.raw import FileFacts, RawBlock, Span
    from mlpipe.data.schema import Dialect
    from mlpipe.params import ReadParams

    Watch = Callable[[float], None]


class RawBlocks:
    """A table of strings in blocks of whole rows, in bounded memory; to be gone through once.

    Parameters
    ----------
    rows : DelimitedRows or ParquetRows
        Where the rows come from.
    batch_rows : int, optional
        The most rows of a block; by default as many as `BLOCK_BYTES` hold.
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

    def __iter__(self) -> Iterator[RawBlock]:
        yield from self._rows.blocks(self._batch_rows)

    @property
    def has_spans(self) -> bool:
        """Whether the file says where its rows lie; else they can only be read from the first on."""
        return self._rows.has_spans

    def spans(self) -> Iterator[Span]:
        """Where the rows lie, instead of the rows: to be gone through once, as they are."""
        yield from self._rows.spans()

    def part(self, span: Span) -> Iterator[RawBlock]:
        """The rows of a span that this object, or another of the same file, has found.

        Raises
        ------
        DataError
            Where there are other rows by now.
        """
        yield from self._rows.part(span, self._batch_rows)

    @property
    def repeated(self) -> tuple[str, ...]:
        """Names that several columns have: the first of each kept it, the others were numbered."""
        return self._rows.header.repeated

    @property
    def plain(self) -> frozenset[str]:
        """Columns that the file itself holds as numbers (Parquet)."""
        return self._rows.plain

    @property
    def rejects(self) -> Rejects | None:
        """What takes rows that are left out, where rows may be."""
        return self._rows.rejects

    @property
    def share(self) -> float | None:
        """How much of the source has been read, in [0, 1]; None where that cannot be known."""
        return self._rows.share

    def facts(self) -> FileFacts:
        """What is known of the file, once all blocks are read."""
        return self._rows.facts()

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
        Whether `FileFacts.sha256` will be asked for.
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
            rows = ParquetRows(source, stream, params, known=dialect is not None)
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
    # Many small pieces that are kept cost a fifth less than few large ones, most of it the system's paging.
    blocks = open_raw(source, params, dialect, block_bytes=BLOCK_BYTES // 2, hashed=True)
    try:
        types = dict.fromkeys(blocks.header, "string")
        parts: list[pa.Table] = []
        lines: list[NDArray[np.int64]] = []
        for block in blocks:
            parts.append(parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal))
            lines.append(lines_of(block))
        return RawTable(table=pa.concat_tables(parts), lines=np.concatenate(lines), file=blocks.facts())
    finally:
        blocks.close()


class Rereadable:
    """Opens a source as often as needed; what comes through a pipe is kept on disk once it outgrows memory.

    Parameters
    ----------
    source : str
        A path, or "-" for standard input.
    watch : function, optional
        Is told, block by block, how much has been read, in [0, 1].
    block_bytes : int
        Bytes of text read at a time.
    """

    def __init__(
        self, source: str, params: ReadParams, *, watch: Watch | None = None, block_bytes: int = BLOCK_BYTES
    ) -> None:
        self._source, self._params, self._block_bytes = source, params, block_bytes
        self.watch = watch
        self._kept: _Kept | None = None

    def open(self) -> RawBlocks:
        """The blocks of the table, from the first on."""
        stdin = None
        if self._source == STDIN:
            self._kept = self._kept or _Kept(standard_input())
            self._kept.rewind()
            stdin = cast("IO[bytes]", self._kept)
        return open_raw(
            self._source, self._params, block_bytes=self._block_bytes, hashed=True, stdin=stdin
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            self._kept.drop()


class _Kept:
    """A pipe whose bytes are kept while they are read."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._copy = spare_file()

    def rewind(self) -> None:
        """Start again."""
        self._copy.seek(0)

    def read1(self, size: int = -1) -> bytes:
        """What was read before, then what the pipe has."""
        piece = self._copy.read(size)
        if piece:
            return piece
        piece = cast("bytes", self._pipe.read1(size) if hasattr(self._pipe, "read1") else self._pipe.read(size))
        self._copy.write(piece)
        return piece

    def drop(self) -> None:
        """Forget the copy."""
        self._copy.close()
