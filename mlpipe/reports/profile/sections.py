"""What the page of a profile says, section by section: verdict and findings, columns, associations, gaps, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlpipe.reports.drawings import BarDrawing
    from mlpipe.reports.profile.finding_groups import FoundFact


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """A value, its count and the length of its bar in percent."""

    text: str
    count: str
    share: str
    width: float


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """A level or a bin, the target's rate or mean there, the length of its bar in percent, and its rows."""

    text: str
    value: str
    width: float
    count: str


@dataclass(frozen=True, kw_only=True)
class TargetRates:
    """How the target goes with a column; `overall` is the place of the whole table's rate on the bars, in percent."""

    title: str
    rows: tuple[RateRow, ...]
    overall: float


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """Some rows of the table itself: column labels, then cells as they are read; `numbers` are places of numbers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class ColumnCard:
    """One column.

    Parameters
    ----------
    label : str
        The name, short enough for a row and unlike the other ones.
    kind : str
        "" where the role says it.
    bars : BarDrawing or None
        Of numbers and moments.
    levels, more_levels : tuple of LevelRow, int
        The most frequent values and how many others there are.
    mini : str
        The levels as an SVG path in a box of 100 by 100, "" where there are bars.
    quantiles : tuple of (str, str)
        Name and number.
    rates : TargetRates or None
        How the target goes with it.
    n_distinct, strength : int, float
        What columns are ordered by: distinct values, and how strongly the target goes with it, from 0 to 1.
    """

    anchor: str
    name: str
    label: str
    role: str
    kind: str
    reason: str
    missing: str
    missing_share: str
    missing_width: float
    distinct: str
    summary: str
    bars: BarDrawing | None
    levels: tuple[LevelRow, ...]
    more_levels: int
    mini: str
    quantiles: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    findings: tuple[FoundFact, ...]
    rates: TargetRates | None = None
    n_distinct: int = 0
    strength: float = 0.0


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """One pair of the heatmap: the hue says the direction, `strength` (percent) the depth."""

    hue: str
    strength: int
    text: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Heatmap:
    """Associations of columns, in blocks."""

    title: str
    names: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[HeatCell, ...], ...]
    left_out: str
    hues: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A square of the scatter matrix: points by colour, a coefficient, or a column's own bars."""

    kind: str
    label: str
    points: tuple[tuple[str, str], ...] = ()
    text: str = ""
    name: str = ""
    ends: str = ""
    bars: BarDrawing | None = None


@dataclass(frozen=True, kw_only=True)
class ScatterMatrix:
    """Every pair of a few columns."""

    title: str
    size: int
    panels: tuple[Panel, ...]
    key: tuple[tuple[str, str], ...]
    caption: str


@dataclass(frozen=True, kw_only=True)
class MissingRow:
    """A column with missing cells: the strip is the opacity of each block of rows."""

    name: str
    anchor: str
    count: str
    share: str
    width: float
    strip: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class MissingMap:
    """Columns with missing cells, most missing first."""

    title: str
    rows: tuple[MissingRow, ...]
    folded: tuple[MissingRow, ...]
    patterns: tuple[tuple[str, str], ...]
    more_patterns: int


@dataclass(frozen=True, kw_only=True)
class WordGroup:
    """The words of a class: all with their sizes for the cloud, in alphabetical order, and the first few in numbers."""

    label: str
    colour: str
    cloud: tuple[tuple[str, float], ...]
    words: tuple[LevelRow, ...]


@dataclass(frozen=True, kw_only=True)
class TextSection:
    """The words of a text column."""

    name: str
    anchor: str
    caption: str
    groups: tuple[WordGroup, ...]


@dataclass(frozen=True, kw_only=True)
class TargetSection:
    """What is to be predicted, and what goes with it."""

    name: str
    title: str
    levels: tuple[LevelRow, ...]
    more_levels: int
    bars: BarDrawing | None
    related: tuple[tuple[str, str, LevelRow], ...]


@dataclass(frozen=True, kw_only=True)
class SeveralSection:
    """Several targets: the rows of each label, the commonest sets of labels, correlations."""

    heading: str
    title: str
    levels: tuple[LevelRow, ...]
    sets: tuple[LevelRow, ...]
    more_sets: int
    heatmap: Heatmap


@dataclass(frozen=True, kw_only=True)
class ProfilePage:
    """Everything that the page of a profile says.

    Parameters
    ----------
    sample : str
        What drawings come from, such as "a sample of 50,000 rows"; "" where they come from the whole table.
    """

    name: str
    size: str
    facts: tuple[tuple[str, str], ...]
    glance: tuple[str, ...]
    findings: tuple[FoundFact, ...]
    cards: tuple[ColumnCard, ...]
    target: TargetSection | None = None
    several: SeveralSection | None = None
    heatmap: Heatmap | None = None
    scatter: ScatterMatrix | None = None
    missing: MissingMap | None = None
    texts: tuple[TextSection, ...] = ()
    changes: tuple[FoundFact, ...] | None = None
    notes: tuple[str, ...] = ()
    sample: str = ""
    first_rows: FirstRows | None = None
