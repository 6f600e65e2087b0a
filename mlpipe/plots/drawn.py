"""Figures as files: PNG bytes and what each says, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.plots.style import words_of, write_png

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
    note : str
        On letters that no installed font has; empty as a rule.
    """

    images: dict[str, bytes]
    captions: dict[str, str]
    note: str


def render_figures(figures: Mapping[str, Figure], look: Look) -> Figures:
    """Make files of figures that were drawn with one look."""
    return Figures(
        images={name: write_png(figure) for name, figure in figures.items()},
        captions={name: words_of(figure).title for name, figure in figures.items()},
        note=look.note if figures else "",
    )
