"""Which columns are missing, and which of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.describing.missingness import Missingness, find_missing
from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BLUE, GREY, SMALL, Words, drawing, new_figure
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Flags

_MOST_COLUMNS = 20
_MOST_PATTERNS = 12
_LINE = 0.24
"""Height of a column's line, in inches."""
_FAINT = "#DDDDDD"


def draw_missing_pattern(missing: Flags, names: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw a dot for each column that a group of rows lacks, the size of each group, and each column's share.

    Parameters
    ----------
    missing : ndarray of shape (n_rows, n_columns)
        Whether each cell of the training rows is missing.
    """
    counts = missing.sum(axis=0)
    lacking = int((counts > 0).sum())
    if not lacking:
        return new_figure(
            Words(title=f"None of the {count_of(missing.size)} training cells is missing", caption=""), height=1
        )
    columns = np.argsort(-counts, kind="stable")[: min(lacking, _MOST_COLUMNS)]
    short = tick_labels(look.names(names, "column"), width=24)
    found = find_missing(missing[:, columns], limit=_MOST_PATTERNS)
    words = Words(
        title=_title(short[columns[0]], int(counts[columns[0]]), int((~missing.any(axis=1)).sum()), len(missing)),
        caption=_caption(found, len(missing), lacking - len(columns), len(names) - lacking),
    )
    with drawing(look):
        lines = _LINE * len(columns) + 0.15
        figure = new_figure(words, height=2.0 + lines)
        parts = figure.subplots(2, 2, height_ratios=[1.1, lines], width_ratios=[3, 1])
        parts[0, 1].remove()
        _draw_groups(parts[0, 0], [count for _, count in found.patterns])
        _draw_dots(parts[1, 0], found, [short[k] for k in columns])
        _draw_shares(parts[1, 1], counts[columns] / len(missing))
    return figure


def _draw_groups(axes: Axes, counts: Sequence[int]) -> None:
    axes.bar(range(len(counts)), counts, color=BLUE, width=0.7)
    wide = max(len(count_of(n)) for n in counts) * 0.085 > 3.0 / len(counts)
    for place, n in enumerate(counts):
        axes.annotate(count_of(n), (place, n), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
                      fontsize=SMALL, rotation=90 if wide else 0)  # fmt: skip
    _bare(axes, len(counts))
    axes.set_ylabel("Rows")


def _draw_dots(axes: Axes, found: Missingness, names: Sequence[str]) -> None:
    grid = np.zeros((len(names), len(found.patterns)), dtype=bool)
    for place, (together, _) in enumerate(found.patterns):
        grid[list(together), place] = True
        axes.plot([place, place], [together[0], together[-1]], color=BLUE, linewidth=1.6)
    for flags, colour in ((~grid, _FAINT), (grid, BLUE)):
        rows, places = np.nonzero(flags)
        axes.scatter(places, rows, s=46, color=colour, linewidths=0, zorder=3)
    _bare(axes, len(found.patterns))
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _draw_shares(axes: Axes, shares: Sequence[float]) -> None:
    axes.barh(range(len(shares)), shares, color=GREY, height=0.6)
    for place, share in enumerate(shares):
        axes.annotate(format_share(float(share)), (share, place), xytext=(4, 0), textcoords="offset points",
                      va="center", fontsize=SMALL)  # fmt: skip
    axes.set_xlim(0, 1.7 * max(shares))
    axes.set_ylim(len(shares) - 0.4, -0.6)
    axes.set_title("Missing")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def _bare(axes: Axes, places: int) -> None:
    axes.set_xlim(-0.6, max(places, 4) - 0.4)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)


def _title(name: str, count: int, complete: int, rows: int) -> str:
    whole = f"{format_share(complete / rows)} of the rows are complete" if complete else "no row is complete"
    return f"{quote(name)} lacks {format_share(count / rows)} of its cells; {whole}"


def _caption(found: Missingness, rows: int, hidden: int, full: int) -> str:
    rest = found.n_patterns - len(found.patterns)
    rare = rows - found.complete - sum(count for _, count in found.patterns)
    return (
        "Each row of the training set that lacks something is counted in one bar above; the dots below the bar are the "
        "columns it lacks."
        + (f" {count_of(rest, 'rarer group')} ({count_of(rare, 'row')}) not shown." if rest else "")
        + (f" {count_of(hidden, 'column')} that {either(hidden, 'lacks', 'lack')} less not shown." if hidden else "")
        + (f" {count_of(full, 'column')} without gaps." if full else "")
    )  # fmt: skip
