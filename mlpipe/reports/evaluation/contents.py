"""The sections of an evaluation below its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.metrics.registry import default_metric, find_metric
from mlpipe.reports.evaluation.each_table import each_table
from mlpipe.reports.evaluation.report_rows import class_rows, matrix_rows, metric_rows
from mlpipe.reports.evaluation.worst_rows import MOST_WORST, worst_table
from mlpipe.reports.sections import Bar, Cell, Column, Facts, Gallery, Paragraph, Part, Section, Table
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_interval, format_number, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.metrics.confusion import ClassReport
    from mlpipe.metrics.judging.one_column import OneColumn
    from mlpipe.metrics.judging.slices import SliceScore
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

MOST_SLICES = 10
MOST_DRIVERS = 15
_FEW_CLASSES = 6


@dataclass(frozen=True, kw_only=True)
class Driver:
    """A column and what the model loses without it, with its interval."""

    column: str
    importance: float
    low: float
    high: float


def drivers_section(drivers: Sequence[Driver], target: Target, figures: Gallery | None) -> Section | None:
    """What the model leans on; nothing where that was not measured."""
    if not drivers:
        return None
    spec = default_metric(target.task)
    change = f"{spec.worsening.capitalize()} of {spec.named(target)}"
    top = max((one.high for one in drivers if one.high > 0), default=1.0)
    rows = tuple(
        (one.column, format_interval(one.importance, one.low, one.high), _bar(one, top))
        for one in drivers[:MOST_DRIVERS]
    )
    sure = [one for one in drivers if one.low > 0]
    n = len(sure)
    some = f"{count_of(n, 'column') if n else 'No column'} of {count_of(len(drivers))}"
    told = f"{some} {either(n or 1, 'matters', 'matter')} beyond the noise of shuffling."
    rest = len(drivers) - MOST_DRIVERS
    left = f" {count_of(rest, 'column')} below {either(rest, 'is', 'are')} not shown." if rest > 0 else ""
    parts: list[Part] = [
        Paragraph(text=f"{told} {change} when a column is shuffled, on rows held back in training.{left}"),
        Table(
            name="Importance",
            columns=(Column(name="Column"), Column(name=change, number=True), Column(name="", bars=True)),
            rows=rows,
        ),
    ]
    return Section(key="drivers", title="What drives it", parts=(*parts, *([figures] if figures else [])))


def _bar(one: Driver, top: float) -> Bar:
    low, high = max(one.low, 0.0), max(one.high, 0.0)
    return Bar(
        low=round(100 * low / top, 2),
        width=round(100 * (high - low) / top, 2),
        value=round(100 * max(one.importance, 0.0) / top, 2),
    )


def failures_section(
    per_class: Mapping[str, ClassReport],
    slices: Sequence[SliceScore],
    asked: Sequence[str],
    worst: tuple[Sequence[str], Sequence[Sequence[object]]],
    each: Mapping[str, Mapping[str, Measure]],
    *,
    target: Target,
) -> Section | None:
    """Where it fails: classes, targets, slices, rows."""
    parts: list[Part] = [each_table(each)] if each else []
    if per_class:
        parts.append(_classes(per_class))
    parts += _slices(slices, asked)
    if rows := worst[1]:
        told = f"The {count_of(min(len(rows), MOST_WORST), 'row')} that went worst; worst_rows.csv has more of them"
        parts.append(Paragraph(text=f"{told}, and the training rows most like each."))
        parts.append(worst_table(*worst, target))
    return Section(key="failures", title="Where it fails", parts=tuple(parts)) if parts else None


def _classes(per_class: Mapping[str, ClassReport]) -> Table:
    rows = tuple(
        (row.label, row.support, row.recall, Bar(low=0.0, width=row.recall_share), row.precision, row.f1)
        for row in class_rows(per_class)
    )
    columns = (
        Column(name="Class, the worst first"), Column(name="Rows", number=True),
        Column(name="Found (recall)", number=True), Column(name="", bars=True),
        Column(name="Right when called (precision)", number=True), Column(name="F1", number=True),
    )  # fmt: skip
    return Table(name="Classes", columns=columns, rows=rows)


def _slices(slices: Sequence[SliceScore], asked: Sequence[str]) -> list[Part]:
    if not slices:
        return []
    worse = [one for one in slices if one.is_worse]
    shown = list(slices) if asked else (worse or list(slices))[:MOST_SLICES]
    n = len(slices)
    looked = f"{count_of(n, 'slice')} by levels and quarters of the columns {either(n, 'was', 'were')} looked at"
    if worse:
        told = (
            f"{looked}: on {count_of(len(worse))} of them the model errs more than chance and looking so often explain."
        )
    else:
        told = f"{looked}: on none of them does the model err more than chance and looking so often explain."
    top = max(one.high for one in shown)
    rows = tuple(
        (
            f"{one.column}: {one.level}", count_of(one.n_rows), format_interval(one.error, one.low, one.high),
            Bar(low=round(100 * one.low / top, 2), width=round(100 * (one.high - one.low) / top, 2),
                value=round(100 * one.error / top, 2), reference=round(100 * min(one.rest / top, 1), 2)) if top else "",
            format_number(one.rest, half_width(one.low, one.high)), "worse" if one.is_worse else "",
        )
        for one in shown
    )  # fmt: skip
    columns = (
        Column(name="Slice"), Column(name="Rows", number=True), Column(name="Error", number=True),
        Column(name="", bars=True), Column(name="Elsewhere", number=True), Column(name="Beyond chance"),
    )  # fmt: skip
    return [Paragraph(text=told), Table(name="Slices", columns=columns, rows=rows)]


def scores_section(
    measures: Mapping[str, Measure],
    baseline: Mapping[str, float | None],
    rule: OneColumn | None,
    headline: str,
    *,
    target: Target,
) -> Section:
    """Every metric beside the dummy's and the one-column rule's."""
    found = metric_rows(measures, baseline, headline, target=target)
    ordered = [headline, *(name for name in measures if name != headline)]
    bars = any(row.bar for row in found)
    columns = [Column(name="Metric"), Column(name="Score", number=True)]
    columns += [Column(name="0 to 1", bars=True)] if bars else []
    columns += [Column(name="Dummy", number=True)]
    columns += [Column(name=f"{rule.column} alone", number=True)] if rule else []
    columns += [Column(name="What it is", wide=True)]
    rows = []
    for name, row in zip(ordered, found, strict=True):
        cells: list[Cell] = [row.name, row.written]
        if bars:
            bar = row.bar
            cells.append(
                Bar(low=bar.low, width=bar.width, value=bar.value, reference=bar.dummy) if bar is not None else ""
            )
        cells.append(row.dummy)
        if rule:
            spread = half_width(measures[name].low, measures[name].high)
            cells.append(format_number(rule.scores.get(name), spread))
        cells.append(row.meaning)
        rows.append(tuple(cells))
    parts: list[Part] = [Table(name="Scores", columns=tuple(columns), rows=tuple(rows), leading=True)]
    if bars:
        parts.append(
            Paragraph(
                text="Bars: the score (line) in its interval (shade), and the dummy (dots).", faint=True, of_bars=True
            )
        )
    return Section(key="scores", title="Scores", parts=tuple(parts))


def figures_section(labels: Sequence[str], confusion: Sequence[Sequence[int]], figures: Gallery) -> Section | None:
    """The figures, and the confusion matrix as a table."""
    matrix = matrix_rows(labels, confusion)
    parts: list[Part] = [figures] if figures.drawings else []
    if matrix:
        columns = (Column(name=r"true class \ called"), *(Column(name=row.label, number=True) for row in matrix))
        rows = tuple((row.label, *row.counts) for row in matrix)
        parts.append(Table(name="Confusion matrix", columns=columns, rows=rows, matrix=True))
    return Section(key="figures", title="Figures", parts=tuple(parts)) if parts else None


def leaderboard_section(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Section | None:
    """Which models were compared by cross-validation before this one was chosen."""
    if not rows:
        return None
    columns = tuple(Column(name=name, number=place > 1) for place, name in enumerate(header))
    parts = (
        Paragraph(text="By cross-validation on the training rows, before the rows above were looked at.", faint=True),
        Table(name="Models compared", columns=columns, rows=tuple(tuple(map(str, row)) for row in rows), leading=True),
    )
    return Section(key="leaderboard", title="Models compared", parts=parts)


def card_section(facts: Sequence[tuple[str, str]], notes: Sequence[str]) -> Section | None:
    """The model card: data, split, plan, parameters, versions, fingerprints, limits."""
    pairs = (*facts, *(("note", note) for note in notes))
    if not pairs:
        return None
    return Section(key="card", title="Model card", parts=(Facts(pairs=tuple(pairs)),), folded=True)


def headline_bar(found: Measure, dummy: float | None, rule: float | None) -> Bar | None:
    """The headline metric between the worst and the best of what is shown, with its interval."""
    known = [v for v in (found.value, found.low, found.high, dummy, rule) if v is not None]
    if found.value is None or found.low is None or found.high is None:
        return None
    least, most = min(0.0, *known), max(1.0, *known) if max(known) <= 1 else max(known) * 1.05
    reach = most - least

    def place(value: float) -> float:
        return round(100 * (value - least) / reach, 2)

    return Bar(
        low=place(found.low), width=round(place(found.high) - place(found.low), 2), value=place(found.value),
        reference=None if dummy is None else place(dummy),
    )  # fmt: skip


def named_metric(name: str, target: Target) -> str:
    """A metric's name with the class that it is of."""
    return find_metric(name, target.task).named(target)
