"""Figures as files: PNG bytes and what each says, by name. Matplotlib, which needs a place to write, waits for one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from mlpipe.plots.fonts import Look


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Drawn figures.

    Parameters
    ----------
    images : dict
        Name to PNG bytes, in the order in which a report shows them.
    captions : dict
        Name to what the figure says, for those who cannot see it.
    drawings : dict
        Name to inline SVG without title and caption, for a page.
    reading : dict
        Name to how to read it.
    note : str
        On letters that no installed font has; empty as a rule.
    """

    images: dict[str, bytes]
    captions: dict[str, str]
    note: str
    drawings: dict[str, str] = field(default_factory=dict)
    reading: dict[str, str] = field(default_factory=dict)


def render_figures(figures: Mapping[str, Figure], look: Look, *, inline: bool = False) -> Figures:
    """Make files of figures that were drawn with one look; with `inline`, drawings for a page too."""
    from mlpipe.plots.style import words_of, write_png
    from mlpipe.plots.svg import write_svg

    words = {name: words_of(figure) for name, figure in figures.items()}
    return Figures(
        images={name: write_png(figure) for name, figure in figures.items()},
        captions={name: said.title for name, said in words.items()},
        reading={name: said.caption for name, said in words.items()},
        drawings={name: write_svg(figure, look, name) for name, figure in figures.items()} if inline else {},
        note=look.note if figures else "",
    )
