"""A whole table in memory: typed, words as written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.coercion import Coerced, as_integers, coerce
from mlpipe.data.inference.table_scan import Scanned, join_chunks, scan_table
from mlpipe.data.reading.parquet_rows import as_strings
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.schema import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked
    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.reading.reader import Rereadable
    from mlpipe.params import ReadParams


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as `scan_table` gives it.

    Parameters
    ----------
    typed : pyarrow.Table
        float64, timestamps, or strings as written.
    lines : ndarray of int64, shape (n_rows,)
        Physical line, counted from 1, in which each row begins (for Parquet, the row counted from 1).
    asked : mapping
        What was asked of the columns.
    """

    typed: pa.Table
    scanned: Scanned
    lines: NDArray[np.int64] = field(repr=False)
    asked: Mapping[str, Asked]
    source: Rereadable = field(repr=False)

    def coerced(self, columns: Sequence[Column]) -> Coerced:
        """The cells as their columns want them; what a role wants as written is read once more."""
        names = [column.name for column in columns]
        as_text = [c.name for c in columns if c.kind is Kind.STRING and self.typed[c.name].type != pa.string()]
        table = self.typed.select(names)
        if as_text:
            texts = read_texts(self.source, as_text)
            table = pa.table({name: texts[name] if name in as_text else table[name] for name in names})
        done = coerce(table, columns, decimal=self.scanned.file.dialect.decimal)
        kept = {column.name for column in columns if column.kind is not Kind.STRING}
        earlier = tuple(cell for cell in self.scanned.bad if cell.column in kept)
        if not earlier:
            return done
        rows = np.unique(np.concatenate([done.bad_rows, [cell.row for cell in earlier]])).astype(np.int64)
        bad = tuple(sorted((*done.bad, *earlier), key=lambda cell: cell.row))
        return replace(done, bad=bad, n_bad=done.n_bad + len(earlier), bad_rows=rows)


class Gathered:
    """Takes all cells, and keeps the whole table."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[pa.ChunkedArray]] = {}
        self.lines: list[NDArray[np.int64]] = []

    def add(self, block: RawBlock, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        """Keep a block."""
        for name, chunk in chunks.items():
            self._chunks.setdefault(name, []).append(chunk)
        self.lines.append(lines_of(block))

    def table(self) -> pa.Table:
        """All of it."""
        return pa.table({name: join_chunks(parts) for name, parts in self._chunks.items()})


def read_table(
    source: Rereadable, read: ReadParams, *, ask: Callable[[Sequence[str]], Mapping[str, Asked]], strict: bool = True
) -> Table:
    """Read a whole table, as `scan_table` does."""
    scanned, gathered = scan_table(source, read, ask=ask, sink=Gathered, strict=strict)
    typed = gathered.table()
    return Table(
        typed=typed, scanned=scanned, lines=np.concatenate(gathered.lines), asked=ask(typed.column_names), source=source
    )


def with_texts(table: pa.Table, columns: Sequence[Column]) -> pa.Table:
    """The table with numbers and dates as text where their columns are words: in their usual form, for describing."""
    typed = {column.name: table[column.name] for column in columns}
    for column in columns:
        if column.kind is Kind.STRING and typed[column.name].type == pa.float64():
            typed[column.name] = pc.cast(as_integers(typed[column.name]), pa.string())
        elif column.kind is Kind.STRING and typed[column.name].type != pa.string():
            typed[column.name] = as_strings(typed[column.name])
    return pa.table(typed)


def read_texts(source: Rereadable, names: Sequence[str]) -> pa.Table:
    """Some columns of a source, every cell as written."""
    blocks = source.open()
    try:
        types = dict.fromkeys(names, "string")
        parts = [parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal) for block in blocks]
        return pa.concat_tables(parts)
    finally:
        blocks.close()
