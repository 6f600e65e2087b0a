"""Comments and bad rows taken out of a block, without moving the lines of the others, and what is kept of them.

Beside `source.py` the one place here that knows a path: what is left out is known while reading, and may be much.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlpipe.data.reading.errors import SHOWN, at_line, repeated_header
from mlpipe.data.reading.normalise import blank_records, emptied, empty_blank_records
from mlpipe.data.reading.records import count_fields, count_lines, index_records
from mlpipe.errors import DataError, UsageError
from mlpipe.words.lists import count_of, quoted
from mlpipe.words.numbers import format_share
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.data.reading.fields import Rules
    from mlpipe.data.reading.records import TextBlock
    from mlpipe.params import ReadParams

_BAD_BYTES = re.compile(rb"\0(\\x[0-9a-f]{2})+")
_KEPT = 5
_MOST_WAITING = 100_000


class Rejected(NamedTuple):
    """A row that was left out, with the physical line in which it begins."""

    line: int
    reason: str
    row: str


class Rejects:
    """What `on_bad_row="skip"` leaves out.

    Parameters
    ----------
    path : str, optional
        A CSV file with the columns `line`, `reason` and `row`, the row as it came.

    Attributes
    ----------
    count : int
        Rows left out so far.
    """

    def __init__(self, path: str | None = None) -> None:
        self.count = 0
        self._first: list[Rejected] = []
        self._waiting: list[Rejected] = []
        self._stay: list[Rejected] = []
        self._file: IO[str] | None = None
        self._writer: Any = None
        if path is not None:
            self._file = _open_new(path)
            self._writer = csv.writer(self._file, lineterminator="\n")
            self._writer.writerow(Rejected._fields)

    def add(self, line: int, reason: str, row: bytes) -> None:
        """Leave out one row; line ends behind it are no part of it."""
        rejected = Rejected(line, reason, row.replace(b"\0", b"\\0").decode("utf-8", "replace").rstrip("\r\n"))
        self.count += 1
        self._waiting.append(rejected)
        if len(self._waiting) > _MOST_WAITING:
            self.settle(line)

    def keep(self, line: int, reason: str, row: bytes) -> None:
        """Write down a row that stays in the table without one of its cells."""
        self._stay.append(Rejected(line, reason, row.decode("utf-8").rstrip("\r\n")))
        if len(self._stay) > _MOST_WAITING:
            self.settle(0)

    @property
    def first(self) -> list[Rejected]:
        """The first few rows that were left out."""
        return (self._first + sorted(self._waiting))[:_KEPT]

    def settle(self, line: int) -> None:
        """Write down, in order, what was left out before a line: nothing is to follow from there."""
        due = sorted(one for one in self._waiting if one.line < line)
        self._waiting = [one for one in self._waiting if one.line >= line]
        self._first = (self._first + due)[:_KEPT]
        if self._writer is not None:
            self._writer.writerows(sorted((*due, *self._stay)))
        self._stay = []

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None and not self._file.closed:
            self.settle(sys.maxsize)
            self._file.close()


def _open_new(path: str) -> IO[str]:
    try:
        return Path(path).open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"{param('rejects')} {path!r} cannot be written: {error.strerror}.",
            remedy="Give a file in a folder that exists.",
        ) from error


def rejects_for(params: ReadParams) -> Rejects | None:
    """Where rows may be left out, what takes them."""
    return Rejects(params.rejects) if params.on_bad_row == "skip" else None


def check_left_out(rejects: Rejects, *, n_kept: int, most: float, file: str) -> None:
    """Refuse a table of which too much was left out.

    Parameters
    ----------
    most : float
        The share of the rows that may be left out, in [0, 1].

    Raises
    ------
    DataError
    """
    n_rows = rejects.count + n_kept
    if rejects.count <= most * n_rows:
        return
    first = rejects.first[0]
    much = "most of its" if rejects.count > n_kept else f"{format_share(rejects.count / n_rows)} of its"
    needed = math.ceil(100 * rejects.count / n_rows) / 100
    raise DataError(
        f"{count_of(rejects.count, 'row')} of {file} would be left out, {much} {count_of(n_rows, 'row')}:"
        f" line {first.line} has {first.reason}.",
        where=f"{file}, line {first.line}: {quoted(first.row, SHOWN)}",
        remedy=ways("Are the delimiter, the quotes and the header right?")
        + ways(f"If they are, and the rows may be left out, allow it with {param('max_bad_rows', needed)}"),
    )


def check_header_bytes(record: bytes, *, file: str, line: int, encoding: str) -> None:
    """Refuse a line of names with bytes that were let through for rows.

    Raises
    ------
    DataError
    """
    if b"\0" not in record:
        return
    shown = _BAD_BYTES.sub(lambda bad: bad[0][1:], record).replace(b"\0", b"\\0").decode("utf-8").rstrip("\r\n")
    foreign = _BAD_BYTES.search(record)
    what = f"is not valid {encoding}" if foreign else "has a NUL byte"
    raise at_line(
        file, line, shown, f"Line {line}, from which the columns' names come, {what}.",
        remedy=ways("Correct the line", f"give the file's {param('encoding')}"),
    )  # fmt: skip


@dataclass
class Sieve:
    """What goes through blocks as they are written.

    Parameters
    ----------
    rejects : Rejects or None
        Takes rows with NUL or bad bytes and rows of another number of fields; `None` leaves them in.
    comment : str
        Begins a line to be left out, or "".
    stray_ends : bool
        Whether a bare CR may end a row.
    header : bytes
        The line of names where it must not stand again, else empty.
    name : str
        The file, for messages.

    Attributes
    ----------
    comment_lines : int
        Left out so far.
    emptied_lines : int
        Lines made empty so far, to be taken off the count of blank ones.
    """

    rules: Rules
    n_fields: int
    rejects: Rejects | None
    comment: str
    stray_ends: bool = True
    header: bytes = b""
    name: str = ""
    comment_lines: int = 0
    emptied_lines: int = 0

    def sift(self, block: TextBlock) -> Iterator[TextBlock]:
        """The block with the lines to be left out empty, or, of one column, in pieces without them.

        Raises
        ------
        DataError
            Where the header stands again.
        """
        again = self._headers(block)
        if not len(block.ends) or (self.rejects is None and not self.comment):
            yield block
            return
        if self.n_fields > 1:
            block = empty_blank_records(block, self.rules)
        out = self._comments(block) if self.comment else []
        if self.rejects is not None:
            out += self._bad(block, self.rejects, left_out=set(out), again=again)
            self.rejects.settle(block.first_line + block.n_lines)
        out.sort()
        if self.n_fields > 1 and out:
            self.emptied_lines += sum(count_lines(block.record(i)) for i in out)
            yield emptied(block, out, self.rules)
            return
        at = 0
        for i in out:
            if i > at:
                yield block.before(i).after(at)
            at = i + 1
        if at < len(block.ends):
            yield block.after(at)

    def _comments(self, block: TextBlock) -> list[int]:
        found: list[int] = np.flatnonzero(block.heads == ord(self.comment)).tolist()
        self.comment_lines += len(found)
        return found

    def _headers(self, block: TextBlock) -> list[int]:
        """Records that are the header again; the first of them is an error where nothing may be left out."""
        found = [i for i in self._alike(block) if block.record(i).rstrip(b"\r\n") == self.header]
        if found and self.rejects is None:
            raise repeated_header(self.name, block.after(found[0]).first_line, self.header.decode("utf-8"))
        return found

    def _alike(self, block: TextBlock) -> list[int]:
        """Records that are as long as the header and its line end, and begin with all its bytes."""
        letters, starts = np.frombuffer(block.data, np.uint8), block.starts
        longer = block.ends - starts - len(self.header)
        near = np.flatnonzero((longer > 0) & (longer < 3)) if self.header else starts[:0]
        for at, letter in enumerate(self.header):
            if not len(near):
                break
            near = near[letters[starts[near] + at] == letter]
        found: list[int] = near.tolist()
        return found

    def _bad(self, block: TextBlock, rejects: Rejects, *, left_out: set[int], again: list[int]) -> list[int]:
        records = index_records(block.data, self.rules, final=True)
        counts = count_fields(block.data, records, self.rules)
        wrong = (counts != self.n_fields) & ~blank_records(block)
        if b"\0" in block.data:
            nul = np.flatnonzero(np.frombuffer(block.data, np.uint8) == 0)
            wrong[np.searchsorted(block.ends, nul, side="right")] = True
        cut = self._cut_by_returns(block)
        wrong |= cut
        wrong[again] = True
        found = [i for i in np.flatnonzero(wrong).tolist() if i not in left_out]
        lines = block.first_line + np.searchsorted(records.newlines, records.starts[found])
        for i, line in zip(found, lines.tolist(), strict=True):
            text = block.record(i)
            reason = "the header again" if i in again else self._reason(text, int(counts[i]), cut=bool(cut[i]))
            rejects.add(line, reason, _BAD_BYTES.sub(lambda bad: bad[0][1:], text))
        return found

    def _cut_by_returns(self, block: TextBlock) -> NDArray[np.bool_]:
        """Records before and behind a bare CR that may be no line end."""
        if self.stray_ends or b"\r" not in block.data:
            return np.zeros(len(block.ends), dtype=bool)
        before: NDArray[np.bool_] = np.frombuffer(block.data, np.uint8)[block.ends - 1] == ord("\r")
        before[1:] |= before[:-1].copy()
        return before

    def _reason(self, text: bytes, n_fields: int, *, cut: bool) -> str:
        if _BAD_BYTES.search(text):
            return "bytes that are not of the encoding"
        if b"\0" in text:
            return "a NUL byte"
        return "a bare CR at one end" if cut else f"{count_of(n_fields, 'field')} instead of {self.n_fields}"
