"""An audit as a page: the verdict, what was looked for, findings with the rows that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import find_spec
from mlpipe.reports.profile.finding_groups import group_findings
from mlpipe.reports.rendering import html_environment
from mlpipe.reports.trust.facts import finding_facts, mood_of
from mlpipe.words.lists import count_of, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.auditing.kinds_of_leak import Looked
    from mlpipe.data.auditing.pair import AuditFinding, Pair
    from mlpipe.data.profiling.findings import Finding

LISTED = 200
"""Rows of a finding that the page lists."""


@dataclass(frozen=True, kw_only=True)
class AuditSummary:
    """Everything that the page says."""

    told: str
    found: tuple[AuditFinding, ...]
    looked: tuple[Looked, ...]
    pair: Pair | None


def audit_headline(findings: Sequence[Finding]) -> str:
    """The verdict in a sentence.

    Examples
    --------
    >>> audit_headline(())
    'No leak was found'
    """
    counts = [sum(finding.severity.value == word for finding in findings) for word in ("error", "warning")]
    if counts[0]:
        return f"{count_of(counts[0], 'leak')} found" + (f", {count_of(counts[1], 'warning')}" if counts[1] else "")
    return "No leak was found" + (f", {count_of(counts[1], 'warning')}" if counts[1] else "")


def _rows_of(one: AuditFinding) -> str:
    """What the rows of a finding are: its name, its column and how many they are."""
    about = f", {one.finding.column}" if one.finding.column else ""
    return f"{find_spec(one.finding.code).summary}{about}: {count_of(len(one.rows), 'row')}"


def render_audit(summary: AuditSummary) -> str:
    """The page, which needs nothing but itself."""
    findings = [one.finding for one in summary.found]
    template = html_environment().get_template("audit.html.j2")
    return template.render(
        summary=summary,
        verdict=audit_headline(findings),
        mood=mood_of(findings),
        groups=group_findings(finding_facts(findings)),
        rows=[(_rows_of(one), listed(one.rows, LISTED)) for one in summary.found if one.rows],
        rows_of=None if summary.pair is None else (summary.pair.train.num_rows, summary.pair.test.num_rows),
    )
