"""Classes before and after resampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.plots.fonts import PLAIN, Look
from mlpipe.plots.style import INK, SMALL, Words, class_colour, drawing, lighten, new_axes, plain_numbers
from mlpipe.plots.text import quote, tick_labels
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_BARS = 20
_HEIGHT = 0.62


def draw_class_counts(before: Mapping[str, int], after: Mapping[str, int], look: Look = PLAIN) -> Figure:
    """Draw the rows of each class before and after resampling the training rows.

    Parameters
    ----------
    before, after : mapping of str to int
        Rows of each class, those of `before` in the order of classes; a class that `after` lacks has lost all rows.
    """
    classes = list(before)
    after = {name: after.get(name, 0) for name in classes}
    order = sorted(classes, key=lambda name: -max(before[name], after[name]))[:_MOST_BARS]
    shown = look.names(classes)
    names = dict(zip(classes, tick_labels(shown, width=28), strict=True))
    words = Words(
        title=_resampling_title(before, after, dict(zip(classes, tick_labels(shown, width=24), strict=True))),
        caption=_caption(before, after, [name for name in classes if name not in order]),
    )
    with drawing(look):
        figure, axes = new_axes(words, x="Training rows", y="", height=1.8 + 0.36 * len(order))
        for place, name in enumerate(reversed(order)):
            _bar(axes, place, (before[name], after[name]), class_colour(classes.index(name)))
        axes.set_yticks(range(len(order)), [names[name] for name in reversed(order)])
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.set_xlim(0, 1.25 * max([1, *before.values(), *after.values()]))
        plain_numbers(axes)
        axes.grid(visible=False, axis="y")
    return figure


def _bar(axes: Axes, place: int, rows: tuple[int, int], colour: str) -> None:
    """What is there before and after in full colour, what goes pale, what comes as an outline."""
    low, high = min(rows), max(rows)
    axes.barh(place, low, color=colour, height=_HEIGHT)
    if rows[1] > rows[0]:
        axes.barh(place, high - low, left=low, color="none", edgecolor=INK, linewidth=1.2, height=_HEIGHT)
    else:
        axes.barh(place, high - low, left=low, color=lighten(colour), height=_HEIGHT)
    text = " → ".join(map(count_of, rows if low != high else rows[:1]))
    axes.annotate(text, (high, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=SMALL)


def _caption(before: Mapping[str, int], after: Mapping[str, int], left_out: Sequence[str]) -> str:
    parts = ["full colour: there before and after"]
    parts += ["outlines: added"] if any(after[name] > before[name] for name in before) else []
    parts += ["pale: taken away"] if any(after[name] < before[name] for name in before) else []
    rows = (sum(counts[name] for name in left_out) for counts in (before, after))
    those = count_of(len(left_out), "smaller class", "smaller classes")
    rest = f" {those} ({' → '.join(map(count_of, rows))} rows) {either(len(left_out), 'is', 'are')} not shown."
    return (
        f"Training rows of each class; {', '.join(parts)}. Test rows are never resampled.{rest if left_out else ''}"
    )  # fmt: skip


def _resampling_title(before: Mapping[str, int], after: Mapping[str, int], names: Mapping[str, str]) -> str:
    """Which class grows and by how much; where none does, what is taken away from which."""
    lost = {name: before[name] - after[name] for name in before if after[name] < before[name]}
    grown = [name for name in before if after[name] > before[name]]
    if not grown:
        return _loss_title(lost, sum(before.values()), names)
    equal = count_of(after[grown[0]], "row")
    if len(before) > 2 and len(set(after.values())) == 1:
        return f"All {len(before)} classes now have {equal}"
    small = min(grown, key=lambda name: before[name])
    rows_before, rows_after = sum(before.values()), sum(after.values())
    share = f"{format_share(before[small] / rows_before)} to {format_share(after[small] / rows_after)}"
    others = (
        f"; {count_of(sum(lost.values()), 'row')} of others {either(sum(lost.values()), 'goes', 'go')}" if lost else ""
    )
    return f"{quote(names[small])} grows from {share} of the training rows{others}"


def _loss_title(lost: Mapping[str, int], rows: int, names: Mapping[str, str]) -> str:
    if not lost:
        return "Resampling leaves every class as it is"
    most = max(lost, key=lambda name: lost[name])
    total = sum(lost.values())
    whose = "all" if len(lost) == 1 else count_of(lost[most])
    return f"Resampling takes away {count_of(total)} of {count_of(rows)} training rows, {whose} of {quote(names[most])}"
