"""An evaluation of clusters as a page and as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.reports.clusters.words import describe_cluster, describe_size, name_cluster
from mlpipe.reports.evaluation.report_rows import metric_rows
from mlpipe.reports.rendering import html_environment, markdown_environment
from mlpipe.reports.sections import NO_FIGURES, Bar, Bullets, Column, Facts, Gallery, Paragraph, Part, Section, Table
from mlpipe.target import NoTarget
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.clustering.profile import ClusterProfile
    from mlpipe.metrics.gates import GateResult
    from mlpipe.metrics.results import Measure

MOST_LABELS, MOST_CLUSTERS = 30, 20


@dataclass(frozen=True, kw_only=True)
class ClusterSummary:
    """Everything that a report of clusters says.

    Parameters
    ----------
    part : str
        Which rows.
    found : bool
        Whether training found the clusters to be clearer than chance gives.
    verdict, reason : str
        What training said of that, and why so many were taken.
    profiles : tuple of ClusterProfile
        Of these rows.
    labels, clusters, table
        The reference labels and the clusters, and rows of each pair; empty without labels.
    """

    model: str
    part: str
    n_rows: int
    found: bool
    verdict: str
    reason: str
    metrics: Mapping[str, Measure]
    profiles: tuple[ClusterProfile, ...]
    level: float = 0.95
    labels: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()
    table: Floats | None = None
    worries: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gates: tuple[GateResult, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()


def render_markdown(summary: ClusterSummary, figures: Gallery = NO_FIGURES, *, folder: str = "plots") -> str:
    """Render the report as Markdown; each figure lies in `folder` as PNG."""
    template = markdown_environment().get_template("clusters.md.j2")
    text: str = template.render(**_facts(summary, figures), folder=folder)
    return text


def render_html(summary: ClusterSummary, figures: Gallery = NO_FIGURES) -> str:
    """Render the report as one page that needs nothing but itself."""
    page: str = html_environment().get_template("clusters.html.j2").render(**_facts(summary, figures))
    return page


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _facts(summary: ClusterSummary, figures: Gallery) -> dict[str, object]:
    return {
        "summary": summary,
        "verdict": _sentence(summary.verdict),
        "reason": _sentence(summary.reason),
        "level": f"{format_exact(100 * summary.level)} %",
        "sections": tuple(_sections(summary, figures)),
        "failed": [gate for gate in summary.gates if not gate.passed],
    }


def _sections(summary: ClusterSummary, figures: Gallery) -> Iterator[Section]:
    yield _clusters(summary.profiles)
    if figures.drawings:
        yield Section(key="figures", title="Figures", parts=(figures,))
    yield _scores(summary)
    if (table := _contingency(summary)) is not None:
        yield Section(key="labels", title="Beside the reference labels", parts=(table,))
    facts = Facts(pairs=summary.provenance)
    notes = (Bullets(items=summary.notes),) if summary.notes else ()
    yield Section(key="details", title="Where this comes from", parts=(*notes, facts), folded=True)


def _clusters(profiles: tuple[ClusterProfile, ...]) -> Section:
    rows = tuple(
        (
            name_cluster(one.cluster).capitalize(),
            describe_size(one),
            Bar(low=0.0, width=round(100 * one.share, 1)),
            "; ".join(describe_cluster(one)),
        )
        for one in profiles[:MOST_CLUSTERS]
    )
    columns = (
        Column(name="Cluster"), Column(name="Size", number=True), Column(name="Share of the rows", bars=True),
        Column(name="Beside all other rows", wide=True),
    )  # fmt: skip
    parts: list[Part] = [Table(name="What sets each cluster apart", columns=columns, rows=rows)]
    if left := max(len(profiles) - MOST_CLUSTERS, 0):
        parts.append(Paragraph(text=f"{count_of(left, 'smaller cluster')} not shown.", faint=True))
    return Section(key="clusters", title="What sets each apart", parts=tuple(parts))


def _scores(summary: ClusterSummary) -> Section:
    headline = "silhouette" if "silhouette" in summary.metrics else next(iter(summary.metrics))
    found = metric_rows(summary.metrics, {}, headline, target=NoTarget())
    rows = tuple(
        (
            row.name,
            row.written,
            "" if row.bar is None else Bar(low=row.bar.low, width=row.bar.width, value=row.bar.value),
            row.meaning,
        )
        for row in found
    )
    columns = (
        Column(name="Metric"), Column(name="Score", number=True), Column(name="0 to 1", bars=True),
        Column(name="What it is", wide=True),
    )  # fmt: skip
    table = Table(name="Scores", columns=columns, rows=rows, leading=True)
    return Section(key="scores", title="Scores", parts=(table,))


def _contingency(summary: ClusterSummary) -> Table | None:
    """The table of labels and clusters; nothing where it is too large to be read."""
    table = summary.table
    if table is None or len(summary.labels) > MOST_LABELS or len(summary.clusters) > MOST_CLUSTERS:
        return None
    columns = (Column(name="Label"), *(Column(name=name_cluster(k), number=True) for k in summary.clusters))
    rows = tuple((label, *(count_of(int(n)) for n in row)) for label, row in zip(summary.labels, table, strict=True))
    return Table(name="Labels and clusters", columns=columns, rows=rows)
