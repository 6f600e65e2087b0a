"""Numbers in cells: plain ones, and ones with thousands marks, currencies, percent signs, brackets; and which it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import narrow, only, sample_cells
from mlpipe.data.inference.numbers.number_parts import ANY_NUMBER, FLAGS, NO_BREAK, NumberParts, has

FIRST_INEXACT = 2**53
TOO_LONG = "whole numbers too long to be kept exactly"
_MANY = 2000
"""Cells from which on several quick looks cost less than one slow one."""
_THOUSANDS = {",": ",", ".": r"\.", " ": " ", "'": "'"}
_LAKHS = "1,00,000"
"""Among the symbols: groups of two above the thousands, as they are written in India."""
_TRAILING = "1-"
"""Among the symbols: a minus may stand behind the number."""
_BRACKETS = "()"
FLAGGED = "flags"
"""Among the symbols: a remark may stand behind the number."""
_MINUS = "\u2212"  # what older schemas record of a typographic minus, which any column may have
_NO_MONEY = frozenset({"%", _LAKHS, _TRAILING, _BRACKETS, FLAGGED, _MINUS})
_SIGN = "(?:[+-] ?)?"
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity)$"


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """How a column writes its numbers.

    Parameters
    ----------
    decimal : str
        `"."` or `","`.
    thousands : str
        `","`, `"."`, `" "`, `"'"`, or `""`. The decimal mark itself stands for whole numbers in groups of three.
    symbols : tuple of str
        What else may stand in a cell: one currency, `"%"`, `"()"` for negative amounts, `"1-"` for a minus behind the
        number, `"flags"` for a remark behind some, `"1,00,000"` for groups of two.
    unit : str
        What stands behind every number but zero.
    """

    decimal: str = "."
    thousands: str = ""
    symbols: tuple[str, ...] = ()
    unit: str = ""

    @property
    def plain(self) -> bool:
        """Nothing has to be taken out."""
        return not (self.thousands or self.symbols or self.unit)

    @property
    def currency(self) -> str:
        """The sign or code of the currency that amounts are in, or `""`."""
        return next((symbol for symbol in self.symbols if symbol not in _NO_MONEY), "")

    @property
    def example(self) -> str:
        """A number in this format."""
        whole = f"1{self.thousands}234" if self.thousands else "12"
        fraction = "" if self.thousands == self.decimal else f"{self.decimal}5"
        currency = self.currency
        before, after = (currency, "") if len(currency) == 1 else ("", f" {currency}".rstrip())
        unit = f" {self.unit}" if self.unit else ""
        flag = " b" if FLAGGED in self.symbols else ""
        return f"{before}{whole}{fraction}{'%' if '%' in self.symbols else ''}{after}{unit}{flag}"


def parse_numbers(cells: pa.ChunkedArray, form: NumberFormat) -> pa.ChunkedArray:
    """Numbers as float64: null where the cell is missing or is no number, infinite where it is too large.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    form : NumberFormat
        A cell must follow it to the letter: groups of three exactly, a percent sign on every number but zero where
        the column has them.
    """
    cells = narrow(cells)
    return _parse_plain(cells, form.decimal) if form.plain else _parse_marked(cells, form)


def as_integers(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers as int64; later rows may hold others, then all stay float64."""
    try:
        whole = pc.cast(values, pa.int64())
    except pa.ArrowInvalid:
        return values
    ends = pc.min_max(whole).as_py()
    return whole if (ends["min"] or 0) > -FIRST_INEXACT and (ends["max"] or 0) < FIRST_INEXACT else values


def leading_zeros(cells: pa.ChunkedArray) -> bool:
    """Whether any cell starts with a zero that no number needs (`007`)."""
    pattern = "^[+-]?0[0-9]"
    if len(cells) < _MANY:
        return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())
    # Three quick looks cost a tenth of the pattern on every cell.
    suspects = [cells.filter(pc.starts_with(cells, start)) for start in ("0", "-0", "+0")]
    return any(pc.any(pc.match_substring_regex(found, pattern)).as_py() for found in suspects if len(found))


def _parse_plain(cells: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    text = cells
    if decimal == ",":
        text = pc.replace_substring(only(cells, pc.invert(pc.match_substring(cells, "."))), ",", ".")
    try:
        values = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return _parse_matching(text)
    # The parser of floats also takes words such as "nan": then the pattern decides.
    return _parse_matching(text) if pc.any(pc.is_nan(values)).as_py() else values


def _parse_matching(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(only(text, pc.match_substring_regex(text, _PLAIN)), pa.float64())


def _parse_marked(cells: pa.ChunkedArray, form: NumberFormat) -> pa.ChunkedArray:
    text = only(cells, pc.match_substring_regex(cells, number_pattern(form)))
    if FLAGGED in form.symbols:
        text = pc.replace_substring_regex(text, f"{FLAGS}$", "")
    for word in filter(None, (form.unit, form.currency)):
        text = pc.replace_substring(text, word.replace(NO_BREAK, " "), "")
    negative = pc.match_substring_regex(text, r"\(|- *\)?$")
    text = pc.replace_substring_regex(text, "[()% ]|- *$", "")
    if form.thousands:
        text = pc.replace_substring(text, form.thousands, "")
    if form.decimal == ",":
        text = pc.replace_substring(text, ",", ".")
    values = pc.cast(text, pa.float64())
    return pc.if_else(negative, pc.negate(values), values)


def number_pattern(form: NumberFormat) -> str:
    """A regular expression (RE2) that whole cells of this format match, once they are narrow."""
    point = re.escape(form.decimal)
    groups = f"|[1-9][0-9]{{0,2}}(?:{_THOUSANDS[form.thousands]}[0-9]{{3}})+" if form.thousands else ""
    if _LAKHS in form.symbols:
        groups += "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
    digits = f"(?:[0-9]+{groups})"
    if form.thousands != form.decimal:
        digits = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    if "%" in form.symbols:
        digits = f"(?:{digits} ?%|% ?{digits})"
    money, unit = (re.escape(word.replace(NO_BREAK, " ")) for word in (form.currency, form.unit))
    before = f"(?:{money} ?)?" if money else ""
    trail = " ?-?" if _TRAILING in form.symbols else ""
    after = f"(?: ?{money})?{trail}" if money else ""
    after += f" ?{unit}" if unit else ""
    after += f"(?:{FLAGS})?" if FLAGGED in form.symbols else ""
    cells = [f"(?:{_SIGN}{before}|{before}{_SIGN}){digits}{trail}{after}"]
    if _BRACKETS in form.symbols:
        cells += [rf"{before}\({before}{digits}{after}\){after}"]
    if "%" in form.symbols or unit:
        cells += [f"{_SIGN}0+(?:{point}0*)?"]
    return "^(?:" + "|".join(cells) + ")$"


@dataclass(frozen=True, kw_only=True)
class NumberGuess:
    """The format that reads most cells of a column as numbers.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of float64
        Null where the cell is missing or unread.
    unread : int
        Cells that are there and are no numbers in this format.
    """

    form: NumberFormat
    values: pa.ChunkedArray
    unread: int


def guess_numbers(
    cells: pa.ChunkedArray, *, decimal: str, thousands: str | None = None, least: float = 0.8
) -> NumberGuess | None:
    """Find the number format of a column; None where clearly no numbers are in it.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    decimal : str
        The decimal mark of the file.
    thousands : str, optional
        The only thousands mark to consider, given by the person.
    least : float
        Share of the cells that must look like numbers to be worth a second look.
    """
    sample = narrow(sample_cells(cells))
    forms = [] if thousands and has(sample, re.escape(thousands)) else [NumberFormat(decimal=decimal)]
    if forms and _guess(sample, forms[0]).unread == 0:
        plain = _guess(cells, forms[0])
        if plain.unread == 0:
            return plain
    looks = pc.mean(pc.cast(pc.match_substring_regex(sample, ANY_NUMBER), pa.float64())).as_py()
    if looks is None or looks < least:
        return None
    cells = narrow(cells)
    parts = NumberParts(cells)
    forms += _marked_forms(parts, decimal, thousands)
    best = min((_guess(cells, form) for form in forms), key=lambda guess: guess.unread, default=None)
    return best if best is None or best.unread == 0 else _other_decimal(cells, parts, decimal, thousands) or best


def _other_decimal(
    cells: pa.ChunkedArray, parts: NumberParts, decimal: str, thousands: str | None
) -> NumberGuess | None:
    """A column may write another decimal mark than its file, if all its cells then read."""
    other = "," if decimal == "." else "."
    forms = [NumberFormat(decimal=other), *_marked_forms(parts, other, thousands)]
    return next((guess for guess in (_guess(cells, form) for form in forms) if guess.unread == 0), None)


def _guess(cells: pa.ChunkedArray, form: NumberFormat) -> NumberGuess:
    values = parse_numbers(cells, form)
    return NumberGuess(form=form, values=values, unread=values.null_count - cells.null_count)


def _marked_forms(parts: NumberParts, decimal: str, thousands: str | None) -> list[NumberFormat]:
    """Formats made of the marks that occur in the cells."""
    if parts.currency is None or parts.unit is None:
        return []
    signs = [parts.currency] if parts.currency else []
    signs += [sign for sign, found in (("%", parts.percent), (_BRACKETS, parts.brackets), (_TRAILING, parts.trailing),
                                        (FLAGGED, parts.flagged))
              if found]  # fmt: skip
    marks = [mark for mark, pattern in _THOUSANDS.items() if _may_group(parts.bodies, mark, pattern, decimal)]
    lakhs = (_LAKHS,) if decimal != "," and has(parts.bodies, "^[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}") else ()
    return [
        NumberFormat(
            decimal=decimal, thousands=mark, symbols=(*signs, *(lakhs if mark == "," else ())), unit=parts.unit
        )
        for mark in ([thousands] if thousands else ["", *marks])
    ]  # fmt: skip


def _may_group(bodies: pa.ChunkedArray, mark: str, pattern: str, decimal: str) -> bool:
    if mark == decimal:  # only where it stands twice in a cell, which no decimal mark does
        return has(bodies, f"{pattern}[0-9]{{3}}{pattern}[0-9]{{3}}")
    return has(bodies, f"[0-9]{pattern}[0-9]{{3}}")


def code_reason(cells: pa.ChunkedArray, values: pa.ChunkedArray) -> str:
    """Why digits are no quantities here, or `""`."""
    cells = narrow(cells)
    if leading_zeros(only(cells, pc.is_valid(values))):
        return "codes with leading zeros"
    if _are_exponent_codes(cells):
        return "codes of digits around an e"
    large = pc.and_(pc.greater_equal(pc.abs(values), float(FIRST_INEXACT)), pc.is_finite(values))
    if not pc.any(large).as_py() or not _all_whole(values):
        return ""
    digits = pc.match_substring_regex(cells, "^[+-]?[0-9]+$")
    return TOO_LONG if pc.any(pc.and_kleene(large, digits)).as_py() else ""


def _are_exponent_codes(cells: pa.ChunkedArray) -> bool:
    """Whether all cells look like `12e5`: programs write numbers with one digit in front or a sign behind the e."""
    pattern = "^[0-9]{2,}[eE][0-9]+$"
    head = cells.drop_null().slice(0, 1)  # most columns are settled by their first cell
    if not pc.any(pc.match_substring_regex(head, pattern)).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(cells, pattern)).as_py())


def _all_whole(values: pa.ChunkedArray) -> bool:
    finite = values.filter(pc.is_finite(values))
    return bool(len(finite)) and bool(pc.all(pc.equal(finite, pc.floor(finite))).as_py())
