"""How many clusters: every score of a sweep in one figure, the choice marked; and DBSCAN's radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, ORANGE, VERMILION, Words, class_colour, drawing, new_axes, new_figure
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One score over the number of clusters.

    Parameters
    ----------
    name : str
    lines : tuple of (str, tuple of int, tuple of float)
        Model, numbers of clusters and their scores; gaps are NaN.
    better : str
        `higher`, `lower`, or `bend` where the curve always falls.
    decides : bool
        Whether the number was chosen by it.
    """

    name: str
    lines: tuple[tuple[str, tuple[int, ...], tuple[float, ...]], ...]
    better: str
    decides: bool


def draw_curves(curves: Sequence[Curve], *, chosen: int, model: str, reason: str, look: Look = PLAIN) -> Figure:
    """Draw a panel for each score, the number that was taken as a line through all."""
    drawn = [curve for curve in curves if any(np.isfinite(values).any() for _, _, values in curve.lines)]
    models = [name for name, _, _ in drawn[0].lines]
    several = len(models) > 1
    words = Words(
        title=f"{count_of(chosen, 'cluster')}{f' of {model}' if several else ''} are taken",
        caption=_caption(drawn, reason),
    )
    rows = -(-len(drawn) // 2)
    with drawing(look):
        figure = new_figure(words, height=2.3 * rows + 0.7)
        for place, curve in enumerate(drawn, start=1):
            axes = figure.add_subplot(rows, 2, place)
            _draw_panel(axes, curve, chosen=chosen, model=model)
    return figure


def _draw_panel(axes: Axes, curve: Curve, *, chosen: int, model: str) -> None:
    told = {"higher": "higher is better", "lower": "lower is better", "bend": "a bend tells"}[curve.better]
    axes.set_title(f"{curve.name.replace('_', ' ')}: {told}", loc="left", weight="bold" if curve.decides else "normal")
    axes.axvline(chosen, color=ORANGE, linewidth=6, alpha=0.35)
    for i, (name, numbers, values) in enumerate(curve.lines):
        colour = class_colour(i) if len(curve.lines) > 1 else BLUE
        axes.plot(numbers, values, color=colour, marker="o", markersize=4, label=name)
        if name == model and chosen in numbers:
            axes.plot(chosen, values[numbers.index(chosen)], "o", color=VERMILION, markersize=9, zorder=3)
    axes.set_xlabel("clusters")
    axes.grid(visible=True)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.12)
    if len(curve.lines) > 1 and curve.decides:
        axes.legend(frameon=False, handlelength=1.2, loc="best")


def _caption(curves: Sequence[Curve], reason: str) -> str:
    by = next((curve.name.replace("_", " ") for curve in curves if curve.decides), "")
    told = f"Chosen by {by} (bold)" + (f": {reason}." if reason else ".")
    return f"{told} The red dot and the orange bar mark the choice; the other scores are there to doubt it by."


def draw_k_distances(
    values: Floats, knee: int, *, eps: float, n_neighbours: int, given: bool, look: Look = PLAIN
) -> Figure:
    """Draw the distances to the k-th neighbour in rising order, and DBSCAN's radius.

    Parameters
    ----------
    given : bool
        Whether the radius was given, and not read off the curve.
    """
    how = "was given" if given else "is read off the knee"
    words = Words(
        title=f"The radius of {format_number(eps)} {how}",
        caption=f"Distance of each row to its neighbour number {n_neighbours}, itself counted, in rising order. Rows "
        "below the line are in dense places; beyond the knee they stand ever more alone.",
    )
    shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), 2000)).astype(int))
    place = int(np.searchsorted(values, eps)) if given else knee
    with drawing(look):
        figure, axes = new_axes(words, x="rows in order", y="distance")
        axes.plot(shown, values[shown], color=BLUE)
        axes.axhline(eps, color=GREY, linewidth=1, linestyle="--")
        axes.plot(min(place, len(values) - 1), eps, "o", color=VERMILION, markersize=8)
        axes.annotate(f"eps {format_number(eps)}", (0, eps), xytext=(4, 4), textcoords="offset points", color=GREY)
    return figure
