"""What an evaluation found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlpipe.metrics.gates import GateResult
    from mlpipe.metrics.labels.each import Each
    from mlpipe.metrics.results import Measure
    from mlpipe.steps.evaluation.background import Background
    from mlpipe.steps.evaluation.failures import Failures


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that was measured on the rows."""

    measures: dict[str, Measure]
    baseline: dict[str, float | None]
    gates: tuple[GateResult, ...]
    notes: tuple[str, ...]
    failures: Failures
    background: Background
    each: Each
