"""Figures as inline SVG for a page: text stays text, colours follow the page's scheme, words stand in the page."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PathCollection, PolyCollection

from mlpipe.plots.style import (
    BLACK,
    CLASS_COLOURS,
    GREY,
    INK,
    REST,
    quietly,
    text_colour,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlpipe.plots.fonts import Look

NARROWER = 0.8
"""A figure in a page is drawn smaller, so that its letters keep their size on a narrow screen."""
_MOST_MARKS = 700
"""Points beyond which an image is smaller than so many marks."""
_ROLES = {
    INK: "ink", GREY: "faint", "#E5E5E5": "line", BLACK: "ink", "#FFFFFF": "paper", REST: "rest",
    text_colour(REST).upper(): "faint",
}  # fmt: skip
"""Colours that the page names by what they are for."""


@cache
def page_colours() -> dict[str, tuple[str, str]]:
    """Letters in the colours of classes: the name that a page gives each, and its shade on dark paper."""
    shades = {}
    for place, colour in enumerate(CLASS_COLOURS):
        dark = text_colour(colour).upper()
        if dark not in {name.upper() for name in _ROLES}:
            shades[dark] = (f"letters-{place}", _lightened(colour))
    return shades


def write_svg(figure: Figure, look: Look, name: str) -> str:
    """Draw a figure without its title and caption, which the page says itself; equal figures give equal text.

    Parameters
    ----------
    name : str
        What tells this figure's parts from those of the others in one page.
    """
    for text in figure.texts[:2]:
        text.set_visible(False)
    width, height = figure.get_size_inches()
    engine: Any = figure.get_layout_engine()
    rect = engine.get()["rect"]
    figure.set_size_inches(width * NARROWER, height * rect[3] * (NARROWER if width < 8 else 0.95))
    engine.set(rect=(0.01, 0.01, 0.98, 0.98))
    _thin_out(figure)
    settings: dict[Any, Any] = {
        "svg.fonttype": "none", "svg.hashsalt": name, "svg.id": name, "font.family": list(look.families),
    }  # fmt: skip
    buffer = io.StringIO()
    with mpl.rc_context(settings), quietly():
        figure.set_dpi(72)
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _for_page(buffer.getvalue(), name)


def _thin_out(figure: Figure) -> None:
    """Points and cells by the thousand become an image within the drawing."""
    for marks in figure.findobj(lambda artist: isinstance(artist, PathCollection | PolyCollection)):
        if isinstance(marks, PathCollection | PolyCollection) and np.shape(marks.get_offsets())[0] > _MOST_MARKS:
            marks.set_rasterized(True)


def _for_page(text: str, name: str) -> str:
    text = text[text.index("<svg") :]
    # What matplotlib says of style would hold for the whole page, which says it of drawings itself.
    text = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" role="img">', text, count=1)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    # Parts of several drawings in one page must not be taken for each other; what nothing points to needs no name.
    used = set(re.findall(r"#([A-Za-z]\w*_?[0-9a-f]+)(?=[\")])", text))
    text = re.sub(r'\s?\bid="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r"<g\s+>", "<g>", text)
    # Letters are those of the page, and as large as they were drawn.
    text = re.sub(r"font: (?:(bold|\d+) )?([\d.]+)px [^;\"]*", _font, text)
    text = re.sub(r"#[0-9a-fA-F]{6}\b", _colour, text)
    return re.sub(r"\n\s*", "\n", text).strip()


def _font(found: re.Match[str]) -> str:
    weight = f"; font-weight: {found[1]}" if found[1] else ""
    return f"font-size: {found[2]}px{weight}"


def _colour(found: re.Match[str]) -> str:
    colour = found[0].upper()
    if colour in _ROLES:
        return f"var(--{_ROLES[colour]}, {colour.lower()})"
    shades = page_colours()
    return f"var(--{shades[colour][0]}, {colour.lower()})" if colour in shades else colour.lower()


def _lightened(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{part + (255 - part) // 2:02X}" for part in (red, green, blue))
