"""Scores in training and in validation, by the rows learnt from or by a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.style import BLUE, VERMILION, Words, drawing, label_ends, new_axes, plain_numbers
from mlpipe.plots.text import tick_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats
    from mlpipe.plots.fonts import Look

WIDE = 20.0
"""Values whose ends are so many times apart are drawn by their logarithm."""


def draw_fit_curve(
    at: Sequence[str], train: Floats, valid: Floats, *, x: str, metric: str, message: str, look: Look
) -> Figure:
    """Draw both curves with a band of one standard deviation over the folds.

    Parameters
    ----------
    at : sequence of str
        Where the points are: numbers, or any words.
    train, valid : ndarray of shape (n_points, 2)
        Mean and standard deviation of each.
    message : str
        What the curves say.
    """
    words = Words(
        title=message,
        caption="Mean over folds; the band is one standard deviation. A gap between the curves is what is learnt by "
        "heart; two low curves are a model too simple.",
    )
    with drawing(look):
        figure, axes = new_axes(words, x=x, y=metric)
        places = _places(axes, at)
        ends = []
        for name, values, colour, dashes in (
            ("training", train, BLUE, "-"),
            ("validation", valid, VERMILION, (0, (5, 2))),
        ):
            mean, spread = values[:, 0], values[:, 1]
            axes.fill_between(places, mean - spread, mean + spread, color=colour, alpha=0.15)
            axes.plot(places, mean, color=colour, linestyle=dashes, marker="o", markersize=5)
            ends.append((float(mean[-1]), name, colour))
        label_ends(axes, ends)
        plain_numbers(axes)
    return figure


def _places(axes: Axes, at: Sequence[str]) -> Floats:
    """Where the points stand on the axis: at their values where these are numbers in rising order, else evenly."""
    try:
        numbers = np.array([float(text) for text in at])
    except ValueError:
        numbers = np.array([np.nan])
    if len(numbers) == len(at) and np.isfinite(numbers).all() and (np.diff(numbers) > 0).all():
        if numbers[0] > 0 and numbers[-1] / numbers[0] >= WIDE:
            axes.set_xscale("log")
            axes.set_xticks(numbers, tick_labels(list(at), width=16))
            axes.xaxis.minorticks_off()
        return numbers
    places = np.arange(len(at), dtype=np.float64)
    axes.set_xticks(places, tick_labels(list(at), width=16))
    return places
