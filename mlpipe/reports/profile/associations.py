"""Associations of a profile's columns: heatmap, scatter matrix, what goes with the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.describing.association import Associations, Variable, associate, order_by_blocks, strongest
from mlpipe.plots.text import quote, tick_labels
from mlpipe.reports.drawings import draw_histogram
from mlpipe.reports.profile.level_rows import level_counts, level_rows
from mlpipe.reports.profile.sections import HeatCell, Heatmap, LevelRow, TargetSection
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import HUNDREDTH, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.data.profiling.column_profile import Cells, ColumnProfile
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.metrics.describing.distributions import Histogram

HEATMAP_COLUMNS = 22
MOST_COMPARED = 500
"""Columns of which every pair is measured."""
_REFERENCES = 20
RELATED = 8
FAINT = 0.05
"""An association below this is not told from none."""
TARGET_LEVELS = 20
_DEPTH = 60
"""Percent of full colour for strength 1: letters stay readable on it in both schemes."""
_LEFT_OUT = frozenset({Role.ID, Role.TEXT, Role.IGNORE})
_LEVELS = frozenset({Role.CATEGORICAL, Role.BOOLEAN, Role.GROUP})


@dataclass(frozen=True, kw_only=True)
class Relations:
    """Columns that can be related, and how strongly they are; `target` is the target's position, or None."""

    cells: tuple[Cells, ...]
    is_number: tuple[bool, ...]
    anchors: tuple[str, ...]
    found: Associations
    target: int | None
    n_columns: int
    n_screened: int = 0


def relate(profile: Profile, cells: Sequence[Cells], anchors: Mapping[str, str], *, seed: int) -> Relations:
    """Measure all columns but ids and texts."""
    classes = profile.task is not None and profile.task.is_classification
    kept = [c for c in cells if c.column.role not in _LEFT_OUT and c.n_present]
    numeric = tuple(_is_number(c, classes=classes) for c in kept)
    variables = [
        Variable(values=c.numbers if number else c.codes, is_number=number)
        for c, number in zip(kept, numeric, strict=True)
    ]
    names = [c.name for c in kept]
    target = names.index(profile.target) if profile.target in names else None
    compared = _screen(variables, target, seed=seed)
    return Relations(
        cells=tuple(kept[k] for k in compared),
        is_number=tuple(numeric[k] for k in compared),
        anchors=tuple(anchors[names[k]] for k in compared),
        found=associate([variables[k] for k in compared], seed=seed),
        target=None if target is None else compared.index(target),
        n_columns=len(cells),
        n_screened=len(kept) - len(compared),
    )


def _screen(variables: Sequence[Variable], target: int | None, *, seed: int) -> list[int]:
    """Which columns are compared with each other: all, or of many those that go most with the target.

    Pairs grow with the square of the columns. Without a target, those that go most with some of a few columns.
    """
    n = len(variables)
    if n <= MOST_COMPARED:
        return list(range(n))
    beside = [target] if target is not None else np.linspace(0, n - 1, _REFERENCES).astype(int).tolist()
    best = np.zeros(n)
    for start in range(0, n, MOST_COMPARED):
        piece = [k for k in range(start, min(start + MOST_COMPARED, n)) if k not in beside]
        found = associate([variables[k] for k in [*beside, *piece]], seed=seed).strength[len(beside) :, : len(beside)]
        best[piece] = np.nan_to_num(np.abs(found)).max(axis=1)
    best[beside] = np.inf
    return sorted(np.argsort(-best, kind="stable")[:MOST_COMPARED].tolist())


def _is_number(cells: Cells, *, classes: bool) -> bool:
    if cells.column.kind is Kind.STRING or cells.column.role in _LEVELS:
        return False
    return not (cells.column.role is Role.TARGET and classes)


def heatmap(related: Relations) -> Heatmap | None:
    """The strongest columns in blocks; None where no pair can be measured."""
    strength = related.found.strength
    # A single pair with the target is told beside the target already.
    if len(strength) < (2 if related.target is None else 3) or np.isnan(strength).all():
        return None
    varied = np.flatnonzero(~np.isnan(strength).all(axis=1))
    best = varied[strongest(strength[np.ix_(varied, varied)], HEATMAP_COLUMNS)]
    order = best[order_by_blocks(strength[np.ix_(best, best)])].tolist()
    absent = related.n_columns - len(order)
    whole = [related.cells[k].name for k in order]
    rows = tuple(tuple(_heat_cell(related, a, b) for b in order) for a in order)
    return Heatmap(
        title=_heat_title(related),
        names=tuple(zip([related.anchors[k] for k in order], tick_labels(whole, width=20), whole, strict=True)),
        rows=rows,
        hues=frozenset(cell.hue for row in rows for cell in row),
        left_out=_left_out(related, absent),
    )  # fmt: skip


def _left_out(related: Relations, absent: int) -> str:
    if not absent:
        return ""
    told = f"{count_of(absent, 'other column')} {either(absent, 'is', 'are')} not shown: "
    if not related.n_screened:
        return told + "weaker, constant, or ids and texts."
    towards = "some of them" if related.target is None else f"'{related.cells[related.target].name}'"
    of_all = f"of so many columns the {count_of(len(related.cells))} that go most with {towards} were compared."
    return f"{told}weaker, constant, or ids and texts; {of_all}"


def _heat_title(related: Relations) -> str:
    size = np.nan_to_num(np.abs(related.found.strength))
    a, b = np.unravel_index(int(size.argmax()), size.shape)
    if size[a, b] < FAINT:
        return "No two columns go together."
    first, second = tick_labels([related.cells[a].name, related.cells[b].name], width=30)
    pairs = int((np.triu(size) >= 0.7).sum())
    strong = count_of(pairs, "pair") if pairs else "no pair"
    return f"'{first}' and '{second}' go together most: {plain_strength(size[a, b])}; {strong} at 0.7 or more."


def _heat_cell(related: Relations, a: int, b: int) -> HeatCell:
    value = float(related.found.strength[a, b])
    if np.isnan(value):
        return HeatCell(hue="", strength=0, text="", title="")
    signed = bool(related.found.signed[a, b])
    hue = "bond" if not signed else "rise" if value >= 0 else "fall"
    return HeatCell(
        hue=hue,
        strength=round(_DEPTH * abs(value)),
        text=_short(value) if abs(value) >= 0.2 else "",
        title=f"{related.cells[a].name} and {related.cells[b].name}: {plain_strength(value)}",
    )


def plain_strength(value: float) -> str:
    """A strength with two decimals."""
    return format_number(float(value), HUNDREDTH).replace("-", "\N{MINUS SIGN}")


def _short(value: float) -> str:
    """Without the zero before the point."""
    return plain_strength(value).replace("0.", ".", 1)


def target_section(profile: Profile, related: Relations, bars: Mapping[str, Histogram]) -> TargetSection | None:
    """Balance or distribution of the target, and the columns that go with it."""
    if related.target is None:
        return None
    cells = related.cells[related.target]
    is_number = related.is_number[related.target] and cells.name in bars
    column = next(c for c in profile.columns if c.name == profile.target)
    counted = level_counts(column, cells, profile.rows)
    levels = level_rows(counted[:TARGET_LEVELS], profile.rows - column.missing)
    return TargetSection(
        name=cells.name,
        title=_number_title(column) if is_number else _class_title(levels, column.distinct),
        levels=levels,
        more_levels=max(column.distinct - TARGET_LEVELS, 0),
        bars=draw_histogram(bars[cells.name]) if is_number else None,
        related=_related(related, related.target),
    )


def _class_title(levels: Sequence[LevelRow], distinct: int) -> str:
    if len(levels) == 1:
        return f"Every row is {quote(levels[0].text)}: there is nothing to tell apart."
    if distinct == len(levels) == 2:
        return f"2 classes: {quote(levels[0].text)} {levels[0].share}, {quote(levels[1].text)} {levels[1].share}."
    rarest = "" if distinct > len(levels) else f"; the rarest is {quote(levels[-1].text)} with {levels[-1].share}"
    return (
        f"{count_of(distinct, 'class', 'classes')}: {quote(levels[0].text)} is {levels[0].share} of the rows{rarest}."
    )


def _number_title(column: ColumnProfile) -> str:
    numbers = column.numbers
    if numbers is None:
        return "Moments."
    low, high, middle = (format_number(q, digits=5) for q in (numbers.q25, numbers.q75, numbers.median))
    return f"Half of the rows lie between {low} and {high}; median {middle}."


def _related(related: Relations, target: int) -> tuple[tuple[str, str, LevelRow], ...]:
    strength = related.found.strength[target]
    size = np.nan_to_num(np.abs(strength))
    order = [int(k) for k in np.argsort(-size, kind="stable")[:RELATED] if size[k] >= FAINT]
    return tuple(
        (
            related.anchors[k],
            "fall" if strength[k] < 0 else "rise",
            LevelRow(
                text=text,
                count=plain_strength(strength[k]),
                share="",
                width=round(100 * abs(float(strength[k])), 1),
            ),
        )
        for k, text in zip(order, tick_labels([related.cells[k].name for k in order], width=40), strict=True)
    )


def target_strengths(related: Relations) -> dict[str, float]:
    """How strongly the target goes with each column, from 0 to 1; empty without a target."""
    if related.target is None:
        return {}
    strength = np.nan_to_num(np.abs(related.found.strength[related.target]))
    return {cells.name: round(float(value), 3) for cells, value in zip(related.cells, strength, strict=True)}
