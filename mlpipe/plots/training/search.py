"""How a search went: the best value so far, and which parameters mattered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.style import BLUE, GREY, Words, drawing, new_axes, plain_numbers
from mlpipe.plots.text import tick_labels
from mlpipe.plots.training.importance import draw_bars
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from mlpipe.plots.fonts import Look


def draw_search(values: Sequence[float], numbers: Sequence[int], *, metric: str, greater: bool, look: Look) -> Figure:
    """Draw every trial's value, and the best one so far as a line.

    Parameters
    ----------
    numbers : sequence of int
        The number of each trial.
    greater : bool
        Whether larger is better.
    """
    found = np.asarray(values, dtype=np.float64)
    best = np.maximum.accumulate(found) if greater else np.minimum.accumulate(found)
    first = int(numbers[int(np.argmax(found) if greater else np.argmin(found))])
    words = Words(
        title=f"The best setting was found in trial {count_of(first)} of {count_of(len(numbers))}",
        caption="Dots are trials, the line is the best so far. Values are means over folds, so the best is flattered.",
    )
    with drawing(look):
        figure, axes = new_axes(words, x="trial", y=metric)
        axes.scatter(numbers, found, s=14, color=GREY)
        axes.step(numbers, best, where="post", color=BLUE)
        plain_numbers(axes)
    return figure


def draw_parameters(shares: Mapping[str, float], *, metric: str, look: Look) -> Figure:
    """Draw what share of the values' variance goes back to each parameter."""
    names = sorted(shares, key=lambda name: -shares[name])
    values = np.array([shares[name] for name in names])
    words = Words(
        title=f"{names[0]} mattered most",
        caption="Share of the variance between trials that a parameter explains (functional ANOVA).",
    )
    with drawing(look):
        x = f"share of the variance of {metric}"
        figure, axes = new_axes(words, x=x, y="", height=1.6 + 0.27 * len(names))
        draw_bars(axes, tick_labels(names, width=30), values, [BLUE] * len(names))
    return figure
