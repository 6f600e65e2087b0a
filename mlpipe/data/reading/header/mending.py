"""A line of names whose quotes make no sense, with its names told apart nonetheless."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.data.reading.dialect_fit import strict_quotes
from mlpipe.data.reading.fields import QuoteFaultError
from mlpipe.data.reading.header.checks import names_alone
from mlpipe.data.reading.header.names import first_line
from mlpipe.data.reading.records import index_records

if TYPE_CHECKING:
    from mlpipe.data.reading.dialect_fit import Fit
    from mlpipe.data.reading.fields import Rules

_AGREE = 0.8
"""Share of the rows with as many fields as there are names."""
_ENOUGH = 3
"""Rows beneath that it takes to tell."""


def mended_header(body: bytes, below: Fit, *, whole: bool) -> bytes:
    r"""The first line without its quotes, or nothing where it needs no mending or cannot be mended.

    Its names are what stands between its quotes and delimiters; they must be as many as the rows have fields, so that
    no name that holds a delimiter is cut, and none of them a number, as in a row.

    Parameters
    ----------
    below : Fit
        How the rows under the line are cut.
    whole : bool
        Whether there is no more than `body`.

    Examples
    --------
    >>> from mlpipe.data.reading.dialect_fit import Marks, fit_delimiter
    >>> rows = fit_delimiter(b"1,2,3\n" * 3, ",", Marks(), whole=True)
    >>> mended_header(b'id,"price,"colour"\n' + b"1,2,3\n" * 3, rows, whole=True)
    b'id,price,colour\n'
    """
    line = first_line(body)
    rules = replace(below.rules, quoted=True)
    if len(below.rows) < _ENOUGH or below.agree < _AGREE:
        return b""
    if not _is_faulty(line, body, replace(rules, strict=strict_quotes(body, rules)), whole=whole):
        return b""
    parts = re.split(rb"[%b\r\n]" % re.escape(rules.quote_byte + rules.delimiter.encode()), line)
    names = [part.strip() for part in parts if part.strip()]
    if len(names) != below.n_fields or not names_alone(names):
        return b""
    return rules.delimiter.encode().join(names) + line[len(line.rstrip(b"\r\n")) :]


def _is_faulty(line: bytes, body: bytes, rules: Rules, *, whole: bool) -> bool:
    """Whether a quote out of place, or one that is never closed, stands in the first line."""
    try:
        at = index_records(body, rules, final=whole).still_open
    except QuoteFaultError as fault:
        at = fault.opened
    return at is not None and at < len(line)
