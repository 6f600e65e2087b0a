"""Findings about numbers: outliers, skew, caps, and values that stand in for missing ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.profiling.findings import Finding, build_finding
from mlpipe.data.schema import FEATURE_ROLES, Kind, Role
from mlpipe.metrics.describing.scaling_effect import skewness
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import TENTH, format_cell, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells

MIN_CELLS = 20
MANY_FAR = 0.1
"""Share of the cells beyond the fences from which they are no outliers but how the column is spread."""
FAR_OUT = 3.0
"""Tukey's outer fence: in a normal column one cell in 400,000 lies beyond it."""
GAP = 1.0
"""Interquartile ranges without a cell that part outliers from a tail."""
STRONG_SKEW = 2.0
"""The skewness of an exponential distribution."""
SENTINEL_REPEATS = 3
SENTINEL_REST = 5
"""Distinct other values a column must have before one of its ends can look foreign."""
CAP_SHARE = 0.01
CAP_REPEATS = 5
"""Cells at the largest value from which they are no chance; where every cell differs, any is the most frequent."""
CAP_DISTINCT = 50
"""Distinct values a column must exceed before it is odd that its largest is the most frequent."""


@dataclass(frozen=True, kw_only=True)
class _End:
    """A repeated value at one end of a column, and how far it stands from the rest."""

    cells: Cells
    value: float
    count: int
    distance: float
    spread: float


def check_numbers(columns: Sequence[Cells]) -> Iterator[Finding]:
    """Find outliers, skew and sentinels in the numeric columns.

    A column with a sentinel is not searched further: its outliers and its skew are the sentinel's.
    """
    numeric = [cells for cells in columns if _is_measured(cells)]
    sentinels = _find_sentinels(numeric)
    for cells in numeric:
        if cells.name in sentinels:
            yield _describe_sentinel(sentinels[cells.name], sentinels)
        else:
            yield from _check_spread(cells)
            yield from _check_cap(cells)


def find_marker(columns: Sequence[Cells], name: str) -> tuple[str, int] | None:
    """A value among the numbers of one column that stands for missing beyond doubt, and how often; None for none.

    Beyond doubt is a foreign end (see `check_numbers`) that is written as such values are, or is foreign in another
    column too.
    """
    found = _find_sentinels([cells for cells in columns if _is_measured(cells)])
    end = found.get(name)
    if end is None:
        return None
    elsewhere = any(other.value == end.value for column, other in found.items() if column != name)
    rest_is_positive = end.value < 0 <= float(end.cells.ordered[end.count])
    nines = re.fullmatch(r"-?9{2,}", format_cell(end.value)) is not None
    return (format_cell(end.value), end.count) if elsewhere or rest_is_positive or nines else None


def _is_measured(cells: Cells) -> bool:
    wanted = FEATURE_ROLES | {Role.TARGET}
    return cells.column.kind is Kind.NUMBER and cells.column.role in wanted and cells.n_present >= MIN_CELLS


def _find_sentinels(columns: Sequence[Cells]) -> dict[str, _End]:
    """By column name: values that alone prove foreign, then the same values where they merely could be."""
    ends = [end for cells in columns for end in _repeated_ends(cells)]
    proven = {end.value for end in ends if end.distance >= end.spread}
    suspects = [end for end in ends if end.value in proven and end.distance >= end.spread / 10]
    return {end.cells.name: end for end in sorted(suspects, key=lambda end: end.distance / end.spread)}


def _repeated_ends(cells: Cells) -> Iterator[_End]:
    ordered = cells.ordered
    # Zero at the lower end is nothing foreign: it is what counts and amounts begin with.
    for value in {float(ordered[0]), float(ordered[-1])} - {0.0}:
        first, last = (int(np.searchsorted(ordered, value, side=side)) for side in ("left", "right"))
        rest = ordered[last:] if first == 0 else ordered[:first]
        if last - first < SENTINEL_REPEATS or len(rest) == 0 or not _is_varied(rest):
            continue
        nearest = rest[0] if first == 0 else rest[-1]
        yield _End(
            cells=cells,
            value=value,
            count=last - first,
            distance=abs(float(nearest) - value),
            spread=float(rest[-1] - rest[0]),
        )


def _is_varied(rest: NDArray[np.float64]) -> bool:
    return int((np.diff(rest) > 0).sum()) + 1 >= SENTINEL_REST


def _describe_sentinel(end: _End, sentinels: dict[str, _End]) -> Finding:
    value = format_cell(end.value)
    alike = sum(other.value == end.value for other in sentinels.values()) - 1
    also = f"; so it does in {count_of(alike, 'other column')}" if alike else ""
    away = format_number(end.distance, digits=4)
    message = f"{value} stands {count_of(end.count)} times, {away} away from all other values{also}."
    return build_finding("MLP115", message, column=end.cells.name, value=value)


def _check_spread(cells: Cells) -> Iterator[Finding]:
    ordered = cells.ordered
    q25, q75 = (float(q) for q in np.quantile(ordered, [0.25, 0.75]))
    low = -_first_apart(-ordered[::-1], -q25, q75 - q25)
    high = _first_apart(ordered, q75, q75 - q25)
    n_low, n_high = (int((ordered <= low).sum()), int((ordered >= high).sum()))
    if 0 < n_low + n_high < MANY_FAR * len(ordered):
        sides = [f"{count_of(n_low)} from {format_number(low, digits=4)} down"] * (n_low > 0) + [
            f"{count_of(n_high)} from {format_number(high, digits=4)} up"
        ] * (n_high > 0)
        share = format_share((n_low + n_high) / len(ordered))
        told = ": " + " and ".join(sides) if len(sides) == 2 else ", " + sides[0].split(" ", 1)[1]
        message = f"{count_of(n_low + n_high, 'cell')} ({share}) far from all others{told}."
        yield build_finding("MLP112", message, column=cells.name)
    skew = skewness(ordered)
    if abs(skew) > STRONG_SKEW and cells.distinct > 10:
        side = "right" if skew > 0 else "left"
        message = f"Skewness {format_number(skew, TENTH)}: a long tail to the {side}."
        yield build_finding("MLP113", message, column=cells.name)


def _first_apart(ordered: NDArray[np.float64], quartile: float, spread: float) -> float:
    """The first value beyond the upper fence that an empty stretch parts from those below it; infinity for none.

    A tail thins out: its last values are no outliers, but how the column is spread.
    """
    start = int(np.searchsorted(ordered, quartile + FAR_OUT * spread, side="right"))
    if spread <= 0 or start == len(ordered):
        return float("inf")
    gaps = np.flatnonzero(np.diff(ordered[start - 1 :]) >= GAP * spread)
    return float(ordered[start + gaps[0]]) if len(gaps) else float("inf")


def _check_cap(cells: Cells) -> Iterator[Finding]:
    """A largest value that is also the most frequent of many: larger ones may have been cut to it."""
    ordered = cells.ordered
    at_end = len(ordered) - int(np.searchsorted(ordered, ordered[-1], side="left"))
    many = at_end >= max(CAP_REPEATS, CAP_SHARE * len(ordered))
    if cells.distinct > CAP_DISTINCT and many and at_end == cells.counts.max():
        value = format_cell(float(ordered[-1]))
        share = format_share(at_end / len(ordered))
        message = f"{value} is the largest value and the most frequent: {count_of(at_end, 'cell')} ({share})."
        yield build_finding("MLP117", message, column=cells.name)
