"""What `evaluate` found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.steps.evaluation.gate_results import raise_failed
from mlpipe.steps.shown import Shown, short

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, repr=False)
class EvaluateResult(Shown):
    """What `evaluate` found.

    Parameters
    ----------
    training_rows : int
        How many of the rows trained the model.
    weight : str or None
        The column that weighs the rows.
    standing : {'better', 'suspect', 'no gain', 'not better', 'worse', 'unknown'}
        What the model is beside a dummy; `verdict` says it in words.
    positive : str or None
        The positive one of two classes.
    metrics : dict
        Name to `{"value", "low", "high"}`.
    each : dict
        Of several targets, such metrics by the name of each.
    told : dict
        Name to the name with the class that the metric is of.
    headline : tuple of str
        The metrics to tell first.
    failed_gates : tuple of str
        Limits that were not kept, in words.
    """

    out: Path
    n_rows: int
    training_rows: int
    weight: str | None
    standing: str
    verdict: str
    positive: str | None
    metrics: dict[str, dict[str, Any]]
    told: dict[str, str]
    each: dict[str, dict[str, dict[str, Any]]]
    baseline: dict[str, float | None]
    headline: tuple[str, ...]
    failed_gates: tuple[str, ...]
    notes: tuple[str, ...]
    fingerprint: str

    def facts(self) -> dict[str, object]:
        """How many rows, what is to be thought of it, and the metrics to look at first."""
        first = {name: short(self.metrics[name]["value"]) for name in self.headline if name in self.metrics}
        return {"out": str(self.out), "n_rows": self.n_rows, "verdict": self.verdict, **first}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        document = {**asdict(self), "out": str(self.out)}
        del document["told"]
        return document

    def check_gates(self) -> None:
        """Raise `GateError` where a limit was not kept."""
        raise_failed(self.failed_gates, self.out)
