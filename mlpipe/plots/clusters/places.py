"""Where clusters lie: two components with hulls, and how large clusters are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from mlpipe.plots.clusters.colours import MOST_COLOURS, cluster_colour, cluster_name, in_order
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import GREY, REST, SMALL, Words, drawing, find_limits, new_axes, text_colour
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats, Places

_MOST_BARS = 20
_INNER = 0.95
"""Share of the rows of a cluster that its hull holds: those nearest to its middle."""


def draw_components(
    points: Floats, clusters: Places, *, shares: tuple[float, float], n_rows: int, look: Look = PLAIN
) -> Figure:
    """Draw rows in two components, coloured by cluster, with a hull about the inner 95 % of each.

    Parameters
    ----------
    points : ndarray of shape (n_drawn, 2)
    clusters : ndarray of shape (n_drawn,)
    shares : (float, float)
        Share of the variance along each axis.
    n_rows : int
        Rows there are; fewer may be drawn.
    """
    order = in_order(clusters)
    words = Words(title=_title(order), caption=_caption(order, shares, len(points), n_rows))
    with drawing(look):
        figure, axes = new_axes(words, x="First component", y="Second component")
        axes.grid(visible=False)
        for number in reversed(order):
            own = points[clusters == number]
            size = 9 if len(points) > 600 else 18
            axes.scatter(own[:, 0], own[:, 1], s=size, color=cluster_colour(number), alpha=0.65, linewidths=0)
        for number in order:
            if 0 <= number < MOST_COLOURS:
                _draw_hull(axes, points[clusters == number], number)
        axes.set_xlim(find_limits(points[:, 0]))
        axes.set_ylim(find_limits(points[:, 1]))
        # Components have no unit.
        axes.set_xticks([])
        axes.set_yticks([])
    return figure


def _draw_hull(axes: Axes, own: Floats, number: int) -> None:
    middle = np.median(own, axis=0)
    away = ((own - middle) ** 2).sum(axis=1)
    inner = own[away <= np.quantile(away, _INNER)]
    colour = cluster_colour(number)
    try:
        corners = inner[ConvexHull(inner).vertices]
        axes.fill(*corners.T, facecolor=colour, alpha=0.10)
        axes.plot(*np.vstack([corners, corners[:1]]).T, color=colour, linewidth=1.2)
    except (QhullError, ValueError):
        pass  # fewer than three rows, or all on one line
    axes.annotate(
        str(number), tuple(middle), ha="center", va="center", weight="bold", color=text_colour(colour),
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )  # fmt: skip


def _title(order: Sequence[int]) -> str:
    n = sum(number >= 0 for number in order)
    noise = " and noise" if order and order[-1] < 0 else ""
    return f"{count_of(n, 'cluster')}{noise} in two components"


def _caption(order: Sequence[int], shares: tuple[float, float], n_drawn: int, n_rows: int) -> str:
    told = [
        f"The components hold {format_share(shares[0])} and {format_share(shares[1])} of the variance.",
        "What overlaps here may be apart in others.",
        "Lines enclose the inner 95 % of each cluster.",
    ]
    grey = [name for name, there in (("noise", order[-1] < 0), ("smaller clusters", _beyond(order))) if there]
    if grey:
        told.append(f"Grey: {' and '.join(grey)}.")
    if n_drawn < n_rows:
        told.append(f"{count_of(n_drawn)} of {count_of(n_rows, 'row')} are drawn.")
    return " ".join(told)


def _beyond(order: Sequence[int]) -> bool:
    return any(number >= MOST_COLOURS for number in order)


def draw_sizes(clusters: Places, look: Look = PLAIN) -> Figure:
    """Draw how many rows each cluster has."""
    order = in_order(clusters)
    counts = [int((clusters == number).sum()) for number in order]
    drawn = order[:_MOST_BARS]
    largest = int(np.argmax(counts))
    n_rows = len(clusters)
    named = cluster_name(order[largest])
    words = Words(
        title=f"{named.capitalize()} has {format_share(counts[largest] / n_rows)} of the rows",
        caption=f"Rows of each cluster, of {count_of(n_rows)} in all."
        + (f" {count_of(len(order) - _MOST_BARS)} more are not drawn." if len(order) > _MOST_BARS else ""),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="rows", y="", height=1.3 + 0.32 * len(drawn))
        places = np.arange(len(drawn))
        colours = [cluster_colour(number) for number in drawn]
        axes.barh(places, counts[: len(drawn)], color=colours, height=0.7)
        for place, count in zip(places, counts, strict=False):
            told = f"{count_of(count)}, {format_share(count / n_rows)}"
            axes.annotate(told, (count, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL)
        axes.set_yticks(places, [cluster_name(number) for number in drawn])
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.set_xlim(0, 1.18 * max(counts))
        axes.spines["left"].set_color(REST)
        axes.tick_params(axis="y", length=0, labelcolor=GREY)
    return figure
