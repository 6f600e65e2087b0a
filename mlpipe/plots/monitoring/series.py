"""How far columns lie from the training rows, batch after batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.style import GREY, Words, class_colour, drawing, list_beside, new_axes
from mlpipe.plots.text import tick_labels
from mlpipe.words.numbers import HUNDREDTH, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats
    from mlpipe.plots.fonts import Look

MOST_LINES = 6
_MOST_TICKS = 12


def draw_series(batches: Sequence[str], distances: Mapping[str, Floats], chance: Floats, *, look: Look) -> Figure:
    """Draw the distance of each column in each batch, and how far chance reaches.

    Parameters
    ----------
    distances : mapping of str to ndarray of shape (n_batches,)
        By column; those that lie farthest beyond chance are drawn.
    chance : ndarray of shape (n_batches,)
        What samples of the training rows of the batch's size reach.
    """
    with np.errstate(invalid="ignore"):
        order = sorted(distances, key=lambda name: -float(np.nanmax(distances[name] - chance)))[:MOST_LINES]
    worst = order[0]
    last = format_number(float(distances[worst][-1]), HUNDREDTH)
    words = Words(
        title=f"{look.show(worst, 'One column')} moved most; in the last batch its distance is {last}",
        caption="Distance to the training rows (Kolmogorov-Smirnov, or total variation of levels), 0 to 1. "
        "The grey area is where samples of the training rows of the same size lie.",
    )
    x = np.arange(len(batches))
    with drawing(look):
        figure, axes = new_axes(words, x="", y="distance", width=8.4)
        axes.fill_between(x, 0, chance, color="#E5E5E5", step="mid")
        for place, name in enumerate(order):
            axes.plot(x, distances[name], color=class_colour(place), marker="o", markersize=3)
        axes.set_ylim(bottom=0)
        shown = x[:: max(1, -(-len(batches) // _MOST_TICKS))]
        labels = tick_labels([batches[i] for i in shown], width=18)
        axes.set_xticks(shown, labels, rotation=30 if max(map(len, labels)) > 4 else 0, ha="right")
        names = tick_labels([look.show(name, "a column") for name in order], width=24)
        list_beside(axes, [(name, class_colour(i)) for i, name in enumerate(names)])
        axes.tick_params(axis="x", colors=GREY)
    return figure
