"""Two distributions over each other: the old rows as bars, the new ones as a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Kind
from mlpipe.metrics.describing.distributions import Histogram, count_moments, count_numbers
from mlpipe.reports.drawings import HEIGHT, draw_histogram
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.data.drift.columns import ColumnDrift

    Floats = NDArray[np.float64]

BAR = 10
MOST_LEVELS = 8


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """Bars of the old rows and a line over them of the new ones, as SVG paths in a box of `width` by 100."""

    width: int
    bars: str
    line: str
    low: str
    high: str


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """A level with its share of the old and the new rows, in words and as widths in percent."""

    name: str
    old: str
    new: str
    old_width: float
    new_width: float


def draw_overlay(drift: ColumnDrift) -> Overlay | None:
    """Draw the numbers of a column; None where there are none."""
    old, new = (np.sort(side[~np.isnan(side)]) for side in (drift.old, drift.new))
    if not len(old) or not len(new):
        return None
    count = count_moments if drift.kind is Kind.DATETIME else count_numbers
    found = count(np.sort(np.concatenate([_evened(old, len(new)), _evened(new, len(old))])))
    if found is None:
        return None
    shares = [_shares(found, side) for side in (old, new)]
    peak = max(float(side.max()) for side in shares) or 1.0
    heights = [HEIGHT * side / peak for side in shares]
    ends = draw_histogram(found)
    return Overlay(
        width=BAR * len(found.counts), bars=_bars(heights[0]), line=_line(heights[1]), low=ends.low, high=ends.high
    )


def level_rows(drift: ColumnDrift) -> tuple[LevelRow, ...]:
    """The levels whose shares differ most, or are largest."""
    totals = [max(sum(was for _, was, _ in drift.levels), 1), max(sum(now for *_, now in drift.levels), 1)]
    shares = [(name, was / totals[0], now / totals[1]) for name, was, now in drift.levels]
    top = sorted(shares, key=lambda row: (-abs(row[1] - row[2]), -row[1]))[:MOST_LEVELS]
    peak = max((max(was, now) for _, was, now in top), default=1.0) or 1.0
    return tuple(
        LevelRow(
            name=name,
            old=format_share(was),
            new=format_share(now),
            old_width=round(100 * was / peak, 1),
            new_width=round(100 * now / peak, 1),
        )
        for name, was, now in top
    )


def _evened(values: Floats, beside: int) -> Floats:
    """At most as many of the values as there are on the other side, evenly chosen, so that edges suit both."""
    most = min(len(values), max(beside, 100))
    chosen: Floats = values[np.linspace(0, len(values) - 1, most).astype(int)]
    return chosen


def _shares(found: Histogram, ordered: Floats) -> Floats:
    inner = np.searchsorted(ordered, found.edges[1:-1], side="left")
    counts = np.diff(np.concatenate([[0], inner, [len(ordered)]]))
    return counts.astype(np.float64) / len(ordered)


def _bars(heights: Floats) -> str:
    tops = np.round(HEIGHT - heights, 1).tolist()
    return "".join(f"M{BAR * k} {HEIGHT}V{_plain(top)}h{BAR}V{HEIGHT}z" for k, top in enumerate(tops))


def _line(heights: Floats) -> str:
    tops = np.round(HEIGHT - heights, 1).tolist()
    return f"M0 {HEIGHT}" + "".join(f"V{_plain(top)}h{BAR}" for top in tops) + f"V{HEIGHT}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
