"""What the first rows say of the header above them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mlpipe.data.reading.delimiter import CANDIDATES
from mlpipe.data.reading.dialect_fit import Marks, fit_delimiter
from mlpipe.data.reading.header_checks import enclosed_by_others, has_values, looks_like_row, repeated_at, second_header
from mlpipe.data.reading.layout_errors import (
    FixedWidthError,
    HeaderApartError,
    HeaderIsRowError,
    LongDelimiterError,
    OtherQuotesError,
    QuotedRowsError,
    RepeatedHeaderError,
    SecondHeaderError,
)
from mlpipe.data.reading.preamble import first_line
from mlpipe.data.reading.records import count_lines

if TYPE_CHECKING:
    from mlpipe.data.reading.dialect_fit import Fit

_LONG = re.compile(rb"[^\w\s\"'()\[\]{}<>.,-]{2,4}")
_WIDE = tuple(mark.encode() for mark in "，；｜")  # noqa: RUF001 - delimiters of Chinese keyboards
_AGREE = 0.8


def check_first_rows(fit: Fit, body: bytes, *, name: str, line: int) -> None:
    """Refuse a header that is none.

    Raises
    ------
    HeaderIsRowError, FixedWidthError, LongDelimiterError, RepeatedHeaderError, OtherQuotesError, SecondHeaderError
    """
    text = first_line(body).decode("utf-8", "ignore").rstrip("\r\n")
    delimiter = _long_delimiter(body)
    if delimiter and (
        fit.n_fields == 1 or (fit.delimiter in delimiter and delimiter[0] == delimiter[-1] != fit.delimiter)
    ):
        raise LongDelimiterError(name, line, text, delimiter=delimiter)
    if fit.n_fields == 1 and _is_padded(body):
        raise FixedWidthError(name, line, text)
    if looks_like_row(fit.rows):
        raise HeaderIsRowError(name, line, text)
    doubts: tuple[tuple[int | None, type[RepeatedHeaderError | SecondHeaderError | OtherQuotesError]], ...] = (
        (repeated_at(fit.rows), RepeatedHeaderError),
        (enclosed_by_others(fit.rows), OtherQuotesError),
        (second_header(fit.rows), SecondHeaderError),
    )
    for row, error in doubts:
        if row is not None:
            at = fit.starts[row]
            text = first_line(body[at : at + 1000]).decode("utf-8", "ignore").rstrip("\r\n")
            raise error(name, line + count_lines(body[:at]), text)


def check_header_has_delimiter(fit: Fit, body: bytes, *, name: str, line: int, whole: bool) -> None:
    """Refuse one column where lines under the first are rows of several.

    Raises
    ------
    HeaderApartError, QuotedRowsError
    """
    if fit.n_fields > 1:
        return
    head = first_line(body)
    text = head.decode("utf-8", "ignore").rstrip("\r\n")
    for delimiter in CANDIDATES:
        if delimiter.encode() not in body:
            continue
        if (
            len(fit.rows) > 2
            and len({row[0].count(delimiter.encode()) for row in fit.rows} - {0}) == 1
            and (head.startswith(b'"') and all(delimiter.encode() in row[0] for row in fit.rows))
        ):
            raise QuotedRowsError(name, line, text, delimiter=delimiter)
        below = fit_delimiter(body[len(head) :], delimiter, Marks(), whole=whole)
        # Prose agrees seldom, and has no columns of numbers.
        found = Counter(map(len, below.rows)).most_common(1)[0][0] if below.rows else 0
        if found > 2 and below.mode_share >= _AGREE and has_values(below.rows):
            raise HeaderApartError(name, line, text, delimiter=delimiter, found=found)


def _is_padded(body: bytes) -> bool:
    """Whether lines are equally long, and each has blanks in rows."""
    lines = [line for line in body.splitlines()[:200] if line.strip()][:-1] or [b""]
    return len(lines) > 1 and len(set(map(len, lines))) == 1 and all(b"  " in line for line in lines)


def _long_delimiter(body: bytes) -> str:
    """Punctuation of several characters that stands equally often in every line."""
    lines = [line for line in body.splitlines()[:200] if line.strip()]
    mark: bytes
    for mark in dict.fromkeys([*_WIDE, *_LONG.findall(lines[0])]) if lines else ():
        if mark not in lines[0]:
            continue
        if len(lines) > 2 and len({line.count(mark) for line in lines[:-1]}) == 1:
            return mark.decode("utf-8", "ignore")
    return ""
