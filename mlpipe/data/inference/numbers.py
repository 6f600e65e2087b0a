"""Numbers in cells: plain ones, and ones with thousands marks, currencies, percent signs, brackets; and which it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import only, sample_cells

FIRST_INEXACT = 2**53
_MANY = 2000
"""Cells from which on several quick looks cost less than one slow one."""
_CURRENCIES = (
    "$", "€", "£", "¥", "₹", "₽", "₩",
    "USD", "EUR", "GBP", "JPY", "INR", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "RUB", "BRL", "MXN", "ZAR", "KRW", "TRY", "SGD", "HKD",
)  # fmt: skip
_MINUS = "−"  # noqa: RUF001  the typographic minus is what is meant
_BLANK = r"[ \x{00a0}\x{202f}\x{2009}]"
_THOUSANDS = {",": ",", ".": r"\.", " ": _BLANK, "'": r"['’]"}
_MONEY = "|".join(re.escape(s) for s in _CURRENCIES)
_ANY_NUMBER = (
    rf"^(?P<open>\(?)[+\-{_MINUS}]?(?P<before>(?:{_MONEY})?){_BLANK}?\(?[+\-{_MINUS}]?"
    rf"(?P<body>[0-9.,'’ \x{{00a0}}\x{{202f}}\x{{2009}}]*[0-9.,](?:[eE][+-]?[0-9]+)?)"
    rf"{_BLANK}?(?P<percent>%?){_BLANK}?(?P<after>(?:{_MONEY})?)\)?$"
)
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
    def money(self) -> bool:
        """Amounts in a currency."""
        return any(symbol in _CURRENCIES for symbol in self.symbols)

    @property
    def example(self) -> str:
        """A number in this format."""
        whole = f"1{self.thousands}234" if self.thousands else "12"
        fraction = "" if self.thousands == self.decimal else f"{self.decimal}5"
        currency = next((s for s in self.symbols if s in _CURRENCIES), "")
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
    text = pc.replace_substring(text, _MINUS, "-")
    if form.decimal == ",":
        text = pc.replace_substring(text, ",", ".")
    values = pc.cast(text, pa.float64())
    return pc.if_else(negative, pc.negate(values), values)


def _removed(form: NumberFormat) -> list[str]:
    money = [re.escape(s) for s in form.symbols if s in _CURRENCIES]
    thousands = [_THOUSANDS[form.thousands]] if form.thousands else []
    return [*money, f"[()%]|{_BLANK}", *thousands]


def number_pattern(form: NumberFormat) -> str:
    """A regular expression (RE2) that whole cells of this format match."""
    point = re.escape(form.decimal)
    groups = f"|[1-9][0-9]{{0,2}}(?:{_THOUSANDS[form.thousands]}[0-9]{{3}})+" if form.thousands else ""
    digits = f"(?:[0-9]+{groups})"
    if form.thousands != form.decimal:
        digits = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    percent = f"{_BLANK}?%" if "%" in form.symbols else ""
    sign = rf"[+\-{_MINUS}]?"
    money = "|".join(re.escape(s) for s in form.symbols if s in _CURRENCIES)
    before = f"(?:(?:{money}){_BLANK}?)?" if money else ""
    after = f"(?:{_BLANK}?(?:{money}))?" if money else ""
    cells = [f"(?:{sign}{before}|{before}{sign}){digits}{percent}{after}"]
    if "()" in form.symbols:
        cells += [rf"{before}\({before}{digits}{percent}{after}\){after}"]
    if percent:
        cells += [f"{sign}0+(?:{point}0*)?"]
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
    sample = sample_cells(cells)
    forms = [] if thousands and _has(sample, re.escape(thousands)) else [NumberFormat(decimal=decimal)]
    if forms and _guess(sample, forms[0]).unread == 0:
        plain = _guess(cells, forms[0])
        if plain.unread == 0:
            return plain
    looks = pc.mean(pc.cast(pc.match_substring_regex(sample, _ANY_NUMBER), pa.float64())).as_py()
    if looks is None or looks < least:
        return None
    forms += _marked_forms(cells, decimal, thousands)
    best = min((_guess(cells, form) for form in forms), key=lambda guess: guess.unread, default=None)
    return best if best is None or best.unread == 0 else _other_decimal(cells, decimal, thousands) or best


def _other_decimal(cells: pa.ChunkedArray, decimal: str, thousands: str | None) -> NumberGuess | None:
    """A column may write another decimal mark than its file, if all its cells then read."""
    other = "," if decimal == "." else "."
    forms = [NumberFormat(decimal=other), *_marked_forms(cells, other, thousands)]
    return next((guess for guess in (_guess(cells, form) for form in forms) if guess.unread == 0), None)


def _guess(cells: pa.ChunkedArray, form: NumberFormat) -> NumberGuess:
    values = parse_numbers(cells, form)
    return NumberGuess(form=form, values=values, unread=values.null_count - cells.null_count)


def _has(cells: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())


def _marked_forms(cells: pa.ChunkedArray, decimal: str, thousands: str | None) -> list[NumberFormat]:
    """Formats made of the marks that occur in the cells."""
    parts = pc.extract_regex(cells.drop_null(), _ANY_NUMBER)
    found = {name: set(pc.unique(pc.struct_field(parts, name)).to_pylist()) - {None, ""}
             for name in ("open", "before", "percent", "after")}  # fmt: skip
    money = found["before"] | found["after"]
    if len(money) > 1:
        return []  # amounts in several currencies are no one column of numbers
    bodies = pc.struct_field(parts, "body")
    symbols = tuple(
        sorted(money) + ["%"] * bool(found["percent"]) + ["()"] * _has(cells, r"\(") + [_MINUS] * _has(cells, _MINUS)
    )
    marks = [mark for mark, pattern in _THOUSANDS.items() if _may_group(bodies, mark, pattern, decimal)]
    chosen = [thousands] if thousands else ["", *marks]
    return [NumberFormat(decimal=decimal, thousands=mark, symbols=symbols) for mark in chosen]


def _may_group(bodies: pa.ChunkedArray, mark: str, pattern: str, decimal: str) -> bool:
    if mark == decimal:  # only where it stands twice in a cell, which no decimal mark does
        return _has(bodies, f"{pattern}[0-9]{{3}}{pattern}[0-9]{{3}}")
    return _has(bodies, f"[0-9]{pattern}[0-9]{{3}}")
