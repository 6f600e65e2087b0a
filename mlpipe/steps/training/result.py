"""What `train` did, where there is a target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.steps.shown import Shown, short

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.models.comparison.choosing import Standing


@dataclass(frozen=True, kw_only=True, repr=False)
class TrainResult(Shown):
    """What `train` did.

    Parameters
    ----------
    asked : str
        The model asked for, such as `auto`.
    members : dict
        Weight of each model in the answer.
    metric_told : str
        The metric's name, with the class that it is of.
    standings : tuple of Standing
        Cross-validated scores, the model taken first, then the best first; empty without cross-validation.
    leans_on : tuple of str
        Columns without which the model is worse beyond doubt, the most important first.
    seconds : dict
        Time that each model took in cross-validation.
    top_terms : dict
        For each class the terms that speak most for it, where a linear model goes by terms.
    """

    out: Path
    asked: str
    model: str
    members: dict[str, float]
    metric: str
    metric_told: str
    n_train: int
    n_features: int
    n_folds: int
    standings: tuple[Standing, ...]
    scores: dict[str, Any]
    leans_on: tuple[str, ...]
    top_terms: dict[str, tuple[str, ...]]
    seconds: dict[str, float]
    notes: tuple[str, ...]
    fingerprint: str

    def facts(self) -> dict[str, object]:
        """The model, what it learnt from, and its score where it was cross-validated."""
        shown = super().facts()
        told = {name: shown[name] for name in ("out", "model", "n_train", "n_features")}
        members = shown["members"] if len(self.members) > 1 else None
        score = short(self.standings[0].means[self.metric]) if self.standings else None
        return {**told, "members": members, self.metric: score, "notes": shown["notes"]}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out)}
