"""What a page is made of: sections of paragraphs, lists, tables and figures. Data, which templates lay out.

Pages and Markdown say the same, because both are laid out from these; a step adds a section of its own by building one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar in a cell: an interval, a value in it and what to hold it against, as percentages of the cell's width."""

    low: float
    width: float
    value: float | None = None
    reference: float | None = None


Cell = str | Bar
_MOST_BESIDE = 3
"""Columns that a phone shows beside each other."""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Some sentences; `faint` ones explain, and those of bars are for a page alone."""

    kind: ClassVar = "paragraph"
    text: str
    faint: bool = False
    of_bars: bool = False


@dataclass(frozen=True, kw_only=True)
class Bullets:
    """Points of a list."""

    kind: ClassVar = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Names and what they stand for."""

    kind: ClassVar = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    number : bool
        Its cells stand to the right.
    bars : bool
        Its cells are bars, which Markdown leaves out.
    wide : bool
        Its cells are sentences.
    """

    name: str
    number: bool = False
    bars: bool = False
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells, the first of which names the row.

    Parameters
    ----------
    name : str
        What it shows, for those who cannot see it.
    leading : bool
        The first row is set off.
    """

    kind: ClassVar = "table"
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    leading: bool = False
    matrix: bool = False

    @property
    def texts(self) -> tuple[int, ...]:
        """Places of the columns that Markdown shows."""
        return tuple(place for place, column in enumerate(self.columns) if not column.bars)

    @property
    def stacks(self) -> bool:
        """Whether a phone is too narrow for its columns, so that the cells of a row are put below each other there."""
        return not self.matrix and (len(self.texts) > _MOST_BESIDE or any(column.wide for column in self.columns))


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A figure.

    Parameters
    ----------
    name : str
        That of its file in `plots/`.
    title, reading : str
        Its message, and how to read it.
    svg : str
        Inline SVG; the page shows it, Markdown the file.
    """

    name: str
    title: str
    reading: str
    svg: str


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Figures side by side."""

    kind: ClassVar = "gallery"
    drawings: tuple[Drawing, ...]


NO_FIGURES = Gallery(drawings=())
Part = Paragraph | Bullets | Facts | Table | Gallery


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a page.

    Parameters
    ----------
    key : str
        Its place in the page, for links.
    folded : bool
        A page shows its title alone until it is opened.
    """

    key: str
    title: str
    parts: tuple[Part, ...]
    folded: bool = False


def gallery(
    names: tuple[str, ...], titles: dict[str, str], readings: dict[str, str], drawings: dict[str, str]
) -> Gallery:
    """Figures that were drawn, by their names."""
    return Gallery(
        drawings=tuple(
            Drawing(name=name, title=titles[name], reading=readings.get(name, ""), svg=drawings.get(name, ""))
            for name in names
        )
    )
