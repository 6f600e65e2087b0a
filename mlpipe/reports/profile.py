"""A table described on one page: verdict and findings first, then columns, associations, gaps, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from mlpipe.reports.rendering import html_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.reports.drawings import BarDrawing

_OPTION = re.compile(
    r"(--[a-z][a-z-]*(?: (?!(?:or|and|if|keeps|makes)\b)(?:'(?:[^']|'\"'\"')*'|[^\s.,;]+(?:\.[^\s.,;]+)*))?)"
)
_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}
_RANK = {"error": 0, "warning": 1, "info": 2}
SHOWN = 4
"""Findings of one code that are shown unfolded."""
OPEN_CARDS = 40
"""Up to so many columns, all cards are open."""


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding with the way to its column; `anchor` is "" where it is about the table."""

    column: str
    anchor: str
    message: str
    remedy: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class FindingGroup:
    """Findings of one code; those beyond the first few are folded."""

    code: str
    severity: str
    word: str
    summary: str
    explanation: str
    shown: tuple[FindingRow, ...]
    folded: tuple[FindingRow, ...]


@dataclass(frozen=True, kw_only=True)
class FoundFact:
    """A finding as it comes."""

    code: str
    severity: str
    summary: str
    column: str
    anchor: str
    message: str
    remedy: str
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """What changed in a column since the older file."""

    column: str
    what: str
    severity: str

    @property
    def word(self) -> str:
        """The severity in a word."""
        return _WORDS[self.severity]


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """A value, its count and the length of its bar in percent."""

    text: str
    count: str
    share: str
    width: float


@dataclass(frozen=True, kw_only=True)
class ColumnCard:
    """One column.

    Parameters
    ----------
    bars : BarDrawing or None
        Of numbers and moments.
    levels, more_levels : tuple of LevelRow, int
        The most frequent values and how many others there are.
    mini : str
        The levels as an SVG path in a box of 100 by 100, "" where there are bars.
    quantiles : tuple of (str, str)
        Name and number.
    """

    anchor: str
    name: str
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
    """The words of a class; `png` is the cloud in base64."""

    label: str
    colour: str
    png: str
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
class ProfilePage:
    """Everything that the page of a profile says."""

    name: str
    size: str
    facts: tuple[tuple[str, str], ...]
    glance: tuple[str, ...]
    findings: tuple[FoundFact, ...]
    cards: tuple[ColumnCard, ...]
    target: TargetSection | None = None
    heatmap: Heatmap | None = None
    scatter: ScatterMatrix | None = None
    missing: MissingMap | None = None
    texts: tuple[TextSection, ...] = ()
    changes: tuple[ChangeRow, ...] | None = None
    notes: tuple[str, ...] = ()


def render_profile(page: ProfilePage) -> str:
    """Render the page, which needs nothing but itself."""
    template = html_environment().get_template("profile.html.j2")
    return template.render(
        page=page,
        verdict=verdict(page.findings),
        mood=mood(page.findings),
        groups=group_findings(page.findings),
        opened=len(page.cards) <= OPEN_CARDS,
    )


def verdict(findings: Sequence[FoundFact]) -> str:
    """What is to be done, in words.

    Examples
    --------
    >>> verdict(())
    'Nothing to mend'
    """
    counts = {word: sum(f.severity == word for f in findings) for word in _RANK}
    said = [
        f"{counts['error']} to mend" if counts["error"] else "",
        f"{counts['warning']} to look at" if counts["warning"] else "",
    ]
    named = [part for part in said if part]
    if not named:
        notes = counts["info"]
        return "Nothing to mend" + (f", {notes} {'note' if notes == 1 else 'notes'}" if notes else "")
    first, space, rest = named[0].partition(" ")
    return ", ".join([f"{first} {'thing' if first == '1' else 'things'}{space}{rest}", *named[1:]])


def mood(findings: Sequence[FoundFact]) -> str:
    """The colour class of the verdict."""
    worst = min((_RANK[f.severity] for f in findings), default=2)
    return ("worse", "unsure", "better")[worst]


def group_findings(findings: Sequence[FoundFact]) -> list[FindingGroup]:
    """The gravest first, then by code; many alike are folded."""
    ordered = sorted(findings, key=lambda f: (_RANK[f.severity], f.code))
    groups = []
    for _, alike in groupby(ordered, key=lambda f: f.code):
        found = list(alike)
        rows = tuple(_row(f) for f in found)
        cut = len(rows) if len(rows) <= SHOWN + 1 else SHOWN
        first = found[0]
        groups.append(
            FindingGroup(
                code=first.code,
                severity=first.severity,
                word=_WORDS[first.severity],
                summary=first.summary,
                explanation=first.explanation,
                shown=rows[:cut],
                folded=rows[cut:],
            )
        )
    return groups


def _row(found: FoundFact) -> FindingRow:
    return FindingRow(
        column=found.column, anchor=found.anchor, message=found.message, remedy=split_remedy(found.remedy)
    )


def split_remedy(remedy: str) -> tuple[tuple[str, bool], ...]:
    """Parts of a remedy, and whether each is an option to copy.

    Examples
    --------
    >>> split_remedy("Leave it out: --drop 'unit price'.")
    (('Leave it out: ', False), ("--drop 'unit price'", True), ('.', False))
    """
    return tuple((part, part.startswith("--")) for part in _OPTION.split(remedy) if part)
