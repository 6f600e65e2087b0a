"""Small multiples: a panel for each of several labels, or quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import (
    BLUE,
    BODY,
    GREY,
    INK,
    SMALL,
    VERMILION,
    Words,
    drawing,
    find_limits,
    new_figure,
    plain_numbers,
)
from mlpipe.plots.text import quote, shorten, tick_labels
from mlpipe.words.lists import count_of, short_count
from mlpipe.words.numbers import HUNDREDTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Codes, Floats

MOST_PANELS = 12
_ACROSS = 3
_MOST_POINTS = 1000
_TITLE = 22
_HEADING = 16
"""Letters of a line above a panel, when three are side by side."""


def draw_label_confusions(counts: Codes, labels: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw for each label how many rows have it and get it; the commonest where there are many.

    Parameters
    ----------
    counts : ndarray of shape (n_labels, 2, 2)
        Rows without and with the label on the second axis, called so on the third.
    """
    with_it = counts[:, 1].sum(axis=1)
    chosen = np.sort(np.argsort(-with_it, kind="stable")[:MOST_PANELS])
    names = look.names(labels)
    words = Words(
        title=_found_title(counts, names),
        caption=(
            "Rows that have a label (below) and that have not (above), by whether they are called so. Blue is right; "
            "the darker, the larger the share of the row." + _left_out(len(labels), "label")
        ),
    )
    with drawing(look):
        figure, panels = _panels(words, [names[k] for k in chosen], height=1.75)
        for axes, k in zip(panels, chosen.tolist(), strict=True):
            _draw_cells(axes, counts[k])
    return figure


def _found_title(counts: Codes, names: Sequence[str]) -> str:
    """Which label is found best, and which worst."""
    n_with = counts[:, 1].sum(axis=1)
    known = np.flatnonzero(n_with)
    if not len(known):
        return "No row has any of the labels"
    found = counts[known, 1, 1] / n_with[known]
    best, worst = int(np.argmax(found)), int(np.argmin(found))
    if best == worst or found[best] == found[worst]:
        return f"Every label is found in {format_share(float(found[best]))} of its rows"
    told = [f"{quote(shorten(names[known[k]], _TITLE))} in {format_share(float(found[k]))}" for k in (best, worst)]
    return f"Found best is {told[0]} of its rows, worst {told[1]}"


def _draw_cells(axes: Axes, counts: Codes) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for true in range(2):
        for called in range(2):
            share = float(shares[true, called])
            colour = BLUE if true == called else VERMILION
            axes.fill_between(
                [called - 0.5, called + 0.5], true - 0.5, true + 0.5, color=colour, alpha=0.05 + 0.25 * share
            )
            axes.text(called, true - 0.08, short_count(int(counts[true, called])), ha="center", va="center",
                      color=INK, fontsize=BODY)  # fmt: skip
            axes.text(called, true + 0.28, format_share(share), ha="center", va="center", color=INK, fontsize=SMALL)
    axes.set_xlim(-0.5, 1.5)
    axes.set_ylim(1.5, -0.5)
    axes.set_xticks([0, 1], ["called not", "called"])
    axes.set_yticks([0, 1], ["has not", "has"])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw_quantities(y_true: Floats, y_pred: Floats, names: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw predicted against true values around the diagonal, a panel for each quantity.

    Parameters
    ----------
    y_true, y_pred : ndarray of shape (n_rows, n_quantities)
    """
    shown = look.names(names, "quantity")
    thinned = np.linspace(0, len(y_true) - 1, min(len(y_true), _MOST_POINTS)).astype(np.intp)
    some = f" {count_of(len(thinned))} of {count_of(len(y_true), 'row')}." if len(thinned) < len(y_true) else ""
    words = Words(
        title=_explained_title(y_true, y_pred, shown),
        caption="On the diagonal, the prediction is right; above it, too high." + some
        + _left_out(len(names), "quantity", "quantities"),
    )  # fmt: skip
    with drawing(look):
        figure, panels = _panels(words, shown[:MOST_PANELS], height=6.3 / min(len(names), _ACROSS))
        for k, axes in enumerate(panels):
            low, high = find_limits(np.concatenate([y_true[:, k], y_pred[:, k]]))
            axes.plot([low, high], [low, high], color=GREY, linestyle=(0, (4, 3)), linewidth=1.0)
            axes.scatter(y_true[thinned, k], y_pred[thinned, k], s=7, color=BLUE, alpha=0.4, linewidths=0)
            axes.set_xlim(low, high)
            axes.set_ylim(low, high)
            axes.set_aspect("equal")
            plain_numbers(axes)
            axes.xaxis.set_major_locator(MaxNLocator(_n_steps(max(-low, high))))
            axes.yaxis.set_major_locator(MaxNLocator(3))
            axes.set_xlabel("true", fontsize=SMALL)
            axes.set_ylabel("predicted", fontsize=SMALL)
    return figure


def _n_steps(largest: float) -> int:
    """Steps between the marks of an axis that is as short as a third of a figure: long numbers have few."""
    if largest < 3_000:
        return 3
    return 2 if largest < 100_000 else 1


def _explained_title(y_true: Floats, y_pred: Floats, names: Sequence[str]) -> str:
    spread = ((y_true - y_true.mean(axis=0)) ** 2).sum(axis=0)
    known = np.flatnonzero(spread > 0)
    if not len(known):
        return "Predicted and true values"
    explained = 1 - ((y_true - y_pred) ** 2).sum(axis=0)[known] / spread[known]
    told = [
        f"{quote(shorten(names[known[k]], _TITLE))} (R² {format_number(float(explained[k]), HUNDREDTH)})"
        for k in (int(np.argmax(explained)), int(np.argmin(explained)))
    ]
    return f"Best explained is {told[0]}, least {told[1]}"


def _panels(words: Words, names: Sequence[str], *, height: float) -> tuple[Figure, list[Axes]]:
    across = min(_ACROSS, len(names))
    down = -(-len(names) // across)
    headings = tick_labels(names, width=_HEADING, lines=2)
    extra = BODY * 1.2 / 72 if any("\n" in heading for heading in headings) else 0.0
    figure = new_figure(words, height=0.6 + (height + extra) * down)
    panels = [figure.add_subplot(down, across, place + 1) for place in range(len(names))]
    for axes, heading in zip(panels, headings, strict=True):
        axes.set_title(heading, fontsize=BODY, weight="bold")
    return figure, panels


def _left_out(n_all: int, one: str, many: str = "") -> str:
    left = n_all - MOST_PANELS
    return f" {count_of(left, one, many or one + 's')} left out." if left > 0 else ""
