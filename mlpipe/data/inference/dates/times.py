"""Clock times and durations, read exactly as seconds; and how a column writes them.

A format is named by what it is like: `%H:%M`, `%H.%M` and `%Hh%M` are times of day, seconds and am or pm allowed;
`[h]:mm` and `[m]:ss` are durations as spreadsheets call them; `days` is `1 day 02:00`, `units` is `2d 3h`, and
`iso-duration` is ISO 8601 (`PT1H30M`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import map_distinct, sample_cells
from mlpipe.data.inference.dates.clock_words import plain_clocks
from mlpipe.data.inference.dates.dates import ParsedDates
from mlpipe.data.inference.dates.pattern_fields import Fields, hours_of, is_letter, micros_of
from mlpipe.data.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS_PER_DAY = 86_400
_HALF = r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?"
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,9}))?"
_OCLOCK = r"(?: ?(?:Uhr|h|hrs))?"
_SIGN = r"(?P<sign>[+-]?)"
_MINUTES = rf"(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}}){_FRACTION})?"
_CLOCK = "%H:%M"
_DOTTED = "%H.%M"
_LETTERED = "%Hh%M"
_HOURS = "[h]:mm"
_MINUTES_FIRST = "[m]:ss"
_PATTERNS = {
    _MINUTES_FIRST: rf"^{_SIGN}(?:(?P<hour>[0-9]{{1,4}}):)?(?P<minute>[0-9]{{1,4}}):(?P<second>[0-9]{{2}}){_FRACTION}$",
    _CLOCK: rf"^(?P<hour>[0-9]{{1,2}}):{_MINUTES}{_HALF}{_OCLOCK}$",
    _DOTTED: r"^(?P<hour>[0-9]{1,2})\.(?P<minute>[0-9]{2})(?:\.(?P<second>[0-9]{2})(?:,(?P<fraction>[0-9]{1,9}))?)?"
    rf"{_HALF}(?: ?Uhr)?$",
    _LETTERED: r"^(?P<hour>[0-9]{1,2}) ?(?:[hH]|[时時点點시]) ?(?:(?P<minute>[0-9]{1,2}) ?[分분]? ?"
    rf"(?:(?P<second>[0-9]{{1,2}}) ?[秒초])?)?{_HALF}$",
    _HOURS: rf"^{_SIGN}(?P<hour>[0-9]{{1,6}}):{_MINUTES}$",
    "days": rf"^(?P<sign>[+-]?)(?P<day>[0-9]{{1,6}}) ?(?:d|days?),?(?: \+?(?P<hour>[0-9]{{1,2}}):{_MINUTES})?$",
    "units": r"^(?P<sign>[+-]?)(?:(?P<week>[0-9]{1,5}) ?(?:w|wks?|weeks?),? ?)?"
    r"(?:(?P<day>[0-9]{1,6}) ?(?:d|days?),? ?)?"
    r"(?:(?P<hour>[0-9]{1,7}) ?(?:h|hrs?|hours?|std),? ?)?(?:(?P<minute>[0-9]{1,8}) ?(?:m|mins?|minutes?),? ?)?"
    r"(?:(?P<second>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,9}))? ?(?:s|secs?|seconds?))?$",
    "iso-duration": r"^(?P<sign>[+-]?)P(?:(?P<week>[0-9]{1,5})W)?(?:(?P<day>[0-9]{1,6})D)?"
    rf"(?:T(?:(?P<hour>[0-9]{{1,7}})H)?(?:(?P<minute>[0-9]{{1,8}})M)?(?:(?P<second>[0-9]{{1,9}}){_FRACTION}S)?)?$",
}
_TIMES_OF_DAY = (_CLOCK, _DOTTED, _LETTERED)
_EXAMPLES = {
    _CLOCK: "23:59", _DOTTED: "23.59", _LETTERED: "23h59", _HOURS: "36:15", _MINUTES_FIRST: "36:15",
    "days": "1 day 02:00", "units": "2d 3h", "iso-duration": "PT1H30M",
}  # fmt: skip
_LEAST_REAL = 0.95
"""Share of the cells shaped like times of day that must be such; with fewer they are durations."""
_ENOUGH = 20
"""Cells from which on one dot in each, two digits on both sides and a zero in front are times and no decimals."""
_TWO_DOTS = r"^[0-9]{1,2}\.[0-9]{2}\.[0-9]{2}"
_MARKS = {_LETTERED: r"[hH时時点點시] ?[0-9]", "days": ":", "units": r"^[+-]?[0-9]+ ?[A-Za-z]+,? ?[0-9]"}
_THREE_PARTS = r"^[+-]?[0-9]+:[0-9]+:"
_LATE = r"^[+-]?(?:2[4-9]|[3-9][0-9]|[0-9]{3,}):"


@dataclass(frozen=True, kw_only=True)
class TimeGuess:
    """The format that reads a column as times of day or durations.

    Parameters
    ----------
    kind : Kind
        `TIME` or `DURATION`.
    unread : int
        Cells that are there and do not have the shape of the format.
    """

    form: str
    kind: Kind
    unread: int


def parse_times(cells: pa.ChunkedArray, form: str) -> ParsedDates:
    """Read times of day or durations in one format, as seconds (float64)."""
    both = map_distinct(plain_clocks(cells), lambda distinct: _parse(distinct, form))
    return ParsedDates(values=pc.struct_field(both, "value"), shaped=pc.struct_field(both, "shaped"))


def time_example(form: str) -> str:
    """A cell in this format."""
    return _EXAMPLES[form]


def _parse(cells: pa.Array, form: str) -> pa.Array:
    """One struct (value, shaped) for each distinct cell."""
    parts = pc.extract_regex(cells, _PATTERNS[form])
    field = Fields(parts)
    shaped = np.asarray(pc.fill_null(pc.match_substring_regex(cells, "[0-9]"), False)) & np.asarray(pc.is_valid(parts))
    hour, exists = hours_of(field, parts) if form in _TIMES_OF_DAY else (field["hour"], shaped)
    minute, second, micros = field["minute"], field["second"], micros_of(parts)
    if form in _TIMES_OF_DAY:  # a day may end at 24:00
        exists = exists | ((hour == 24) & (minute + second + micros == 0))
    if form not in ("units", "iso-duration"):
        exists = exists & ((minute < 60) | (form == _MINUTES_FIRST)) & (second < 60)
    days = field["week"] * 7 + field["day"]
    clock = (hour * 3600 + minute * 60 + second) * 1_000_000 + micros
    value = _signed(days * SECONDS_PER_DAY * 1_000_000, clock, is_letter(parts, "sign", "-"), form) / 1_000_000
    values = pa.array(value, pa.float64(), mask=~(shaped & exists))
    return pa.StructArray.from_arrays([values, pa.array(shaped)], ["value", "shaped"])


def _signed(
    days: NDArray[np.int64], clock: NDArray[np.int64], minus: NDArray[np.bool_], form: str
) -> NDArray[np.int64]:
    """The whole is negative; of `-1 day, 23:00:00` the days alone, as Python and pandas write it."""
    sign = np.where(minus, -1, 1)
    return sign * days + clock if form == "days" else sign * (days + clock)


def guess_times(cells: pa.ChunkedArray, *, least: float = 0.8) -> TimeGuess | None:
    """Find how a column writes times of day or durations; None where it does not.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    least : float
        Share of the cells that must be such to be worth a second look.
    """
    sample = plain_clocks(sample_cells(cells))
    if not len(sample) or not pc.any(pc.match_substring_regex(sample, "[0-9][:.hHdDwW PTMS时時点點시]")).as_py():
        return None
    shares = {form: _share(sample, pattern) for form, pattern in _PATTERNS.items()}
    likely = [form for form, share in shares.items() if share >= max(least, 1 / len(sample))]
    cells = plain_clocks(cells) if likely else cells
    guesses = [found for form in likely if (found := _judge(cells, form)) is not None]
    return min(guesses, key=lambda guess: guess.unread, default=None)  # the first of equals


def _share(cells: pa.ChunkedArray, pattern: str) -> float:
    return (pc.sum(pc.match_substring_regex(cells, pattern)).as_py() or 0) / max(1, len(cells))


def _any(cells: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())


def _judge(cells: pa.ChunkedArray, form: str) -> TimeGuess | None:
    """What the whole column says for a format that its sample has the shape of."""
    if not _speaks_for(cells, form):
        return None
    present = len(cells) - cells.null_count
    times = parse_times(cells, form)
    shaped = pc.sum(times.shaped).as_py() or 0
    if len(cells) - times.values.null_count < _LEAST_REAL * shaped:
        return None
    kind = Kind.TIME if form in _TIMES_OF_DAY else Kind.DURATION
    return TimeGuess(form=form, kind=kind, unread=present - shaped)


def _speaks_for(cells: pa.ChunkedArray, form: str) -> bool:
    """Whether something in the column is a mark of the format that no number or quantity has."""
    if form == _DOTTED:
        return _any(cells, _TWO_DOTS) or _any(cells, r"[A-Za-z]\.?$") or _zeros_in_front(cells.drop_null())
    if form == _MINUTES_FIRST:
        return _any(cells, _THREE_PARTS) and _any(cells, rf"{_LATE}[0-9]{{2}}$") and not _any(cells, rf"{_LATE}[0-9]+:")
    mark = _MARKS.get(form)
    return mark is None or _any(cells, mark)


def _zeros_in_front(present: pa.ChunkedArray) -> bool:
    clocks = pc.all(pc.match_substring_regex(present, r"^[0-9]{2}\.[0-5][0-9]$")).as_py()
    return len(present) >= _ENOUGH and bool(clocks) and _any(present, "^0")
