"""Models compared by cross-validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.fonts import PLAIN
from mlpipe.plots.style import BLUE, GREY, Words, drawing, new_axes, plain_numbers
from mlpipe.plots.text import tick_labels
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure


def draw_leaderboard(
    scores: Mapping[str, Sequence[float | None]], metric: str, greater_is_better: bool, dummy: str = "dummy"
) -> Figure:
    """Draw the cross-validated score of each model: mean, and a point for each fold; the best on top.

    Parameters
    ----------
    scores : mapping of str to sequence of float or None
        Scores of the folds for each model; `None` where undefined. Models without any score are left out.
    dummy : str
        Which of the models is the dummy, if it is among them: its mean becomes the reference line.
    """
    points = {name: [value for value in folds if value is not None] for name, folds in scores.items()}
    points = {name: folds for name, folds in points.items() if folds}
    means = {name: float(np.mean(folds)) for name, folds in points.items()}
    ordered = sorted(means, key=lambda name: (means[name] if greater_is_better else -means[name], name))
    best = ordered[-1]
    spread = float(np.std(points[best]))
    written = {name: format_number(mean, spread) for name, mean in means.items()}
    clear = len(ordered) > 1 and _wins_every_fold(points[best], points[ordered[-2]], greater_is_better)
    leads = len(ordered) > 1 and abs(means[best] - means[ordered[-2]]) > spread
    words = Words(
        title=_leader_title(ordered, written, metric, clear=clear, leads=leads),
        caption=(
            f"{metric} in cross-validation, {'higher' if greater_is_better else 'lower'} is better: large points are "
            "means, small ones single folds." + (f" Dashed: {dummy}." if dummy in means else "")
        ),
    )
    with drawing(PLAIN):
        figure, axes = new_axes(words, x=metric, y="", height=1.6 + 0.42 * len(ordered))
        for place, name in enumerate(ordered):
            colour = BLUE if name == best else GREY
            axes.plot(points[name], [place] * len(points[name]), "o", color=colour, alpha=0.4, markersize=5)
            axes.plot(means[name], place, "o", color=colour, markersize=10, zorder=3)
            axes.annotate(written[name], (1, place), xycoords=("axes fraction", "data"), xytext=(8, 0), va="center",
                          textcoords="offset points", color=colour, annotation_clip=False,
                          weight="bold" if name == best else "normal")  # fmt: skip
        if dummy in means:
            axes.axvline(means[dummy], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.set_yticks(range(len(ordered)), tick_labels(ordered, width=26))
        axes.set_ylim(-0.6, len(ordered) - 0.4)
        axes.margins(x=0.08)
        plain_numbers(axes)
        axes.grid(visible=False, axis="y")
    return figure


def _leader_title(ordered: Sequence[str], written: Mapping[str, str], metric: str, *, clear: bool, leads: bool) -> str:
    best = ordered[-1]
    if len(ordered) == 1:
        return f"{best}: {metric} {written[best]}"
    if clear:
        return f"{best} is best in every fold: {metric} {written[best]}"
    if not leads:
        return f"{best} and {ordered[-2]} lie within the spread of the folds: {metric} {written[best]}"
    return f"{best} leads with {metric} {written[best]}; {ordered[-2]} has {written[ordered[-2]]}"


def _wins_every_fold(best: Sequence[float], second: Sequence[float], greater_is_better: bool) -> bool:
    if len(best) != len(second):
        return False
    gaps = np.array(best) - np.array(second)
    return bool((gaps > 0).all() if greater_is_better else (gaps < 0).all())
