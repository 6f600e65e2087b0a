"""Results as JSON: null and a reason where a number is undefined, never NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlpipe.metrics.confusion import confusion_counts, report_classes
from mlpipe.target import LabelsTarget, positive_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.results import Measure


def metrics_document(
    outcome: Outcome,
    measures: Mapping[str, Measure],
    baseline: Mapping[str, float | None],
    each: Mapping[str, Mapping[str, Measure]] | None = None,
) -> dict[str, Any]:
    """Build the content of `metrics.json`: plain JSON types, each number finite or null.

    Of several targets, `each` has the metrics of each by itself. A metric has `reason` beside its value only where
    there is something to explain.
    """
    document: dict[str, Any] = {
        "task": outcome.task.value,
        **positive_of(outcome.target),
        "n_rows": outcome.n_rows,
        "metrics": {name: _measure(found) for name, found in measures.items()},
        "baseline": {name: _finite(value) for name, value in baseline.items()},
    }
    if outcome.labels:
        document |= _classes(outcome)
    if each:
        document |= _each(outcome, each)
    return document


def _each(outcome: Outcome, each: Mapping[str, Mapping[str, Measure]]) -> dict[str, Any]:
    """The metrics of each label, beside its rows, or of each quantity."""
    told = {name: {metric: _measure(found) for metric, found in measures.items()} for name, measures in each.items()}
    if not isinstance(outcome.target, LabelsTarget):
        return {"per_target": told}
    counts = dict(zip(each, outcome.support.tolist(), strict=True))
    n_rows = max(outcome.n_rows, 1)
    return {
        "per_label": {name: {**found, "support": counts[name]} for name, found in told.items()},
        "prevalence": {name: count / n_rows for name, count in counts.items()},
    }


def read_measure(told: Mapping[str, Any]) -> Measure:
    """Inverse of what a metric is in `metrics.json`."""
    from mlpipe.metrics.results import Measure

    facts = dict(told)
    method = facts.pop("interval", "bootstrap")
    return Measure(**facts, method=method)


def _measure(found: Measure) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": _finite(found.value), "low": _finite(found.low), "high": _finite(found.high)}
    if found.method != "bootstrap":
        shown["interval"] = found.method
    return {**shown, "reason": found.reason} if found.reason else shown


def _classes(outcome: Outcome) -> dict[str, Any]:
    counts = confusion_counts(outcome)
    rows = report_classes(outcome)
    total = outcome.n_rows
    return {
        "per_class": {
            label: {"precision": row.precision, "recall": row.recall, "f1": row.f1, "support": row.support}
            for label, row in rows.items()
        },
        "prevalence": {label: row.support / total if total else None for label, row in rows.items()},
        "confusion_matrix": {"labels": list(outcome.labels), "counts": counts.tolist()},
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
