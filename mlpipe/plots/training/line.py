"""A fitted line over the points that it was fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.plots.style import BLUE, VERMILION, Words, drawing, new_axes, plain_numbers
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats
    from mlpipe.plots.fonts import Look

MANY = 500
"""Points beyond which they are drawn small and pale."""


def draw_line(x: Floats, y: Floats, along: Floats, fitted: Floats, *, names: tuple[str, str], look: Look) -> Figure:
    """Draw points, and what a model says along their way.

    Parameters
    ----------
    x, y : ndarray of shape (n_rows,)
    along, fitted : ndarray of shape (n_points,)
        Places on the way, and the prediction there.
    names : (str, str)
        Of the column and of the target.
    """
    column, target = names
    start, end = (format_number(float(value)) for value in (fitted[0], fitted[-1]))
    first, last = (format_number(float(value)) for value in (along[0], along[-1]))
    title = f"{target} goes from {start} to {end} while {column} goes from {first} to {last}"
    caption = "Points are training rows; the line is what the model says."
    with drawing(look):
        figure, axes = new_axes(Words(title=title, caption=caption), x=column, y=target)
        size, alpha = (36, 0.9) if len(x) <= MANY else (9, 0.4)
        axes.scatter(x, y, s=size, color=BLUE, alpha=alpha, linewidths=0)
        axes.plot(along, fitted, color=VERMILION)
        plain_numbers(axes)
    return figure
