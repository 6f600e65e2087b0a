"""Which marks end the rows of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.records import QuoteFaultError, index_records

if TYPE_CHECKING:
    from mlpipe.data.reading.dialect_fit import Fit

_LF, _CR = b"\n\r"


def find_line_end(body: bytes, fit: Fit, *, whole: bool) -> str:
    r"""`lf`, `crlf` or `cr` where all rows end alike, else `mixed`.

    A bare CR among other line ends counts only where the rows agree on their number of fields that way and are more
    than one field: a row that ends there is then certain.
    """
    try:
        ends = index_records(body, fit.rules, final=whole).ends - 1
    except QuoteFaultError:
        return "mixed"
    letters = np.frombuffer(body, np.uint8)
    bare = letters[ends] == _CR
    both = (letters[ends] == _LF) & (letters[np.maximum(ends - 1, 0)] == _CR) & (ends > 0)
    n_ends = len(ends)
    if not n_ends:
        return "lf"
    if bare.any() and not bare.all() and (fit.n_fields == 1 or fit.agree < 1):
        return "crlf" if both.any() else "lf"
    if bare.all():
        return "cr"
    if bare.any() or both.any():
        return "crlf" if both.all() else "mixed"
    return "lf"
