"""A whole table, read once and typed, and what its columns' roles make of its cells."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING

import pyarrow as pa

from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.column_store import ColumnStore
from mlpipe.data.inference.table import scan_table
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.schema import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked
    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.inference.spool import Spool
    from mlpipe.data.inference.table import Scanned
    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.reading.reader import Rereadable
    from mlpipe.params import ReadParams


class Lines:
    """Physical line, counted from 1, in which each row begins (for Parquet, the row counted from 1)."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lines: list[Sequence[int] | NDArray[np.int64]] = []

    def add(self, block: RawBlock) -> None:
        """Take the next rows."""
        self._firsts.append(block.first_row)
        self._lines.append(
            range(block.first_line, block.first_line + block.n_rows) if block.a_line_a_row else lines_of(block)
        )

    def __getitem__(self, row: int) -> int:
        """The line of one row."""
        block = bisect_right(self._firsts, row) - 1
        return int(self._lines[block][row - self._firsts[block]])


class Gathered:
    """Takes all cells, and keeps the whole table."""

    def __init__(self, store: ColumnStore) -> None:
        self.store = store
        self.lines = Lines()

    def add(self, block: RawBlock, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        """Keep a block."""
        self.store.add(chunks)
        self.lines.add(block)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as `scan_table` gives it.

    Parameters
    ----------
    typed : ColumnStore
        float64, timestamps, or strings as written.
    asked : mapping
        What was asked of the columns.
    """

    typed: ColumnStore = field(repr=False)
    scanned: Scanned
    lines: Lines = field(repr=False)
    asked: Mapping[str, Asked]
    source: Rereadable = field(repr=False)
    spool: Spool | None = field(repr=False)

    def coerced(self, columns: Sequence[Column]) -> CoercedStore:
        """The cells as their columns want them; what a role wants as written is read once more."""
        names = [column.name for column in columns]
        as_text = [c.name for c in columns if c.kind is Kind.STRING and self.typed.type(c.name) != pa.string()]
        texts = read_texts(self.source, as_text) if as_text else repeat(None)
        kept = {column.name for column in columns if column.kind is not Kind.STRING}
        bad = [cell for cell in self.scanned.bad if cell.column in kept]
        n_bad, store, first_row = len(bad), ColumnStore(self.spool), 0
        for block, written in zip(self.typed.blocks(names), texts, strict=False):
            table = pa.table({n: written[n] if written and n in as_text else block[n] for n in names})
            done = coerce(table, columns, decimal=self.scanned.file.dialect.decimal)
            store.add({name: done.table[name] for name in names})
            bad += (replace(cell, row=cell.row + first_row) for cell in done.bad)
            n_bad += done.n_bad
            first_row += block.num_rows
        return CoercedStore(table=store, bad=tuple(sorted(bad, key=lambda cell: cell.row)), n_bad=n_bad)


@dataclass(frozen=True, kw_only=True)
class CoercedStore:
    """A typed table, and what did not fit: see `Coerced`."""

    table: ColumnStore
    bad: tuple[BadCell, ...]
    n_bad: int


def read_table(
    source: Rereadable,
    read: ReadParams,
    *,
    ask: Callable[[Sequence[str]], Mapping[str, Asked]],
    strict: bool = True,
    spool: Spool | None = None,
) -> Table:
    """Read a whole table, as `scan_table` does.

    Parameters
    ----------
    spool : Spool, optional
        Takes the cells that memory is not to hold.
    """
    scanned, gathered = scan_table(source, read, ask=ask, sink=lambda: Gathered(ColumnStore(spool)), strict=strict)
    typed = gathered.store
    asked = ask(typed.column_names)
    return Table(typed=typed, scanned=scanned, lines=gathered.lines, asked=asked, source=source, spool=spool)


def read_texts(source: Rereadable, names: Sequence[str]) -> Iterator[pa.Table]:
    """Some columns of a source, every cell as written, block by block."""
    blocks = source.open()
    try:
        types = dict.fromkeys(names, "string")
        for block in blocks:
            yield parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal)
    finally:
        blocks.close()
