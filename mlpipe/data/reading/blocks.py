"""A text in blocks that end where records end, checked on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.encoding import UndecodableError, suggest_encodings
from mlpipe.data.reading.errors import SHOWN, at_line
from mlpipe.data.reading.fields import QuoteFaultError, Rules
from mlpipe.data.reading.records import END_OF_FILE, TextBlock, count_lines, index_records, join_blocks
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, quoted
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mlpipe.data.reading.bad_rows import Rejects
    from mlpipe.data.reading.encoding import Utf8Stream
    from mlpipe.data.reading.records import Records

BLOCK_BYTES = 4 << 20
"""Bytes of text read at a time: each block costs some calls a column, each byte of it memory."""
_SCAN_BYTES = 1 << 20
"""Quotes and line ends are looked for in pieces that fit a processor's cache: half the time of 8 MiB at once."""
_CAREFUL_BYTES = 1 << 12
"""What is looked at together where one line after the other is left out."""
_STRAY = "a quote at the end of a cell and none at its beginning"
MAX_RECORD_BYTES = 128 << 20
"""A record longer than this is taken for a file that is no table, or for a quote that is never closed."""


def iter_blocks(
    stream: Utf8Stream, rules: Rules, *, skip_lines: int = 0, block_bytes: int = BLOCK_BYTES, stray_ends: bool = True,
    rejects: Rejects | None = None, header: bool = False,
) -> Iterator[TextBlock]:  # fmt: skip
    """Cut a text into blocks of whole records.

    Parameters
    ----------
    skip_lines : int
        Physical lines to leave out at the beginning; quotes in them mean nothing.
    block_bytes : int
        Bytes read at a time; a record longer than that makes a longer block.
    stray_ends : bool
        Whether a bare CR may end a record.
    rejects : Rejects, optional
        Takes lines whose quotes make no sense, which then are in no block; NUL bytes and bare CR are let through.
    header : bool
        Whether the first record that is not blank names the columns, and so is never left out.

    Raises
    ------
    DataError
        At a byte of no meaning, a NUL, a quote without sense, a record without an end, or a stray line end.
    """
    cutter = _Cutter(stream, rules, skip_lines=skip_lines, stray_ends=stray_ends, rejects=rejects, header=header)
    parts: list[TextBlock] = []
    ended = False
    try:
        while not ended:
            for part in cutter.step(min(block_bytes, _SCAN_BYTES)):
                if parts and not parts[-1].meets(part):
                    yield join_blocks(parts)
                    parts = []
                parts.append(part)
            ended = cutter.ended
            if parts and (ended or sum(len(part.data) for part in parts) >= block_bytes):
                yield join_blocks(parts)
                parts = []
    except DataError:
        # What is wrong in the lines before is to be told first.
        if parts:
            yield join_blocks(parts)
        raise


class _Cutter:
    """What is read and not yet given out, and the line it begins with."""

    def __init__(
        self, stream: Utf8Stream, rules: Rules, *, skip_lines: int, stray_ends: bool, rejects: Rejects | None,
        header: bool,
    ) -> None:  # fmt: skip
        self._stream = stream
        self._rules = rules
        self._skip_lines = skip_lines
        self._stray_ends = stray_ends
        self._rejects = rejects
        self._header = header
        self._rest = b""
        self._line = stream.first_line
        self.ended = False

    def step(self, block_bytes: int) -> Iterator[TextBlock]:
        """Read on; give out what is complete."""
        # Growing steps keep the work on one huge record linear.
        self._read(max(block_bytes, len(self._rest)))
        self._skip()
        if not self._rest or self._skip_lines:
            return
        if self._rejects is None:
            yield from self._cut_whole()
        else:
            yield from self._cut_careful(self._rejects)
        if len(self._rest) > MAX_RECORD_BYTES:
            raise DataError(
                f"The row that starts in line {self._line} is longer than {count_of(MAX_RECORD_BYTES)} bytes.",
                where=f"{self._stream.name}, line {self._line}",
                remedy="Is this a CSV file, and are its quotes closed?",
            )

    def _cut_whole(self) -> Iterator[TextBlock]:
        """What is complete; before an error, what lies before its place."""
        nul = self._rest.find(b"\0")
        text = self._rest if nul < 0 else self._rest[: self._line_start(nul)]
        try:
            records = index_records(text, self._rules, final=self.ended or nul >= 0)
        except QuoteFaultError as fault:
            error = self._fault(fault)
            yield from self._cut(index_records(text[: fault.opened], self._rules, final=True))
            raise error from fault
        unclosed = self._unclosed(records.still_open) if self.ended and records.still_open is not None else None
        damaged = self._nul(nul) if nul >= 0 else None
        yield from self._cut(records)
        if unclosed or damaged:
            raise unclosed or damaged  # type: ignore[misc]  # one of them is there

    def _cut(self, records: Records) -> Iterator[TextBlock]:
        cut = int(records.ends[-1]) if len(records.ends) else 0
        if not cut:
            return
        data, self._rest = self._rest[:cut], self._rest[cut:]
        if self._rules.strict is None and len(records.opens):
            self._rules = replace(self._rules, strict=True)
        self._header = self._header and not data.strip()
        if not self._stray_ends and self._rejects is None and b"\r" in data:
            self._check_ends(data, records)
        n_lines = int(np.searchsorted(records.newlines, cut))
        yield TextBlock(data=data, first_line=self._line, ends=records.ends, n_lines=n_lines)
        self._line += n_lines

    def _cut_careful(self, rejects: Rejects) -> Iterator[TextBlock]:
        """What is complete; lines with a quote out of place are left out, and reading resumes behind them."""
        size = len(self._rest)
        while self._rest:
            whole = size >= len(self._rest)
            found = yield from self._cut_to_fault(self._rest[:size], final=self.ended and whole)
            if found is not None:
                yield from self._leave_out(*found, rejects)
                size = _CAREFUL_BYTES
            elif whole:
                return
            else:
                size *= 4

    def _cut_to_fault(self, window: bytes, *, final: bool) -> Generator[TextBlock, None, tuple[int, str] | None]:
        """What is complete; then the position of a quote out of place, and what is wrong with it."""
        try:
            records = index_records(window, self._rules, final=final)
        except QuoteFaultError as fault:
            if self._is_header(fault.opened):
                raise self._fault(fault) from fault
            return fault.opened, _STRAY if fault.is_stray else "letters after a closing quote"
        yield from self._cut(records)
        # What is too long for a record is a quote that is never closed, too.
        if records.still_open is None or not (final or len(self._rest) > MAX_RECORD_BYTES):
            return None
        at = records.still_open - (int(records.ends[-1]) if len(records.ends) else 0)
        if self._is_header(at):
            raise self._unclosed(at)
        return at, "a quote that is never closed"

    def _leave_out(self, at: int, reason: str, rejects: Rejects) -> Iterator[TextBlock]:
        """Give out the records before a position, and drop the record there to the end of its line."""
        before = len(self._rest)
        yield from self._cut(index_records(self._rest[:at], self._rules, final=True))
        at -= before - len(self._rest)
        ends = [end for end in (self._rest.find(mark, at) for mark in (b"\n", b"\r")) if end >= 0]
        end = min(ends, default=len(self._rest) - 1) + 1
        end += self._rest[end - 1 : end + 1] == b"\r\n"
        line, self._rest = self._rest[:end], self._rest[end:]
        rejects.add(self._line, reason, line)
        self._line += count_lines(line)

    def _check_ends(self, data: bytes, records: Records) -> None:
        if data.count(b"\r") == data.count(b"\r\n"):
            return
        letters = np.frombuffer(data, np.uint8)
        bare = np.flatnonzero(letters[records.ends - 1] == ord("\r"))
        if len(bare):
            at = int(records.ends[bare[0]]) - 1
            start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
            line = self._line + count_lines(data[:start])
            raise at_line(
                self._stream.name, line, _excerpt(data, start),
                f"Line {line} ends in a bare CR, other lines do not.",
                remedy=ways(
                    "End all lines alike",
                    f"give {param('line_end', 'mixed')} if a row ends there",
                    f"{param('line_end', 'lf')} (crlf) if it is part of a cell",
                ),
            )  # fmt: skip

    def _read(self, size: int) -> None:
        try:
            piece = self._stream.read(size)
        except UndecodableError as fault:
            raise self._bad_bytes(fault) from fault
        self.ended = not piece
        self._rest += piece
        if self.ended:
            self._rest = self._rest.rstrip(END_OF_FILE)
        if self.ended and self._rest and not self._rest.endswith((b"\n", b"\r")):
            self._rest += b"\n"

    def _bad_bytes(self, fault: UndecodableError) -> DataError:
        start = self._line_start(len(self._rest))
        line = self._line + count_lines(self._rest[:start])
        first, *others = suggest_encodings(fault.rest)
        return at_line(
            self._stream.name, line, _excerpt(self._rest, start) + _excerpt(fault.rest, 0),
            f"Line {line} is not valid {self._stream.encoding}: {fault.shown}.",
            remedy=ways(
                "Correct the line", f"give the file's encoding: {' or '.join([param('encoding', first), *others])}"
            ),
        )  # fmt: skip

    def _skip(self) -> None:
        if not self._skip_lines or not self._rest:
            return
        plain = Rules(delimiter=self._rules.delimiter, quoted=False)
        ends = index_records(self._rest, plain, final=self.ended).ends
        if len(ends) >= self._skip_lines:
            self._rest = self._rest[int(ends[self._skip_lines - 1]) :]
            self._line += self._skip_lines
            self._skip_lines = 0

    def _is_header(self, at: int) -> bool:
        """Whether a position lies in the line of names, which is never left out."""
        return self._header and not self._rest[: self._line_start(at)].strip()

    def _fault(self, fault: QuoteFaultError) -> DataError:
        line, text = self._line_at(fault.opened)
        if fault.is_stray:
            return at_line(
                self._stream.name, line, text,
                f"A cell in line {line} ends in a quote but does not begin with one.",
                remedy=ways(
                    "Put back the delimiter or quote that is missing there",
                    f"; with {param('quote', self._rules.quote)} such quotes are read as letters",
                ),
            )  # fmt: skip
        after = _excerpt(self._rest, fault.closed + 1)
        return at_line(
            self._stream.name, line, text,
            f"The quoted field opened in line {line} is closed, but then comes {quoted(after, SHOWN)}.",
            remedy='A quote inside a quoted field is written twice (""); one that opens a field must close it.',
        )  # fmt: skip

    def _unclosed(self, at: int) -> DataError:
        line, text = self._line_at(at)
        return at_line(
            self._stream.name, line, text, f"The quote opened in line {line} is never closed.",
            remedy='Close it; a quote inside a quoted field is written twice ("").',
        )  # fmt: skip

    def _nul(self, at: int) -> DataError:
        line, text = self._line_at(at)
        return at_line(
            self._stream.name, line, text, f"There is a NUL byte in line {line}.",
            remedy=ways("The file is damaged or no text")
            + ways(f"If it is UTF-16, give {param('encoding', 'utf-16')}"),
        )  # fmt: skip

    def _line_at(self, position: int) -> tuple[int, str]:
        """Number and text of the physical line that holds a position."""
        start = self._line_start(position)
        return self._line + count_lines(self._rest[:start]), _excerpt(self._rest, start)

    def _line_start(self, position: int) -> int:
        return max(self._rest.rfind(b"\n", 0, position), self._rest.rfind(b"\r", 0, position)) + 1


def _excerpt(data: bytes, start: int) -> str:
    """The text from a position to the end of its line, the beginning of it if it is long."""
    lines = data[start : start + 400].splitlines()
    return lines[0].decode("utf-8", "backslashreplace") if lines else ""
