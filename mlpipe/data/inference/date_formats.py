"""Finding out how a column writes its dates, if it holds dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import sample_cells
from mlpipe.data.inference.dates import ISO, date_pattern, parse_dates

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_REAL = 0.95
_ANY_DATE = (
    r"^(?:[0-9]{1,4}[-/. ]+(?:[0-9]{1,2}|[A-Za-z]{3,9}\.?)[-/. ]+[0-9]{1,4}|[A-Za-z]{3,9}\.? +[0-9]{1,2},? +[0-9]{4})"
)
_WHOLE = (ISO, "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y")
_DAY_FIRST = tuple(f"%d{sep}%m{sep}%Y" for sep in "/.-")
_MONTH_FIRST = tuple(f"%m{sep}%d{sep}%Y" for sep in "/.-")
_TWO_DIGITS = tuple(form for sep in "/.-"
                    for form in (f"%d{sep}%m{sep}%y", f"%m{sep}%d{sep}%y", f"%y{sep}%m{sep}%d"))  # fmt: skip


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
    if _share(sample, date_pattern(form)) < least:
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
    return guess if order else replace(guess, note=order_note(guess.form))


def order_note(form: str) -> str:
    """What to say of a format chosen between two that fit equally."""
    return f"the cells fit both orders: read as {'day before month' if form.startswith('%d') else 'month before day'}"


def has_order(form: str) -> bool:
    """Whether day and month could change places."""
    return form in _DAY_FIRST + _MONTH_FIRST
