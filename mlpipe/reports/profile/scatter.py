"""Every pair of a few numbers as points in the colours of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.plots.text import quote, shorten, tick_labels
from mlpipe.reports.drawings import Axis, draw_histogram, draw_points
from mlpipe.reports.profile.associations import Relations, plain_strength
from mlpipe.reports.profile.sections import Panel, ScatterMatrix
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.profiling.profile import Profile
    from mlpipe.metrics.describing.distributions import Histogram

SCATTER_COLUMNS = 4
SCATTER_ROWS = 500
TURNS = 5
"""Times that the classes take turns in being drawn, so that none covers the others."""
CLASSES = 6
RARE_ROWS = 60
"""A class with fewer points among those dealt gets so many, where it has them."""


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
    said = "not measured" if np.isnan(value) else plain_strength(value)
    if i == j:
        drawing = draw_histogram(bars[across])
        name = tick_labels([related.cells[k].name for k in chosen], width=28)[i]
        return Panel(kind="own", label=across, name=name, ends=f"{drawing.low} to {drawing.high}", bars=drawing)
    if j > i:
        return Panel(kind="text", label=f"{across} and {down}: {said}", text=said)
    # In turns, so that no class covers the others.
    turns = np.arange(len(places[i])) % TURNS
    points = tuple(
        (colour, path)
        for turn in range(TURNS)
        for colour, rows in painted
        if (path := draw_points(places[j][rows & (turns == turn)], places[i][rows & (turns == turn)]))
    )
    label = f"{down} (up) against {across} (across), rank correlation {said}"
    return Panel(kind="points", label=label, points=points)
