"""The terms by which a linear model tells classes apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import BODY, GREY, SMALL, Words, class_colour, drawing, new_figure, text_colour
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlpipe.metrics.arrays import Codes, Floats

MOST_TERMS = 10
_MOST_CLASSES = 6
_BLANK = "\N{OPEN BOX}"


def draw_top_terms(terms: Sequence[str], weights: Floats, classes: Sequence[str], look: Look = PLAIN) -> Figure:
    """Draw the terms that speak most for each class.

    Parameters
    ----------
    terms : sequence of str
        As a person would write them; blanks at their ends, of runs of letters, are made visible.
    weights : ndarray of shape (n_classes, n_terms), or (1, n_terms) for two classes
        Coefficients of a linear model; those of two classes speak for the last one.
    """
    if len(weights) == 1:
        return _draw_two(terms, weights[0], classes, look)
    top = [_strongest(row) for row in weights]
    best = [float(row[found[0]]) if len(found) else 0.0 for row, found in zip(weights, top, strict=True)]
    order = sorted(np.argsort(np.negative(best), kind="stable")[:_MOST_CLASSES].tolist())
    rest = len(classes) - len(order)
    words = Words(
        title=_title([(terms[top[k][0]], classes[k], best[k]) for k in order if len(top[k])], look),
        caption="Terms with the largest weights for each class, all on one scale: the longer the bar, the more a text "
        "with the term looks like the class."
        + (
            f" {count_of(rest, 'class', 'classes')} with weaker terms {either(rest, 'is', 'are')} not shown."
            if rest
            else ""
        ),
    )
    columns = 2 if len(order) in {2, 4} else 3
    rows = -(-len(order) // columns)
    lines = max(2, *(len(top[k]) for k in order))
    short = tick_labels(look.names(classes), width=40 // columns)
    with drawing(look):
        figure = new_figure(words, height=0.7 + rows * (0.5 + 0.19 * lines))
        for place, k in enumerate(order, start=1):
            axes = figure.add_subplot(rows, columns, place)
            axes.set_title(short[k], loc="right", color=text_colour(class_colour(k)), weight="bold", fontsize=BODY)
            names = _shown(terms, top[k], look, width=36 // columns)
            _draw_class(axes, names, weights[k][top[k]], class_colour(k), lines)
            axes.set_xlim(0, max(best) or 1)
    return figure


def _strongest(weights: Floats) -> Codes:
    """Positions of the largest weights above nought, the largest first."""
    order = np.argsort(-weights, kind="stable")[:MOST_TERMS]
    return order[weights[order] > 0]


def _draw_class(axes: Axes, names: Sequence[str], weights: Floats, colour: str, lines: int) -> None:
    axes.barh(range(len(names)), weights, color=colour, height=0.68)
    _name_bars(axes, names, weights)
    axes.set_ylim(lines - 0.4, -0.6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _draw_two(terms: Sequence[str], weights: Floats, classes: Sequence[str], look: Look) -> Figure:
    """Bars to the right speak for the last class, to the left for the first."""
    up, down = _strongest(weights), _strongest(-weights)
    pairs = [(up, classes[-1]), (down, classes[0])]
    words = Words(
        title=_title(
            [(terms[found[0]], name, abs(float(weights[found[0]]))) for found, name in pairs if len(found)], look
        ),
        caption="Terms with the largest weights of the linear model: the longer the bar, the more a text with the term "
        "looks like the class on that side.",
    )
    order = [*up, *down[::-1]]
    names = tick_labels(look.names(classes), width=28)
    with drawing(look):
        figure = new_figure(words, height=1.5 + 0.22 * max(len(order), 2))
        axes = figure.add_subplot()
        axes.set_title(f"← {names[0]}", loc="left", color=text_colour(class_colour(0)), weight="bold")
        axes.set_title(f"{names[-1]} →", loc="right", color=text_colour(class_colour(1)), weight="bold")
        axes.barh(range(len(order)), weights[order], height=0.68,
                  color=[class_colour(int(weights[k] > 0)) for k in order])  # fmt: skip
        _name_bars(axes, _shown(terms, order, look, width=28), weights[order])
        _frame_two(axes, weights[order])
    return figure


def _frame_two(axes: Axes, weights: Floats) -> None:
    reach = 1.05 * float(np.abs(weights).max(initial=0)) or 1.0
    axes.set_xlim(-reach, reach)
    axes.set_ylim(max(len(weights), 2) - 0.4, -0.6)
    axes.axvline(0, color=GREY, linewidth=1.0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(7))
    axes.grid(visible=True, axis="x")
    axes.set_xlabel("Weight")


def _name_bars(axes: Axes, names: Sequence[str], weights: Floats) -> None:
    """Each name on the other side of nought than its bar."""
    for place, (name, weight) in enumerate(zip(names, weights, strict=True)):
        side = -1 if weight > 0 else 1
        axes.annotate(name, (0, place), xytext=(5 * side, 0), textcoords="offset points", va="center", fontsize=SMALL,
                      ha="left" if side > 0 else "right")  # fmt: skip
    axes.set_yticks([])  # names as tick labels take longer to lay out


def _shown(terms: Sequence[str], positions: Sequence[int] | Codes, look: Look, width: int) -> list[str]:
    return tick_labels([_show(terms[k], look) for k in positions], width=width)


def _show(term: str, look: Look) -> str:
    """A term, its outer blanks made visible: " a" is another run of letters than "a"."""
    inner = term.strip(" ")
    before, after = term.split(inner, 1) if inner else (term, "")
    return look.show(f"{_BLANK * len(before)}{inner}{_BLANK * len(after)}", "a term")


def _title(best: Sequence[tuple[str, str, float]], look: Look) -> str:
    """The strongest term and its class; of two classes, both."""
    if not best:
        return "No term speaks for any class"
    said = [
        f"{quote(_show(term, look))} speaks most for {quote(look.show(name, 'one class'))}"
        for term, name, _ in sorted(best, key=lambda found: -found[2])
    ]
    return said[0] if len(said) != 2 else f"{said[0]}, {said[1].replace(' speaks most', '')}"
