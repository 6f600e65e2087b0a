"""A typed table in blocks of rows: held in memory up to a measure, beyond it on disk; read by column or by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.inference.spool import Place, Spool

_CODEC = pa.ipc.IpcWriteOptions(compression="lz4")


class ColumnStore:
    """Takes a table block by block.

    Parameters
    ----------
    spool : Spool, optional
        Takes what is not to be held; without it all is.
    """

    def __init__(self, spool: Spool | None = None) -> None:
        self._spool = spool
        self._pieces: dict[str, list[pa.ChunkedArray | Place]] = {}
        self._types: dict[str, pa.DataType] = {}
        self.block_rows: list[int] = []

    @property
    def column_names(self) -> list[str]:
        """In order."""
        return list(self._pieces)

    @property
    def num_rows(self) -> int:
        """Of every column."""
        return sum(self.block_rows)

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns."""
        return pa.schema(list(self._types.items()))

    def add(self, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        """Take the next rows of all columns.

        A block without a value may come as strings, and one of whole numbers as such: the column's type fits all.
        """
        for name, chunk in chunks.items():
            self._types[name] = common_type((self._types.get(name, pa.string()), chunk.type))
            self._pieces.setdefault(name, []).append(self._kept(chunk))
        self.block_rows.append(len(next(iter(chunks.values()))))

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column."""
        self._tidy()
        return join_chunks(map(self._piece, self._pieces[name]), self._types[name])

    def whole(self) -> pa.Table:
        """The table, in memory."""
        return pa.table({name: self[name] for name in self.column_names})

    def with_columns(self, other: ColumnStore) -> ColumnStore:
        """The table with some columns of another one that was cut alike."""
        joined = ColumnStore(self._spool)
        joined._pieces = self._pieces | other._pieces
        joined._types = self._types | other._types
        joined.block_rows = self.block_rows
        return joined

    def rows(self, mask: NDArray[np.bool_], names: Sequence[str]) -> pa.Table:
        """Some rows, with some of the columns."""
        parts, start = [], 0
        for block in self.blocks(names):
            parts.append(block.filter(pa.array(mask[start : start + block.num_rows])))
            start += block.num_rows
        return pa.concat_tables(parts)

    def type(self, name: str) -> pa.DataType:
        """The type of a column."""
        return self._types[name]

    def blocks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """The blocks in order, with some of the columns."""
        for i in range(len(self.block_rows)):
            self._tidy()
            cells = {name: _cast(self._piece(self._pieces[name][i]), self._types[name]) for name in names}
            yield pa.table(cells)

    def _tidy(self) -> None:
        """Give back the memory that the last piece was worked on in, which may be as much as the piece is."""
        if self._spool is not None:
            pa.default_memory_pool().release_unused()

    def _kept(self, chunk: pa.ChunkedArray) -> pa.ChunkedArray | Place:
        if self._spool is None or self._spool.may_hold(chunk.nbytes):
            return chunk
        written = pa.BufferOutputStream()
        table = pa.table({"": chunk})
        with pa.ipc.new_stream(written, table.schema, options=_CODEC) as stream:
            stream.write_table(table)
        return self._spool.put(memoryview(written.getvalue())) or chunk

    def _piece(self, piece: pa.ChunkedArray | Place) -> pa.ChunkedArray:
        if isinstance(piece, pa.ChunkedArray):
            return piece
        assert self._spool is not None
        return pa.ipc.open_stream(self._spool.get(piece)).read_all().column(0)


def common_type(types: Iterable[pa.DataType]) -> pa.DataType:
    """What holds all pieces of a column: strings without a value fit anything, whole numbers fit among others."""
    wanted = [kind for kind in types if kind != pa.string()]
    return pa.float64() if pa.float64() in wanted else next(iter(wanted), pa.string())


def join_chunks(parts: Iterable[pa.ChunkedArray], wanted: pa.DataType | None = None) -> pa.ChunkedArray:
    """One column of its pieces."""
    if wanted is None:
        parts = list(parts)
        wanted = common_type(part.type for part in parts)
    return pa.chunked_array([chunk for part in parts for chunk in _cast(part, wanted).chunks], wanted)


def _cast(piece: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if piece.type == wanted:
        return piece
    if piece.type == pa.string():
        return pa.chunked_array([pa.nulls(len(piece), wanted)])
    return pc.cast(piece, wanted, safe=False)
