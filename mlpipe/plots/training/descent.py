"""Loss by epoch of a descent, one or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from mlpipe.plots.fonts import PLAIN
from mlpipe.plots.style import (
    BLUE,
    GREY,
    VERMILION,
    Words,
    class_colour,
    drawing,
    label_ends,
    list_beside,
    new_axes,
    plain_numbers,
)
from mlpipe.words.numbers import format_exact, format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import LineStyleType

    from mlpipe.metrics.arrays import Floats

WIDE_RANGE = 30.0
"""A loss that falls by more than this factor is drawn by its logarithm."""


def draw_descent(train: Floats, valid: Floats | None, *, best: int, sentence: str, loss: str, model: str) -> Figure:
    """Draw the loss of every epoch, on training and on validation rows, the best epoch marked.

    Parameters
    ----------
    train, valid : ndarray of shape (n_epochs,)
    best : int
        From 1 on.
    sentence : str
        What the curves say.
    loss : str
        What was minimised, in words.
    """
    caption = f"{model}, {loss} by epoch: training rows (solid)" + (
        ", validation rows (dashed). The dot is the best epoch." if valid is not None else "."
    )
    with drawing(PLAIN):
        words = Words(title=sentence[:1].upper() + sentence[1:], caption=caption)
        figure, axes = new_axes(words, x="Epoch", y=loss[:1].upper() + loss[1:])
        epochs = np.arange(1, len(train) + 1)
        axes.plot(epochs, train, color=BLUE, marker="" if len(train) > 1 else "o")
        ends = [(float(train[-1]), "training\nloss", BLUE)]
        if valid is not None:
            axes.plot(epochs, valid, color=VERMILION, linestyle=(0, (5, 2)), marker="" if len(valid) > 1 else "o")
            axes.axvline(best, color=GREY, linewidth=0.8, linestyle=":")
            axes.plot(best, valid[best - 1], marker="o", color=VERMILION, markersize=7, zorder=4)
            ends.append((float(valid[-1]), "validation\nloss", VERMILION))
        _fit_axes(axes, [train] if valid is None else [train, valid])
        _label(axes, ends)
    return figure


def _fit_axes(axes: Axes, curves: list[Floats]) -> None:
    low, high = min(float(curve.min()) for curve in curves), max(float(curve.max()) for curve in curves)
    if low > 0 and high / low > WIDE_RANGE:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_exact(value)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        plain_numbers(axes)
    axes.set_xlim(1, max(2, *(len(curve) for curve in curves)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _label(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Name the curves at their ends, whose heights are places on the axis where it is a logarithm."""
    if axes.get_yscale() == "linear":
        label_ends(axes, ends)
        return
    low, high = np.log(axes.get_ylim())
    beside = axes.twinx()
    beside.set_ylim(low, high)
    beside.set_axis_off()
    label_ends(beside, [(float(np.log(value)), text, colour) for value, text, colour in ends])


def draw_optimizers(curves: dict[str, Floats | None], *, loss: str, model: str) -> Figure:
    """Draw the loss curves of several optimizers.

    Parameters
    ----------
    curves : dict
        Optimizer to its training loss by epoch; `None` for one that diverged.
    """
    drawn = {name: curve for name, curve in curves.items() if curve is not None}
    lost = [name for name, curve in curves.items() if curve is None]
    ranked = sorted(drawn, key=lambda name: float(drawn[name][-1]))
    first = f"{ranked[0]} ends lowest, at {format_number(float(drawn[ranked[0]][-1]))}" if ranked else "None converged"
    title = first + (f"; {', '.join(lost)} diverged" if lost else "")
    words = Words(
        title=title,
        caption=f"{model}, {loss} on training rows by epoch: same rows, same start, same batches. "
        "Names stand in the order of the last epoch, the highest loss on top.",
    )
    with drawing(PLAIN):
        figure, axes = new_axes(words, x="Epoch", y=loss[:1].upper() + loss[1:], width=7.2)
        for place, name in enumerate(drawn):
            curve = drawn[name]
            axes.plot(np.arange(1, len(curve) + 1), curve, color=class_colour(place), linestyle=_dash(place))
        if drawn:
            _fit_axes(axes, list(drawn.values()))
        places = {name: place for place, name in enumerate(drawn)}
        list_beside(axes, [(name, class_colour(places[name])) for name in reversed(ranked)])
    return figure


def _dash(place: int) -> LineStyleType:
    """Beyond the colours that there are, and among pale ones, dashes tell lines apart too."""
    return ((0, ()), (0, (5, 2)), (0, (1, 1)))[place % 3]
