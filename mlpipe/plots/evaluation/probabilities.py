"""Calibration, and scores against the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    Words,
    class_colour,
    drawing,
    label_ends,
    list_beside,
    new_axes,
    new_figure,
)
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import HUNDREDTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.calibration import Calibration
    from mlpipe.metrics.curves import ThresholdCurve
    from mlpipe.metrics.outcome import Floats


def draw_calibration(found: Sequence[Calibration], classes: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw observed share against predicted probability, with the rows of each bin below."""
    words = Words(
        title=_calibration_title(found, classes, look),
        caption=(
            f"Each point is {_bin_sizes(found)} rows of similar probability. On the dashed line, what is called 30 % "
            "happens in 30 % of rows; below it, probabilities are too high."
            + (" Bars are 95 % intervals." if len(found) == 1 else "")
        ),
    )
    with drawing(look):
        alone = len(found) == 1
        figure = new_figure(words, height=5.4 if alone else 4.8)
        axes, *below = figure.subplots(
            2 if alone else 1, 1, sharex=True, height_ratios=(4, 1)[: 1 + alone], squeeze=False
        )[:, 0]
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        for one in found:
            _draw_bins(axes, one, classes, with_bars=alone)
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylabel("Share that is of the class")
        axes.grid(visible=True)
        if alone:
            _draw_counts(below[0], found[0], classes)
        else:
            _name_lines(axes, found, classes, look)
        figure.axes[-1].set_xlabel("Predicted probability")
    return figure


def _draw_bins(axes: Axes, one: Calibration, classes: Sequence[str], *, with_bars: bool) -> None:
    colour = class_colour(list(classes).index(one.label))
    if with_bars:
        reach = np.maximum(np.array([one.observed - one.low, one.high - one.observed]), 0)
        axes.errorbar(one.predicted, one.observed, yerr=reach, fmt="none", ecolor=colour, alpha=0.5, elinewidth=1.5)
    axes.plot(one.predicted, one.observed, color=colour, marker="o", markersize=6, clip_on=False, zorder=3)


def _draw_counts(axes: Axes, one: Calibration, classes: Sequence[str]) -> None:
    colour = class_colour(list(classes).index(one.label))
    axes.vlines(one.predicted, 0, one.counts, color=colour, linewidth=3)
    top = int(one.counts.max())
    axes.set_ylim(0, top * 1.25)
    axes.set_yticks([0, top], ["0", count_of(top)])
    axes.set_ylabel("Rows")


def _name_lines(axes: Axes, found: Sequence[Calibration], classes: Sequence[str], look: Look) -> None:
    names = dict(zip(classes, tick_labels(look.names(classes), width=16), strict=True))
    list_beside(axes, [(names[one.label], class_colour(list(classes).index(one.label))) for one in found])


def _bin_sizes(found: Sequence[Calibration]) -> str:
    """How many rows a bin holds, as a range where bins differ much."""
    counts = np.concatenate([one.counts for one in found])
    low, high = int(counts.min()), int(counts.max())
    return f"about {count_of(high)}" if low > 0.8 * high else f"{count_of(low)} to {count_of(high)}"


def _calibration_title(found: Sequence[Calibration], classes: Sequence[str], look: Look) -> str:
    worst = max(found, key=lambda one: one.error)
    name = quote(tick_labels(look.names(classes), width=26)[list(classes).index(worst.label)], 26)
    off = (
        f"off by {format_number(worst.error, digits=2)} on average"
        if worst.error >= 0.001
        else "off by less than 0.001"
    )
    if worst.error < 0.03:
        return f"Probabilities mean what they say: {off}"
    if worst.by_chance:
        return f"Probabilities fit what happened, within chance: {off}"
    predicted, happened = format_share(worst.mean_predicted), format_share(worst.prevalence)
    leaning = worst.mean_predicted - worst.prevalence
    if abs(leaning) > 0.5 * worst.error and predicted != happened:
        size = "high" if leaning > 0 else "low"
        return f"Probabilities of {name} are too {size}: {predicted} on average where {happened} happen"
    return f"Probabilities of {name} are {off}"


def draw_threshold(curve: ThresholdCurve, positive: str, used: float = 0.5, look: Look = PLAIN) -> Figure:
    """Draw precision, recall, F1 and balanced accuracy against the threshold.

    Parameters
    ----------
    used : float
        The threshold that the model uses.
    """
    name = quote(look.show(positive, "the positive class"))
    words = Words(
        title=_threshold_title(curve, used),
        caption=(
            f"A row is called {name} from this probability on. The vertical line is the threshold in use. Choose "
            "another on validation rows, not by this figure: on the test rows it would flatter the model."
        ),
    )
    lines = (
        ("precision", curve.precision, BLUE, "-"),
        ("recall", curve.recall, ORANGE, "-"),
        ("F1", curve.f1, BLACK, "-"),
        ("balanced accuracy", curve.balanced_accuracy, GREEN, (0, (5, 2))),
    )
    with drawing(look):
        figure, axes = new_axes(words, x=f"Threshold on the probability of {name}", y="Score", width=6.4)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.02, 1.02)
        axes.axvline(used, color=GREY, linewidth=1.2)
        for text, values, colour, dashes in lines:
            axes.plot(curve.threshold, values, color=colour, linestyle=dashes, label=text, clip_on=False)
        label_ends(axes, [(_last(values), text, colour) for text, values, colour, _ in lines])
    return figure


def _last(values: Floats) -> float:
    """The rightmost value that is defined."""
    return float(values[np.flatnonzero(~np.isnan(values))[-1]])


def _threshold_title(curve: ThresholdCurve, used: float) -> str:
    now = float(np.interp(used, curve.threshold, curve.f1))
    best = int(np.argmax(curve.f1))
    if curve.f1[best] - now < 0.01:
        return f"The threshold in use, {_told(used)}, is about the best for F1: {_told(now)}"
    there = f"{_told(curve.f1[best])} at {_told(curve.threshold[best])}"
    return f"F1 is {_told(now)} at the threshold in use, {_told(used)}; {there}"


def _told(score: float) -> str:
    return format_number(float(score), HUNDREDTH)
