"""Which features a model leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, MINUS, SMALL, VERMILION, Words, drawing, new_axes, plain_numbers
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats

MOST_FEATURES = 20


def draw_importance(
    names: Sequence[str],
    values: Floats,
    *,
    measured: str,
    spans: tuple[Floats, Floats] | None = None,
    look: Look = PLAIN,
) -> Figure:
    """Draw the most important features as bars.

    Parameters
    ----------
    measured : str
        What importance means here, for the axis: "drop of roc_auc without it".
    spans : tuple of ndarray, optional
        Lower and upper end of an interval about each value.
    """
    order = np.argsort(-values, kind="stable")[:MOST_FEATURES]
    shown = look.names(names, "feature")
    total = float(values[values > 0].sum())
    short = tick_labels([shown[k] for k in order], width=30)
    top = quote(short[0], 30)
    share = f" carries {format_share(float(values[order[0]]) / total)} of the importance" if total > 0 else ""
    words = Words(
        title=f"{top}{share or ' and all others have no importance'}",
        caption="What the model leans on, not what causes what; features that say the same share their importance."
        + _rest_note(len(names) - len(order)),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=measured, y="", height=1.6 + 0.27 * len(order))
        low, ends = (values, values) if spans is None else spans
        if spans is not None:
            reach = np.array([(values - low)[order], (ends - values)[order]])
            axes.errorbar(values[order], np.arange(len(order))[::-1], xerr=reach, fmt="none", ecolor=GREY, capsize=2)
        draw_bars(axes, short, values[order], [BLUE] * len(order), ends=ends[order])
        axes.set_xlim(left=min(0.0, 1.1 * float(low[order].min())))
        plain_numbers(axes)
    return figure


def draw_coefficients(names: Sequence[str], values: Floats, *, of: str, look: Look = PLAIN) -> Figure:
    """Draw the largest coefficients of a linear model as bars left and right of zero.

    Parameters
    ----------
    of : str
        What a coefficient adds to, and per what, for the axis.
    """
    order = np.argsort(-np.abs(values), kind="stable")[:MOST_FEATURES]
    shown = look.names(names, "feature")
    short = tick_labels([shown[k] for k in order], width=30)
    words = Words(
        title=f"{quote(short[0], 30)} {'raises' if values[order[0]] > 0 else 'lowers'} it most",
        caption="Blue raises the prediction, orange lowers it, all else being equal."
        + _rest_note(len(names) - len(order)),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=of, y="", height=1.6 + 0.27 * len(order))
        colours = [BLUE if values[k] > 0 else VERMILION for k in order]
        draw_bars(axes, short, values[order], colours)
        axes.axvline(0, color=GREY, linewidth=1.0)
        plain_numbers(axes)
    return figure


def draw_bars(
    axes: Axes, names: Sequence[str], values: Floats, colours: Sequence[str], *, ends: Floats | None = None
) -> None:
    """Draw named bars, the first at the top, each with its value: at its end, or behind what reaches to `ends`."""
    places = np.arange(len(names))[::-1]
    axes.barh(places, values, color=list(colours), height=0.68)
    step = float(np.abs(values).max()) / 10
    for place, value, end in zip(places, values, values if ends is None else ends, strict=True):
        side = 1 if value >= 0 or ends is not None else -1
        text = format_number(float(value), step).replace("-", MINUS)
        axes.annotate(text, (float(end), place), xytext=(4 * side, 0), textcoords="offset points", va="center",
                      ha="left" if side > 0 else "right", fontsize=SMALL)  # fmt: skip
    axes.set_yticks(places, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.margins(x=0.16)
    if (values >= 0).all():
        axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")


def _rest_note(rest: int) -> str:
    return f" {count_of(rest, 'weaker feature')} {either(rest, 'is', 'are')} not shown." if rest > 0 else ""
