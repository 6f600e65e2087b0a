"""The page of a profile: what the report needs, from a profile and the cells it describes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.profiling.findings import find_spec
from mlpipe.data.schema import Kind, Role
from mlpipe.metrics.describing.distributions import Histogram, count_moments, count_numbers
from mlpipe.metrics.describing.missingness import find_missing
from mlpipe.plots.text import keep_together, shorten, tick_labels
from mlpipe.reports.drawings import draw_counts, draw_histogram
from mlpipe.reports.profile.associations import heatmap, relate, target_section, target_strengths
from mlpipe.reports.profile.finding_groups import FoundFact, group_findings, mood, verdict
from mlpipe.reports.profile.first_rows import first_rows
from mlpipe.reports.profile.level_rows import level_counts, level_rows
from mlpipe.reports.profile.scatter import scatter_matrix
from mlpipe.reports.profile.sections import (
    ColumnCard,
    MissingMap,
    MissingRow,
    ProfilePage,
    TargetSection,
)
from mlpipe.reports.profile.several import several_section
from mlpipe.reports.profile.target_rates import target_rates
from mlpipe.reports.profile.text_words import text_sections
from mlpipe.reports.rendering import html_environment
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.numbers import format_number, format_share
from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.data.profiling.column_profile import Cells, ColumnProfile
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.data.schema import Dialect

LEVELS = 8
TEXTS = 3
"""Of free text, where few values come twice, so many are listed."""
FEW = 2
"""Numbers with so many distinct values are told as levels: quantiles of 0 and 1 say nothing."""
_OF_ANY_KIND = frozenset({Role.TARGET, Role.TIME, Role.GROUP, Role.WEIGHT})
MAP_ROWS = 25
OPEN_CARDS = 40
"""Up to so many columns, all cards are open."""
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "runs of blanks"}


def build_page(
    profile: Profile,
    cells: Sequence[Cells],
    *,
    name: str,
    dialect: Dialect,
    notes: Sequence[str] = (),
    changes: Sequence[Finding] | None = None,
    seed: int = 0,
) -> tuple[str, tuple[str, ...]]:
    """Render `report.html`; also what to tell a person about it, such as what it leaves out.

    Parameters
    ----------
    cells : sequence of Cells
        One for each column of `profile`, in its order: the whole table, or a uniform sample of its rows.
    changes : sequence of Finding, optional
        What changed since an older file.
    """
    anchors = {column.name: f"c{k}" for k, column in enumerate(profile.columns)}
    findings = tuple(_fact(finding, anchors) for finding in profile.findings)
    bars = {c.name: found for c in cells if (found := _histogram(c)) is not None}
    short = tick_labels([column.name or "(no name)" for column in profile.columns], width=40)
    related = relate(profile, cells, anchors, seed=seed)
    texts, told = text_sections(profile, cells, anchors, seed=seed)
    target = target_section(profile, related, bars)
    rates = target_rates(profile, cells)
    strengths = target_strengths(related)
    page = ProfilePage(
        name=name.rsplit("/", 1)[-1],
        size=f"{count_of(profile.rows, 'row')} × {count_of(len(profile.columns), 'column')}",
        facts=_facts(dialect),
        glance=_glance(profile, target),
        sample=_sample(profile),
        findings=findings,
        cards=tuple(
            replace(
                _card(column, c, bars.get(c.name), profile.rows, anchors[c.name], findings, label),
                rates=rates.get(c.name),
                n_distinct=column.distinct,
                strength=strengths.get(c.name, 0.0),
            )
            for column, c, label in zip(profile.columns, cells, short, strict=True)
        ),
        target=target,
        several=None if profile.several is None else several_section(profile.several, anchors),
        heatmap=heatmap(related),
        scatter=scatter_matrix(profile, related, bars, seed=seed),
        missing=_missing_map(profile, cells, anchors),
        texts=texts,
        changes=None if changes is None else tuple(_fact(change, anchors) for change in changes),
        notes=(*notes, *told),
        first_rows=first_rows(profile, cells, short),
    )
    return _render(page), told


def _render(page: ProfilePage) -> str:
    template = html_environment().get_template("profile.html.j2")
    said = (*(page.changes or ()), *page.findings)
    return template.render(
        page=page,
        verdict=verdict(said),
        mood=mood(said),
        groups=group_findings(page.findings),
        changes=group_findings(page.changes or ()),
        opened=len(page.cards) <= OPEN_CARDS,
    )


def _sample(profile: Profile) -> str:
    sampled = profile.sampled_rows
    return "" if sampled is None else f"a sample of {count_of(sampled, 'row')}"


def _fact(finding: Finding, anchors: Mapping[str, str]) -> FoundFact:
    return FoundFact(
        code=finding.code,
        severity=finding.severity.value,
        summary=find_spec(finding.code).summary.capitalize(),
        column=finding.column or "",
        anchor=anchors.get(finding.column or "", ""),
        message=finding.message,
        remedy=as_options(finding.remedy),
        explanation=finding.explanation,
    )


def _facts(dialect: Dialect) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Encoding", dialect.encoding),
        ("Delimiter", DELIMITERS.get(dialect.delimiter, dialect.delimiter)),
        ("Quote", dialect.quote or "none"),
        ("Decimal mark", "comma" if dialect.decimal == "," else "point"),
        ("Header", "first row" if dialect.header else "none; columns are named by position"),
    ]
    if dialect.skip_lines:
        facts.append(("Lines before the table", count_of(dialect.skip_lines)))
    return tuple(facts)


def _glance(profile: Profile, target: TargetSection | None) -> tuple[str, ...]:
    roles: dict[str, int] = {}
    for column in profile.columns:
        roles[column.role.value] = roles.get(column.role.value, 0) + 1
    cells = profile.rows * len(profile.columns)
    missing = sum(column.missing for column in profile.columns)
    title = "" if target is None else f"target {target.name}, {target.title[0].lower()}{target.title[1:-1]}"
    said = [keep_together(title)] if title else []
    return (
        *said,
        ", ".join(f"{n} {role}" for role, n in roles.items() if role != Role.TARGET),
        f"{format_share(missing / cells)} of cells missing" if missing else "no missing cells",
        count_of(profile.duplicate_rows, "duplicate row") if profile.duplicate_rows else "no duplicate rows",
    )


def _histogram(cells: Cells) -> Histogram | None:
    if cells.distinct <= FEW or cells.column.role in {Role.CATEGORICAL, Role.BOOLEAN}:
        return None
    if cells.column.kind is Kind.DATETIME:
        return count_moments(cells.ordered)
    return count_numbers(cells.ordered) if cells.column.kind.numeric else None


def _card(
    column: ColumnProfile,
    cells: Cells,
    bars: Histogram | None,
    rows: int,
    anchor: str,
    findings: Sequence[FoundFact],
    label: str,
) -> ColumnCard:
    drawing = None if bars is None else draw_histogram(bars)
    counted = [] if drawing else level_counts(column, cells, rows)
    is_text = column.role is Role.TEXT
    listed = level_rows(
        counted[: TEXTS if is_text else LEVELS],
        rows,
        limit=40 if is_text else 60,
        approximate=column.kind is not Kind.STRING and cells.n_rows < rows,
    )
    approximate = "≈ " if column.distinct_approximate else ""
    return ColumnCard(
        anchor=anchor,
        name=column.name or "(no name)",
        label=label,
        role=column.role.value,
        kind=column.kind.value if column.role in _OF_ANY_KIND else "",
        reason=as_options(cells.column.reason),
        missing=count_of(column.missing) + (f" ({format_share(column.missing / rows)})" if column.missing else ""),
        missing_share=format_share(column.missing / rows) if column.missing else "",
        missing_width=round(100 * column.missing / rows, 1) if rows else 0.0,
        distinct=f"{approximate}{count_of(column.distinct)}",
        summary=_summary(column, counted),
        bars=drawing,
        levels=listed,
        more_levels=column.distinct - len(listed) if listed else 0,
        mini=draw_counts([n for _, n in counted[:5]]),
        quantiles=_quantiles(column),
        examples=() if listed and column.distinct <= len(listed) else tuple(shorten(e, 60) for e in column.examples),
        findings=tuple(found for found in findings if found.column == column.name),
    )


def _summary(column: ColumnProfile, counted: Sequence[tuple[str, int]]) -> str:
    if column.distinct == 0:
        return "nothing but missing cells"
    if column.numbers is not None and not counted:
        n = column.numbers
        about = "≈ " if column.quantiles_approximate else ""
        return f"{format_number(n.min)} to {format_number(n.max)}, median {about}{format_number(n.median)}"
    if column.dates is not None:
        return f"{column.dates.min} to {column.dates.max}"
    if counted and counted[0][1] > 1:
        return ", ".join(f"{shorten(text, 24)}: {count_of(n)}" for text, n in counted[:3])
    return ", ".join(shorten(example, 24) for example in column.examples)


def _quantiles(column: ColumnProfile) -> tuple[tuple[str, str], ...]:
    if column.dates is not None:
        return (("First", column.dates.min), ("Last", column.dates.max))
    if column.numbers is None:
        return ()
    n = column.numbers
    if column.distinct <= FEW:
        return (("Mean", format_number(n.mean)),) if column.distinct > 1 else ()
    about = "≈ " if column.quantiles_approximate else ""
    rows = [("Min", "", n.min), ("5 %", about, n.q05), ("25 %", about, n.q25), ("Median", about, n.median),
            ("75 %", about, n.q75), ("95 %", about, n.q95), ("Max", "", n.max), ("Mean", "", n.mean)]  # fmt: skip
    spread = [] if n.std is None else [("Std", format_number(n.std))]
    return (*((name, mark + format_number(value)) for name, mark, value in rows), *spread)


def _missing_map(profile: Profile, cells: Sequence[Cells], anchors: Mapping[str, str]) -> MissingMap | None:
    pairs = [(column, c) for column, c in zip(profile.columns, cells, strict=True) if column.missing]
    if not pairs or not cells[0].n_rows:
        return None
    pairs.sort(key=lambda pair: -pair[0].missing)
    found = find_missing(np.stack([c.array.is_null().to_numpy(zero_copy_only=False) for _, c in pairs], axis=1))
    rows = tuple(
        MissingRow(
            name=column.name,
            anchor=anchors[column.name],
            count=count_of(column.missing),
            share=format_share(column.missing / profile.rows),
            width=100 * column.missing / profile.rows,
            # By the root: one cell in fifty is seen too.
            strip=tuple(round(float(share) ** 0.5, 2) for share in strip),
        )
        for (column, _), strip in zip(pairs, found.blocks, strict=True)
    )
    names = [column.name for column, _ in pairs]
    return MissingMap(
        title=f"{len(pairs)} of {count_of(len(profile.columns), 'column')} "
        f"{either(len(pairs), 'has', 'have')} missing cells; "
        f"{format_share(found.complete / cells[0].n_rows)} of the rows "
        f"{'drawn ' if cells[0].n_rows < profile.rows else ''}lack nothing.",
        rows=rows[:MAP_ROWS],
        folded=rows[MAP_ROWS:],
        patterns=tuple((_joined([names[k] for k in which]), count_of(n, "row")) for which, n in found.patterns)
        if len(pairs) > 1
        else (),
        more_patterns=found.n_patterns - len(found.patterns),
    )


def _joined(names: Sequence[str]) -> str:
    shown = listed((shorten(name, 30) for name in names), joint=" + ")
    return f"{shown} alone" if len(names) == 1 else shown
