"""Results as JSON: null and a reason where a number is undefined, never NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlpipe.metrics.confusion import confusion_counts, report_classes
from mlpipe.target import positive_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.metrics.outcome import Outcome
    from mlpipe.metrics.results import Measure


def metrics_document(
    outcome: Outcome, measures: Mapping[str, Measure], baseline: Mapping[str, float | None]
) -> dict[str, Any]:
    """Build the content of `metrics.json`: plain JSON types, each number finite or null.

    A metric has `reason` beside its value only where there is something to explain.
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
    return document


def _measure(found: Measure) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": _finite(found.value), "low": _finite(found.low), "high": _finite(found.high)}
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
