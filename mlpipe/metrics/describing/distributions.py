"""Counts of numbers and moments in bars whose edges a person would choose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

MOST_BARS = 30
_TAIL = 3.0
"""Cells farther out than so many times the span of the middle 90 % are put into the last bar."""
_LARGEST = float(np.finfo(np.float64).max)
_LOG_SPREAD = 300.0
"""Positive numbers whose 95 % quantile is so many times the 5 % one, and lopsided, are shown by powers."""
_UNITS = ("s", "m", "h", "D", "W", "M", "Y")


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Counts in bars.

    Parameters
    ----------
    edges : ndarray of shape (n_bars + 1,)
        In the unit of the numbers; microseconds since 1970 for moments.
    counts : ndarray of shape (n_bars,)
        The first and the last bar hold the cells beyond them too.
    below, above : int
        Cells beyond the edges, counted in the first and the last bar.
    one_each : bool
        Each bar is one value, in its middle.
    log : bool
        The edges grow by a factor.
    unit : str
        The numpy unit of the bars of moments ("D", "M", …), or "".
    """

    edges: Floats
    counts: Codes
    below: int = 0
    above: int = 0
    one_each: bool = False
    log: bool = False
    unit: str = ""


def count_numbers(ordered: Floats) -> Histogram | None:
    """Count sorted numbers; None where there is none that is finite.

    Whole numbers of a narrow range, or in few even steps, get a bar each. Other bars have round edges, as many as
    Rice's rule allows (2 n^(1/3), at most 30). Long tails end in the last bar; positive numbers over several powers
    of ten are counted by powers.
    """
    values = ordered[np.isfinite(ordered)]
    if not len(values):
        return None
    low, high = float(values[0]), float(values[-1])
    whole = max(abs(low), abs(high)) < 2**53 and bool((values == np.round(values)).all())
    # Beyond 2^51 no float lies half-way between two whole numbers.
    if whole and max(-low, high) < 2**51 and (step := _common_step(values)) and (high - low) / step < MOST_BARS:
        return _counted(values, (np.arange((high - low) / step + 2) - 0.5) * step + low, one_each=True)
    if low == high:
        with np.errstate(over="ignore"):  # next to the largest number there is
            edges = np.nextafter(low, [-np.inf, np.inf])
        return _counted(values, np.clip(edges, -_LARGEST, _LARGEST))
    with np.errstate(over="ignore", invalid="ignore"):  # between numbers near 1e308
        q05, median, q95 = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    bars = int(min(MOST_BARS, max(5, math.ceil(2 * len(values) ** (1 / 3)))))
    if low > 0 and q95 / q05 > _LOG_SPREAD and q95 - median > 3 * (median - q05):
        return _counted(values, _powers(low, high, bars), log=True)
    if math.isfinite(reach := _TAIL * (q95 - q05)) and reach > 0:
        low, high = max(low, q05 - reach), min(high, q95 + reach)
    return _counted(values, _round_edges(low, high, bars, whole=whole))


def _common_step(values: Floats) -> int:
    """The largest whole step that leads from each number to the next; 1 where all are equal."""
    return int(np.gcd.reduce(np.diff(values).astype(np.int64))) or 1


def count_moments(ordered: Floats) -> Histogram | None:
    """Count sorted moments, in microseconds since 1970, by the finest unit that they tell and that gives few bars."""
    if not len(ordered):
        return None
    moments = ordered.astype(np.int64).astype("datetime64[us]")
    first, last = moments[0], moments[-1]
    by_day = bool((moments == moments.astype("datetime64[D]")).all())
    for unit in _UNITS[_UNITS.index("D") if by_day else 0 :]:
        start, stop = first.astype(f"datetime64[{unit}]"), last.astype(f"datetime64[{unit}]")
        bars = int((stop - start).astype(np.int64)) + 1
        if bars <= MOST_BARS or unit == "Y":
            step = math.ceil(bars / MOST_BARS)
            marks = start + np.arange(0, bars + step, step).astype(f"timedelta64[{unit}]")
            return _counted(ordered, marks.astype("datetime64[us]").astype(np.float64), unit=unit)
    raise AssertionError  # pragma: no cover - years always fit


def _counted(values: Floats, edges: Floats, *, one_each: bool = False, log: bool = False, unit: str = "") -> Histogram:
    inner = np.searchsorted(values, edges[1:-1], side="left")
    counts = np.diff([0, *inner.tolist(), len(values)])
    below = int(np.searchsorted(values, edges[0], side="left"))
    above = int(len(values) - np.searchsorted(values, edges[-1], side="right"))
    return Histogram(
        edges=edges, counts=counts, below=below, above=above, one_each=one_each, log=log, unit=unit
    )  # fmt: skip


def _round_edges(low: float, high: float, bars: int, *, whole: bool) -> Floats:
    step = _round_step((high - low) / bars)
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step), math.floor(high / step) + 1
    if math.isfinite(step) and last - first <= 2 * MOST_BARS + 2:
        edges = np.unique(np.arange(first, last + 1, dtype=np.float64) * np.float64(step))
        edges = edges[:-1] if len(edges) > 2 and edges[-2] == high else edges
        if len(edges) > 1 and edges[0] <= low and high <= edges[-1]:
            return edges
    # Numbers that floats can hardly tell apart, or hardly hold, leave no room for round edges.
    return np.unique([low, *np.linspace(low / bars, high / bars, bars + 1)[1:-1] * bars, high])


def _round_step(step: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    if not 1e-300 < step < 1e300:
        return math.inf
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * (1 - 1e-9))


def _powers(low: float, high: float, bars: int) -> Floats:
    """Edges at 1, 2, 5 times the powers of ten, or at the powers alone, or some of them, where these are many."""
    start, stop = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = math.ceil((stop - start) / MOST_BARS)
    # Floats have no more powers of ten that are whole.
    powers = np.unique(np.clip(np.arange(start, stop + step, step), -307, 308))
    factors = (1.0, 2.0, 5.0) if 3 * len(powers) <= bars + 3 else (1.0,)
    edges = np.array([factor * 10.0**power for power in powers for factor in factors])
    first, last = int(np.searchsorted(edges, low, side="right")) - 1, int(np.searchsorted(edges, high, side="left"))
    return edges[max(first, 0) : last + 1]
