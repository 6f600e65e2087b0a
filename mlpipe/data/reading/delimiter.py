"""Which character sets the fields apart: the one under which the lines agree on their number of fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlpipe.data.reading.dialect_fit import ALONE, fit_delimiter

if TYPE_CHECKING:
    from mlpipe.data.reading.dialect_fit import Fit, Marks
    from mlpipe.data.schema import Dialect

CANDIDATES = ("\t", ";", "|", ",")
"""In order of preference where the lines agree equally: commas and the like occur in prose."""
RARE = ("\x1e", "\x1f", "\x01", "~", "^", ":")
_ENCLOSED = re.compile(rb'(?:^|(?<=[ \t\r\n]))"(?:[^"]|"")*"(?=[ \t\r\n])')
_NUMERIC = re.compile(rb"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")


def choose_delimiter(body: bytes, marks: Marks, *, header: bool, whole: bool, pinned: Dialect | None) -> Fit:
    """The delimiter of a table, from its header line on.

    A character that the header does not have sets nothing apart; without a header, half of the lines must agree.
    """
    quotes = {pinned.delimiter: pinned.quote} if pinned is not None else {}
    fits = [fit_delimiter(body, one, marks, whole=whole, likely=quotes.get(one, '"')) for one in CANDIDATES]
    fits = [fit for fit in fits if fit.n_fields > 1 and (header or fit.agree >= 0.5)]
    best = max(fits, key=lambda fit: (fit.agree, fit.mode_share), default=None)
    if pinned is not None:
        best = next((fit for fit in fits if fit.delimiter == pinned.delimiter and _as_good(fit, best)), best)
    if best is None or best.agree < 1:
        blanks = fit_delimiter(body, " ", marks, whole=whole)
        wanted = pinned is not None and pinned.delimiter == " "
        # Without three columns or with a line that disagrees, words are likelier than columns.
        fits_well = blanks.agree == 1 or (blanks.n_fields > 2 and blanks.agree >= 0.8 and best is None)
        if blanks.n_fields > 1 and fits_well and (wanted or _looks_aligned(body, blanks)):
            return blanks
    return best or _choose_rare(body, marks, whole=whole)


def _choose_rare(body: bytes, marks: Marks, *, whole: bool) -> Fit:
    """A character that seldom delimits, where all of three lines or more agree on it; else a table of one column."""
    for rare in RARE:
        if rare.encode() in body.split(b"\n", 1)[0]:
            fit = fit_delimiter(body, rare, marks, whole=whole)
            if fit.n_fields > 1 and fit.agree == 1 and len(fit.rows) > 2:
                return fit
    crowded = any(candidate.encode() in body for candidate in CANDIDATES)
    return fit_delimiter(body, ALONE if crowded else ",", marks, whole=whole)


def _as_good(fit: Fit, best: Fit | None) -> bool:
    return best is None or fit.agree >= best.agree


def _looks_aligned(body: bytes, fit: Fit) -> bool:
    """Whether blanks set columns apart, rather than words.

    Some stand in rows, or half of the cells are numbers, or there are as many cells in quotes as rows below.
    """
    if b"  " in body or b"\t" in body:
        return True
    if fit.rules.quoted and len(_ENCLOSED.findall(body)) >= len(fit.rows) - 1:
        return True
    cells = [cell for row in fit.rows[1:] for cell in row]
    return 2 * sum(_NUMERIC.fullmatch(cell) is not None for cell in cells) >= len(cells) > 0
