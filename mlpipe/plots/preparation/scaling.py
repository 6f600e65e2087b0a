"""Number columns before and after scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.metrics.describing.distributions import Histogram, count_numbers
from mlpipe.metrics.describing.scaling_effect import Scaled, compare_shapes, order_by_change
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, INK, MINUS, SMALL, Words, drawing, lighten, new_figure, plain_numbers
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import SIGNIFICANT, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Codes, Floats

_MOST_COLUMNS = 8
_BARS = 48
_RIDGE = 0.56
"""Height of the tallest bar, where columns are 1 apart; below is room for the ends of the axis."""
_FARTHEST = 0.005
"""Share of a column's rows that may lie beyond the common axis, at each end."""
_REACH = 3.0
"""By so many times the usual range of a column, the common axis may reach beyond the usual ends."""
_BENT = 0.01
"""From here on a change of shape can be seen."""
_NAMES = {
    "standard": "Standard", "minmax": "Min-max", "robust": "Robust", "maxabs": "Max-abs", "quantile": "Quantile",
    "power": "Power",
}  # fmt: skip


def draw_scaling(
    before: Floats, after: Floats, names: Sequence[str], scales: Sequence[str], look: Look = PLAIN
) -> Figure:
    """Draw the columns that scaling changes most: each on an axis of its own before, all on one axis after.

    Parameters
    ----------
    before, after : ndarray of shape (n_rows, n_columns)
        The same rows, or a sample of them; cells that are not finite are left out.
    scales : sequence of str
        How each column is scaled: "standard", "power", ….
    """
    compared = [compare_shapes(before[:, k], after[:, k]) for k in range(len(names))]
    order = order_by_change(compared)[:_MOST_COLUMNS]
    mixed = len(set(scales)) > 1
    short = tick_labels(look.names(names, "column"), width=20)
    words = Words(
        title=_title([compared[k] for k in order], [short[k] for k in order], "" if mixed else "".join(set(scales))),
        caption=_caption(before, after, len(names) - len(order)),
    )
    with drawing(look):
        figure = new_figure(words, height=1.3 + 0.58 * max(len(order), 1))
        left, right = figure.subplots(1, 2)
        for place, k in enumerate(reversed(order)):
            _draw_before(left, before[:, k], place)
        _draw_after(right, [after[:, k] for k in reversed(order)])
        labels = [f"{short[k]}\n{scales[k]}" if mixed else short[k] for k in reversed(order)]
        left.set_yticks(np.arange(len(order)) + _RIDGE / 2, labels)
        _frame(left, right, len(order))
    return figure


def _draw_before(axes: Axes, column: Floats, place: int) -> None:
    values = np.sort(column[np.isfinite(column)])
    found = count_numbers(values)
    if found is None:
        axes.text(0.5, place, "no values", ha="center", va="bottom", fontsize=SMALL, color=GREY)
        return
    constant = values[0] == values[-1]
    edges = np.log10(found.edges) if found.log else found.edges
    places = np.array([0.49, 0.51]) if constant else (edges - edges[0]) / (edges[-1] - edges[0])
    counts, places = (found.counts[:1], places) if constant else _thin(found, places)
    _ridge(axes, counts, places, place, lighten(INK))
    low, high = _ends(found, values)
    ends = [(0.5, "center", low)] if constant else [(0.0, "left", low), (1.0, "right", high)]
    ends += [(0.5, "center", "powers of ten")] if found.log else []
    for x, side, text in ends:
        axes.text(x, place - 0.05, text, ha=side, va="top", fontsize=SMALL, color=GREY)


def _thin(found: Histogram, places: Floats) -> tuple[Codes, Floats]:
    """Bars with gaps between, where each is one value."""
    if not found.one_each:
        return found.counts, places
    quarter = np.diff(places) / 4
    counts = np.column_stack([found.counts, np.zeros_like(found.counts)]).ravel()[:-1]
    return counts, np.column_stack([places[:-1] + quarter, places[1:] - quarter]).ravel()


def _draw_after(axes: Axes, columns: Sequence[Floats]) -> None:
    kept = [column[np.isfinite(column)] for column in columns]
    low, high = _common_ends([values for values in kept if len(values)])
    edges = np.linspace(low, high, _BARS + 1)
    for place, values in enumerate(kept):
        counts, _ = np.histogram(np.clip(values, low, high), edges)
        _ridge(axes, counts, edges, place, BLUE)
    margin = 0.02 * (high - low)
    axes.set_xlim(low - margin, high + margin)


def _common_ends(columns: Sequence[Floats]) -> tuple[float, float]:
    """An axis for all columns: one that reaches much farther than most does not squeeze the others."""
    if not columns:
        return -1.0, 1.0
    lows, highs = np.array([np.quantile(values, [_FARTHEST, 1 - _FARTHEST]) for values in columns]).T
    reach = _REACH * float(np.median(highs - lows)) or np.inf
    low = max(float(lows.min()), float(np.median(lows)) - reach)
    high = min(float(highs.max()), float(np.median(highs)) + reach)
    return (low, high) if high > low else (low - 1, high + 1)


def _ridge(axes: Axes, counts: Codes, edges: Floats, place: int, colour: str) -> None:
    heights = _RIDGE * counts / max(int(counts.max()), 1)
    axes.stairs(heights + place, edges, baseline=place, fill=True, color=colour)
    axes.axhline(place, color=GREY, linewidth=0.6)


def _ends(found: Histogram, values: Floats) -> tuple[str, str]:
    """What to write at both ends of a column's own axis: its range, or where its outer bars begin."""
    low = f"<{format_number(found.edges[1])}" if found.below else format_number(float(values[0]))
    high = f">{format_number(found.edges[-2])}" if found.above else format_number(float(values[-1]))
    return low.replace("-", MINUS), high.replace("-", MINUS)


def _frame(left: Axes, right: Axes, n_columns: int) -> None:
    left.set_title("Before: each on its own axis", loc="left")
    right.set_title("After: all on one axis", loc="left")
    for axes in (left, right):
        axes.set_ylim(-0.42, max(n_columns, 1) - 0.3)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    left.set_xticks([])
    left.set_xlim(-0.01, 1.01)
    left.spines["bottom"].set_visible(False)
    right.set_yticks([])
    right.xaxis.set_major_locator(MaxNLocator(5))
    right.grid(visible=True, axis="x")
    plain_numbers(right)


def _title(compared: Sequence[Scaled], names: Sequence[str], scale: str) -> str:
    who = f"{_NAMES.get(scale, scale)} scaling" if scale else "Scaling"
    moved = [one for one in compared if one.spread[0] > 0]
    if not moved:
        return f"{who} finds no column that varies"
    if compared[0].bend >= _BENT:
        return f"{who} reshapes {quote(names[0])} most: skewness {_from_to(compared[0].skew, digits=2)}"
    if len(moved) == 1:
        name = quote(names[compared.index(moved[0])])
        return f"{who} keeps the shape of {name}: standard deviation {_from_to(moved[0].spread)}"
    were, are = ([one.spread[when] for one in moved] for when in (0, 1))
    return f"{who} keeps shapes: standard deviations of {_range(were)} become {_range(are)}"


def _from_to(pair: tuple[float, float], *, digits: int = SIGNIFICANT) -> str:
    return " to ".join(format_number(value, digits=digits) for value in pair).replace("-", MINUS)


def _range(values: Sequence[float]) -> str:
    low, high = format_number(min(values)), format_number(max(values))
    return low if low == high else f"{low} to {high}"


def _caption(before: Floats, after: Floats, rest: int) -> str:
    filled = bool((np.isfinite(after) & ~np.isfinite(before)).any())
    others = f"{count_of(rest, 'column')} that {either(rest, 'changes less is', 'change less are')}"
    return (
        "Training rows: the taller, the more, the tallest bar of each column alike; the outermost bars hold what lies "
        "beyond."
        + (" Missing cells are not counted before; after, they have what stands in for them." if filled else "")
        + (f" {others} not shown." if rest else "")
    )
