"""Which format a column of dates has, and what order of day, month and year its cells prove."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import sample_cells
from mlpipe.data.inference.dates.clock_words import plain_clocks
from mlpipe.data.inference.dates.date_forms import COMPACT, EXCEL, ISO, candidate_forms
from mlpipe.data.inference.dates.dates import date_pattern, other_orders, parse_dates

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAYBE = r"^[^0-9]{0,40}[0-9]{1,4}(?:[^0-9]|$)|^[12][0-9]{7}(?:[^0-9]|$)"
_COMPACT_CELLS = "^(?:19|20)[0-9]{6}(?:[0-9]{4}|[0-9]{6})?$"
_ENOUGH = 20
"""Whole numbers from which on it is no chance that all of them are days."""
_FAR_LESS = 3
_TWO_ORDERS = {"dm", "md"}


@dataclass(frozen=True, kw_only=True)
class DateGuess:
    """The format that reads most cells of a column as dates.

    Parameters
    ----------
    unread : int
        Cells that are there and do not have the shape of the format.
    real : int
        Cells that are days of the calendar, in another order of day and month too.
    note : str
        What was decided where the cells alone leave it open.
    """

    form: str
    unread: int
    real: int
    note: str = ""
    mask: NDArray[np.bool_] = field(repr=False, compare=False, default_factory=lambda: np.empty(0, bool))


def guess_dates(cells: pa.ChunkedArray, *, least: float = 0.8, order: str | None = None) -> DateGuess | None:
    """Find the date format of a column; None where clearly no dates are in it.

    Parameters
    ----------
    cells : pyarrow.ChunkedArray
        Trimmed, null where missing.
    least : float
        Share of the cells that must be dates in a format to be worth a second look.
    order : {"day", "month", "year"}, optional
        What comes first in dates that fit several orders.
    """
    sample = plain_clocks(sample_cells(cells))
    if _share(sample, _MAYBE) < least or not len(sample):
        return None
    forms = [form for form in candidate_forms(sample.to_pylist(), least) if _share(sample, date_pattern(form)) >= least]
    if not forms:
        return None
    counts = pc.value_counts(plain_clocks(cells).drop_null())
    values, weights = pa.chunked_array([counts.field("values")]), np.asarray(counts.field("counts"))
    guesses = {form: guess for form in forms if (guess := _guess(values, weights, form)).real}
    if not guesses:
        return None
    found = _settle(guesses, values, weights, order)
    return None if found is None or found.real < least * int(weights.sum()) else found


def guess_day_numbers(cells: pa.ChunkedArray) -> DateGuess | None:
    """Dates written as whole numbers, `20240131` or `20240131134500`: days of several months, not too few of them."""
    present = cells.drop_null()
    if len(present) < _ENOUGH or not _are_compact(present.slice(0, _ENOUGH)) or not _are_compact(present):
        return None
    days = parse_dates(present, COMPACT).values
    months = pc.count_distinct(pc.utf8_slice_codeunits(present, 0, 6)).as_py()
    if days.null_count or months < 2:
        return None
    return DateGuess(form=COMPACT, unread=0, real=len(present), note="whole numbers like 20241231")


def _are_compact(cells: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.match_substring_regex(cells, _COMPACT_CELLS)).as_py())


def guess_serials(cells: pa.ChunkedArray) -> DateGuess:
    """What numbers are that were said to be dates: days as spreadsheets count them, or `20240131`."""
    serial = pc.sum(parse_dates(cells, EXCEL).shaped).as_py() or 0
    compact = pc.sum(parse_dates(cells, COMPACT).shaped).as_py() or 0
    return DateGuess(form=EXCEL if serial > compact else COMPACT, unread=0, real=0)


def _share(cells: pa.ChunkedArray, pattern: str) -> float:
    matching = pc.sum(pc.match_substring_regex(cells, pattern)).as_py() or 0
    return matching / max(1, len(cells))


def _guess(values: pa.ChunkedArray, weights: NDArray[np.int64], form: str) -> DateGuess:
    dates = parse_dates(values, form)
    shaped = np.asarray(dates.shaped)
    real = np.asarray(pc.is_valid(dates.values))
    return DateGuess(form=form, unread=int(weights[~shaped].sum()), real=int(weights[real].sum()), mask=real)


def _settle(
    guesses: dict[str, DateGuess], values: pa.ChunkedArray, weights: NDArray[np.int64], order: str | None
) -> DateGuess | None:
    """The format that reads the most, in the order that the cells prove, that was asked for, or that is usual."""
    ranked = sorted(guesses.values(), key=lambda guess: (-guess.real, _rank(guess.form)))
    best = ranked[0]
    if _skips_a_year(best.form, values):
        return None
    others = other_orders(best.form)
    alike = [guess for guess in ranked if guess is best or guess.form in others]
    rivals = [guess for guess in alike if guess.real == best.real]
    if (
        re.search("%y", best.form)
        and re.search("%[mqV]", best.form)
        and not _is_proven(best, rivals, int(weights.sum()), order)
    ):
        return None
    if len(rivals) > 1:
        best = next((guess for guess in rivals if _has_years_in_front(guess.form, values)), best)
        asked = next((guess for guess in rivals if first_part(guess.form) == order), None)
        best = asked or replace(best, note=f"the cells fit both orders: read as {order_words(best.form)}")
    either = np.any([guess.mask for guess in alike], axis=0)
    return replace(best, real=int(weights[either].sum()))


def _is_proven(best: DateGuess, rivals: list[DateGuess], present: int, order: str | None) -> bool:
    """Numbers with years of two digits are dates where all cells are, and not in each order that there is."""
    return best.real == present and (order is not None or not {_codes(g.form)[:2] for g in rivals} >= _TWO_ORDERS)


def _skips_a_year(form: str, values: pa.ChunkedArray) -> bool:
    """Whether `2023/24` and the like are all there is: years of a school, not months."""
    if not form.startswith("%Y") or not form.endswith("%m") or len(form) != 5:
        return False
    parts = [(int(cell[:4]), int(cell[5:7])) for cell in values.to_pylist() if re.fullmatch("[0-9]{4}.[0-9]{2}", cell)]
    return bool(parts) and all(second == (first + 1) % 100 for first, second in parts)


def _has_years_in_front(form: str, values: pa.ChunkedArray) -> bool:
    """Whether the first of the parts varies far less than the last, as years do beside days."""
    if not form.startswith("%y"):
        return False
    parts = [re.findall("[0-9]+", cell)[:3] for cell in values.to_pylist()]
    first, last = (len({part[place] for part in parts if len(part) == 3}) for place in (0, 2))
    return _FAR_LESS * first <= last


def _codes(form: str) -> str:
    return "".join(re.findall("%([b-zA-SU-Z])", form))


def first_part(form: str) -> str:
    """What comes first in a format: `day`, `month` or `year`."""
    return {"d": "day", "m": "month"}.get(_codes(form)[:1], "year")


def order_words(form: str) -> str:
    """The order of a format's parts, in words."""
    return {"day": "day before month", "month": "month before day"}.get(first_part(form), "year first")


def _rank(form: str) -> int:
    """The usual order of the mark between the parts comes first, a year of two digits in front last."""
    if form.startswith("%y"):
        return 2
    usual = "%m/" if "/" in form else "%d"
    return int(not form.startswith((usual, "%Y", ISO)))
