"""An evaluation in words and tables, as a page and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.confusion import ClassReport, confusion_counts, report_classes
from mlpipe.metrics.registry import default_metric
from mlpipe.reports.evaluation.contents import (
    Driver,
    card_section,
    drivers_section,
    failures_section,
    figures_section,
    headline_bar,
    leaderboard_section,
    named_metric,
    scores_section,
)
from mlpipe.reports.evaluation.verdict import Verdict, judge, second_opinion
from mlpipe.reports.rendering import html_environment, markdown_environment
from mlpipe.reports.sections import NO_FIGURES, Gallery, Section
from mlpipe.target import positive_of
from mlpipe.words.numbers import format_exact, format_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.gates import GateResult
    from mlpipe.metrics.judging.one_column import OneColumn
    from mlpipe.metrics.judging.slices import SliceScore
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target

Rows = tuple[Sequence[str], Sequence[Sequence[object]]]
"""Header and rows of a table."""
DEPENDENCE = "dependence_"
"""What the names of figures on single columns begin with."""


@dataclass(frozen=True, kw_only=True)
class EvaluationSummary:
    """Everything that a report of an evaluation says.

    Parameters
    ----------
    part : str
        Which rows: "test part of the split", or the name of a file.
    level : float
        Coverage of the intervals.
    trained : str
        How many of the rows trained the model, in words; empty where none did.
    headline : str
        The metric on which the verdict rests.
    metrics, baseline : mapping
        Results, and the dummy's, by metric.
    rule : OneColumn, optional
        What one column alone would score.
    leaks : tuple of str
        Columns that alone predict the target almost perfectly.
    each : mapping
        Of several targets, the metrics of each by its name.
    per_class, labels, confusion : mapping, tuple, tuple of tuple
        Of a classification; `confusion` has the true label first.
    worries : tuple of str
        What a reader has to know before believing the numbers, the gravest first.
    notes : tuple of str
        What else is worth knowing.
    drivers : tuple of Driver
        What the model leans on, the most important first.
    slices, asked, worst
        Where it fails; the columns asked for; header and rows of the rows that went worst.
    leaderboard : (header, rows)
        The models that were compared.
    card : tuple of (str, str)
        Data, split, plan, parameters, versions, fingerprints.
    extra : tuple of Section
        Sections of one task alone, shown before the figures.
    """

    target: Target
    part: str
    model: str
    n_rows: int
    headline: str
    metrics: Mapping[str, Measure]
    baseline: Mapping[str, float | None]
    level: float = 0.95
    trained: str = ""
    each: Mapping[str, Mapping[str, Measure]] = field(default_factory=dict)
    rule: OneColumn | None = None
    leaks: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    per_class: Mapping[str, ClassReport] = field(default_factory=dict)
    confusion: tuple[tuple[int, ...], ...] = ()
    worries: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gates: tuple[GateResult, ...] = ()
    drivers: tuple[Driver, ...] = ()
    slices: tuple[SliceScore, ...] = ()
    asked: tuple[str, ...] = ()
    worst: Rows = ((), ())
    leaderboard: Rows = ((), ())
    card: tuple[tuple[str, str], ...] = ()
    extra: tuple[Section, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the model beats the dummy, in words; withheld where rows trained the model."""
        if self.trained:
            return Verdict(standing="unknown", text=f"Not judged: {self.trained}")
        rule = None if self.rule is None else (self.rule.column, self.rule.scores.get(self.headline))
        found, dummy = self.metrics[self.headline], self.baseline.get(self.headline)
        return judge(self.headline, found, dummy, target=self.target, rule=rule, leaks=self.leaks)

    @property
    def second_opinion(self) -> str:
        """A plainer metric beside the headline one."""
        return second_opinion(self.headline, self.metrics, self.baseline, target=self.target)

    def sections(self, figures: Gallery) -> tuple[Section, ...]:
        """All that stands below the verdict."""
        about = Gallery(drawings=tuple(d for d in figures.drawings if d.name.startswith(DEPENDENCE)))
        others = Gallery(drawings=tuple(d for d in figures.drawings if not d.name.startswith(DEPENDENCE)))
        found = (
            drivers_section(self.drivers, self.target, about if about.drawings else None),
            failures_section(self.per_class, self.slices, self.asked, self.worst, self.each, target=self.target),
            scores_section(self.metrics, self.baseline, self.rule, self.headline, target=self.target),
            *self.extra,
            figures_section(self.labels, self.confusion, others),
            leaderboard_section(*self.leaderboard),
            card_section(self.card, self.notes),
        )
        return tuple(section for section in found if section is not None)


def summarise(
    outcome: Outcome,
    measures: Mapping[str, Measure],
    baseline: Mapping[str, float | None],
    *,
    part: str,
    model: str,
) -> EvaluationSummary:
    """Put the findings about an outcome together; `dataclasses.replace` adds gates, drivers, failures, the card.

    The verdict rests on the task's default metric, or on the first one measured where that is not among them.
    """
    default = default_metric(outcome.task).name
    counts = confusion_counts(outcome) if outcome.labels else None
    return EvaluationSummary(
        target=outcome.target,
        part=part,
        model=model,
        n_rows=outcome.n_rows,
        headline=default if default in measures else next(iter(measures)),
        metrics=measures,
        baseline=baseline,
        labels=() if counts is None else outcome.labels,
        per_class={} if counts is None else report_classes(outcome),
        confusion=() if counts is None else tuple(tuple(int(n) for n in row) for row in counts),
        worries=find_caveats(outcome, measures),
    )


def render_markdown(summary: EvaluationSummary, figures: Gallery = NO_FIGURES, *, folder: str = "plots") -> str:
    """Render the report as Markdown that can be read as it stands.

    Parameters
    ----------
    figures : Gallery
        The figures, in order; each lies in `folder` as PNG.
    """
    template = markdown_environment().get_template("evaluation.md.j2")
    text: str = template.render(**_facts(summary, figures), folder=folder)
    return re.sub(r"\n{3,}", "\n\n", text)


def render_html(summary: EvaluationSummary, figures: Gallery = NO_FIGURES) -> str:
    """Render the report as one page that needs nothing but itself."""
    template = html_environment().get_template("evaluation.html.j2")
    return template.render(**_facts(summary, figures))


def _facts(summary: EvaluationSummary, figures: Gallery) -> dict[str, object]:
    found, dummy = summary.metrics[summary.headline], summary.baseline.get(summary.headline)
    rule = None if summary.rule is None else summary.rule.scores.get(summary.headline)
    return {
        "summary": summary,
        "verdict": summary.verdict,
        "positive": positive_of(summary.target).get("positive"),
        "level": f"{format_exact(100 * summary.level)} %",
        "headline": named_metric(summary.headline, summary.target),
        "written": format_interval(found.value, found.low, found.high),
        "bar": headline_bar(found, dummy, rule),
        "sections": summary.sections(figures),
        "failed": [gate for gate in summary.gates if not gate.passed],
    }
