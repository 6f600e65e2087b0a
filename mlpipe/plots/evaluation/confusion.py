"""The confusion matrix as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from mlpipe.metrics.arrays import divide
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, BODY, INK, SMALL, VERMILION, Words, drawing, new_figure
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, short_count
from mlpipe.words.numbers import format_share
from mlpipe.words.widths import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Codes, Floats

MOST_CLASSES = 20
_MOST_WITH_SHARES = 10
ON_DARK = "#FEFEFE"
"""Letters on a dark cell: light, whatever the paper."""


def draw_confusion(counts: Codes, labels: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw how many rows of each class were called what.

    Parameters
    ----------
    counts : ndarray of shape (n_labels, n_labels)
        True label on the first axis. Beyond 20 classes, the rarest are put together.
    """
    names = look.names(labels)
    counts, names = _merge_rare(counts, names)
    shares = divide(counts.astype(np.float64), counts.sum(axis=1, keepdims=True).astype(np.float64), otherwise=0.0)
    size = len(names)
    words = Words(title=_title(counts, names), caption=_caption(size))
    side = 0.62 if size <= _MOST_WITH_SHARES else 0.46
    height = max(3.9, 1.3 + side * size)
    with drawing(look):
        figure = new_figure(words, width=max(6.4, height + 1.3), height=height + 0.6)
        axes = figure.add_subplot()
        edges = np.arange(size + 1) - 0.5
        axes.pcolormesh(edges, edges, _colours(shares), linewidth=0)
        axes.set_aspect("equal")
        axes.invert_yaxis()
        _write_cells(axes, counts, shares)
        _name_axes(axes, names, counts.sum(axis=1))
    return figure


def _merge_rare(counts: Codes, names: list[str]) -> tuple[Codes, list[str]]:
    if len(names) <= MOST_CLASSES:
        return counts, names
    rows = counts.sum(axis=1)
    kept = np.sort(np.argsort(-rows, kind="stable")[: MOST_CLASSES - 1])
    rest = np.setdiff1d(np.arange(len(names)), kept)
    firsts = np.arange(MOST_CLASSES)
    reordered = counts[np.ix_(np.append(kept, rest), np.append(kept, rest))]
    merged = np.add.reduceat(np.add.reduceat(reordered, firsts, axis=0), firsts, axis=1)
    return merged, [*(names[k] for k in kept), f"{count_of(len(rest))} others"]


def _title(counts: Codes, names: list[str]) -> str:
    names = tick_labels(names, width=26)
    total, errors = int(counts.sum()), int(counts.sum() - np.trace(counts))
    if total == 0:
        return "No rows"
    if errors == 0:
        return f"All {count_of(total, 'row')} are called right" if total > 1 else "The one row is called right"
    wrong = counts - np.diag(np.diagonal(counts))
    true, called = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    if counts[:, called].sum() == total:
        return f"Every row is called {quote(names[called], 26)}: {format_share(1 - errors / total)} are right"
    worst = int(wrong[true, called])
    kind = f"{quote(names[true], 26)} called {quote(names[called], 26)}"
    of = f"{count_of(worst)} of {count_of(int(counts[true].sum()))}"
    if worst * 2 > errors:
        return f"Most errors are {kind}: {of}"
    return f"{format_share(1 - errors / total)} called right; the commonest error is {kind}: {of}"


def _caption(size: int) -> str:
    cell = "number of rows and share of the line" if size <= _MOST_WITH_SHARES else "number of rows"
    return (
        f"Each line is one true class, split by what the model called it: {cell}. "
        "Blue is right, orange is wrong; the darker, the larger the share."
    )


def _colours(shares: Floats) -> NDArray[np.float64]:
    """Blue on the diagonal, vermilion beside it, the paler the smaller the share: on paper of any colour."""
    colours = np.empty((*shares.shape, 4))
    colours[..., :3] = np.where(np.eye(len(shares), dtype=bool)[:, :, None], to_rgb(BLUE), to_rgb(VERMILION))
    colours[..., 3] = shares
    return colours


def _write_cells(axes: Axes, counts: Codes, shares: Floats) -> None:
    with_shares = len(counts) <= _MOST_WITH_SHARES
    for i, j in np.ndindex(counts.shape):
        count, share = int(counts[i, j]), float(shares[i, j])
        if count == 0 and not with_shares:
            continue
        text = f"{short_count(count)}\n{format_share(share)}" if with_shares else short_count(count)
        colour = ON_DARK if _is_dark(i == j, share) else INK
        axes.text(j, i, text, ha="center", va="center", color=colour, fontsize=BODY if len(counts) < 6 else SMALL)


def _is_dark(is_right: bool, share: float) -> bool:
    red, green, blue = (1 - share * (1 - c) for c in to_rgb(BLUE if is_right else VERMILION))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.6


def _name_axes(axes: Axes, names: list[str], rows: Codes) -> None:
    size = len(names)
    places = np.arange(size)
    cell = int(max(6, 36 / size))  # columns of text that fit the width of a cell
    upright = max(display_width(name) for name in names) > cell * (2 if size < 5 else 1)
    below = tick_labels(names, width=20) if upright and size > 3 else tick_labels(names, width=cell, lines=2)
    axes.set_xticks(places, below, rotation=90 if upright and size > 3 else 0)
    few = size <= _MOST_WITH_SHARES
    beside = tick_labels(names, width=22, lines=2) if few else tick_labels(names, width=20)
    joint = "\n" if few else " "
    axes.set_yticks(places, [f"{name}{joint}({count_of(n)})" for name, n in zip(beside, rows, strict=True)])
    axes.set_xlabel("Called by the model")
    axes.set_ylabel("True class (rows)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    edges = np.arange(size + 1) - 0.5
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.tick_params(which="minor", length=0)
    axes.grid(visible=True, which="minor", color="#E5E5E5", linewidth=0.8)
