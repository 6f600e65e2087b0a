"""What is doubtful in a table though it can be read: each with the code of its finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.dialect_fit import CANDIDATES, blanks_follow
from mlpipe.data.reading.raw import Doubt
from mlpipe.words.lists import count_of, either, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.data.reading.fields import Rules
    from mlpipe.data.reading.raw import RawBlock
    from mlpipe.data.reading.records import TextBlock

_TOTALS = re.compile(
    r"(?i)(?:(?:grand|sub|overall)[ -]?)?totals?|total general|totale|totaal|sum|(?:gesamt)?summe|gesamt|insgesamt"
    r"|average|mean|durchschnitt|mittelwert|moyenne|promedio|平均"
    r"|somme|suma|soma|razem|celkem|összesen|toplam|yhteensä|итого|всего|σύνολο|合计|总计|合計|總計|합계|총계"
)
_SHOWN = 60
_FEW = 2
"""A word for totals that stands more often is a level."""
_MOST_ADDED = 1 << 20
"""Bytes of a table whose columns are added up."""


class Doubts:
    """What is found while rows pass.

    Parameters
    ----------
    rules : Rules
        How records are cut.
    first : sequence of Doubt
        What was found before.
    """

    def __init__(self, rules: Rules, first: Sequence[Doubt] = ()) -> None:
        self._rules = rules
        self._first = tuple(first)
        self._n_empty = 0
        self._n_blocks = 0
        self._last: RawBlock | None = None

    def count_empty(self, block: TextBlock, n_fields: int) -> None:
        """Count rows in which there are delimiters alone, be it with blanks or empty quotes between them."""
        if n_fields < 2:
            return
        marks = b" \t" + self._rules.delimiter.encode() + (b'"' if self._rules.quoted else b"")
        letters = np.frombuffer(block.data, np.uint8)
        may = np.flatnonzero(np.isin(block.heads, np.frombuffer(marks, np.uint8)))
        second = letters[np.minimum(block.starts[may] + 1, len(letters) - 1)]  # a quoted cell that holds something
        may = may[np.isin(second, np.frombuffer(marks + b"\r\n", np.uint8))]
        records = (block.record(i).strip(b"\r\n") for i in may.tolist())
        self._n_empty += sum(not record.strip(marks) and self._is_empty(record) for record in records)

    def _is_empty(self, record: bytes) -> bool:
        return b'""' not in record or not any(map(bytes.strip, self._rules.split(record)))

    def look_at(self, block: RawBlock) -> None:
        """Look at the first row, and keep what may be the last block."""
        if self._last is None and block.n_fields > 1 and not block.by_row:
            line = block.data.lstrip(_nothing(block)).splitlines()[:1]
            self._first += tuple(_named_totals(block, block.rules.split(line[0]) if line else [], "first"))
        self._last = block
        self._n_blocks += 1

    def found(self) -> tuple[Doubt, ...]:
        """Everything, once all rows have passed."""
        doubts = [*self._first]
        if self._n_empty:
            verb = either(self._n_empty, "is", "are")
            doubts.append(Doubt("MLP503", f"{count_of(self._n_empty, 'row')} {verb} empty: delimiters and no value."))
        if self._last is not None and self._last.n_fields > 1 and not self._last.by_row:
            doubts += _totals(self._last, whole=self._n_blocks == 1)
        return tuple(doubts)


def behind_blanks(fit: Fit, body: bytes) -> list[Doubt]:
    """Whether quotes open cells behind blanks, in a file whose delimiters seldom have a blank behind them."""
    if not fit.rules.skip_blanks or blanks_follow(body, fit.delimiter):
        return []
    told = "Quotes behind a delimiter and a blank open cells, for so all lines have equally many fields"
    return [Doubt("MLP505", f"{told}.")]


def undivided(fit: Fit, body: bytes) -> list[Doubt]:
    """Whether a table is one column though a delimiter stands in half of its lines or more."""
    lines = [line for line in body.splitlines()[:2000] if line.strip()]
    if fit.n_fields > 1 or len(lines) < 3:
        return []
    counts = {one: sum(one.encode() in line for line in lines) for one in CANDIDATES}
    best = max(counts, key=lambda one: counts[one])
    if 2 * counts[best] < len(lines):
        return []
    shown = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}[best]
    told = f"The table is one column of text, but {counts[best]} of its first {len(lines)} lines hold {shown}"
    return [Doubt("MLP502", f"{told}, a usual delimiter.")]


def _totals(block: RawBlock, *, whole: bool) -> list[Doubt]:
    nothing = _nothing(block)
    cells = block.rules.split(_last_line(block.data, nothing))
    if len(cells) != block.n_fields:
        return []
    if found := [*_named_totals(block, cells, "last"), *_note_below(block, cells)]:
        return found
    if whole and len(block.data) <= _MOST_ADDED and b"" in map(bytes.strip, cells):
        return _sums(block, [line for line in block.data.splitlines() if line.strip(nothing)], cells)
    return []


def _nothing(block: RawBlock) -> bytes:
    """What may stand in rows without a value."""
    return b" \t\r\n" + block.delimiter.encode()


def _named_totals(block: RawBlock, cells: Sequence[bytes], which: str) -> Iterator[Doubt]:
    label = next((cell for cell in cells if _TOTALS.fullmatch(cell.decode("utf-8", "ignore").strip(" :.*"))), None)
    if label is not None and block.data.count(label) <= _FEW:
        shown = quoted(label.decode("utf-8").strip())
        yield Doubt("MLP504", f"The {which} row looks like totals of the others: it is called {shown}.")


def _note_below(block: RawBlock, cells: Sequence[bytes]) -> Iterator[Doubt]:
    """The last row, if it is some words and empty cells, and the only such row."""
    text, *others = (cell.decode("utf-8", "ignore").strip() for cell in cells)
    if any(others) or not re.search(r"[^\W\d_]\S* \S", text):
        return
    delimiter = re.escape(block.delimiter.encode())
    alone = rb"[^\r\n%b](?:[ \t]*%b){%d}[ \t]*(?:[\r\n]|\Z)" % (delimiter, delimiter, len(others))
    if len(re.findall(alone, block.data)) == 1:
        yield Doubt("MLP506", f"The last row looks like a note below the table: {quoted(text, _SHOWN)}.")


def _last_line(data: bytes, nothing: bytes) -> bytes:
    """The last line that is not made of such bytes alone; empty where there is none."""
    end = len(data.rstrip(nothing))
    return data[max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1 :].splitlines()[0] if end else b""


def _sums(block: RawBlock, lines: Sequence[bytes], last: Sequence[bytes]) -> list[Doubt]:
    """Whether the last row has the sum of each column in which it has something, and nothing where all others have."""
    rows = [row for row in map(block.rules.split, lines[:-1]) if len(row) == len(last)]
    if len(rows) < 3 or len(rows) < len(lines) - 1:
        return []
    columns = list(zip(*rows, strict=True))
    unlike = any(not cell.strip() and all(map(bytes.strip, column)) for cell, column in zip(last, columns, strict=True))
    sums = [_is_sum(cell, column) for cell, column in zip(last, columns, strict=True) if cell.strip()]
    if not unlike or not sums or not all(sums):
        return []
    return [Doubt("MLP504", "The last row looks like totals of the others: its numbers are their sums.")]


def _is_sum(cell: bytes, column: Sequence[bytes]) -> bool:
    try:
        total = float(cell)
        added = sum(float(value) for value in column if value.strip())
    except ValueError:
        return False
    return total != 0 and abs(total - added) <= 1e-6 * abs(total)
