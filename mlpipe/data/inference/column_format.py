"""How the cells of a column are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.missing_markers import NUMBER_MISSING, WORD_MISSING
from mlpipe.data.schema import Kind

if TYPE_CHECKING:
    from mlpipe.data.inference.dates import DateGuess
    from mlpipe.data.inference.numbers import NumberFormat
    from mlpipe.params import ReadParams


@dataclass(frozen=True, kw_only=True)
class ColumnFormat:
    """How a column's cells are written.

    Parameters
    ----------
    integer : bool
        All numbers are whole and below 2^53.
    number : NumberFormat or None
        Where the kind is number.
    own_decimal : bool
        The decimal mark belongs to the column, not to its file.
    date : str or None
        Where the kind is datetime: `"iso"` or a `strptime` format.
    missing : tuple of str
        Cells that mean "no value", beside blank ones.
    empty : bool
        No cell holds a value.
    codes : bool
        Digits that are no quantity: leading zeros, or too long to be kept exactly.
    note : str
        What a person may want to know about the reading.
    """

    kind: Kind
    integer: bool = False
    number: NumberFormat | None = None
    own_decimal: bool = False
    date: str | None = None
    missing: tuple[str, ...] = ()
    empty: bool = False
    codes: bool = False
    note: str = ""


def number_missing(read: ReadParams) -> tuple[str, ...]:
    """What means "no value", beside blanks, where a column holds numbers or dates."""
    return tuple(dict.fromkeys((*filter(None, NUMBER_MISSING), *read.na_values)))


def word_format(read: ReadParams, *, codes: bool = False, note: str = "") -> ColumnFormat:
    """The format of a column of words."""
    missing = tuple(dict.fromkeys((*WORD_MISSING, *read.na_values)))
    return ColumnFormat(kind=Kind.STRING, missing=missing, codes=codes, note=note)


def number_format(form: NumberFormat, read: ReadParams, decimal: str) -> ColumnFormat:
    """The format of a column of numbers in a file with this decimal mark."""
    notes = [
        f"written like {form.example}" if form.thousands or form.symbols else "",
        f"with the decimal mark {form.decimal!r}, unlike the file" if form.decimal != decimal else "",
    ]
    return ColumnFormat(
        kind=Kind.NUMBER,
        number=form,
        own_decimal=form.decimal != decimal or form.thousands == decimal,
        missing=number_missing(read),
        note=", ".join(note for note in notes if note),
    )


def date_format(guess: DateGuess, read: ReadParams) -> ColumnFormat:
    """The format of a column of dates."""
    return ColumnFormat(kind=Kind.DATETIME, date=guess.form, missing=number_missing(read), note=guess.note)
