"""Figures of a regression: what was predicted, what was true, what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import (
    BLUE,
    GREY,
    MINUS,
    SMALL,
    VERMILION,
    Words,
    drawing,
    find_limits,
    new_axes,
    plain_numbers,
    text_colour,
)
from mlpipe.plots.text import shorten
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import HUNDREDTH, THOUSANDTH, format_number, format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats

_MOST_POINTS = 3000
"""Beyond this, points lie on each other: a density says more."""


def draw_predicted_vs_true(y_true: Floats, y_pred: Floats, target: str, look: Look = PLAIN) -> Figure:
    """Draw predicted against true values around the diagonal."""
    name = shorten(look.show(target, "the target"), 28)
    words = Words(
        title=_agreement_title(y_true, y_pred, name),
        caption="On the diagonal, the prediction is right; above it, too high." + _density_note(y_true),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=f"True {name}", y=f"Predicted {name}")
        low, high = find_limits(np.concatenate([y_true, y_pred]))
        axes.plot([low, high], [low, high], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        _scatter(axes, y_true, y_pred)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        axes.set_aspect("equal")
        plain_numbers(axes)
    return figure


def draw_residuals(y_true: Floats, y_pred: Floats, target: str, look: Look = PLAIN) -> Figure:
    """Draw residuals against predicted values, with their running median."""
    name = shorten(look.show(target, "the target"), 28)
    left = y_true - y_pred
    words = Words(
        title=_spread_title(left, y_pred),
        caption=(
            "True minus predicted: above the dashed line, the prediction was too low. The line is the median of "
            "neighbouring rows; where it leaves zero, the model is off in one direction." + _density_note(y_true)
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=f"Predicted {name}", y="Residual: true minus predicted")
        _scatter(axes, y_pred, left)
        axes.axhline(0, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        if len(left) >= 50 and len(np.unique(y_pred)) >= 20:
            axes.plot(*_running_median(y_pred, left), color=VERMILION)
        axes.set_xlim(*find_limits(y_pred))
        axes.set_ylim(*find_limits(left))
        plain_numbers(axes)
    return figure


def draw_residuals_against(x: Floats, left: Floats, column: str, look: Look = PLAIN) -> Figure:
    """Draw residuals against a column, with their running median: where it leaves zero, the column tells more."""
    name = shorten(look.show(column, "the column"), 28)
    words = Words(
        title=_left_title(x, left, name),
        caption=(
            "True minus predicted: above the dashed line, the prediction was too low. The line is the median of "
            f"neighbouring rows; where it leaves zero, {name} tells more than the model took from it."
            + _density_note(left)
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=name, y="Residual: true minus predicted")
        _scatter(axes, x, left)
        axes.axhline(0, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        if len(left) >= 50 and len(np.unique(x)) >= 20:
            axes.plot(*_running_median(x, left), color=VERMILION)
        axes.set_xlim(*find_limits(x))
        axes.set_ylim(*find_limits(left))
        plain_numbers(axes)
    return figure


def _left_title(x: Floats, left: Floats, name: str) -> str:
    """Whether some fifth of the rows by a column is off in one direction beyond chance."""
    order = np.argsort(x, kind="stable")
    fifths = [left[rows] for rows in np.array_split(order, 5)] if len(left) >= 50 else []
    chance = [2.6 * float(part.std(ddof=1)) / np.sqrt(len(part)) for part in fifths]  # one in twenty of five fifths
    off = [float(part.mean()) if abs(part.mean()) > reach else 0.0 for part, reach in zip(fifths, chance, strict=True)]
    worst = int(np.argmax(np.abs(off))) if off else 0
    if not off or not off[worst]:
        return f"No part of {name} is off in one direction beyond chance"
    where = ("lowest", "second", "middle", "fourth", "highest")[worst]
    way = "low" if off[worst] > 0 else "high"
    return f"In the {where} fifth of {name} predictions are too {way}, by {format_number(abs(off[worst]))} on average"


def draw_residual_histogram(y_true: Floats, y_pred: Floats, target: str, look: Look = PLAIN) -> Figure:
    """Draw how large the residuals are, the middle half set off."""
    name = shorten(look.show(target, "the target"), 28)
    left = y_true - y_pred
    low, middle, high = np.quantile(left, [0.25, 0.5, 0.75])
    half = float(np.median(np.abs(left)))
    words = Words(
        title=f"Half of the predictions are {f'within {format_number(half)} of the truth' if half else 'right'}",
        caption=(
            "True minus predicted: right of zero, the prediction was too low. Dark bars hold the middle half of the "
            "rows." + _cut_note(left)
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=f"Residual: true minus predicted {name}", y="Rows")
        edges = np.histogram_bin_edges(left, bins=min(60, max(8, int(np.sqrt(len(left))))), range=find_limits(left))
        counts, _ = np.histogram(left, edges)
        centres = (edges[:-1] + edges[1:]) / 2
        inside = (centres >= low) & (centres <= high)
        colours = np.where(inside, BLUE, "#99C6E0")
        axes.bar(centres, counts, width=np.diff(edges) * 0.94, color=colours.tolist())
        axes.axvline(0, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.axvline(float(middle), color=VERMILION, linewidth=1.5)
        text = f"median {format_number(float(middle))}".replace("-", MINUS)
        axes.annotate(text, (float(middle), 1), xycoords=("data", "axes fraction"), xytext=(5, 0), va="top",
                      textcoords="offset points", color=text_colour(VERMILION), fontsize=SMALL + 1)  # fmt: skip
        axes.grid(visible=False, axis="x")
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        plain_numbers(axes)
    return figure


def _scatter(axes: Axes, x: Floats, y: Floats) -> None:
    if len(x) <= _MOST_POINTS:
        faint = 0.75 if len(x) < 200 else 0.35
        axes.scatter(x, y, s=26 if len(x) < 200 else 12, color=BLUE, alpha=faint, linewidths=0, zorder=2)
        return
    (x_low, x_high), (y_low, y_high) = find_limits(x), find_limits(y)
    density = LinearSegmentedColormap.from_list("density", [to_rgba(BLUE, 0.12), to_rgba(BLUE, 1.0)])
    axes.hexbin(x, y, gridsize=45, bins="log", cmap=density, mincnt=1, linewidths=0.1,
                extent=(x_low, x_high, y_low, y_high), zorder=1.5)  # fmt: skip


def _density_note(values: Floats) -> str:
    if len(values) <= _MOST_POINTS:
        return ""
    rows = count_of(len(values), "row")
    return f" {rows}; the darker, the more rows (logarithmic). Axes may leave out the farthest 0.1 %."


def _cut_note(values: Floats) -> str:
    low, high = find_limits(values)
    outside = int(((values < low) | (values > high)).sum())
    return f" {count_of(outside, 'row')} {either(outside, 'lies', 'lie')} further out than shown." if outside else ""


def _running_median(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    groups = np.array_split(np.argsort(x, kind="stable"), min(20, len(x) // 10))
    return np.array([np.median(x[g]) for g in groups]), np.array([np.median(y[g]) for g in groups])


def _agreement_title(y_true: Floats, y_pred: Floats, name: str) -> str:
    spread = float(((y_true - y_true.mean()) ** 2).sum())
    if spread == 0 or len(y_true) < 2:
        return f"Predicted and true {name}"
    explained = 1 - float(((y_true - y_pred) ** 2).sum()) / spread
    if explained <= 0:
        return f"No better than the mean: R² {format_number(explained, HUNDREDTH)}"
    score = format_number(explained, THOUSANDTH)
    return f"The model explains {format_share(explained)} of the spread of {name} (R² {score})"


def _spread_title(left: Floats, y_pred: Floats) -> str:
    if not left.any():
        return "Every prediction is right"
    if len(left) < 50:
        return f"Residuals centre on {format_number(float(np.median(left)))}"
    order = np.argsort(y_pred, kind="stable")
    third = len(order) // 3
    small, large = np.abs(left[order[:third]]).mean(), np.abs(left[order[-third:]]).mean()
    if small > 0 and large > 1.5 * small:
        return f"Errors grow with the prediction: {format_number(large / small)} times as large in the highest third"
    if large > 0 and small > 1.5 * large:
        return f"Errors shrink with the prediction: {format_number(small / large)} times as large in the lowest third"
    return f"Errors are about as large everywhere: {format_number(float(np.abs(left).mean()))} on average"
