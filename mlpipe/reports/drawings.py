"""Small drawings as numbers and paths, which the templates put into inline SVG: sharp, light, in the page's colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.describing.distributions import Histogram

HEIGHT = 100
SIDE = 100
_UNIT_DIGITS = {"Y": 4, "M": 7, "W": 10, "D": 10, "h": 13, "m": 16, "s": 19}


@dataclass(frozen=True, kw_only=True)
class Rect:
    """One bar: place and size in the drawing's units, and what it says."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True)
class BarDrawing:
    """A histogram.

    Parameters
    ----------
    path : str
        All bars as one SVG path in a box of `width` by 100.
    label : str
        What it shows, for those who cannot see it.
    low, high, note : str
        The ends of the axis, and what lies beyond or how it is scaled.
    peak : str
        How many rows the highest bar holds.
    log : bool
        The bars widen by powers of ten.
    """

    width: int
    path: str
    bars: tuple[Rect, ...]
    label: str
    low: str
    high: str
    note: str
    peak: str = ""
    log: bool = False


def draw_histogram(found: Histogram) -> BarDrawing:
    """Turn counts into bars."""
    peak = int(found.counts.max(initial=1)) or 1
    bars = tuple(
        Rect(
            x=10 * k + 0.5,
            y=round(HEIGHT - _height(count, peak), 1),
            width=9,
            height=round(_height(count, peak), 1),
            title=f"{_span(found, k)}: {count_of(count)}",
        )
        for k, count in enumerate(found.counts.tolist())
        if count
    )
    highest = int(found.counts.argmax())
    last = len(found.counts) - 1
    low, high = (_span(found, 0), _span(found, last)) if found.one_each else (_edge(found, 0), _edge(found, last + 1))
    return BarDrawing(
        width=10 * len(found.counts),
        path="".join(f"M{bar.x:g} {HEIGHT}V{bar.y:g}h9V{HEIGHT}z" for bar in bars),
        bars=bars,
        label=f"From {low} to {high}; the highest bar, {_span(found, highest)}, holds {count_of(peak, 'row')}",
        low=low,
        high=high,
        note=_note(found),
        peak=count_of(peak, "row"),
        log=found.log,
    )


def _height(count: int, peak: int) -> float:
    return max(HEIGHT * count / peak, 2.0)


def _span(found: Histogram, k: int) -> str:
    if found.one_each:
        return _value(found, (found.edges[k] + found.edges[k + 1]) / 2)
    if k == 0 and found.below:
        return f"up to {_edge(found, 1)}"
    if k == len(found.counts) - 1 and found.above:
        return f"from {_edge(found, k)} on"
    if found.unit and _edge(found, k) != _edge(found, k + 1):
        return f"from {_edge(found, k)}"
    return f"{_edge(found, k)} to {_edge(found, k + 1)}"


def _edge(found: Histogram, k: int) -> str:
    return _value(found, found.edges[k])


def _value(found: Histogram, value: float) -> str:
    if found.unit:
        moment = np.datetime64(int(value), "us")
        return str(moment).replace("T", " ")[: _UNIT_DIGITS[found.unit]]
    return format_number(float(value))


def _note(found: Histogram) -> str:
    said = []
    if found.log:
        said.append("edges grow by powers of ten")
    if found.below:
        said.append(f"the first bar holds {count_of(found.below)} below {_edge(found, 0)}")
    if found.above:
        said.append(f"the last bar holds {count_of(found.above)} above {_edge(found, len(found.counts))}")
    return ", ".join(said)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Where numbers lie on a side of a panel: linear or by powers, ends pulled in where tails are long."""

    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, found: Histogram) -> Axis:
        """The axis of a histogram."""
        return cls(low=float(found.edges[0]), high=float(found.edges[-1]), log=found.log)

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places in [0, 1]; farther ones lie on the edge, NaN stays."""
        low, high = (np.log(self.low), np.log(self.high)) if self.log else (self.low, self.high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            moved = (np.log(values) if self.log else values) - low
            placed: NDArray[np.float64] = np.clip(moved / ((high - low) or 1.0), 0.0, 1.0)
        return placed


def draw_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Points as a path of dots in a box of 100 by 100, for round line ends; pairs with NaN are left out."""
    there = ~(np.isnan(x) | np.isnan(y))
    across = np.round(3 + (SIDE - 6) * x[there]).astype(int).tolist()
    down = np.round(SIDE - 3 - (SIDE - 6) * y[there]).astype(int).tolist()
    return "".join(f"M{a} {b}h0" for a, b in dict.fromkeys(zip(across, down, strict=True)))


def draw_counts(counts: Sequence[int]) -> str:
    """Counts of levels, the most frequent first, as lying bars in a box of 100 by 100."""
    peak = max(counts, default=1) or 1
    step = SIDE / max(len(counts), 3)
    return "".join(
        f"M0 {k * step:.4g}h{max(SIDE * count / peak, 1):.4g}v{step * 0.75:.4g}H0z" for k, count in enumerate(counts)
    )
