"""Which character sets the fields apart: the one under which the lines agree on their number of fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.fields import Rules
from mlpipe.data.records import QuoteFaultError, count_fields, index_records

if TYPE_CHECKING:
    from mlpipe.data.schema import Dialect

CANDIDATES = ("\t", ";", "|", ",")
"""In order of preference where the lines agree equally: commas and the like occur in prose."""
ALONE = "\x1f"
"""Delimiter of a file with one column in whose cells the usual ones occur: a character that text does not have."""
_ROWS = 2000
_NUMERIC = re.compile(rb"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_OPEN_TAIL = 1 << 15
"""A field open for longer than this at the end of the sample is one that is never closed."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well a delimiter suits.

    Parameters
    ----------
    agree : float
        Share of the records with as many fields as the first.
    mode_share : float
        Share of the records with the commonest number of fields.
    rows : tuple of tuple of bytes
        Fields of the first records.
    """

    delimiter: str
    quoted: bool
    skip_blanks: bool
    n_fields: int
    agree: float
    mode_share: float
    rows: tuple[tuple[bytes, ...], ...]

    @property
    def rules(self) -> Rules:
        """How records are cut."""
        return Rules(delimiter=self.delimiter, quoted=self.quoted, skip_blanks=self.skip_blanks)


def choose_delimiter(body: bytes, *, header: bool, whole: bool, pinned: Dialect | None) -> Fit:
    """The delimiter of a table, from its header line on.

    A character that the header does not have sets nothing apart; without a header, half of the lines must agree.
    """
    quotes = {pinned.delimiter: pinned.quote} if pinned is not None else {}
    fits = [fit_delimiter(body, one, whole=whole, quote=quotes.get(one, '"')) for one in CANDIDATES]
    fits = [fit for fit in fits if fit.n_fields > 1 and (header or fit.agree >= 0.5)]
    best = max(fits, key=lambda fit: (fit.agree, fit.mode_share), default=None)
    if pinned is not None:
        best = next((fit for fit in fits if fit.delimiter == pinned.delimiter and _as_good(fit, best)), best)
    if best is None or best.agree < 1:
        blanks = fit_delimiter(body, " ", whole=whole)
        wanted = pinned is not None and pinned.delimiter == " "
        # Without three columns or with a line that disagrees, words are likelier than columns.
        fits_well = blanks.agree == 1 or (blanks.n_fields > 2 and blanks.agree >= 0.9 and best is None)
        if blanks.n_fields > 1 and fits_well and (wanted or _looks_aligned(body, blanks)):
            return blanks
    if best is not None:
        return best
    crowded = any(candidate.encode() in body for candidate in CANDIDATES)
    return fit_delimiter(body, ALONE if crowded else ",", whole=whole)


def fit_delimiter(body: bytes, delimiter: str, *, whole: bool, quote: str = '"') -> Fit:
    """Cut `body` by `delimiter`, with quotes as quotes unless they are plainly letters.

    Parameters
    ----------
    quote : str
        "" where quotes were letters in an earlier file; they are here too, if all lines agree.
    """
    rules = Rules(delimiter=delimiter, skip_blanks=_blanks_follow(body, delimiter))
    plain = replace(rules, quoted=False)
    if quote == "" and _measure(body, plain, whole=whole).agree == 1:
        return _measure(body, plain, whole=whole)
    if b'"' in body and _breaks(body, rules, whole=whole) and _quotes_are_letters(body, rules):
        rules = plain
    return _measure(body, rules, whole=whole)


def _as_good(fit: Fit, best: Fit | None) -> bool:
    return best is None or fit.agree >= best.agree


def _measure(body: bytes, rules: Rules, *, whole: bool) -> Fit:
    try:
        records = index_records(_ended(body) if whole else body, rules, final=whole)
        if not len(records.ends):
            records = index_records(_ended(body), rules, final=True)
    except QuoteFaultError:
        records = index_records(_ended(body), replace(rules, quoted=False), final=True)
    starts, ends = records.starts, records.ends
    data = _ended(body)
    counts = count_fields(data, records, rules)
    filled = [i for i in range(len(ends)) if data[starts[i] : ends[i]].strip()]
    counts = counts[filled]
    if not len(counts):
        counts = np.ones(1, dtype=np.int64)
    rows = tuple(tuple(rules.split(data[starts[i] : ends[i]])) for i in filled[:_ROWS])
    return Fit(
        delimiter=rules.delimiter, quoted=rules.quoted, skip_blanks=rules.skip_blanks,
        n_fields=int(counts[0]),
        agree=float(np.mean(counts == counts[0])),
        mode_share=float(np.bincount(counts).max() / len(counts)),
        rows=rows,
    )  # fmt: skip


def _ended(body: bytes) -> bytes:
    return body if body.endswith((b"\n", b"\r")) else body + b"\n"


def _blanks_follow(body: bytes, delimiter: str) -> bool:
    """Whether a blank follows the delimiter nearly everywhere, as in `a, b, c`."""
    if delimiter in {" ", ALONE}:
        return False
    d = delimiter.encode()
    total = body.count(d)
    return total > 0 and body.count(d + b" ") >= 0.9 * total


def _breaks(body: bytes, rules: Rules, *, whole: bool) -> bool:
    """Whether reading quotes as quotes fails."""
    try:
        records = index_records(_ended(body) if whole else body, rules, final=whole)
    except QuoteFaultError:
        return True
    still_open = records.still_open
    return still_open is not None and (whole or len(body) - still_open > _OPEN_TAIL)


def _quotes_are_letters(body: bytes, rules: Rules) -> bool:
    """Whether quotes stand in the middle of words, and few fields are wrapped in them."""
    plain = replace(rules, quoted=False)
    lines = body.splitlines()[:_ROWS]
    cells = [cell.strip(b" ") for line in lines for cell in plain.split(line) if b'"' in cell]
    total = sum(cell.count(b'"') for cell in cells)
    wrapped = sum(2 for cell in cells if len(cell) > 1 and cell[:1] == cell[-1:] == b'"' and b'"' not in cell[1:-1])
    inside = sum(b'"' in cell[1:-1].replace(b'""', b"") for cell in cells)
    if inside < 2 or wrapped * 2 >= total:
        return False
    counts = {len(plain.split(line)) for line in lines[:-1] if line.strip()}
    return len(counts) <= 1


def _looks_aligned(body: bytes, fit: Fit) -> bool:
    """Whether blanks set columns apart, rather than words: some stand in rows, or half of the cells are numbers."""
    if b"  " in body or b"\t" in body:
        return True
    cells = [cell for row in fit.rows[1:] for cell in row]
    return 2 * sum(_NUMERIC.fullmatch(cell) is not None for cell in cells) >= len(cells) > 0
