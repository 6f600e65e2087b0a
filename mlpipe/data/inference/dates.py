"""Dates and times, read exactly and without the clock or locale of the machine; and how a column writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import map_distinct, sample_cells
from mlpipe.data.inference.pattern_fields import Fields, hours_of, is_letter, micros_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMESTAMP = pa.timestamp("us")
ISO = "iso"
COMPACT = "%Y%m%d"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_FIELDS = {
    "%Y": "(?P<year>[0-9]{4})",
    "%y": "(?P<year>[0-9]{2})",
    "%m": "(?P<month>[0-9]{1,2})",
    "%d": "(?P<day>[0-9]{1,2})",
    "%b": rf"(?P<month>(?i:{_MONTH_NAMES}))\.?",
}
_TIME = (
    "(?:(?:[Tt]|,? +)(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})"
    "(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?(?: ?(?P<half>[AaPp])[Mm])?"
)
_NO_OFFSET = "(?P<zone>)(?P<sign>)(?P<off_hour>)(?P<off_minute>)"
_OFFSET = "(?: ?(?P<zone>Z|z|UTC)|(?P<sign>[+-])(?P<off_hour>[0-9]{2}):?(?P<off_minute>[0-9]{2})?)?"
_ANY_DATE = (
    r"^(?:[0-9]{1,4}[-/. ]+(?:[0-9]{1,2}|[A-Za-z]{3,9}\.?)[-/. ]+[0-9]{1,4}|[A-Za-z]{3,9}\.? +[0-9]{1,2},? +[0-9]{4})"
)
_WHOLE = (ISO, "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y")
_DAY_FIRST = tuple(f"%d{sep}%m{sep}%Y" for sep in "/.-")
_MONTH_FIRST = tuple(f"%m{sep}%d{sep}%Y" for sep in "/.-")
_TWO_DIGITS = tuple(form for sep in "/.-"
                    for form in (f"%d{sep}%m{sep}%y", f"%m{sep}%d{sep}%y", f"%y{sep}%m{sep}%d"))  # fmt: skip
# What the fast parser may see: a subset of what the pattern of ISO dates takes, so that both agree on every cell.
_FAST_ISO = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$"
_FAST_FROM, _FAST_BEFORE = (
    int(np.datetime64(f"{year}-01-01", "us").astype(np.int64)) for year in (1000, 3000)
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ParsedDates:
    """Parsed cells.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of timestamp[us]
        Null where missing, of another shape, or no day of the calendar; UTC where the cell has an offset.
    shaped : pyarrow.ChunkedArray of bool
        Whether the cell has the shape of the format (also where there is no such day); null where missing.
    """

    values: pa.ChunkedArray
    shaped: pa.ChunkedArray


def parse_dates(cells: pa.ChunkedArray, form: str) -> ParsedDates:
    """Read dates in one format, a time of day allowed behind each.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    form : str
        `"iso"`, or a `strptime` format of the date made of `%Y %y %m %d %b`.
    """
    fast = _parse_fast(cells) if form == ISO else None
    if fast is not None:
        return ParsedDates(values=fast, shaped=pc.if_else(pc.is_valid(cells), True, None))
    both = map_distinct(cells, lambda distinct: _parse(distinct, form))
    return ParsedDates(values=pc.struct_field(both, "value"), shaped=pc.struct_field(both, "shaped"))


def _parse_fast(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """ParsedDates in the plainest form, if all cells are such; None where it takes the pattern to tell."""
    days = as_long_as_days(cells)
    if not days and not pc.all(pc.match_substring_regex(cells, _FAST_ISO), min_count=0).as_py():
        return None
    try:
        values = pc.cast(cells, TIMESTAMP)
    except pa.ArrowInvalid:
        return None  # some day does not exist
    # No other form of that length passes the cast, so that only the years are left to be checked.
    ends = pc.min_max(pc.cast(values, pa.int64())).as_py()
    return values if not days or (ends["min"] >= _FAST_FROM and ends["max"] < _FAST_BEFORE) else None


def as_long_as_days(cells: pa.ChunkedArray) -> bool:
    """Whether all cells are as long as `2024-12-31`."""
    lengths = pc.min_max(pc.binary_length(cells)).as_py()
    return bool(lengths["min"] == lengths["max"] == 10)


@cache
def _date_pattern(form: str) -> str:
    """A regular expression (RE2) with a group for each field of a date and time."""
    date = "%Y-%m-%d" if form == ISO else form
    escaped = "".join(_FIELDS.get(part, re.escape(part)) for part in re.findall("%.|[^%]", date))
    return f"^{escaped}{_TIME}{_OFFSET if form == ISO else _NO_OFFSET})?$"


def _parse(cells: pa.Array, form: str) -> pa.Array:
    """One struct (value, shaped) for each distinct cell."""
    parts = pc.extract_regex(cells, _date_pattern(form))
    field = Fields(parts)
    year, month, day = field["year"], _months(parts), field["day"]
    if "%y" in form:
        year = year + np.where(year < 69, 2000, 1900)  # as POSIX reads years of two digits
    first = (year - 1970) * 12 + month - 1
    start = first.astype("datetime64[M]").astype("datetime64[D]")
    length = ((first + 1).astype("datetime64[M]").astype("datetime64[D]") - start).astype(np.int64)
    hour, exists = hours_of(field, parts)
    exists &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    exists &= (field["minute"] < 60) & (field["second"] < 60) & (field["off_hour"] < 24) & (field["off_minute"] < 60)
    offset = np.where(is_letter(parts, "sign", "-"), -1, 1) * (field["off_hour"] * 60 + field["off_minute"])
    minutes = hour * 60 + field["minute"] - offset
    micros = (minutes * 60 + field["second"]) * 1_000_000 + micros_of(parts)
    shaped = np.asarray(pc.is_valid(parts))
    stamps = (start + (day - 1)).astype("datetime64[us]") + micros.astype("timedelta64[us]")
    value = pa.array(stamps, TIMESTAMP, mask=~(shaped & exists))
    return pa.StructArray.from_arrays([value, pa.array(shaped)], ["value", "shaped"])


def _months(parts: pa.StructArray) -> NDArray[np.int64]:
    text = pc.utf8_lower(pc.utf8_slice_codeunits(pc.struct_field(parts, "month"), 0, 3))
    named = pc.add(pc.index_in(text, value_set=pa.array(_MONTHS)), 1)
    number = pc.cast(pc.if_else(pc.is_valid(named), "0", text), pa.int64())
    return np.asarray(pc.fill_null(pc.coalesce(pc.cast(named, pa.int64()), number), 0))


@dataclass(frozen=True, kw_only=True)
class DateGuess:
    """The format that reads most cells of a column as dates.

    Parameters
    ----------
    unread : int
        Cells that are there and do not have the shape of the format.
    real : int
        Cells that are days of the calendar.
    note : str
        What was decided where the cells alone leave it open.
    """

    form: str
    unread: int
    real: int
    note: str = ""


def guess_dates(cells: pa.ChunkedArray, *, least: float = 0.8, order: str | None = None) -> DateGuess | None:
    """Find the date format of a column; None where clearly no dates are in it.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    least : float
        Share of the cells that must be dates in a format to be worth a second look.
    order : {"day", "month"}, optional
        What comes first in dates that fit both orders.
    """
    sample = sample_cells(cells)
    if _share(sample, _ANY_DATE) < least or not len(sample):
        return None
    candidates = [
        form for form in (*_WHOLE, *_DAY_FIRST, *_MONTH_FIRST, *_TWO_DIGITS) if _plausible(sample, form, least)
    ]
    if not candidates:
        return None
    counts = pc.value_counts(cells.drop_null())
    values, weights = pa.chunked_array([counts.field("values")]), np.asarray(counts.field("counts"))
    guesses = {form: _guess(values, weights, form) for form in candidates}
    settled = [form for form in candidates if form not in _TWO_DIGITS]
    if not settled:
        return _only_reading(guesses, len(cells) - cells.null_count)
    best = max(settled, key=lambda form: guesses[form].real)  # the first of equals: day before month
    return _settle_order(guesses, best, order)


def _share(cells: pa.ChunkedArray, pattern: str) -> float:
    matching = pc.sum(pc.match_substring_regex(cells, pattern)).as_py() or 0
    return matching / max(1, len(cells))


def _plausible(sample: pa.ChunkedArray, form: str, least: float) -> bool:
    if _share(sample, _date_pattern(form)) < least:
        return False  # a pattern costs little, reading its fields much more
    real = len(sample) - parse_dates(sample, form).values.null_count
    return bool(real >= max(1, least * len(sample)))


def _guess(values: pa.ChunkedArray, weights: NDArray[np.int64], form: str) -> DateGuess:
    dates = parse_dates(values, form)
    shaped = np.asarray(dates.shaped)
    real = np.asarray(pc.is_valid(dates.values))
    return DateGuess(form=form, unread=int(weights[~shaped].sum()), real=int(weights[real].sum()))


def _only_reading(guesses: dict[str, DateGuess], present: int) -> DateGuess | None:
    """Years of two digits are dates only where a single order of day, month and year fits every cell."""
    complete = [guess for guess in guesses.values() if guess.real == present]
    return complete[0] if len(complete) == 1 else None


def _settle_order(guesses: dict[str, DateGuess], best: str, order: str | None) -> DateGuess:
    """Choose between day and month first; where both fit equally, the usual order of the mark between them."""
    if best not in _DAY_FIRST + _MONTH_FIRST:
        return guesses[best]
    day_first, month_first = (f.replace("%X", best[2]) for f in ("%d%X%m%X%Y", "%m%X%d%X%Y"))
    if day_first not in guesses or month_first not in guesses:
        return guesses[best]
    if guesses[day_first].real != guesses[month_first].real:
        return guesses[best]
    usual = "month" if best[2] == "/" else "day"
    guess = guesses[month_first if (order or usual) == "month" else day_first]
    return guess if order else replace(guess, note=_order_note(guess.form))


def _order_note(form: str) -> str:
    """What to say of a format chosen between two that fit equally."""
    return f"the cells fit both orders: read as {'day before month' if form.startswith('%d') else 'month before day'}"


def has_order(form: str) -> bool:
    """Whether day and month could change places."""
    return form in _DAY_FIRST + _MONTH_FIRST
