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
    REST,
    Words,
    class_colours,
    drawing,
    label_ends,
    list_beside,
    new_axes,
    new_figure,
    rest_told,
)
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.calibration import Calibration
    from mlpipe.metrics.curves import ThresholdCurve


def draw_calibration(found: Sequence[Calibration], classes: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw observed share against predicted probability, with the rows of each bin below."""
    words = Words(
        title=_calibration_title(found, classes, look),
        caption=(
            f"Each point is {_bin_sizes(found)} rows of similar probability. On the dashed line, what is called 30 % "
            "happens in 30 % of rows; below it, probabilities are too high."
            + (" Bars are 95 % intervals." if len(found) == 1 else "")
            + rest_told(classes, [one.label for one in found])
        ),
    )
    with drawing(look):
        alone = len(found) == 1
        figure = new_figure(words, height=5.4 if alone else 4.8)
        axes, *below = figure.subplots(
            2 if alone else 1, 1, sharex=True, height_ratios=(4, 1)[: 1 + alone], squeeze=False
        )[:, 0]
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        best, worst = min(found, key=lambda one: one.error), max(found, key=lambda one: one.error)
        colours = class_colours(classes, best=best.label, worst=worst.label)
        for one in sorted(found, key=lambda one: colours[one.label] != REST):
            _draw_bins(axes, one, colours[one.label], with_bars=alone)
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylabel("Share that is of the class")
        axes.grid(visible=True)
        if alone:
            _draw_counts(below[0], found[0], colours[found[0].label])
        else:
            _name_lines(axes, found, colours, look)
        figure.axes[-1].set_xlabel("Predicted probability")
    return figure


def _draw_bins(axes: Axes, one: Calibration, colour: str, *, with_bars: bool) -> None:
    if with_bars:
        reach = np.maximum(np.array([one.observed - one.low, one.high - one.observed]), 0)
        axes.errorbar(one.predicted, one.observed, yerr=reach, fmt="none", ecolor=colour, alpha=0.5, elinewidth=1.5)
    size = 3 if colour == REST else 6
    axes.plot(one.predicted, one.observed, color=colour, marker="o", markersize=size, linewidth=size / 3,
              clip_on=False, zorder=3)  # fmt: skip


def _draw_counts(axes: Axes, one: Calibration, colour: str) -> None:
    axes.vlines(one.predicted, 0, one.counts, color=colour, linewidth=3)
    top = int(one.counts.max())
    axes.set_ylim(0, top * 1.25)
    axes.set_yticks([0, top], ["0", count_of(top)])
    axes.set_ylabel("Rows")


def _name_lines(axes: Axes, found: Sequence[Calibration], colours: Mapping[str, str], look: Look) -> None:
    labels = [one.label for one in found if colours[one.label] != REST]
    names = tick_labels(look.names(labels), width=16)
    list_beside(axes, [(name, colours[label]) for label, name in zip(labels, names, strict=True)])


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
    """What the threshold in use brings; no other one is praised on rows that are there to test it."""
    recall, precision = (_at(used, curve.threshold, values) for values in (curve.recall, curve.precision))
    right = "nothing is called" if np.isnan(precision) else f"{format_share(precision)} of those called are right"
    return f"From {format_number(used)} on, {format_share(recall)} are found, and {right}"


def _at(used: float, threshold: Floats, values: Floats) -> float:
    return float(values[int(np.argmin(np.abs(threshold - used)))])
