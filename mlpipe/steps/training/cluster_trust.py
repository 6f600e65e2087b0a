"""How far clusters can be trusted: beside chance, beside a single one, and beside those of other rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.models.clusters.chance import Chance, compare_with_chance
from mlpipe.models.clusters.stability import measure_stability

if TYPE_CHECKING:
    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.results import Measure
    from mlpipe.models.clusters.sweep import Sweep
    from mlpipe.words.progress import Tell

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterTrust:
    """How far the clusters can be trusted."""

    chance: Chance
    single_bic: float | None
    best_bic: float | None
    stability: Measure

    @property
    def is_single(self) -> bool:
        """Whether one component describes the rows better than any number of them."""
        return self.single_bic is not None and self.best_bic is not None and self.single_bic <= self.best_bic

    @property
    def found(self) -> bool:
        """Whether there are clusters."""
        return self.chance.found and not self.is_single

    @property
    def verdict(self) -> str:
        """That in words."""
        if self.is_single and self.chance.found:
            return "no clusters found: a single normal distribution has a lower bic than any mixture"
        return self.chance.sentence


def doubt(swept: Sweep, X: Floats, features: tuple[Feature, ...], *, seed: int, watch: Tell) -> ClusterTrust:
    """Hold the clusters that were taken against chance, against a single one, and against those of other rows."""
    choice, best = swept.found.choice, swept.best
    finder = swept.finder
    numbers = sorted({one.k for one in swept.tried}) if choice.spec.count else []
    own = finder.choice if choice.spec.count else finder.asked
    watch(None, "holding them against tables without clusters")
    chance = compare_with_chance(own, X, features, numbers=numbers, seed=seed)
    watch(None, "finding them again in other rows")
    k = best.k if choice.spec.count else None
    stability = measure_stability(own, X, features, n_clusters=k, level=LEVEL, seed=seed)
    single = finder.find(1).bic if swept.criterion == "bic" else None
    return ClusterTrust(chance=chance, single_bic=single, best_bic=best.bic, stability=stability)
