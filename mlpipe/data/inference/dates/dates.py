"""Dates and times, read exactly and without the clock or locale of the machine; and how a column writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import map_distinct, narrow_text
from mlpipe.data.inference.dates.clock_words import plain_clocks
from mlpipe.data.inference.dates.date_forms import COMPACT, EXCEL, ISO
from mlpipe.data.inference.dates.languages import language, name_of
from mlpipe.data.inference.dates.pattern_fields import Fields, hours_of, is_letter, micros_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMESTAMP = pa.timestamp("us")
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
    "%V": "(?P<week>[0-9]{1,2})",
    "%u": "(?P<weekday>[1-7])",
    "%q": "(?P<quarter>[1-4])",
    "%h": "(?P<half_year>[12])",
    "%b": rf"(?P<month>(?i:{_MONTH_NAMES}))\.?",
    "%a": r"(?P<weekday_name>[^0-9]{2,40}?)\.?",
}
_SPOKEN = {
    "%b": r"(?P<month>[^0-9]{1,40}?)\.?",
    "%a": r"(?P<weekday_name>[^0-9]{1,60}?)\.?",
    "%d": "(?P<day>[0-9]{1,2})(?:er|º)?",
}
_LITERALS = {
    " ": " +",
    **dict.fromkeys(("de ", "d'"), "(?:de |d')"),
    "th": "(?i:st|nd|rd|th|er)",
}
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?"
)
_OFFSET = "(?: ?(?P<zone>Z|z|UTC)|(?P<sign>[+-])(?P<off_hour>[0-9]{2}):?(?P<off_minute>[0-9]{2})?)?"
_FAR_OFFSET = (
    "(?: ?(?P<zone>Z|z|UTC|GMT))?(?: ?(?P<sign>[+-])(?P<off_hour>[0-9]{1,2}):?(?P<off_minute>[0-9]{2})?)?"
    r"(?: \([^)]*\))?"
)
_SPAN = "(?:^|[^0-9:.])[0-9]{1,2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"
"""Behind other dates than those of ISO 8601, 10:00-11:00 is from when to when."""
_COMPACT = (
    "^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?:[Tt_ -]?(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})"
    "(?::?(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?:Z|z)?)?$"
)
_ORDERS = (["%d", "%m"], ["%m", "%d"], ["%d", "%m", "%y"], ["%m", "%d", "%y"], ["%y", "%m", "%d"])
_SERIAL = "^(?P<serial>[0-9]{1,7}(?:[.,][0-9]+)?)$"
_FIRST_SERIAL, _LAST_SERIAL = 1, 2_958_465
_NO_DAY = 60
"""The 29th of February 1900, which spreadsheets count and which there was not."""
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

    @property
    def unreal(self) -> pa.ChunkedArray:
        """Cells that have the shape and are no day of the calendar."""
        return pc.and_(self.shaped, pc.is_null(self.values))

    @property
    def strange(self) -> pa.ChunkedArray:
        """Cells that are there and do not have the shape."""
        return pc.invert(self.shaped)


def parse_dates(cells: pa.ChunkedArray, form: str) -> ParsedDates:
    """Read dates in one format, a time of day allowed behind each.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    form : str
        As `date_forms` makes them.
    """
    fast = _parse_fast(cells) if form == ISO else None
    if fast is not None:
        return ParsedDates(values=fast, shaped=pc.if_else(pc.is_valid(cells), True, None))
    cells = plain_clocks(cells)
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
def date_pattern(form: str) -> str:
    """A regular expression (RE2) with a group for each field of a date and time."""
    if form in (EXCEL, COMPACT):
        return _SERIAL if form == EXCEL else _COMPACT
    date, _, spoken = narrow_text("%Y-%m-%d" if form == ISO else form).partition("@")
    fields = _FIELDS | (_SPOKEN if spoken else {}) | {"%T": _CLOCK + _FAR_OFFSET}
    parts = re.findall("%.|th|de |d'|[^%]", date)
    escaped = "".join(fields.get(part, _LITERALS.get(part, re.escape(part))) for part in parts)
    if "%T" in parts:
        return f"^{escaped}$"
    return f"^{escaped}(?:(?:[Tt]|,? +){_CLOCK}{_OFFSET if form == ISO else _FAR_OFFSET})?$"


def _parse(cells: pa.Array, form: str) -> pa.Array:
    """One struct (value, shaped) for each distinct cell."""
    if form == EXCEL:
        return _parse_serials(cells)
    parts = pc.extract_regex(cells, date_pattern(form))
    field = Fields(parts)
    days, is_day = _weeks(field, form) if "%V" in form else _days(field, _months(parts, form), form)
    hour, exists = hours_of(field, parts)
    exists &= is_day
    exists &= (field["minute"] < 60) & (field["second"] < 60) & (field["off_hour"] < 24) & (field["off_minute"] < 60)
    offset = np.where(is_letter(parts, "sign", "-"), -1, 1) * (field["off_hour"] * 60 + field["off_minute"])
    minutes = hour * 60 + field["minute"] - offset
    micros = (minutes * 60 + field["second"]) * 1_000_000 + micros_of(parts)
    shaped = np.asarray(pc.is_valid(parts))
    if "@" in form or "%a" in form:
        shaped &= _are_spoken(parts, form)
    if form != ISO:
        shaped &= ~np.asarray(pc.fill_null(pc.match_substring_regex(cells, _SPAN), False))
    stamps = days.astype("datetime64[us]") + micros.astype("timedelta64[us]")
    value = pa.array(stamps, TIMESTAMP, mask=~(shaped & exists))
    return pa.StructArray.from_arrays([value, pa.array(shaped)], ["value", "shaped"])


def _months(parts: pa.StructArray, form: str) -> NDArray[np.int64]:
    """The month of each cell, by its number or its name; 1 where the format has none."""
    if parts.type.get_field_index("month") < 0:
        field = Fields(parts)
        first = 3 * field["quarter"] - 2 if "%q" in form else 6 * field["half_year"] - 5
        return np.where(first > 0, first, 1)
    cells = pc.struct_field(parts, "month")
    _, _, spoken = form.partition("@")
    if spoken and "%b" in form:
        names = language(spoken).months
        return np.array([names.get(name_of(cell or ""), 0) for cell in cells.to_pylist()], np.int64)
    text = pc.utf8_lower(pc.utf8_slice_codeunits(cells, 0, 3))
    named = pc.add(pc.index_in(text, value_set=pa.array(_MONTHS)), 1)
    number = pc.cast(pc.if_else(pc.is_valid(named), "0", text), pa.int64())
    return np.asarray(pc.fill_null(pc.coalesce(pc.cast(named, pa.int64()), number), 0))


def _are_spoken(parts: pa.StructArray, form: str) -> NDArray[np.bool_]:
    """Whether months and weekdays have the names that the format's language knows."""
    spoken = language(form.partition("@")[2])
    known = np.ones(len(parts), np.bool_)
    if "%b" in form and spoken.code:
        known &= _months(parts, form) > 0
    if "%a" in form:
        names = pc.struct_field(parts, "weekday_name").to_pylist()
        known &= np.array([name_of(name or "") in spoken.weekdays for name in names], np.bool_)
    return known


def _years(field: Fields, form: str) -> NDArray[np.int64]:
    """Years of two digits are read as POSIX reads them."""
    year = field["year"]
    return year + np.where(year < 69, 2000, 1900) if "%y" in form else year


def _days(field: Fields, month: NDArray[np.int64], form: str) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Days of the calendar, the first of a month where none is given, and whether there are such."""
    year = _years(field, form)
    day = field["day"] if "%d" in form or form == ISO else np.ones_like(year)
    first = (year - 1970) * 12 + month - 1
    start = first.astype("datetime64[M]").astype("datetime64[D]")
    length = ((first + 1).astype("datetime64[M]").astype("datetime64[D]") - start).astype(np.int64)
    exists = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    return start + (day - 1).astype("timedelta64[D]"), exists


def _weeks(field: Fields, form: str) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Days of ISO 8601 weeks, Mondays where none is given, and whether the year has such a week."""
    year, week = _years(field, form), field["week"]
    starts = [_first_monday(years) for years in (year, year + 1)]
    monday = starts[0] + (7 * (week - 1)).astype("timedelta64[D]")
    exists = (year >= 1) & (week >= 1) & (monday < starts[1])
    return monday + np.maximum(field["weekday"] - 1, 0).astype("timedelta64[D]"), exists


def _first_monday(year: NDArray[np.int64]) -> Any:
    """The Monday of the week with the 4th of January."""
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + np.timedelta64(3, "D")
    return fourth - ((fourth.astype(np.int64) + 3) % 7).astype("timedelta64[D]")


def _parse_serials(cells: pa.Array) -> pa.Array:
    """Days since 1900 as spreadsheets count them, to the millisecond."""
    number = pc.replace_substring(pc.struct_field(pc.extract_regex(cells, _SERIAL), "serial"), ",", ".")
    serial = np.asarray(pc.fill_null(pc.cast(number, pa.float64()), -1.0))
    shaped = np.asarray(pc.is_valid(number))
    exists = (serial >= _FIRST_SERIAL) & (serial < _LAST_SERIAL + 1) & (np.floor(serial) != _NO_DAY)
    millis = np.rint(np.where(exists, serial, 0) * 86_400_000).astype("timedelta64[ms]")
    start = np.where(serial < _NO_DAY, np.datetime64("1899-12-31", "ms"), np.datetime64("1899-12-30", "ms"))
    value = pa.array((start + millis).astype("datetime64[us]"), TIMESTAMP, mask=~(shaped & exists))
    return pa.StructArray.from_arrays([value, pa.array(shaped)], ["value", "shaped"])


def date_example(form: str) -> str:
    """The last day of 2024 in a date format."""
    if form == EXCEL:
        return "45657"
    text, _, spoken = ("%Y-%m-%d" if form == ISO else form).partition("@")
    december = next((name for name, month in language(spoken).months.items() if month == 12), "") if spoken else "Dec"
    tuesday = next(iter(sorted(language(spoken).weekdays)), "") if spoken else "Tue"
    codes = {
        "%Y": "2024", "%y": "24", "%m": "12", "%d": "31", "%b": december, "%V": "52", "%u": "2", "%q": "4", "%h": "2",
        "%a": tuesday, "%T": "13:45",
    }  # fmt: skip
    for mark, part in codes.items():
        text = text.replace(mark, part)
    return text


def other_orders(form: str) -> tuple[str, ...]:
    """Formats in which day, month and a year of two digits have changed places."""
    codes = re.findall("%[a-zA-SU-Z]", form)
    codes = [code for code in codes if code != "%a"]
    numbered = sorted(codes) in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]) and codes[0] != "%Y"
    if not numbered or re.search(r"[^\W\d_]", re.sub("%[dmyYaT]|@.*", "", form)):  # words tell what is what
        return ()
    wide = [code for code in codes if code != "%Y"]
    orders = [order for order in _ORDERS if sorted(order) == sorted(wide)]
    tail = codes[len(wide) :]
    return tuple(_in_order(form, [*order, *tail]) for order in orders if [*order, *tail] != codes)


def _in_order(form: str, codes: list[str]) -> str:
    left = iter(codes)
    return re.sub("%[dmyY]", lambda _: next(left), form)


def has_order(form: str) -> bool:
    """Whether day and month could change places."""
    return bool(other_orders(form))
