"""How well a way of cutting a text into fields suits it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.reading.fields import QuoteFaultError, Rules
from mlpipe.data.reading.records import count_fields, ends_cell, index_records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.reading.records import Records

CANDIDATES = ("\t", ";", "|", ",")
"""In order of preference where the lines agree equally: commas and the like occur in prose."""
ALONE = "\x1f"
"""Delimiter of a file with one column in whose cells the usual ones occur: a character that text does not have."""
_ROWS = 2000
_HABIT = 3
"""Cells such as `5"` in the sample from which on such quotes are inches."""
_OPEN_TAIL = 1 << 15
"""A field open for longer than this at the end of the sample is one that is never closed."""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Quote, escape and line end as they were asked for; `None` means detect, "" that there is none."""

    quote: str | None = None
    escape: str | None = None
    line_end: str = "any"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well a way of cutting suits.

    Parameters
    ----------
    agree : float
        Share of the records with as many fields as the first.
    mode_share : float
        Share of the records with the commonest number of fields.
    bounds : tuple of (int, int)
        Where each of the first records that are not blank begins and ends in the text.
    """

    rules: Rules
    n_fields: int
    agree: float
    mode_share: float
    text: bytes = field(repr=False)
    bounds: tuple[tuple[int, int], ...] = field(repr=False)

    @cached_property
    def rows(self) -> tuple[tuple[bytes, ...], ...]:
        """Fields of the first records that are not blank."""
        return tuple(tuple(self.rules.split(self.text[start:end])) for start, end in self.bounds)

    @property
    def delimiter(self) -> str:
        """What sets the fields apart."""
        return self.rules.delimiter


def fit_delimiter(body: bytes, delimiter: str, marks: Marks, *, whole: bool, likely: str = '"') -> Fit:
    """Cut `body` by `delimiter`, with quotes as quotes unless they are plainly letters.

    Parameters
    ----------
    likely : str
        "" where quotes were letters in an earlier file; they are here too, if all lines agree.
    """
    rules = Rules(
        delimiter=delimiter, skip_blanks=blanks_follow(body, delimiter), quoted=marks.quote != "",
        quote=marks.quote or '"', escape=marks.escape or "", line_end=marks.line_end,
    )  # fmt: skip
    plain = replace(rules, quoted=False)
    if likely == "" and marks.quote is None and _measure(body, plain, whole=whole).agree == 1:
        return _measure(body, plain, whole=whole)
    usual = _quotes_behind_blanks(body, _measure(body, rules, whole=whole), whole=whole)
    rules = usual.rules
    broken = rules.quoted and rules.quote_byte in body and _breaks(body, rules, whole=whole)
    # A backslash before a quote escapes it wherever that can be read so, unless quotes are doubled.
    doubtful = broken or usual.agree < 1 or (b'\\"' in body and b'""' not in body)
    if doubtful and marks.escape is None and b"\\" in body:
        escaped = replace(rules, escape="\\")
        fit = _measure(body, escaped, whole=whole)
        if fit.agree == 1 and escaped.masked(body) != body and not _breaks(body, escaped, whole=whole):
            return fit
    if marks.quote is None and b"'" in body:
        single = replace(rules, quote="'")
        fit = _measure(body, single, whole=whole)
        if not _breaks(body, single, whole=whole) and _wrapped(fit, usual, broken=broken, body=body):
            return fit
    if broken and marks.quote is None and _quotes_are_letters(body, rules):
        return _measure(body, plain, whole=whole)
    return usual


def _wrapped(single: Fit, usual: Fit, *, broken: bool, body: bytes) -> bool:
    """Whether apostrophes enclose cells: the lines agree only so, or some column is wrapped in them throughout.

    Or all the names are, and no apostrophe stands below them.
    """
    lines = [line for line in body.splitlines() if line.strip()][:_ROWS]
    whole = [single.rules.wrapped(line) for line in lines]
    if not any(map(any, whole)):
        return False
    if single.agree == 1 and (usual.agree < 1 or broken):
        return True
    if single.agree < 1 or len(whole) < 2 or any(any(usual.rules.wrapped(line)) for line in lines):
        return False
    if len(whole[0]) > 1 and all(whole[0]) and not any(b"'" in line for line in lines[1:]):
        return True
    return any(all(column) for column in zip(*whole, strict=False)) or (
        any(all(column) for column in zip(*whole[1:], strict=False)) and len(whole) > 2
    )


def _measure(body: bytes, rules: Rules, *, whole: bool) -> Fit:
    try:
        records = index_records(_ended(body) if whole else body, rules, final=whole)
        if not len(records.ends):
            records = index_records(_ended(body), rules, final=True)
    except QuoteFaultError:
        records = index_records(_ended(body), replace(rules, quoted=False), final=True)
    data = _ended(body)
    filled = filled_records(data, records)
    counts = count_fields(data, records, rules)[filled]
    if not len(counts):
        counts = np.ones(1, dtype=np.int64)
    starts, ends = (at[filled[:_ROWS]].tolist() for at in (records.starts, records.ends))
    return Fit(
        rules=rules,
        n_fields=int(counts[0]),
        agree=float(np.mean(counts == counts[0])),
        mode_share=float(np.bincount(counts).max() / len(counts)),
        text=data,
        bounds=tuple(zip(starts, ends, strict=True)),
    )


def filled_records(data: bytes, records: Records) -> NDArray[np.int64]:
    """Which records are more than blanks."""
    starts, ends = records.starts, records.ends
    first = np.frombuffer(data, np.uint8)[starts]
    suspects = np.flatnonzero(np.isin(first, list(b" \t\r\n\v\f"))).tolist()
    blank = [i for i in suspects if not data[starts[i] : ends[i]].strip()]
    return np.delete(np.arange(len(ends)), blank)


def _ended(body: bytes) -> bytes:
    return body if body.endswith((b"\n", b"\r")) else body + b"\n"


def blanks_follow(body: bytes, delimiter: str) -> bool:
    """Whether a blank follows the delimiter nearly everywhere, as in `a, b, c`."""
    if delimiter in {" ", ALONE}:
        return False
    d = delimiter.encode()
    total = body.count(d)
    return total > 0 and body.count(d + b" ") >= 0.9 * total


def _quotes_behind_blanks(body: bytes, usual: Fit, *, whole: bool) -> Fit:
    """The fit with quotes behind blanks as quotes, where only so all lines agree, or where they agree otherwise so."""
    rules = usual.rules
    if not rules.quoted or rules.skip_blanks or b"%b %b" % (rules.delimiter.encode(), rules.quote_byte) not in body:
        return usual
    spaced = replace(rules, skip_blanks=not rules.runs)
    fit = _measure(body, spaced, whole=whole)
    better = fit.agree == 1 and (usual.agree, usual.n_fields) != (1, fit.n_fields)
    return fit if better and not _breaks(body, spaced, whole=whole) else usual


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


def strict_quotes(body: bytes, rules: Rules) -> bool | None:
    r"""What `Rules.strict` is to be: where cells are quoted, one that ends in a quote alone has lost something.

    Not so inches, where they are the file's habit: three times or more, and no quote ends a cell otherwise.

    Examples
    --------
    >>> strict_quotes(b'a,b\n1,"x, y"\n2,z"', Rules(delimiter=","))
    True
    >>> strict_quotes(b'a,b\n1,5"\n2,6"', Rules(delimiter=","))
    False
    """
    if not rules.quoted or rules.quote != '"' or rules.runs:
        return False
    data = _ended(body)
    try:
        records = index_records(data, rules, final=True)
    except QuoteFaultError:
        return True
    quotes = np.flatnonzero(np.frombuffer(rules.masked(data), np.uint8) == ord(rules.quote))
    alone = np.setdiff1d(records.outside(quotes), np.concatenate([records.opens, records.closes]))
    stray = [at for at in alone.tolist() if ends_cell(data, at, rules)]
    if not len(records.opens):
        return False if stray else None
    return len(stray) < _HABIT or not all(data[at - 1 : at].isdigit() for at in stray)
