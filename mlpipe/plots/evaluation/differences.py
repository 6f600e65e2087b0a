"""How much models differ from the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, SMALL, Words, drawing, new_axes, plain_numbers
from mlpipe.plots.text import tick_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


def draw_differences(
    names: Sequence[str],
    shifts: Sequence[tuple[float, float, float]],
    *,
    metric: str,
    first: str,
    title: str,
    greater_is_better: bool,
    look: Look = PLAIN,
) -> Figure:
    """Draw the difference of a metric to the first model, with its interval, for each of the others.

    Parameters
    ----------
    shifts : sequence of (value, low, high)
    """
    better = "right" if greater_is_better else "left"
    words = Words(
        title=title,
        caption=(
            f"{metric} minus that of {first}, on the same rows: points, and their paired bootstrap intervals. Where an "
            f"interval holds 0, the two cannot be told apart; {better} of the dashed line the other one is better."
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=f"Difference of {metric}", y="", height=1.5 + 0.45 * len(names))
        axes.axvline(0, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        for place, (value, low, high) in enumerate(reversed(shifts)):
            sure = low > 0 or high < 0
            colour = BLUE if sure else GREY
            axes.plot([low, high], [place, place], color=colour, linewidth=3, alpha=0.5, solid_capstyle="round")
            axes.plot(value, place, "o", color=colour, markersize=9)
        axes.set_yticks(range(len(names)), tick_labels(list(reversed(look.names(names))), width=26), fontsize=SMALL)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.margins(x=0.08)
        axes.grid(visible=False, axis="y")
        plain_numbers(axes)
    return figure
