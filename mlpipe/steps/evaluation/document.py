"""What `metrics.json` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.metrics.registry import default_metric
from mlpipe.reports.evaluation.metrics_json import metrics_document
from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from mlpipe.steps.evaluation.case import Case
    from mlpipe.steps.evaluation.findings import Findings


def evaluation_document(case: Case, findings: Findings, verdict: str) -> dict[str, Any]:
    """The content of `metrics.json`, in the order in which a person reads it."""
    rows, behind = case.rows, findings.background
    document = metrics_document(case.judged, findings.measures, findings.baseline, findings.each)
    gates = [{"gate": str(r.gate), "passed": r.passed, "told": str(r)} for r in findings.gates]
    weighed = {} if rows.weight is None else {"weight": rows.weight}
    default = default_metric(case.target.task).name
    head = {
        "schema_version": KINDS[ArtifactKind.EVALUATION].schema_version,
        "task": document.pop("task"),
        **({"positive": document.pop("positive")} if "positive" in document else {}),
        "n_rows": document.pop("n_rows"),
        "rows": rows.told,
        "training_rows": rows.training_rows,
        **weighed,
        "verdict": verdict,
        "notes": [*map(as_options, (*behind.worries, *rows.caveats)), *findings.notes],
        "headline": default if default in findings.measures else next(iter(findings.measures)),
    }
    scores = {name: document.pop(name) for name in ("metrics", "baseline")}
    rule = {} if behind.rule is None else {"one_column": {"column": behind.rule.column, "metrics": behind.rule.scores}}
    leaks = {"leaks": list(behind.leaks)} if behind.leaks else {}
    return {**head, **scores, **rule, **leaks, "gates": gates, **document}
