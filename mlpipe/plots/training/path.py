"""The path of a descent over the contours of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.style import BLUE, GREY, VERMILION, Words, drawing, new_axes, plain_numbers
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats
    from mlpipe.plots.fonts import Look

LEVELS = 14
DOTS = 40
"""Epochs that are marked on the path at most."""


def draw_path(
    path: Floats, weights: Floats, intercepts: Floats, losses: Floats, *, column: str, loss: str, look: Look
) -> Figure:
    """Draw where weight and intercept went.

    Parameters
    ----------
    path : ndarray of shape (n_epochs + 1, 2)
    weights, intercepts : ndarray of shape (n_grid,)
    losses : ndarray of shape (n_grid, n_grid)
        The loss at each intercept (rows) and weight (columns).
    column : str
        The feature.
    loss : str
        In words.
    """
    start, end = (f"({', '.join(format_number(float(value)) for value in point)})" for point in (path[0], path[-1]))
    title = f"From {start} to {end} in {format_number(len(path) - 1)} epochs"
    caption = (
        f"Lines join places of equal {loss}, each lower than the one around it by the same factor. Dots are epochs, "
        "the first ones and then ever fewer; the square is the end."
    )
    with drawing(look):
        words = Words(title=title, caption=caption)
        figure, axes = new_axes(words, x=f"Weight of {column}, scaled as it was learnt from", y="Intercept")
        axes.grid(visible=False)
        low, high = float(losses.min()), float(losses.max())
        # From the floor up, every step a fixed factor farther above it: near the floor the lines stay apart.
        levels = low + (high - low) * np.geomspace(1e-4, 1, LEVELS)
        axes.contour(weights, intercepts, losses, levels=levels, colors=GREY, linewidths=0.7, alpha=0.6)
        axes.plot(path[:, 0], path[:, 1], color=BLUE, linewidth=1.2)
        marked = np.unique(np.geomspace(1, len(path), min(DOTS, len(path))).astype(int)) - 1
        axes.plot(path[marked, 0], path[marked, 1], linestyle="", marker="o", markersize=4, color=BLUE)
        axes.plot(*path[-1], marker="s", markersize=8, color=VERMILION, zorder=4)
        plain_numbers(axes)
    return figure
