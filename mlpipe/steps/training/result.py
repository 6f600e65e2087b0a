"""What `train` did, with a target and without."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.steps.shown import Shown, short

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.metrics.results import Measure
    from mlpipe.models.comparison.choosing import Standing


@dataclass(frozen=True, kw_only=True, repr=False)
class TrainResult(Shown):
    """What `train` did where there is a target.

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


@dataclass(frozen=True, kw_only=True, repr=False)
class ClusteringResult(Shown):
    """What `train` found where there is no target.

    Parameters
    ----------
    k : int
        Clusters, without noise.
    reason : str
        Why so many, in a sentence; empty where there was no choice.
    found : bool
        Whether the clusters are clearer than those of tables without any.
    verdict : str
        That in words.
    clusters : tuple of (cluster, rows, what sets it apart)
        Noise last.
    """

    out: Path
    asked: str
    model: str
    criterion: str
    n_train: int
    n_features: int
    k: int
    n_noise: int
    scores: dict[str, float | None]
    reason: str
    found: bool
    verdict: str
    stability: Measure
    clusters: tuple[tuple[int, int, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out)}
