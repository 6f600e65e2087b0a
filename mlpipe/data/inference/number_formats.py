"""Finding out how a column writes its numbers, if it holds numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import sample_cells
from mlpipe.data.inference.numbers import BLANK, CURRENCIES, MINUS, THOUSANDS, NumberFormat, parse_numbers

_MONEY = "|".join(re.escape(s) for s in CURRENCIES)
_ANY_NUMBER = (
    rf"^(?P<open>\(?)[+\-{MINUS}]?(?P<before>(?:{_MONEY})?){BLANK}?\(?[+\-{MINUS}]?"
    rf"(?P<body>[0-9.,'’ \x{{00a0}}\x{{202f}}\x{{2009}}]*[0-9.,](?:[eE][+-]?[0-9]+)?)"
    rf"{BLANK}?(?P<percent>%?){BLANK}?(?P<after>(?:{_MONEY})?)\)?$"
)


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
        sorted(money) + ["%"] * bool(found["percent"]) + ["()"] * _has(cells, r"\(") + [MINUS] * _has(cells, MINUS)
    )
    marks = [mark for mark, pattern in THOUSANDS.items() if _may_group(bodies, mark, pattern, decimal)]
    chosen = [thousands] if thousands else ["", *marks]
    return [NumberFormat(decimal=decimal, thousands=mark, symbols=symbols) for mark in chosen]


def _may_group(bodies: pa.ChunkedArray, mark: str, pattern: str, decimal: str) -> bool:
    if mark == decimal:  # only where it stands twice in a cell, which no decimal mark does
        return _has(bodies, f"{pattern}[0-9]{{3}}{pattern}[0-9]{{3}}")
    return _has(bodies, f"[0-9]{pattern}[0-9]{{3}}")
