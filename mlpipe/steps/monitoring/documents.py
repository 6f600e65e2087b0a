"""What a comparison found, as plain JSON and as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mlpipe.metrics.drift.distances import Distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.drift.columns import ColumnDrift
    from mlpipe.data.drift.findings import Compared
    from mlpipe.reports.trust.drift import DriftSummary
    from mlpipe.steps.monitoring.series import Batch

DIGITS = 6
"""Significant digits of distances: the rest depends on the order of sums."""
_HEADER = (
    "column", "role", "distance", "value", "chance_low", "chance_high", "psi", "psi_chance_high", "p_value",
    "missing_old", "missing_new", "unseen", "unseen_share",
)  # fmt: skip
_SERIES_HEADER = ("batch", "rows", "column", "distance", "value", "chance_high", "psi", "missing", "unseen_share")

Cells = list[Any]


def main_distance(drift: ColumnDrift) -> tuple[str, Distance | None]:
    """The distance that suits the column, with its name: of distributions, or of shares."""
    found = drift.moved.distances
    name = "tv" if "tv" in found else "ks"
    return name, found.get(name)


def column_table(compared: Compared) -> tuple[tuple[str, ...], list[Cells]]:
    """A row for each column, the worst first."""
    return _HEADER, [_cells(drift) for drift in sorted(compared.columns, key=lambda drift: -drift.worst)]


def _cells(drift: ColumnDrift) -> Cells:
    name, distance = main_distance(drift)
    psi = drift.moved.distances.get("psi")
    was, now = drift.missing_shares
    known = [None, None, None] if distance is None else [distance.value, distance.low, distance.high]
    index = [None, None] if psi is None else [psi.value, psi.high]
    shares = [drift.moved.p_value, was, now, drift.unseen, drift.unseen_share]
    return [drift.name, drift.role.value, name, *map(rounded, (*known, *index, *shares))]


def series_table(batches: Sequence[Batch]) -> tuple[tuple[str, ...], list[Cells]]:
    """A row for each column of each batch."""
    rows = []
    for batch in batches:
        for drift in batch.columns:
            name, distance = main_distance(drift)
            psi = drift.moved.distances.get("psi")
            known = [None, None] if distance is None else [distance.value, distance.high]
            shares = [None if psi is None else psi.value, drift.missing_shares[1], drift.unseen_share]
            rows.append([batch.name, batch.n_rows, drift.name, name, *map(rounded, (*known, *shares))])
    return _SERIES_HEADER, rows


def rounded(value: float | None) -> float | None:
    """A number with the digits that mean something."""
    return value if value is None or isinstance(value, int) else float(f"%.{DIGITS - 1}e" % value)


def drift_document(summary: DriftSummary, verdict: str, batches: Sequence[Batch]) -> dict[str, Any]:
    """The content of `drift.json`."""
    compared, apart, relation = summary.compared, summary.compared.told_apart, summary.compared.relation
    facts = {"name", "old", "value", "n_effective", "reason"}
    return {
        "schema_version": 1,
        "verdict": verdict,
        "rows": {"training": summary.rows[0], "new": summary.rows[1]},
        "columns": [dict(zip(_HEADER, _cells(drift), strict=True)) for drift in compared.columns],
        "predictions": [dict(zip(_HEADER, _cells(drift), strict=True)) for drift in compared.predictions],
        "target": [dict(zip(_HEADER, _cells(drift), strict=True)) for drift in compared.target],
        "classifier": None if apart is None else {
            "auc": rounded(apart.auc), "low": rounded(apart.low), "high": rounded(apart.high),
            "p_value": rounded(apart.p_value), "by": [name for name, _ in apart.by],
        },
        "relation": None if relation is None else {
            "columns": list(relation.names), "old": rounded(relation.was), "new": rounded(relation.now),
            "p_value": rounded(relation.p_value),
        },
        "metrics": {
            score.name: {
                "old": _measure(score.old), "new": _measure(score.new), "worse": score.worse, "sure": score.sure
            }
            for score in compared.scores
        },
        "held_out": summary.part or None,
        "expected": None if summary.expected is None else {
            name: rounded(value) if isinstance(value, float) else value
            for name, value in asdict(summary.expected).items() if name in facts
        },
        "series": [
            {
                "batch": batch.name, "rows": batch.n_rows,
                "worst": max(batch.columns, key=lambda drift: drift.worst).name if batch.columns else None,
            }
            for batch in batches
        ],
        "findings": [finding.to_json() for finding in summary.findings],
        "failed": list(summary.failed),
        "notes": list(summary.notes),
    }  # fmt: skip


def _measure(found: Any) -> dict[str, Any]:
    return {"value": rounded(found.value), "low": rounded(found.low), "high": rounded(found.high)}
