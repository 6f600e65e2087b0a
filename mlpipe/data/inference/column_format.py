"""How the cells of a column are written, and a proposal from some of them: numbers, dates or words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import sample_cells
from mlpipe.data.inference.dates.date_forms import ISO
from mlpipe.data.inference.dates.date_guess import DateGuess, guess_dates, guess_day_numbers, guess_serials
from mlpipe.data.inference.dates.times import TimeGuess, guess_times, time_example
from mlpipe.data.inference.numbers.number_parts import NumberParts
from mlpipe.data.inference.numbers.numbers import NumberFormat, code_reason, guess_numbers
from mlpipe.data.inference.remarks import Remark
from mlpipe.data.missing_markers import NUMBER_MISSING, WORD_MISSING
from mlpipe.data.schema import Kind, Role
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.data.asked import Asked
    from mlpipe.data.inference.odd_cells import MixedColumn, OddCell
    from mlpipe.params import ReadParams

# Roles that are read as words whatever the cells look like, so that odd cells are no error there.
_WORDS = frozenset({Role.ID, Role.GROUP, Role.CATEGORICAL, Role.TEXT, Role.BOOLEAN, Role.IGNORE})
_ASKED = {Role.NUMERIC: Kind.NUMBER, Role.WEIGHT: Kind.NUMBER, Role.DATETIME: Kind.DATETIME}
_MOST_ODD = 0.05
"""Share of the cells that may spoil a column of numbers or dates before it is one of words: none of fewer than 20."""
_NEARLY_ODD = 0.2
"""Share of odd cells up to which a column of various numbers is still one of numbers with something wrong in it."""
_CLEARLY_ODD = 0.5
"""Share of odd cells beyond which some of a column's cells show that it is one of words."""
_MANY = 10
"""Times as many cells from which on it pays to ask some first."""
_LEAST_CELLS = 20
_LEAST_VALUES = 10
"""Different numbers or dates from which on words among them are no levels, as `3+` is beside 0, 1 and 2."""
_FEW_CLASSES = 20
_MOST_KINDS = 20
"""Different odd cells from which on they are kinds of words, unless they repeat."""
_LEAST_REAL = 0.95
"""Share of the cells shaped like dates that must be days of the calendar."""


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
        How dates, times or durations are written (`Column.datetime_format`).
    missing : tuple of str
        Cells that mean "no value", beside blank ones.
    empty : bool
        No cell holds a value.
    codes : bool
        Digits that are no quantity: leading zeros, or too long to be kept exactly.
    note : str
        What a person may want to know about the reading.
    remarks : tuple of Remark
        What a person should know about it.
    mixed : MixedColumn or None
        What few cells keep a column of words from being one of numbers or dates.
    two_orders : (OddCell, OddCell) or None
        A date that only one order of day and month reads, and one that only another reads.
    coerced : bool
        Cells that do not fit were asked to be missing.
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
    remarks: tuple[Remark, ...] = ()
    mixed: MixedColumn | None = None
    two_orders: tuple[OddCell, OddCell] | None = None
    coerced: bool = False


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
        f"written like {form.example}" if not form.plain else "",
        f"with the decimal mark {form.decimal!r}, unlike the file" if form.decimal != decimal else "",
    ]
    return ColumnFormat(
        kind=Kind.NUMBER,
        number=form,
        own_decimal=form.decimal != decimal or form.thousands == decimal,
        missing=number_missing(read),
        note=", ".join(note for note in notes if note),
    )


def _date_format(guess: DateGuess, read: ReadParams) -> ColumnFormat:
    """The format of a column of dates."""
    return ColumnFormat(kind=Kind.DATETIME, date=guess.form, missing=number_missing(read), note=guess.note)


def _time_format(guess: TimeGuess, read: ReadParams) -> ColumnFormat:
    """The format of a column of times of day or durations."""
    note = f"written like {time_example(guess.form)}, as seconds"
    return ColumnFormat(kind=guess.kind, date=guess.form, missing=number_missing(read), note=note)


def most_odd(n_cells: int) -> int:
    """How many of so many cells may be odd before they are words, whatever the others are."""
    return int(_MOST_ODD * n_cells)


def nearly_all(n_cells: int, n_odd: int, *, n_values: int, n_kinds: int) -> bool:
    """Whether a column is one of numbers or dates but for a few cells.

    Parameters
    ----------
    n_values, n_kinds : int
        Different numbers or dates, and different odd cells.
    """
    if n_odd <= most_odd(n_cells):
        return True
    various = n_cells >= _LEAST_CELLS and n_values >= _LEAST_VALUES
    return various and n_odd <= _NEARLY_ODD * n_cells and (n_kinds <= _MOST_KINDS or 2 * n_kinds <= n_odd)


def demanded_kind(asked: Asked | None) -> Kind | None:
    """The kind that a column must have, whatever its cells look like; None where they decide."""
    if asked is None:
        return None
    if asked.kind is None and asked.role in _WORDS:
        return Kind.STRING
    return asked.kind or _ASKED.get(asked.role)


def propose_format(
    cells: pa.ChunkedArray, asked: Asked | None, *, read: ReadParams, decimal: str, coerced: bool = False
) -> ColumnFormat:
    """How a column seems to be written.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Some of its cells: what is present if it holds numbers, at least one of which is there.
    decimal : str
        The decimal mark of the file.
    coerced : bool
        What fits some cells will do.
    """
    kind = demanded_kind(asked)
    if kind is Kind.NUMBER:
        return _numbers(cells, read, decimal)
    if kind is Kind.DATETIME:
        return _dates(cells, read)
    found = _guess_format(cells, read, decimal)
    if coerced and found.kind is Kind.STRING:
        found = _best_format(cells, read, decimal)
    if kind is Kind.STRING:
        # Read as words; what means "no value" among numbers still does where all else is numbers.
        return replace(found, kind=Kind.STRING, number=None, date=None, own_decimal=False, note="")
    # A target is numbers or words, a time numbers or dates.
    if asked is not None and asked.role is Role.TIME and found.kind is Kind.STRING:
        return _dates(cells, read)
    if asked is not None and asked.role is Role.TARGET and (found.kind is Kind.DATETIME or _are_measured(found, cells)):
        return word_format(read)
    return found


def _are_measured(found: ColumnFormat, cells: pa.ChunkedArray) -> bool:
    """Whether a few words with a number and a unit are the names of classes: 3 stars, 5 stars."""
    return found.number is not None and bool(found.number.unit) and pc.count_distinct(cells).as_py() <= _FEW_CLASSES


def empty_format(asked: Asked | None, *, read: ReadParams, decimal: str) -> ColumnFormat:
    """Without a value every kind fits: the one that was asked for."""
    usual = {**_ASKED, Role.TIME: Kind.DATETIME}
    kind = (asked and (asked.kind or usual.get(asked.role))) or Kind.STRING
    return ColumnFormat(
        kind=kind,
        number=NumberFormat(decimal=decimal) if kind is Kind.NUMBER else None,
        date=ISO if kind is Kind.DATETIME else None,
        missing=number_missing(read),
        empty=True,
    )


def _numbers(cells: pa.ChunkedArray, read: ReadParams, decimal: str) -> ColumnFormat:
    """Numbers as asked for; times of day and durations are such, in seconds."""
    times = guess_times(cells)
    if times is not None and times.unread == 0:
        return _time_format(times, read)
    numbers = guess_numbers(cells, decimal=decimal, thousands=read.thousands, least=0)
    return number_format(NumberFormat(decimal=decimal) if numbers is None else numbers.form, read, decimal)


def _dates(cells: pa.ChunkedArray, read: ReadParams) -> ColumnFormat:
    guess = guess_dates(cells, least=0, order=read.date_order)
    return _date_format(guess or guess_serials(cells), read)


def _best_format(cells: pa.ChunkedArray, read: ReadParams, decimal: str) -> ColumnFormat:
    """Numbers, dates or times: what reads most of the cells."""
    numbers = guess_numbers(cells, decimal=decimal, thousands=read.thousands, least=0)
    dates, times = guess_dates(cells, least=0, order=read.date_order), guess_times(cells)
    readings = [(numbers.unread, number_format(numbers.form, read, decimal))] if numbers else []
    readings += [(dates.unread, _date_format(dates, read))] if dates else []
    readings += [(times.unread, _time_format(times, read))] if times else []
    unread = number_format(NumberFormat(decimal=decimal), read, decimal)
    return min(readings, key=itemgetter(0), default=(0, unread))[1]


def _guess_format(cells: pa.ChunkedArray, read: ReadParams, decimal: str) -> ColumnFormat:
    """Number, date, time or words: what reads all cells, else what reads nearly all.

    Where a few cells are words beyond doubt, the others are not asked.
    """
    few = sample_cells(cells)
    if _MANY * len(few) < len(cells) and _guess_by(few, read, decimal, odd=_CLEARLY_ODD) == word_format(read):
        return word_format(read)
    return _guess_by(cells, read, decimal, odd=_NEARLY_ODD)


def _guess_by(cells: pa.ChunkedArray, read: ReadParams, decimal: str, *, odd: float) -> ColumnFormat:
    """The same, where a share of the cells may be odd."""
    days = guess_day_numbers(cells)
    if days is not None:
        message = f"Whole numbers like {cells.drop_null()[0]} are read as dates."
        return replace(_date_format(days, read), remarks=(Remark("MLP141", message),))
    numbers = guess_numbers(cells, decimal=decimal, thousands=read.thousands)
    codes = "" if numbers is None else code_reason(cells, numbers.values)
    if codes:
        times = guess_times(cells)  # 07.05 has a zero in front too
        whole = times is not None and times.unread == 0
        return _time_format(times, read) if times and whole else word_format(read, codes=True, note=codes)
    if numbers is not None and numbers.unread == 0:
        moment = _moment(cells, read) if numbers.form.unit else None
        return moment or number_format(numbers.form, read, decimal)
    n_cells = len(cells) - cells.null_count
    readings = [] if numbers is None else [(numbers.unread, number_format(numbers.form, read, decimal))]
    dates = guess_dates(cells, order=read.date_order)
    if dates is not None and dates.real >= _LEAST_REAL * (n_cells - dates.unread):
        readings.append((dates.unread, _date_format(dates, read)))
    times = guess_times(cells)
    if times is not None:
        readings.append((times.unread, _time_format(times, read)))
    unread, best = min(readings, key=itemgetter(0), default=(0, word_format(read)))  # the first of equals
    allowed = int(odd * n_cells) if n_cells >= _LEAST_CELLS else 0  # all cells decide in the end
    if unread <= allowed and readings:
        return best
    remark = None if numbers is None else NumberParts(cells).mixed_units
    return replace(word_format(read), remarks=() if remark is None else (remark,))


def _moment(cells: pa.ChunkedArray, read: ReadParams) -> ColumnFormat | None:
    """Times of day or dates, if all cells are such: `10.39 Uhr` and `2024Q3` have no unit."""
    times = guess_times(cells)
    if times is not None and times.kind is Kind.TIME and times.unread == 0:
        return _time_format(times, read)
    dates = guess_dates(cells, least=1, order=read.date_order)
    return _date_format(dates, read) if dates is not None and dates.unread == 0 and "%Y" in dates.form else None


def with_hidden(form: ColumnFormat, n_cells: int) -> ColumnFormat:
    """The format with a remark on so many cells out of which invisible characters were taken."""
    if not n_cells:
        return form
    told = f"{count_of(n_cells, 'cell')} with invisible characters, which are taken out."
    return replace(form, remarks=(*form.remarks, Remark("MLP123", told)))
