"""An evaluation in words and tables, as a page and as Markdown."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.confusion import ClassReport, confusion_counts, report_classes
from mlpipe.metrics.registry import default_metric
from mlpipe.reports.evaluation.report_rows import class_rows, figure_rows, matrix_rows, metric_rows
from mlpipe.reports.evaluation.verdict import Verdict, judge, second_opinion
from mlpipe.reports.rendering import html_environment, markdown_environment
from mlpipe.target import positive_of
from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.metrics.gates import GateResult
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.results import Measure
    from mlpipe.target import Target


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
    per_class, labels, confusion : mapping, tuple, tuple of tuple
        Of a classification; `confusion` has the true label first.
    worries : tuple of str
        What a reader has to know before believing the numbers.
    notes : tuple of str
        What else is worth knowing.
    captions : mapping of str to str
        What each figure says, by its name: the text for those who cannot see it.
    provenance : tuple of (str, str)
        Where the result comes from: fingerprints, versions.
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
    labels: tuple[str, ...] = ()
    per_class: Mapping[str, ClassReport] = field(default_factory=dict)
    confusion: tuple[tuple[int, ...], ...] = ()
    worries: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gates: tuple[GateResult, ...] = ()
    captions: Mapping[str, str] = field(default_factory=dict)
    provenance: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the model beats the dummy, in words; withheld where rows trained the model."""
        if self.trained:
            return Verdict(standing="unknown", text=f"Not judged: {self.trained}")
        return judge(self.headline, self.metrics[self.headline], self.baseline.get(self.headline), target=self.target)

    @property
    def second_opinion(self) -> str:
        """A plainer metric beside the headline one."""
        return second_opinion(self.headline, self.metrics, self.baseline, target=self.target)


def summarise(
    outcome: Outcome,
    measures: Mapping[str, Measure],
    baseline: Mapping[str, float | None],
    *,
    part: str,
    model: str,
) -> EvaluationSummary:
    """Put the findings about an outcome together; `dataclasses.replace` adds gates, notes, captions, provenance.

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


def render_markdown(summary: EvaluationSummary, figures: Sequence[str] = (), *, folder: str = "plots") -> str:
    """Render the report as Markdown that can be read as it stands.

    Parameters
    ----------
    figures : sequence of str
        Names of the figures to show, in order; each lies in `folder` as PNG.
    """
    shown = figure_rows(figures, summary.captions)
    template = markdown_environment().get_template("evaluation.md.j2")
    return template.render(**_facts(summary), figures=shown, folder=folder)


def render_html(summary: EvaluationSummary, figures: Mapping[str, bytes]) -> str:
    """Render the report as one page that needs nothing but itself.

    Parameters
    ----------
    figures : mapping of str to bytes
        PNG by name, in order.
    """
    shown = figure_rows(list(figures), summary.captions)
    images = {name: base64.b64encode(png).decode("ascii") for name, png in figures.items()}
    template = html_environment().get_template("evaluation.html.j2")
    return template.render(**_facts(summary), figures=shown, images=images)


def _facts(summary: EvaluationSummary) -> dict[str, object]:
    return {
        "summary": summary,
        "verdict": summary.verdict,
        "positive": positive_of(summary.target).get("positive"),
        "level": f"{format_exact(100 * summary.level)} %",
        "metrics": metric_rows(summary.metrics, summary.baseline, summary.headline, target=summary.target),
        "classes": class_rows(summary.per_class),
        "matrix": matrix_rows(summary.labels, summary.confusion),
        "failed": [gate for gate in summary.gates if not gate.passed],
    }
