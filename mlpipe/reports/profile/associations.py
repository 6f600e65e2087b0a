"""Associations of a profile's columns: heatmap, scatter matrix, what goes with the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.describing.association import Associations, Variable, associate, order_by_blocks, strongest
from mlpipe.plots.text import quote, shorten, tick_labels
from mlpipe.reports.drawings import Axis, draw_histogram, draw_points
from mlpipe.reports.profile.level_rows import level_counts, level_rows
from mlpipe.reports.profile.sections import HeatCell, Heatmap, LevelRow, Panel, ScatterMatrix, TargetSection
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import HUNDREDTH, format_cell, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.column_profile import Cells, ColumnProfile
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.metrics.describing.distributions import Histogram

HEATMAP_COLUMNS = 22
SCATTER_COLUMNS = 4
SCATTER_ROWS = 500
RARE_ROWS = 60
"""A class with fewer points among those dealt gets so many, where it has them."""
RELATED = 8
FAINT = 0.05
"""An association below this is not told from none."""
CLASSES = 6
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
    return Relations(
        cells=tuple(kept),
        is_number=numeric,
        anchors=tuple(anchors[name] for name in names),
        found=associate(variables, seed=seed),
        target=names.index(profile.target) if profile.target in names else None,
        n_columns=len(cells),
    )


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
        left_out=f"{count_of(absent, 'other column')} {either(absent, 'is', 'are')} not shown: "
        "weaker, constant, or ids and texts." if absent else "",
    )  # fmt: skip


def _heat_title(related: Relations) -> str:
    size = np.nan_to_num(np.abs(related.found.strength))
    a, b = np.unravel_index(int(size.argmax()), size.shape)
    if size[a, b] < FAINT:
        return "No two columns go together."
    first, second = tick_labels([related.cells[a].name, related.cells[b].name], width=30)
    pairs = int((np.triu(size) >= 0.7).sum())
    strong = count_of(pairs, "pair") if pairs else "no pair"
    return f"'{first}' and '{second}' go together most: {_plain(size[a, b])}; {strong} at 0.7 or more."


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
        title=f"{related.cells[a].name} and {related.cells[b].name}: {_plain(value)}",
    )


def _plain(value: float) -> str:
    return format_number(float(value), HUNDREDTH).replace("-", "\N{MINUS SIGN}")


def _short(value: float) -> str:
    """Without the zero before the point."""
    return _plain(value).replace("0.", ".", 1)


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
                count=_plain(strength[k]),
                share="",
                width=round(100 * abs(float(strength[k])), 1),
            ),
        )
        for k, text in zip(order, tick_labels([related.cells[k].name for k in order], width=40), strict=True)
    )


def scatter_matrix(
    profile: Profile, related: Relations, bars: Mapping[str, Histogram], *, seed: int
) -> ScatterMatrix | None:
    """The numbers most related to the target, or to each other without one, in pairs."""
    chosen = _choose(related, bars)
    if len(chosen) < 2:
        return None
    colours, key = _colours(related)
    rows = np.flatnonzero(colours >= 0) if len(key) else np.arange(related.cells[0].n_rows)
    rows = _deal(rows, colours, seed)
    places = [Axis.of(bars[related.cells[k].name]).place(related.cells[k].numbers[rows]) for k in chosen]
    painted = [(name, colours[rows] == code) for code, (name, _) in enumerate(key)] or [("c0", rows >= 0)]
    # The commonest first, so that the rare ones lie on top.
    painted.sort(key=lambda item: -int(item[1].sum()))
    panels = [
        _panel(related, chosen, places, painted, bars, (i, j)) for i in range(len(chosen)) for j in range(len(chosen))
    ]
    towards = "each other" if related.target is None else f"the target {quote(related.cells[related.target].name)}"
    shown, dealt = "All", ""
    if len(rows) < profile.rows:
        fuller = "; rare classes shown fuller" if key and key[0][0] == "c0" else ""
        shown, dealt = f"{count_of(len(rows))} of {count_of(profile.rows)}", f", dealt at random{fuller}"
    return ScatterMatrix(
        title=f"The {len(chosen)} numbers most related to {towards}, in pairs.",
        size=len(chosen),
        panels=tuple(panels),
        key=key,
        caption=f"{shown} rows{dealt}. Above the diagonal: rank correlation. Cells beyond a long tail lie on the edge.",
    )


def _choose(related: Relations, bars: Mapping[str, Histogram]) -> list[int]:
    """Strong numbers, none of which says the same as one already taken."""
    size = np.nan_to_num(np.abs(related.found.strength))
    able = [
        k
        for k, c in enumerate(related.cells)
        if related.is_number[k] and c.name in bars and c.column.kind.numeric and k != related.target
    ]
    worth = size[related.target] if related.target is not None else size.max(axis=1, initial=0.0)
    chosen: list[int] = []
    for k in sorted(able, key=lambda k: -worth[k]):
        if worth[k] > 0 and all(size[k, other] < 0.97 for other in chosen):
            chosen.append(k)
        if len(chosen) == SCATTER_COLUMNS:
            break
    if related.target is not None and related.is_number[related.target] and related.cells[related.target].name in bars:
        chosen = [related.target, *chosen]
    return chosen


def _colours(related: Relations) -> tuple[NDArray[np.int64], tuple[tuple[str, str], ...]]:
    """A colour number for each row and what the colours mean; no meaning without a target."""
    n_rows = related.cells[0].n_rows
    if related.target is None:
        return np.zeros(n_rows, dtype=np.int64), ()
    cells = related.cells[related.target]
    if related.is_number[related.target]:
        edges = np.quantile(cells.ordered, [0.2, 0.4, 0.6, 0.8])
        codes = np.searchsorted(edges, cells.numbers, side="right")
        codes = np.where(np.isnan(cells.numbers), -1, codes).astype(np.int64)
        words = ("lowest fifth", "low", "middle", "high", "highest fifth")
        return codes, tuple((f"q{k}", f"{word}" if k else f"{word} of {cells.name}") for k, word in enumerate(words))
    order = np.argsort(-cells.counts, kind="stable")
    rank = np.full(cells.distinct + 1, -1, dtype=np.int64)
    rank[order] = np.minimum(np.arange(len(order)), CLASSES)
    key = [(f"c{k}", shorten(format_cell(cells.values[i]), 40)) for k, i in enumerate(order[:CLASSES].tolist())]
    if cells.distinct > CLASSES:
        key.append(("other", count_of(cells.distinct - CLASSES, "other class", "other classes")))
    return rank[cells.codes], tuple(key)


def _deal(rows: NDArray[np.int64], colours: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    if len(rows) <= SCATTER_ROWS:
        return rows
    mixed = np.random.default_rng(seed).permutation(rows)
    taken = [mixed[:SCATTER_ROWS]]
    for code in np.unique(colours[rows]):
        members = mixed[colours[mixed] == code]
        taken.append(members[:RARE_ROWS])
    return np.unique(np.concatenate(taken))


def _panel(
    related: Relations,
    chosen: Sequence[int],
    places: Sequence[NDArray[np.float64]],
    painted: Sequence[tuple[str, NDArray[np.bool_]]],
    bars: Mapping[str, Histogram],
    at: tuple[int, int],
) -> Panel:
    i, j = at
    across, down = related.cells[chosen[j]].name, related.cells[chosen[i]].name
    value = float(related.found.strength[chosen[i], chosen[j]])
    said = "not measured" if np.isnan(value) else _plain(value)
    if i == j:
        drawing = draw_histogram(bars[across])
        name = tick_labels([related.cells[k].name for k in chosen], width=28)[i]
        return Panel(kind="own", label=across, name=name, ends=f"{drawing.low} to {drawing.high}", bars=drawing)
    if j > i:
        return Panel(kind="text", label=f"{across} and {down}: {said}", text=said)
    points = tuple((colour, draw_points(places[j][rows], places[i][rows])) for colour, rows in painted)
    label = f"{down} (up) against {across} (across), rank correlation {said}"
    return Panel(kind="points", label=label, points=points)
