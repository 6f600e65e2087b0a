"""How much of the features' variance each component holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mlpipe.plots.fonts import PLAIN
from mlpipe.plots.style import BLUE, GREY, INK, SMALL, VERMILION, Words, drawing, label_ends, new_axes
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats

_FEW = 20
"""Up to so many components have a bar and a mark each; more become a band."""
_NUMBERED = 10
"""Up to so many have their share in writing, where the line is clear of it."""
_INSIDE = 0.1
"""Bars of this share have room for its writing."""
_ENOUGH = 0.9
_METHODS = {"pca": "Principal component analysis", "svd": "Truncated singular value decomposition"}


def draw_explained_variance(ratios: Floats, method: Literal["pca", "svd"]) -> Figure:
    """Draw the share of the variance that each component holds, and what they hold together.

    Parameters
    ----------
    ratios : ndarray of shape (n_components,)
        Shares in [0, 1], in the order of the components; NaN, of features without variance, counts as nought.
    """
    ratios = np.nan_to_num(ratios)
    together = np.cumsum(ratios)
    words = Words(title=_title(together), caption=_caption(method))
    with drawing(PLAIN):
        figure, axes = new_axes(words, x="Component", y="Share of the variance")
        _draw_shares(axes, ratios, together)
        _frame(axes, len(ratios))
        if len(ratios):
            whole = float(together[-1])
            label_ends(axes, [(whole, f"together\n{format_share(whole)}", VERMILION)])
    return figure


def _draw_shares(axes: Axes, ratios: Floats, together: Floats) -> None:
    places = np.arange(1, len(ratios) + 1)
    if len(ratios) > _FEW:
        axes.stairs(ratios, np.arange(len(ratios) + 1) + 0.5, fill=True, color=BLUE)
        axes.plot(places, together, color=VERMILION)
        return
    axes.bar(places, ratios, color=BLUE, width=0.8)
    axes.plot(places, together, color=VERMILION, marker="o", markersize=5)
    if 1 < len(ratios) <= _NUMBERED and ratios[0] >= _INSIDE:
        for place, ratio in enumerate(ratios.tolist(), start=1):
            inside = ratio >= _INSIDE
            axes.annotate(format_share(ratio), (place, ratio), xytext=(0, -5 if inside else 2), ha="center",
                          textcoords="offset points", va="top" if inside else "bottom", fontsize=SMALL,
                          color="white" if inside else INK)  # fmt: skip


def _frame(axes: Axes, n_components: int) -> None:
    axes.set_xlim(0.4, max(n_components, 1) + 0.6)
    axes.set_ylim(0, 1.04)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    if n_components <= _FEW:
        axes.set_xticks(range(1, n_components + 1))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(visible=False, axis="x")
    axes.axhline(_ENOUGH, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)


def _title(together: Floats) -> str:
    n = len(together)
    if not n or together[-1] <= 0:
        return "The components hold no variance"
    whole = format_share(float(together[-1]))
    if n == 1:
        return f"The one component keeps {whole} of the variance"
    enough = int(np.searchsorted(together, _ENOUGH - 1e-9)) + 1
    if enough >= n:
        return f"The first {count_of(n)} components keep {whole} of the variance"
    few = format_share(float(together[enough - 1]))
    first = either(enough, "component keeps", f"{count_of(enough)} components keep")
    return f"The first {first} {few} of the variance, all {count_of(n)} keep {whole}"


def _caption(method: str) -> str:
    return (
        f"{_METHODS[method]} of the training rows. Bars: the share of the variance that each component holds; line: "
        "that of all components up to it. Dashed: 90 %."
    )
