"""Several targets on the page of a profile: how many rows have each label, and which go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.plots.text import shorten, tick_labels
from mlpipe.reports.profile.level_rows import level_rows
from mlpipe.reports.profile.sections import HeatCell, Heatmap, SeveralSection
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import HUNDREDTH, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.data.profiling.several import SeveralTargets

MOST_NAMES = 24
_DEPTH = 60


def several_section(several: SeveralTargets, anchors: Mapping[str, str]) -> SeveralSection:
    """Lay out what is known of several targets."""
    labels = sorted(zip(several.names, several.counts, strict=False), key=lambda pair: -pair[1])
    sets = [(" + ".join(names) or "(none)", count) for names, count in several.combinations]
    return SeveralSection(
        heading="Labels" if several.counts else "Quantities",
        title=_title(several),
        levels=level_rows(labels[:MOST_NAMES], several.n_rows),
        sets=level_rows(sets, several.n_rows),
        more_sets=several.n_combinations - len(sets),
        heatmap=_heatmap(several, anchors),
    )


def _title(several: SeveralTargets) -> str:
    what = "label" if several.counts else "quantity"
    told = f"{count_of(len(several.names), what, 'labels' if several.counts else 'quantities')}."
    strongest = several.strongest
    if strongest is None:
        return told
    first, second = (shorten(name, 30) for name in strongest[:2])
    return f"{told} '{first}' and '{second}' go together most: correlation {_plain(strongest[2])}."


def _heatmap(several: SeveralTargets, anchors: Mapping[str, str]) -> Heatmap:
    names = several.names[:MOST_NAMES]
    rows = tuple(
        tuple(_cell(a, b, value) for b, value in zip(names, row, strict=False))
        for a, row in zip(names, several.correlations, strict=False)
    )
    absent = len(several.names) - len(names)
    return Heatmap(
        title="",
        names=tuple(
            (anchors.get(n, "targets"), short, n) for n, short in zip(names, tick_labels(names, width=20), strict=True)
        ),
        rows=rows,
        left_out=f"{count_of(absent, 'other')} {either(absent, 'is', 'are')} not shown." if absent else "",
        hues=frozenset(cell.hue for row in rows for cell in row),
    )


def _cell(a: str, b: str, value: float | None) -> HeatCell:
    if a == b or value is None:
        return HeatCell(hue="", strength=0, text="", title="")
    return HeatCell(
        hue="rise" if value >= 0 else "fall",
        strength=round(_DEPTH * abs(value)),
        text=_plain(value),
        title=f"{a} and {b}: {_plain(value)}",
    )


def _plain(value: float) -> str:
    return format_number(value, HUNDREDTH).replace("-", "\N{MINUS SIGN}")
