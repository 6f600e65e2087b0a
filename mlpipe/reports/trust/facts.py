"""Findings as pages tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.profiling.findings import find_spec
from mlpipe.reports.profile.finding_groups import FoundFact
from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.data.profiling.findings import Finding


def finding_facts(findings: Iterable[Finding]) -> list[FoundFact]:
    """Findings with their summaries, parameters written as options."""
    return [
        FoundFact(
            code=f.code, severity=f.severity.value, summary=find_spec(f.code).summary, column=f.column or "", anchor="",
            message=as_options(f.message), remedy=as_options(f.remedy), explanation=as_options(f.explanation),
        )
        for f in findings
    ]  # fmt: skip


def mood_of(findings: Iterable[Finding]) -> str:
    """The colour class of a verdict."""
    severities = {finding.severity.value for finding in findings}
    return "worse" if "error" in severities else "unsure" if "warning" in severities else "better"
