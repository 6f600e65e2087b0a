"""A table read once and typed on the way: kinds are decided by all of its cells, in memory bound to a block.

The first block suggests how each column is written; every further cell may refute that. Then the file is read again
with what was learnt, which happens to few files: to those whose later rows are unlike the first ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.column_names import resolve_names
from mlpipe.data.inference.coerced_rows import keep_rows, kept_rows
from mlpipe.data.inference.column_format import ColumnFormat, demanded_kind, word_format
from mlpipe.data.inference.column_scan import ColumnScan
from mlpipe.data.inference.dates.date_orders import contrary_orders
from mlpipe.data.inference.numbers.numbers import as_integers
from mlpipe.data.inference.numbers.thousands import FileMarks
from mlpipe.data.inference.odd_cells import Place, mixed_columns
from mlpipe.data.reading.parquet_rows import as_strings
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import lines_of
from mlpipe.data.schema import Column, Kind
from mlpipe.errors import UsageError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlpipe.data.asked import Asked
    from mlpipe.data.inference.coercion import BadCell
    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.reading.raw import FileFacts, RawBlock
    from mlpipe.data.reading.reader import RawBlocks, Rereadable, Watch
    from mlpipe.params import ReadParams

_MOST_GUESSES = 4
"""Hypotheses on a column that may be refuted before it is read as words, which fit all cells."""
_BLANK = ("", " ")
_CACHED = 1 << 19


class CellSink(Protocol):
    """Takes the typed cells of a pass; a new one is made for each."""

    def add(self, block: RawBlock, chunks: Mapping[str, pa.ChunkedArray]) -> None:
        """Take the next block: for each column float64, timestamps, or strings as written."""


S = TypeVar("S", bound=CellSink)


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What is known of a table once it has been read.

    Parameters
    ----------
    formats : dict
        How each column is written.
    bad : tuple of BadCell
        Cells that have the shape of their column and no value: days that do not exist, infinite numbers.
    markers : dict
        Per column, cells that were read as missing were it one of numbers, as written, with their counts.
    """

    formats: dict[str, ColumnFormat]
    bad: tuple[BadCell, ...]
    markers: dict[str, dict[str, int]]
    file: FileFacts


def scan_table(
    source: Rereadable,
    read: ReadParams,
    *,
    ask: Callable[[Sequence[str]], Mapping[str, Asked]],
    sink: Callable[[], S],
    strict: bool = True,
) -> tuple[Scanned, S]:
    """Read a table, deciding on each column's kind from all of its cells.

    Parameters
    ----------
    ask : function
        From the header to what was asked of the columns.
    sink : function
        Makes what takes the typed cells; only the last one made has the table as it is.
    strict : bool
        Raise where a few cells spoil columns of numbers or dates; else such columns are words.

    Raises
    ------
    DataError, UsageError
        As `open_raw`, and where cells do not fit their column.
    """
    forms: dict[str, ColumnFormat] = {}
    tried: dict[str, tuple[ColumnFormat, ...]] = {}
    marks = FileMarks()
    for attempt in count():
        blocks = source.open()
        try:
            asked = ask(blocks.header)
            asked_for = replace(read, coerce=_coerced_columns(read, asked, blocks.header))
            marks.delimiter, marks.decimal = blocks.dialect.delimiter, blocks.dialect.decimal
            scans = {
                name: ColumnScan(
                    name, asked.get(name), read=asked_for, file=marks,
                    form=forms.get(name), tried=tried.get(name, ()),
                )
                for name in blocks.header
            }  # fmt: skip
            taker = sink()
            with kept_rows(blocks, read) as kept:
                _scan(blocks, scans, taker, watch=source.watch, kept=kept)
            revised = {name: form for name, scan in scans.items() if (form := scan.revised()) is not None}
            if not revised:
                _check_mixed(scans, strict=strict)
                return _scanned(blocks, scans), taker
        finally:
            blocks.close()
        for name, form in revised.items():
            tried[name] = (*tried.get(name, ()), *filter(None, [scans[name].form]))
            forms[name] = form if attempt < _MOST_GUESSES else word_format(read)
        forms |= {name: scan.form for name, scan in scans.items() if name not in revised and scan.form is not None}
    raise AssertionError("unreachable: words read everything")


def _coerced_columns(read: ReadParams, asked: Mapping[str, Asked], header: Sequence[str]) -> tuple[str, ...]:
    names = resolve_names(read.coerce, header, parameter="coerce")
    for name in names:
        if demanded_kind(asked.get(name)) is Kind.STRING:
            raise UsageError(
                f"Column {name!r} was asked to be two things: {param('coerce', name)} and {asked[name].because}.",
                remedy="Keep one of the two: what is to be words has no cell that is no number.",
            )
    return names


def _check_mixed(scans: Mapping[str, ColumnScan], *, strict: bool) -> None:
    for name, scan in scans.items():
        if strict and scan.form is not None and scan.form.two_orders is not None:
            raise contrary_orders(name, scan.form.two_orders)
    mixed = [scan.form.mixed for scan in scans.values() if scan.form is not None and scan.form.mixed is not None]
    if strict and mixed:
        raise mixed_columns(mixed)


def _scan(
    blocks: RawBlocks, scans: Mapping[str, ColumnScan], taker: CellSink, *, watch: Watch | None, kept: Rejects | None
) -> None:
    for block in blocks:
        types = {name: scan.wanted for name, scan in scans.items()}
        if set(types.values()) != {"string"} and has_leading_zeros(block):
            types = dict.fromkeys(scans, "string")
        table = parse_block(block, blocks.header, types=types, decimal=blocks.dialect.decimal, nulls=_BLANK)
        place = Place(block.first_row, lines_of(block))
        taker.add(block, {name: scan.feed(table[name], place) for name, scan in scans.items()})
        if kept is not None:
            keep_rows(block, scans.values(), kept)
        if watch is not None and blocks.share is not None:
            watch(blocks.share)


def _scanned(blocks: RawBlocks, scans: Mapping[str, ColumnScan]) -> Scanned:
    return Scanned(
        formats={name: scan.settled() for name, scan in scans.items()},
        bad=tuple(sorted((cell for scan in scans.values() for cell in scan.bad), key=lambda cell: cell.row)),
        markers={name: dict(scan.markers) for name, scan in scans.items()},
        file=blocks.facts(),
    )


def has_leading_zeros(block: RawBlock) -> bool:
    """Whether some field may begin with a zero that no number needs; looked for in the bytes, before parsing."""
    letters = np.frombuffer(block.data, np.uint8)
    if letters[0] == 48 and len(letters) > 1 and 48 <= letters[1] <= 57:
        return True
    for start in range(0, len(letters) - 2, _CACHED):  # pieces that fit the processor's cache
        piece = letters[start : start + _CACHED + 2]
        found = piece[2:] - np.uint8(48) < 10
        found &= piece[1:-1] == 48
        # Line ends, blanks and quotes are below the comma, digits and the signs within numbers above it.
        found &= (piece[:-2] <= 44) | (piece[:-2] == ord(block.delimiter))
        if found.any():
            return True
    return False


def with_texts(table: pa.Table, columns: Sequence[Column]) -> pa.Table:
    """The table with numbers and dates as text where their columns are words: in their usual form, for describing."""
    typed = {column.name: table[column.name] for column in columns}
    for column in columns:
        if column.kind is Kind.STRING and typed[column.name].type == pa.float64():
            typed[column.name] = pc.cast(as_integers(typed[column.name]), pa.string())
        elif column.kind is Kind.STRING and typed[column.name].type != pa.string():
            typed[column.name] = as_strings(typed[column.name])
    return pa.table(typed)
