"""What every figure has to keep: nothing cut off, nothing too small, no text upon another."""

from __future__ import annotations

from itertools import combinations

from matplotlib.patches import Rectangle
from matplotlib.text import Text


def check_layout(figure):
    """Every text lies within the figure and can be read on a slide."""
    figure.draw_without_rendering()
    cut = [text.get_text() for text in figure.findobj(Text) if is_drawn(text) and not lies_within(text, figure)]
    assert not cut, cut
    assert min(text.get_fontsize() for text in figure.findobj(Text) if is_drawn(text)) >= 9


def bars_of(axes):
    """The bars of one plot, which holds no patches but these."""
    assert all(isinstance(patch, Rectangle) for patch in axes.patches)
    return axes.patches


def is_drawn(text):
    return bool(text.get_text()) and text.get_visible() and in_view(text)


def lies_within(text, figure):
    box = text.get_window_extent()
    return box.x0 >= -1 and box.y0 >= -1 and box.x1 <= figure.bbox.width + 1 and box.y1 <= figure.bbox.height + 1


def in_view(text):
    """Whether a tick label belongs to a tick within the limits of its axis (others are not drawn)."""
    for axis in (axis for axes in text.get_figure().axes for axis in (axes.xaxis, axes.yaxis)):
        if any(text in (tick.label1, tick.label2) for tick in axis.majorTicks):
            return any(text in (tick.label1, tick.label2) for tick in axis._update_ticks())
    return True


def check_texts(figure):
    """Beside `check_layout`: no two texts lie on each other."""
    check_layout(figure)
    drawn = [text for text in figure.findobj(Text) if is_drawn(text)]
    boxes = [(text.get_text(), text.get_window_extent()) for text in drawn]
    upon = [(a, b) for (a, box), (b, other) in combinations(boxes, 2) if overlap(box, other)]
    assert not upon, upon


def overlap(box, other):
    """Whether two boxes share more than a pixel in both directions."""
    wide = min(box.x1, other.x1) - max(box.x0, other.x0)
    tall = min(box.y1, other.y1) - max(box.y0, other.y0)
    return wide > 1.5 and tall > 1.5
