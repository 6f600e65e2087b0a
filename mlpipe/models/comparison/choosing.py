"""Which candidate is taken: the best by its metric, the simpler one of a near tie, a blend where it loses less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.outcomes import FoldScore


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model's place: mean, standard deviation and standard error of each metric over the folds.

    Parameters
    ----------
    n_defined : dict
        In how many folds each metric could be computed.
    """

    model: str
    means: dict[str, float | None]
    spreads: dict[str, float | None]
    errors: dict[str, float | None]
    n_defined: dict[str, int]

    def base(self, metric: str, n_folds: int) -> str:
        """What the mean of a metric rests on, where it is not all folds: ` over 2 of 5 folds`."""
        defined = self.n_defined[metric]
        return "" if defined == n_folds else f" over {defined} of {n_folds} folds"


def stand(scores: Sequence[FoldScore]) -> Standing:
    """Sum up one model's scores over the folds where a metric is defined (n - 1 in the denominator)."""
    means: dict[str, float | None] = {}
    spreads: dict[str, float | None] = {}
    errors: dict[str, float | None] = {}
    n_defined: dict[str, int] = {}
    for name in scores[0].values:
        known = np.array([score.values[name] for score in scores if score.values[name] is not None], dtype=np.float64)
        spread = float(known.std(ddof=1)) if len(known) > 1 else None
        n_defined[name] = len(known)
        means[name] = float(known.mean()) if len(known) else None
        spreads[name] = spread
        errors[name] = None if spread is None else spread / float(np.sqrt(len(known)))
    return Standing(model=scores[0].model, means=means, spreads=spreads, errors=errors, n_defined=n_defined)


def rank(standings: Sequence[Standing], metric: MetricSpec) -> list[Standing]:
    """The best by the mean of `metric` first; those without a score last; earlier ones win a tie."""
    return sorted(standings, key=lambda standing: -_goodness(standing.means[metric.name], metric))


def _goodness(value: float | None, metric: MetricSpec) -> float:
    if value is None:
        return -np.inf
    return value if metric.greater_is_better else -value


def choose_single(
    by_model: Mapping[str, Sequence[FoldScore]], metric: MetricSpec, loss: MetricSpec, simple: Sequence[str]
) -> str:
    """The model to take if it is one.

    Models within one standard error of the best by `metric` (of the difference, fold by fold) are a tie. Of them the
    one that loses least is taken, or the simplest of those within a standard error of that.

    Parameters
    ----------
    loss : MetricSpec
        The metric that tells more finely, such as log loss or root mean squared error.
    simple : sequence of str
        The models, the simplest first.
    """
    tied = _tied(by_model, list(by_model), metric.name, greater_is_better=metric.greater_is_better)
    tied = _tied(by_model, tied, loss.name, greater_is_better=loss.greater_is_better)
    return min(tied, key=list(simple).index)


def _tied(
    by_model: Mapping[str, Sequence[FoldScore]], models: Sequence[str], metric: str, *, greater_is_better: bool
) -> list[str]:
    sign = 1.0 if greater_is_better else -1.0
    values = {m: np.array([_number(score.values.get(metric)) for score in by_model[m]]) * sign for m in models}
    scored = {model: found for model, found in values.items() if not np.isnan(found).all()}
    if not scored:
        return list(models)
    best = max(scored, key=lambda model: float(np.nanmean(scored[model])))
    return [model for model, found in scored.items() if _within_error(scored[best] - found)]


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _within_error(behind: NDArray[np.float64]) -> bool:
    known = behind[~np.isnan(behind)]
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
    return bool(len(known) and known.mean() <= error)
