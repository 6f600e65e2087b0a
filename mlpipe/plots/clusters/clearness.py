"""How clear clusters are: silhouettes of their rows, and the tree that joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import dendrogram

from mlpipe.plots.clusters.colours import cluster_colour, cluster_name, in_order
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, ORANGE, SMALL, Words, drawing, new_axes, text_colour
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import HUNDREDTH, format_number, format_share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats, Places

_MOST_NAMED = 20
_MOST_LEAVES = 24
_GAP = 0.02


def draw_silhouettes(values: Floats, clusters: Places, look: Look = PLAIN) -> Figure:
    """Draw the silhouette of every row, in order within its cluster.

    Parameters
    ----------
    values, clusters : ndarray of shape (n_rows,)
        Of the rows that are in a cluster.
    """
    mean = float(values.mean())
    below = float((values < 0).mean())
    words = Words(
        title=f"The mean silhouette is {format_number(mean, HUNDREDTH)}",
        caption="A line for each row: 1 is far from all other clusters, 0 on the border, below 0 nearer to another "
        f"cluster than to its own, as {format_share(below)} of the rows are. The dashed line is the mean.",
    )
    order = in_order(clusters)
    gap = max(1.0, _GAP * len(values))
    with drawing(look):
        figure, axes = new_axes(words, x="silhouette", y="")
        axes.grid(visible=False)
        low = 0.0
        for number in order:
            own = np.sort(values[clusters == number])
            heights = low + np.arange(len(own) + 1)
            axes.fill_betweenx(
                heights, 0, np.append(own, own[-1]), step="post", color=cluster_colour(number), linewidth=0
            )
            if len(order) <= _MOST_NAMED:
                axes.annotate(
                    f"{cluster_name(number)} {format_number(float(own.mean()), HUNDREDTH)}",
                    (1, low + len(own) / 2), xycoords=("axes fraction", "data"), xytext=(6, 0),
                    textcoords="offset points", va="center", fontsize=SMALL, annotation_clip=False,
                    color=text_colour(cluster_colour(number)),
                )  # fmt: skip
            low += len(own) + gap
        axes.axvline(mean, color=GREY, linestyle="--", linewidth=1)
        axes.set_yticks([])
        axes.invert_yaxis()
        axes.set_xlim(min(-0.05, float(values.min()) - 0.02), 1)
    return figure


def draw_dendrogram(linkage: Floats, n_clusters: int, look: Look = PLAIN) -> Figure:
    """Draw the upper part of the tree, and where it is cut.

    Parameters
    ----------
    linkage : ndarray of shape (n_rows - 1, 4)
        As SciPy writes a tree.
    """
    n_rows = len(linkage) + 1
    leaves = min(max(_MOST_LEAVES, n_clusters), n_rows)
    heights = np.append(linkage[:, 2], linkage[-1, 2] * 1.05)
    cut = float((heights[n_rows - n_clusters - 1] + heights[n_rows - n_clusters]) / 2)
    part = f" Only the last {count_of(leaves - 1, 'join')} are drawn; in brackets the rows below."
    words = Words(
        title=f"The tree is cut into {count_of(n_clusters, 'cluster')}",
        caption="Clusters are joined from the bottom up, the higher the farther apart they are."
        + (part if leaves < n_rows else "")
        + f" The orange line cuts {count_of(n_clusters, 'branch', 'branches')}.",
    )
    with drawing(look):
        figure, axes = new_axes(words, x="", y="distance")
        axes.grid(visible=False)
        dendrogram(
            linkage, p=leaves, truncate_mode="lastp" if leaves < n_rows else None, ax=axes, color_threshold=0,
            above_threshold_color=BLUE, leaf_rotation=90, leaf_font_size=SMALL, no_labels=leaves > 60,
        )  # fmt: skip
        axes.axhline(cut, color=ORANGE, linewidth=2)
    return figure
