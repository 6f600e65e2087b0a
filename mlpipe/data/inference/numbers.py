"""Reading numbers from cells: plain ones, and ones with thousands marks, currencies, percent signs, brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import only

FIRST_INEXACT = 2**53
_MANY = 2000
"""Cells from which on several quick looks cost less than one slow one."""
CURRENCIES = (
    "$", "€", "£", "¥", "₹", "₽", "₩",
    "USD", "EUR", "GBP", "JPY", "INR", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "RUB", "BRL", "MXN", "ZAR", "KRW", "TRY", "SGD", "HKD",
)  # fmt: skip
MINUS = "−"  # noqa: RUF001  the typographic minus is what is meant
BLANK = r"[ \x{00a0}\x{202f}\x{2009}]"
THOUSANDS = {",": ",", ".": r"\.", " ": BLANK, "'": r"['’]"}
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
        What else may stand in a cell: one currency, `"%"`, `"()"` for negative amounts, the typographic minus.
    """

    decimal: str = "."
    thousands: str = ""
    symbols: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Nothing has to be taken out."""
        return not self.thousands and not self.symbols

    @property
    def example(self) -> str:
        """A number in this format."""
        whole = f"1{self.thousands}234" if self.thousands else "12"
        fraction = "" if self.thousands == self.decimal else f"{self.decimal}5"
        currency = next((s for s in self.symbols if s in CURRENCIES), "")
        before, after = (currency, "") if len(currency) == 1 else ("", f" {currency}".rstrip())
        return f"{before}{whole}{fraction}{'%' if '%' in self.symbols else ''}{after}"


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
    return _parse_plain(cells, form.decimal) if form.plain else _parse_marked(cells, form)


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
    negative = pc.match_substring(text, "(")
    for pattern in _removed(form):
        text = pc.replace_substring_regex(text, pattern, "")
    text = pc.replace_substring(text, MINUS, "-")
    if form.decimal == ",":
        text = pc.replace_substring(text, ",", ".")
    values = pc.cast(text, pa.float64())
    return pc.if_else(negative, pc.negate(values), values)


def _removed(form: NumberFormat) -> list[str]:
    money = [re.escape(s) for s in form.symbols if s in CURRENCIES]
    thousands = [THOUSANDS[form.thousands]] if form.thousands else []
    return [*money, f"[()%]|{BLANK}", *thousands]


def number_pattern(form: NumberFormat) -> str:
    """A regular expression (RE2) that whole cells of this format match."""
    point = re.escape(form.decimal)
    groups = f"|[1-9][0-9]{{0,2}}(?:{THOUSANDS[form.thousands]}[0-9]{{3}})+" if form.thousands else ""
    digits = f"(?:[0-9]+{groups})"
    if form.thousands != form.decimal:
        digits = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    percent = f"{BLANK}?%" if "%" in form.symbols else ""
    sign = rf"[+\-{MINUS}]?"
    money = "|".join(re.escape(s) for s in form.symbols if s in CURRENCIES)
    before = f"(?:(?:{money}){BLANK}?)?" if money else ""
    after = f"(?:{BLANK}?(?:{money}))?" if money else ""
    cells = [f"(?:{sign}{before}|{before}{sign}){digits}{percent}{after}"]
    if "()" in form.symbols:
        cells += [rf"{before}\({before}{digits}{percent}{after}\){after}"]
    if percent:
        cells += [f"{sign}0+(?:{point}0*)?"]
    return "^(?:" + "|".join(cells) + ")$"
