"""`auto`: a small portfolio compared by cross-validation, a dummy among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.models.crossval import FoldScore, mean_and_spread
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import PORTFOLIO, find_estimator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.task import Task

COMPARED_ROWS = 10_000
"""`auto` compares its portfolio on at most so many training rows (a random choice); the winner learns from all."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model's place: mean and standard deviation of each metric over the folds."""

    model: str
    means: dict[str, float | None]
    spreads: dict[str, float | None]


def portfolio_choices(task: Task, *, class_weight: str, seed: int) -> list[ModelChoice]:
    """The models that `auto` compares, each with its defaults."""
    return [
        ModelChoice(
            spec=find_estimator(name, task), class_weight="none" if name == "dummy" else class_weight, seed=seed
        )
        for name in PORTFOLIO[task]
    ]


def compared_rows(n_rows: int, seed: int) -> NDArray[np.intp]:
    """Rows on which the portfolio is compared, in their order: all, or a random `COMPARED_ROWS` of them."""
    if n_rows <= COMPARED_ROWS:
        return np.arange(n_rows)
    chosen = np.random.default_rng(seed).choice(n_rows, COMPARED_ROWS, replace=False)
    return np.sort(chosen)


def rank(scores: Sequence[FoldScore], metric: str, *, greater_is_better: bool) -> list[Standing]:
    """Order models by the mean of `metric` over the folds, best first; earlier in the portfolio wins a tie."""
    by_model: dict[str, list[FoldScore]] = {}
    for score in scores:
        by_model.setdefault(score.model, []).append(score)
    standings = [_standing(model, folds) for model, folds in by_model.items()]
    sign = -1 if greater_is_better else 1

    def key(standing: Standing) -> float:
        mean = standing.means[metric]
        return np.inf if mean is None else sign * mean

    return sorted(standings, key=key)


def _standing(model: str, folds: Sequence[FoldScore]) -> Standing:
    summary = {name: mean_and_spread([fold.values[name] for fold in folds]) for name in folds[0].values}
    return Standing(
        model=model,
        means={name: mean for name, (mean, _) in summary.items()},
        spreads={name: spread for name, (_, spread) in summary.items()},
    )
