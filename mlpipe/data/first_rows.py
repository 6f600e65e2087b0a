"""What the first rows say of the header above them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlpipe.data.headless import looks_like_row, repeated_at
from mlpipe.data.layout_errors import HeaderIsRowError, LongDelimiterError, RepeatedHeaderError
from mlpipe.data.preamble import first_line

if TYPE_CHECKING:
    from mlpipe.data.fits import Fit

_LONG = re.compile(rb"[^\w\s\"'()\[\]{}<>.,-]{2,4}")


def check_first_rows(fit: Fit, body: bytes, *, name: str, line: int) -> None:
    """Refuse a header that is none.

    Raises
    ------
    HeaderIsRowError, RepeatedHeaderError, LongDelimiterError
    """
    text = first_line(body).decode("utf-8", "ignore").rstrip("\r\n")
    delimiter = _long_delimiter(body)
    if delimiter and (
        fit.n_fields == 1 or (fit.delimiter in delimiter and delimiter[0] == delimiter[-1] != fit.delimiter)
    ):
        raise LongDelimiterError(name, line, text, delimiter=delimiter)
    if looks_like_row(fit.rows):
        raise HeaderIsRowError(name, line, text)
    again = repeated_at(fit.rows)
    if again is not None:
        raise RepeatedHeaderError(name, line + _lines_before(body, first_line(body), again), text)


def _lines_before(body: bytes, header: bytes, row: int) -> int:
    lines = body.splitlines()
    wanted = header.rstrip(b"\r\n")
    return next((i for i, one in enumerate(lines) if i >= row and one == wanted), row)


def _long_delimiter(body: bytes) -> str:
    """Punctuation of several characters that stands equally often in every line."""
    lines = [line for line in body.splitlines()[:200] if line.strip()]
    mark: bytes
    for mark in dict.fromkeys(_LONG.findall(lines[0])) if lines else ():
        if len(lines) > 2 and len({line.count(mark) for line in lines[:-1]}) == 1:
            return mark.decode("utf-8", "ignore")
    return ""
