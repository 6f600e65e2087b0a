"""Records of a delimited text: where each begins and ends, quotes minded, how many fields it has, and whole blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.fields import QuoteFaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.reading.fields import Rules

LF, CR, BLANK = b"\n\r "
"""As numbers in an array of bytes."""
END_OF_FILE = b"\x1a"
"""What DOS wrote behind a text; no part of it."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """Where the complete records of some data lie.

    Parameters
    ----------
    ends : ndarray of int64, shape (n_records,)
        Position behind the line end of each record; the first record starts at 0.
    newlines : ndarray of int64
        Position of every line end, those inside quotes among them.
    opens, closes : ndarray of int64
        Positions of opening and closing quotes; one more of the former where a field is still open at the end.
    """

    ends: NDArray[np.int64]
    newlines: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """First position of each record."""
        return np.concatenate([[0], self.ends[:-1]]) if len(self.ends) else self.ends

    @property
    def still_open(self) -> int | None:
        """Position of a quote without its partner."""
        return int(self.opens[-1]) if len(self.opens) > len(self.closes) else None

    def outside(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those positions that no quotes enclose."""
        if not len(self.opens):
            return positions
        # From which position to which each pair reaches: there are fewer quotes than positions.
        first = np.searchsorted(positions, self.opens, side="right")
        last = np.full(len(first), len(positions))
        last[: len(self.closes)] = np.searchsorted(positions, self.closes, side="right")
        steps = np.zeros(len(positions) + 1, np.int64)
        np.add.at(steps, first, 1)
        np.add.at(steps, last, -1)
        return positions[np.cumsum(steps[:-1]) == 0] if (first != last).any() else positions


@dataclass(frozen=True, kw_only=True)
class TextBlock:
    """Whole records.

    Parameters
    ----------
    data : bytes
        UTF-8; ends with a line end.
    first_line : int
        Physical line, counted from 1, with which `data` begins.
    ends : ndarray of int64
        Position behind each record, blank lines being records.
    n_lines : int
        Physical lines in `data`.
    """

    data: bytes = field(repr=False)
    first_line: int
    ends: NDArray[np.int64] = field(repr=False)
    n_lines: int

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """First position of each record."""
        return np.concatenate([[0], self.ends[:-1]]) if len(self.ends) else self.ends

    @cached_property
    def heads(self) -> NDArray[np.uint8]:
        """First byte of each record."""
        return np.frombuffer(self.data, np.uint8)[self.starts]

    def record(self, i: int) -> bytes:
        """The bytes of one record."""
        return self.data[int(self.ends[i - 1]) if i else 0 : int(self.ends[i])]

    def meets(self, other: TextBlock) -> bool:
        """Whether the other block begins on the line behind this one."""
        return self.first_line + self.n_lines == other.first_line

    def before(self, n_records: int) -> TextBlock:
        """The first records of the block."""
        cut = int(self.ends[n_records - 1]) if n_records else 0
        data = self.data[:cut]
        return TextBlock(data=data, first_line=self.first_line, ends=self.ends[:n_records], n_lines=count_lines(data))

    def after(self, n_records: int) -> TextBlock:
        """The block without its first records."""
        if n_records == 0:
            return self
        cut = int(self.ends[n_records - 1])
        lines = count_lines(self.data[:cut])
        return TextBlock(
            data=self.data[cut:], first_line=self.first_line + lines,
            ends=self.ends[n_records:] - cut, n_lines=self.n_lines - lines,
        )  # fmt: skip


def join_blocks(parts: Sequence[TextBlock]) -> TextBlock:
    """One block out of several that follow each other."""
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(len(part.data) for part in parts)])
    return TextBlock(
        data=b"".join(part.data for part in parts),
        first_line=parts[0].first_line,
        ends=np.concatenate([part.ends + offset for part, offset in zip(parts, offsets, strict=False)]),
        n_lines=sum(part.n_lines for part in parts),
    )


def index_records(data: bytes, rules: Rules, *, final: bool) -> Records:
    """Find the complete records of `data`.

    Parameters
    ----------
    final : bool
        Whether the text ends with `data`; else its last byte may be half of a line end or of a doubled quote.

    Raises
    ------
    QuoteFaultError
    """
    letters = np.frombuffer(data, np.uint8)
    newlines = _line_ends(data, letters, final=final)
    none = newlines[:0]
    masked = rules.masked(data)
    if masked is not data:
        letters = np.frombuffer(masked, np.uint8)
    opens = closes = none
    if rules.quoted and rules.quote_byte in masked:
        opens, closes = _find_quotes(masked, letters, rules, final=final)
    found = Records(ends=none, newlines=newlines, opens=opens, closes=closes)
    ends = found.outside(_record_ends(letters, newlines, rules, masked=masked is not data))
    return Records(ends=ends + 1, newlines=newlines, opens=opens, closes=closes)


def count_fields(data: bytes, records: Records, rules: Rules) -> NDArray[np.int64]:
    """Number of fields of each record; a blank line has one (none where runs of blanks set fields apart)."""
    if rules.runs:
        bounds = zip(records.starts.tolist(), records.ends.tolist(), strict=True)
        return np.array([len(rules.split(data[start:end])) for start, end in bounds], dtype=np.int64)
    found = np.flatnonzero(np.frombuffer(rules.masked(data), np.uint8) == ord(rules.delimiter))
    before = np.searchsorted(records.outside(found), records.ends)
    return np.diff(before, prepend=0) + 1


def count_lines(text: bytes) -> int:
    """Number of line ends: LF, CRLF or CR."""
    if b"\r" not in text:  # as most files have it, and looking is ten times quicker than counting
        return text.count(b"\n")
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def _line_ends(data: bytes, letters: NDArray[np.uint8], *, final: bool) -> NDArray[np.int64]:
    newlines = np.flatnonzero(letters == LF)
    if b"\r" not in data:
        return newlines
    returns = np.flatnonzero(letters == CR)
    last = len(data) - 1
    follower = letters[np.minimum(returns + 1, last)]
    alone = returns[np.where(returns == last, final, follower != LF)]
    return np.sort(np.concatenate([newlines, alone])) if len(alone) else newlines


def _record_ends(
    letters: NDArray[np.uint8], newlines: NDArray[np.int64], rules: Rules, *, masked: bool
) -> NDArray[np.int64]:
    """Those line ends that end a record, quotes not yet minded."""
    if masked:
        newlines = newlines[(letters[newlines] == LF) | (letters[newlines] == CR)]
    if rules.line_end == "any" or not len(newlines):
        return newlines
    ends = newlines[letters[newlines] == (CR if rules.line_end == "cr" else LF)]
    if rules.line_end == "crlf":
        ends = ends[(ends > 0) & (letters[ends - 1] == CR)]
    # A text without a line end at its end got an LF.
    last = newlines[-1:]
    return np.append(ends, last) if len(last) and last[0] == len(letters) - 1 and last[0] not in ends[-1:] else ends


def _find_quotes(
    data: bytes, letters: NDArray[np.uint8], rules: Rules, *, final: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Opening and closing quotes: by turns where every one stands where it should, else one by one.

    By turns, a doubled quote counts as a closing and an opening one, which comes to the same.
    """
    quotes = np.flatnonzero(letters == ord(rules.quote))
    opens, closes = quotes[0::2], quotes[1::2]
    edge = np.zeros(256, dtype=bool)
    edge[list(rules.edges)] = True
    before = opens - 1
    if rules.skip_blanks:
        before -= letters[before] == BLANK
    opens_well = edge[letters[before]] | (opens == 0)
    closes_well = edge[letters[np.minimum(closes + 1, len(data) - 1)]] | (closes == len(data) - 1)
    doubled = opens[1:] == closes[: len(opens) - 1] + 1
    opens_well[1:] |= doubled
    closes_well[: len(doubled)] |= doubled
    if opens_well.all() and closes_well.all():
        return opens, closes
    return _walk_quotes(data, quotes.tolist(), rules, final=final)


def _walk_quotes(
    data: bytes, quotes: list[int], rules: Rules, *, final: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    opens, closes = [], []
    i, stray = 0, None
    while i < len(quotes):
        if not _opens(data, quotes[i], rules):
            if rules.strict is not False and stray is None and ends_cell(data, quotes[i], rules):
                stray = quotes[i]
                if rules.strict:
                    raise QuoteFaultError(stray, stray)
            i += 1
            continue
        opens.append(quotes[i])
        i = _closing(quotes, i + 1)
        if i >= len(quotes) or (quotes[i] == len(data) - 1 and not final):
            break
        _check_close(data, opens[-1], quotes[i], rules)
        closes.append(quotes[i])
        i += 1
    if stray is not None and opens:
        raise QuoteFaultError(stray, stray)
    return np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)


def _opens(data: bytes, at: int, rules: Rules) -> bool:
    before = at - 1
    while rules.skip_blanks and before >= 0 and data[before] == BLANK:
        before -= 1
    return before < 0 or data[before] in rules.edges


def _closing(quotes: list[int], i: int) -> int:
    """Index of the first quote from `i` on that is not doubled."""
    while i + 1 < len(quotes) and quotes[i + 1] == quotes[i] + 1:
        i += 2
    return i


def ends_cell(data: bytes, at: int, rules: Rules) -> bool:
    """Whether a quote is followed by the end of its cell, blanks aside."""
    after = _behind_blanks(data, at)
    return after < len(data) and data[after] in rules.edges


def _check_close(data: bytes, opened: int, closed: int, rules: Rules) -> None:
    """Blanks may follow a closing quote, letters may not."""
    after = _behind_blanks(data, closed)
    if after < len(data) and data[after] not in rules.edges:
        raise QuoteFaultError(opened, closed)


def _behind_blanks(data: bytes, at: int) -> int:
    after = at + 1
    while after < len(data) and data[after] == BLANK:
        after += 1
    return after
