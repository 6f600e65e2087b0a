"""How the mean prediction moves with one column."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, Words, drawing, new_axes, plain_numbers
from mlpipe.plots.text import quote, shorten, tick_labels, wrap_evenly
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats

_BESIDE = 26
"""Letters that stand along the axis of the prediction."""


def draw_dependence(
    column: str,
    values: Sequence[Any],
    means: Floats,
    span: tuple[Floats, Floats],
    *,
    measured: str,
    is_line: bool,
    look: Look = PLAIN,
) -> Figure:
    """Draw the mean prediction with a column set to each of some values.

    Parameters
    ----------
    values : sequence
        Numbers or dates in order where `is_line`, else levels.
    means : ndarray of shape (n_values,)
    span : (ndarray, ndarray)
        Between these lie four in five of the rows.
    measured : str
        What is predicted.
    """
    name = shorten(look.show(column, "the column"), 28)
    words = Words(
        title=_title(name, values, means, measured, look, is_line=is_line),
        caption=(
            f"{measured} with every row's {name} set to each value, all else as it is: the mean, and the middle 80 % "
            "of rows. It is what the model says, not what changing the column would do."
        ),
    )
    low, high = span
    with drawing(look):
        if is_line:
            figure, axes = new_axes(words, x=name, y=wrap_evenly(measured, _BESIDE), height=3.6)
            are_dates = isinstance(values[0], date)
            places = np.array(values, dtype="datetime64[us]" if are_dates else None)
            axes.fill_between(places, low, high, color=BLUE, alpha=0.18, linewidth=0)
            axes.plot(places, means, color=BLUE, marker="o", markersize=4)
            if are_dates:
                figure.autofmt_xdate()
                return figure
            if np.array_equal(places, np.round(places)):
                axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            plain_numbers(axes)
            return figure
        figure, axes = new_axes(words, x=measured, y="", height=1.4 + 0.32 * len(values))
        places = np.arange(len(values))[::-1]
        axes.hlines(places, low, high, color=BLUE, alpha=0.25, linewidth=6)
        axes.plot(means, places, "o", color=BLUE, markersize=7)
        axes.set_yticks(places, tick_labels(look.names([str(value) for value in values]), width=22))
        axes.set_ylim(-0.6, len(values) - 0.4)
        axes.grid(visible=False, axis="y")
        plain_numbers(axes)
    return figure


def _title(name: str, values: Sequence[Any], means: Floats, measured: str, look: Look, *, is_line: bool) -> str:
    spread = float(means.max() - means.min()) / 20
    if not spread:
        return f"{measured} does not move with {name}"
    least, most = (format_number(float(value), spread) for value in (means.min(), means.max()))
    if not is_line:
        top, bottom = (quote(look.show(str(values[int(k)]), "a level")) for k in (means.argmax(), means.argmin()))
        return f"{measured}: {most} where {name} is {top}, {least} where it is {bottom}"
    steps = np.diff(means)
    if (steps >= 0).mean() > 0.9 or (steps <= 0).mean() > 0.9:
        way = "rises" if means[-1] > means[0] else "falls"
        first, last = (format_number(float(means[k]), spread) for k in (0, -1))
        return f"{measured} {way} with {name}, from {first} to {last}"
    return f"{measured} moves with {name} between {least} and {most}"
