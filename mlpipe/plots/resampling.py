"""Classes before and after resampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.metrics.digits import format_share
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import INK, SMALL, Words, class_colour, drawing, new_axes, plain_numbers
from mlpipe.plots.text import tick_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

_MOST_BARS = 20


def draw_class_counts(before: Mapping[str, int], after: Mapping[str, int], look: Look = PLAIN) -> Figure:
    """Draw the rows of each class before and after resampling the training rows."""
    order = sorted(before, key=lambda name: -before[name])[:_MOST_BARS]
    classes = list(before)
    names = dict(zip(classes, tick_labels(look.names(classes), width=22, lines=2), strict=True))
    rest = len(before) - len(order)
    words = Words(
        title=_resampling_title(before, after),
        caption=(
            "Training rows of each class: full bars before resampling, outlines after. Test rows are never resampled."
            + (f" {rest} smaller classes are not shown." if rest else "")
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="Training rows", y="", height=1.8 + 0.42 * len(order))
        for place, name in enumerate(reversed(order)):
            colour = class_colour(classes.index(name))
            axes.barh(place, before[name], color=colour, height=0.62)
            axes.barh(place, after[name], color="none", edgecolor=INK, linewidth=1.4, height=0.62)
            text = f"{before[name]:,} → {after[name]:,}" if after[name] != before[name] else f"{before[name]:,}"
            axes.annotate(text, (max(before[name], after[name]), place), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize=SMALL)  # fmt: skip
        axes.set_yticks(range(len(order)), [names[name] for name in reversed(order)])
        axes.set_xlim(0, 1.22 * max([*before.values(), *after.values()]))
        plain_numbers(axes)
        axes.grid(visible=False, axis="y")
    return figure


def _resampling_title(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    rows_before, rows_after = sum(before.values()), sum(after.values())
    small = min(before, key=lambda name: before[name])
    share = f"{format_share(before[small] / rows_before)} to {format_share(after[small] / rows_after)}"
    return f"The smallest class goes from {share} of the training rows"
