"""One look for all figures: colours, sizes, a title that states the message, a caption that says how to read it."""

from __future__ import annotations

import io
import logging
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FuncFormatter, MaxNLocator

from mlpipe.plots.text import keep_together, wrap_evenly
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_exact, format_power

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from mlpipe.metrics.arrays import Floats
    from mlpipe.plots.fonts import Look

# Okabe and Ito (2008), Color Universal Design; yellow is left out, it vanishes on white.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"
GREY, INK = "#595959", "#222222"
REST = "#B5B5B5"
"""What stands back behind what is told of."""
CLASS_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK)

TITLE, BODY, SMALL = 13, 10, 9
DPI = 200
WIDTH, HEIGHT = 6.4, 4.8
_INCH = 72
_COMPRESSION = 3  # half the time of the default 6, a tenth more bytes
MINUS = "\N{MINUS SIGN}"
_MOST_GROUPED = 1e9

_SETTINGS: dict[Any, Any] = {
    "font.size": BODY,
    "axes.labelsize": BODY,
    "axes.titlesize": BODY,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": "#E5E5E5",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "patch.linewidth": 0.0,
    # A dollar sign in a class name is no formula.
    "text.parse_math": False,
    # At this many dots letters need no help in meeting them, which takes a fifth of the drawing.
    "text.hinting": "no_hinting",
}


def text_colour(colour: str) -> str:
    """A shade of `colour` dark enough for letters on white: contrast at least 4.5 : 1 (WCAG 2.1, 1.4.3)."""
    rgb = to_rgb(colour)
    while _luminance(rgb) > 1.05 / 4.5 - 0.05:
        rgb = (0.95 * rgb[0], 0.95 * rgb[1], 0.95 * rgb[2])
    return to_hex(rgb)


def _luminance(rgb: tuple[float, float, float]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lighten(colour: str) -> str:
    """A pale shade of `colour`, for areas that stand back."""
    red, green, blue = (0.3 * part + 0.7 for part in to_rgb(colour))
    return to_hex((red, green, blue))


def class_colour(position: int) -> str:
    """Colour of the class at this place in the order of classes; grey for those that have none of their own."""
    return CLASS_COLOURS[position] if position < len(CLASS_COLOURS) else GREY


def class_colours(classes: Sequence[str], *, best: str, worst: str) -> dict[str, str]:
    """The colour of each class: up to seven have one each, the same in every figure.

    Of more classes the best has one and the worst another, and all others are grey: no colour stands for two.
    """
    if len(classes) <= len(CLASS_COLOURS):
        return dict(zip(classes, CLASS_COLOURS, strict=False))
    return {**dict.fromkeys(classes, REST), worst: VERMILION, best: BLUE}


def rest_told(classes: Sequence[str], drawn: Sequence[str]) -> str:
    """A sentence on classes in grey, and on those not drawn for want of rows; empty where there are none."""
    told = ""
    if len(classes) > len(CLASS_COLOURS) and len(drawn) > 2:
        told += f" Grey: the {count_of(len(drawn) - 2, 'other class', 'other classes')}."
    absent = len(classes) - len(drawn)
    if absent and len(drawn) > 1:
        told += f" {count_of(absent, 'class', 'classes')} without rows here {either(absent, 'is', 'are')} not drawn."
    return told


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a figure says: the message on top, and below how to read it."""

    title: str
    caption: str


def words_of(figure: Figure) -> Words:
    """What a figure says, for those who cannot see it."""
    title, caption = (text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in figure.texts[:2])
    return Words(title=title, caption=caption)


@contextmanager
def drawing(look: Look) -> Iterator[None]:
    """Draw in mlpipe's style, whatever the user's own matplotlib settings are."""
    with _settled(_SETTINGS | {"font.family": list(look.families)}):
        yield


@contextmanager
def _settled(settings: dict[Any, Any]) -> Iterator[None]:
    with mpl.rc_context(), quietly():
        # As `mpl.rcdefaults()`, which would read every style file that there is.
        mpl.rcParams.update({name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"})
        mpl.rcParams.update(settings)
        yield


def new_figure(words: Words, *, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """An empty figure with its title and caption, room kept for both; `height` is without extra lines of text."""
    title = wrap_evenly(keep_together(words.title), int(width * 9.0))
    caption = wrap_evenly(keep_together(words.caption), int(width * 14.6))
    above = (title.count("\n") + 1) * TITLE * 1.25 / _INCH + 0.18
    below = (caption.count("\n") + 1) * SMALL * 1.35 / _INCH + 0.14
    total = height + above + below - 0.6
    figure = Figure(figsize=(width, total), layout="constrained")
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.01, below / total, 0.98, 1 - (above + below) / total))  # type: ignore[call-arg]
    left = 0.1 / width
    figure.text(left, 1 - 0.1 / total, title, fontsize=TITLE, weight="bold", va="top", linespacing=1.15)
    figure.text(left, 0.08 / total, caption, fontsize=SMALL, color=GREY, va="bottom", linespacing=1.25)
    return figure


def new_axes(words: Words, *, x: str, y: str, width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """A figure with one pair of named axes and a faint grid."""
    figure = new_figure(words, width=width, height=height)
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True)
    return figure, axes


def unit_square(axes: Axes) -> None:
    """Both axes from 0 to 1, a little air around, one as long as the other."""
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_aspect("equal")


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name lines to the right of their ends, in their colours, names kept apart.

    Parameters
    ----------
    ends : sequence of (float, str, str)
        Height of the end, name and colour of each line; the limits of the axes have to be final.
    """
    low, high = axes.get_ylim()
    free = low
    for value, text, colour in sorted(ends):
        half = 0.03 * (high - low) * (text.count("\n") + 1)
        height = max(value, free + half)
        free = height + half
        axes.annotate(text, (axes.get_xlim()[1], height), xytext=(6, 0), textcoords="offset points", va="center",
                      color=text_colour(colour), weight="bold", annotation_clip=False)  # fmt: skip


def list_beside(axes: Axes, lines: Sequence[tuple[str, str]], heading: str = "") -> None:
    """Name lines to the right of the axes from the top down: text and colour of each."""
    rows = [*([(heading, GREY)] if heading else []), *lines]
    for place, (text, colour) in enumerate(rows):
        weight = "normal" if heading and place == 0 else "bold"
        axes.annotate(text, (1, 1 - 0.062 * place), xycoords="axes fraction", xytext=(12, 0), color=text_colour(colour),
                      textcoords="offset points", weight=weight, va="top", annotation_clip=False)  # fmt: skip


def plain_numbers(axes: Axes) -> None:
    """Few round numbers on the axes, with thousands marks, never with an offset in a corner."""
    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_formatter(), FixedFormatter):  # names, not numbers
            continue
        low, high = axis.get_view_interval()
        if max(abs(low), abs(high)) >= 1000:
            write = format_exact if max(abs(low), abs(high)) < _MOST_GROUPED else format_power
            axis.set_major_formatter(FuncFormatter(lambda value, _, write=write: write(value).replace("-", MINUS)))
            axis.set_major_locator(MaxNLocator(5))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep matplotlib from telling of letters and weights that a font lacks: `choose_look` has told already."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        try:
            yield
        finally:
            logger.setLevel(level)


def write_png(figure: Figure) -> bytes:
    """Draw a figure; equal figures give equal bytes."""
    buffer = io.BytesIO()
    with _settled(_SETTINGS):
        figure.set_dpi(DPI)
        # `figure.savefig` would draw twice, once for the layout alone.
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"compress_level": _COMPRESSION})
    return buffer.getvalue()


def find_limits(values: Floats) -> tuple[float, float]:
    """Both ends of an axis: everything; among many rows, all but the farthest thousandth if that is far out."""
    low, high = float(values.min()), float(values.max())
    if len(values) > 1000:
        inner_low, inner_high = (float(q) for q in np.quantile(values, [0.0005, 0.9995]))
        spread = (inner_high - inner_low) or 1.0
        low = low if inner_low - low < 0.5 * spread else inner_low
        high = high if high - inner_high < 0.5 * spread else inner_high
    margin = 0.04 * (high - low) or max(abs(high) * 0.1, 1.0)
    return low - margin, high + margin
