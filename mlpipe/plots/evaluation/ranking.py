"""ROC, precision-recall and gain: how well probabilities put rows in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import (
    GREY,
    REST,
    SMALL,
    Words,
    class_colours,
    drawing,
    list_beside,
    new_axes,
    rest_told,
    unit_square,
)
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.numbers import THOUSANDTH, format_number, format_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.curves import Curve


def draw_roc(curves: Sequence[Curve], classes: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw one ROC curve for each class that is set against the rest (one for a binary task)."""
    words = Words(
        title=_roc_title(curves, classes, look),
        caption=(
            f"Each point is one cut-off: {_positive(curves, classes, look)} rows found against false alarms among the "
            "others. The nearer to the upper left corner the better; the dashed line is guessing."
            + _band_note(curves)
            + rest_told(classes, _labels(curves))
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="False positive rate", y="True positive rate")
        unit_square(axes)
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.text(0.71, 0.68, "guessing", color=GREY, fontsize=SMALL, rotation=45, rotation_mode="anchor", va="top")
        colours = _colours(curves, classes, [curve.area for curve in curves])
        _draw_curves(axes, curves, colours)
        _list_areas(axes, curves, colours, look, heading="AUC")
    return figure


def draw_precision_recall(
    curves: Sequence[Curve], classes: Sequence[str], prevalences: Sequence[float], look: Look = PLAIN
) -> Figure:
    """Draw precision against recall, with the share of each class as the line that guessing would draw.

    Parameters
    ----------
    prevalences : sequence of float
        Share of the rows that are of the class, for each curve.
    """
    words = Words(
        title=_pr_title(curves, classes, prevalences, look),
        caption=(
            f"Each point is one cut-off: of the rows called {_positive(curves, classes, look)}, the share that is, "
            "against the share of all such rows found. Dashed: guessing, at the share of the class."
            + _band_note(curves)
            + rest_told(classes, _labels(curves))
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="Recall: share found", y="Precision: share right among those called")
        unit_square(axes)
        colours = _colours(curves, classes, _gains(curves, prevalences))
        for curve, prevalence in zip(curves, prevalences, strict=True):
            if colours[curve.label] != REST:
                axes.axhline(prevalence, color=colours[curve.label], linestyle=(0, (4, 3)), linewidth=1.2, alpha=0.8)
        _draw_curves(axes, curves, colours)
        if len(curves) == 1:
            below = prevalences[0] > 0.08
            axes.text(0.0, prevalences[0] + (-0.012 if below else 0.012), f"guessing {format_share(prevalences[0])}",
                      color=GREY, fontsize=SMALL, va="top" if below else "bottom")  # fmt: skip
        _list_areas(axes, curves, colours, look, heading="average precision")
    return figure


def draw_gain(
    curves: Sequence[Curve], classes: Sequence[str], prevalences: Sequence[float], look: Look = PLAIN
) -> Figure:
    """Draw the share of a class found when rows are taken by falling probability."""
    words = Words(
        title=_gain_title(curves, classes, look),
        caption=(
            f"Rows are taken by falling probability of {_positive(curves, classes, look)}. The dashed line takes them "
            "at random; the dotted one knows the truth." + rest_told(classes, _labels(curves))
        ),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="Share of rows taken", y="Share of the class found")
        unit_square(axes)
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.text(0.71, 0.68, "at random", color=GREY, fontsize=SMALL, rotation=45, rotation_mode="anchor", va="top")
        colours = _colours(curves, classes, [_found_first(curve) for curve in curves])
        for curve, prevalence in zip(curves, prevalences, strict=True):
            if colours[curve.label] != REST:
                axes.plot([0, prevalence, 1], [0, 1, 1], color=colours[curve.label], linestyle=":", linewidth=1.2)
        _draw_curves(axes, curves, colours)
        _list_areas(axes, curves, colours, look, heading="")
    return figure


def _colours(curves: Sequence[Curve], classes: Sequence[str], merits: Sequence[float]) -> dict[str, str]:
    """The colour of each curve by its label; of many the best and the worst by their merits stand out."""
    best, worst = curves[int(np.argmax(merits))].label, curves[int(np.argmin(merits))].label
    return class_colours(classes, best=best, worst=worst)


def _labels(curves: Sequence[Curve]) -> list[str]:
    return [curve.label for curve in curves]


def _gains(curves: Sequence[Curve], prevalences: Sequence[float]) -> list[float]:
    return [curve.area - prevalence for curve, prevalence in zip(curves, prevalences, strict=True)]


def _found_first(curve: Curve) -> float:
    """Share of the class among the first fifth of the rows."""
    return float(np.interp(0.2, curve.x, curve.y))


def _name(curve: Curve, classes: Sequence[str], look: Look) -> str:
    return quote(tick_labels(look.names(classes), width=26)[list(classes).index(curve.label)], 26)


def _positive(curves: Sequence[Curve], classes: Sequence[str], look: Look) -> str:
    return _name(curves[0], classes, look) if len(curves) == 1 else "its class"


def _draw_curves(axes: Axes, curves: Sequence[Curve], colours: Mapping[str, str]) -> None:
    for curve in curves:
        colour = colours[curve.label]
        if len(curves) == 1 and len(curve.grid):
            axes.fill_between(curve.grid, curve.low, curve.high, color=colour, alpha=0.18, linewidth=0)
        # Above the frame, so that a perfect curve along the edge keeps its full width.
        stands_back = colour == REST
        axes.plot(curve.x, curve.y, color=colour, clip_on=False, zorder=2 if stands_back else 3,
                  linewidth=1.0 if stands_back else 2.0, solid_joinstyle="round")  # fmt: skip


def _list_areas(axes: Axes, curves: Sequence[Curve], colours: Mapping[str, str], look: Look, *, heading: str) -> None:
    """Name the curves in their colours beside the axes, the best on top, with their areas if these have a heading."""
    if len(curves) == 1:
        return
    named = [curve for curve in curves if colours[curve.label] != REST]
    names = dict(zip(_labels(named), tick_labels(look.names(_labels(named)), width=16), strict=True))
    ordered = sorted(named, key=lambda curve: -curve.area)
    areas = [f"{_area(curve)}  " if heading else "" for curve in ordered]
    lines = [(f"{area}{names[c.label]}", colours[c.label]) for area, c in zip(areas, ordered, strict=True)]
    list_beside(axes, lines, heading)


def _area(curve: Curve) -> str:
    return format_number(curve.area, _spread(curve))


def _spread(curve: Curve) -> float:
    """What the area is known to: half of the band on average, where one is drawn."""
    return float(np.mean(curve.high - curve.low)) / 2 if len(curve.grid) else THOUSANDTH


def _band_note(curves: Sequence[Curve]) -> str:
    return " The band holds 95 % of resampled curves." if len(curves) == 1 and len(curves[0].grid) else ""


def _roc_title(curves: Sequence[Curve], classes: Sequence[str], look: Look) -> str:
    if len(curves) == 1:
        area, told = curves[0].area, _area(curves[0])
        name = _name(curves[0], classes, look)
        if area < 0.6:
            return f"{'Little better' if area >= 0.5 else 'Worse'} than guessing: AUC {told}"
        if area == 1:
            return f"Every {name} is ranked above all others (AUC 1)"
        return f"Ranks {name} above others in {format_share(area)} of pairs (AUC {told})"
    best, worst = max(curves, key=lambda c: c.area), min(curves, key=lambda c: c.area)
    if _area(best) == _area(worst):
        return f"Every class is told apart from the others (AUC {_area(best)})"
    return (
        f"{_name(best, classes, look)} is told apart best (AUC {_area(best)}), "
        f"{_name(worst, classes, look)} worst ({_area(worst)})"
    )


def _pr_title(curves: Sequence[Curve], classes: Sequence[str], prevalences: Sequence[float], look: Look) -> str:
    if len(curves) == 1:
        guessed = format_number(prevalences[0], _spread(curves[0]))
        return f"Average precision {_area(curves[0])}, where guessing has {guessed}"
    if len(areas := {_area(curve) for curve in curves}) == 1:
        return f"Every class has average precision {areas.pop()}"
    gains = _gains(curves, prevalences)
    worst = int(np.argmin(gains))
    return (
        f"{_name(curves[worst], classes, look)} gains least over guessing: average precision "
        f"{_area(curves[worst])} against {format_number(prevalences[worst], _spread(curves[worst]))}"
    )


def _gain_title(curves: Sequence[Curve], classes: Sequence[str], look: Look) -> str:
    share, curve = max(((_found_first(curve), curve) for curve in curves), key=lambda pair: pair[0])
    return f"The first 20 % of rows hold {format_share(share)} of all {_name(curve, classes, look)}"
