"""The resampled training rows in two components: where synthetic rows lie among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BODY, GREY, INK, Words, class_colour, drawing, find_limits, new_figure, text_colour
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Codes, Flags, Floats

_MOST_PANELS = 6
_PALE = "#BDBDBD"


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnRows:
    """A resampled training set in two components.

    Parameters
    ----------
    points : ndarray of shape (n_drawn, 2)
        Coordinates of the rows to draw: all, or those of `metrics.drawn_rows.choose_rows`.
    codes : ndarray of shape (n_drawn,)
        Positions of their classes.
    synthetic : ndarray of shape (n_drawn,)
        Which of them were made.
    kept, made : sequence of int
        Rows of the table and synthetic rows of each class, drawn or not.
    shares : (float, float)
        Share of the variance along each axis.
    """

    points: Floats
    codes: Codes
    synthetic: Flags
    kept: Sequence[int]
    made: Sequence[int]
    shares: tuple[float, float]


def draw_resampled(found: DrawnRows, classes: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw a panel for each class with synthetic rows: its rows as dots, synthetic ones as crosses, others pale."""
    order = sorted(range(len(classes)), key=lambda code: (-found.made[code], code))
    panels = [code for code in order if found.made[code]][:_MOST_PANELS] or order[:1]
    names = tick_labels(look.names(classes), width=24)
    columns = {1: 1, 2: 2, 4: 2}.get(len(panels), 3)
    rows = -(-len(panels) // columns)
    words = Words(title=_title(names, found), caption=_caption(found, panels))
    with drawing(look):
        figure = new_figure(words, height={1: 4.6, 2: 3.6, 3: 2.9}[columns] if rows == 1 else 2.5 * rows)
        width = {1: 40, 2: 24, 3: 17}[columns]
        short = tick_labels(look.names(classes), width=width)
        for place, code in enumerate(panels, start=1):
            axes = figure.add_subplot(rows, columns, place)
            rows_and_made = f"{count_of(found.kept[code], 'row')} + {count_of(found.made[code])} synthetic"
            axes.set_title(f"{short[code]}\n{rows_and_made}", loc="left", color=text_colour(class_colour(code)),
                           fontsize=BODY)  # fmt: skip
            _draw_panel(axes, found, code)
        corner = figure.axes[(rows - 1) * columns]
        corner.set_xlabel("First component")
        corner.set_ylabel("Second component")
    return figure


def _draw_panel(axes: Axes, found: DrawnRows, code: int) -> None:
    own, size = found.codes == code, 10 if len(found.points) > 300 else 22
    x, y = found.points.T
    other, rows, made = ~own & ~found.synthetic, own & ~found.synthetic, own & found.synthetic
    axes.scatter(x[other], y[other], s=size, color=_PALE, alpha=0.6, linewidths=0)
    axes.scatter(x[rows], y[rows], s=1.5 * size, color=class_colour(code), linewidths=0)
    axes.scatter(x[made], y[made], s=2.4 * size, marker="+", linewidths=0.7, color=INK)
    if len(x):
        axes.set_xlim(find_limits(x))
        axes.set_ylim(find_limits(y))
    # Components have no unit.
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(GREY)


def _title(names: Sequence[str], found: DrawnRows) -> str:
    total, rows = sum(found.made), sum(found.kept) + sum(found.made)
    if not total:
        return f"None of the {count_of(rows)} training rows is synthetic"
    most = int(np.argmax(found.made))
    whose = "all" if found.made[most] == total else count_of(found.made[most])
    made = f"{count_of(total)} of {count_of(rows)} training rows {either(total, 'is', 'are')} synthetic"
    return f"{made}, {whose} of {quote(names[most])}"


def _caption(found: DrawnRows, panels: Sequence[int]) -> str:
    drawn, rows = len(found.points), sum(found.kept) + sum(found.made)
    rest = sum(made > 0 for made in found.made) - len(panels)
    others = f"{count_of(rest, 'class', 'classes')} with fewer synthetic rows {either(rest, 'has', 'have')} no panel."
    return (
        "Dots: rows of the class in the table; crosses: synthetic ones; grey: rows of other classes. The components "
        f"hold {format_share(found.shares[0])} and {format_share(found.shares[1])} of the variance."
        + (f" {count_of(drawn, 'row')} {either(drawn, 'is', 'are')} drawn, chosen at random." if drawn < rows else "")
        + (f" {others}" if rest > 0 else "")
    )  # fmt: skip
