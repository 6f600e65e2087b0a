"""`auto`: a small portfolio compared by cross-validation, a dummy among it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import numpy as np

from mlpipe.errors import UsageError
from mlpipe.features.plan.table_rules import keeps_gaps
from mlpipe.models.crossval import Execute, FoldScore, cross_validate, mean_and_spread
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.task import Task, comes_later
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.registry import MetricSpec
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import TrainParams

AUTO_FOLDS = 5
COMPARED_ROWS = 10_000
"""`auto` compares its portfolio on at most so many training rows (a random choice); the winner learns from all."""

Engine = Callable[[int, float], Execute]
"""How many tasks there are, and how many cells they go through in all, to where they run."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model's place: mean and standard deviation of each metric over the folds."""

    model: str
    means: dict[str, float | None]
    spreads: dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The outcome of cross-validation: which model to fit, and every score behind it."""

    choice: ModelChoice
    standings: tuple[Standing, ...] = ()
    folds: tuple[FoldScore, ...] = ()
    n_folds: int = 0
    notes: tuple[str, ...] = ()


def portfolio(task: Task) -> tuple[str, ...]:
    """The models that `auto` compares."""
    match task:
        case Task.BINARY | Task.MULTICLASS:
            return ("logistic", "random-forest", "extra-trees", "hist-gradient-boosting", "dummy")
        case Task.REGRESSION:
            return ("ridge", "random-forest", "extra-trees", "hist-gradient-boosting", "dummy")
        case Task.MULTILABEL | Task.MULTIOUTPUT | Task.CLUSTERING:
            raise comes_later(task)
        case _:
            assert_never(task)


def choose_candidates(params: TrainParams, task: Task) -> list[ModelChoice]:
    """The portfolio of `auto`, each model with its defaults; or the one model asked for.

    Raises
    ------
    UsageError
        For an unknown model, and for parameters beside `auto`: they would hold for none or all of the portfolio.
    """
    if params.model != AUTO:
        spec = find_estimator(params.model, task)
        return [ModelChoice(spec=spec, params=params.params, class_weight=params.class_weight, seed=params.seed)]
    if params.params:
        key, value = params.params[0]
        raise UsageError(
            f"{param('params', f'{key}={value}')} is for one model, and {param('model', AUTO)} compares several.",
            remedy=f"Name the model: {param('model', 'random-forest')}, say.",
        )
    weights = {"dummy": "none"}
    return [
        ModelChoice(
            spec=find_estimator(name, task), class_weight=weights.get(name, params.class_weight), seed=params.seed
        )
        for name in portfolio(task)
    ]


def compare(
    rows: TrainingRows, choices: Sequence[ModelChoice], params: TrainParams, metric: MetricSpec, *, engine: Engine
) -> Compared:
    """Cross-validate the candidates on raw training rows and take the best.

    For `auto`, models that cannot take the gaps of the plan are left out, many rows are sampled, and there are fewer
    folds where there is little of a class; each is said.
    """
    able, notes, n_folds = choices, [], params.cv or AUTO_FOLDS
    if params.model == AUTO:
        able, left_out = _able(choices, rows.plan)
        rows, sampled = _sampled(rows, params.seed)
        n_folds, fewer = (n_folds, []) if params.cv else _possible(rows)
        notes = [*left_out, *sampled, *fewer]
    folds = rows.folds(n_folds)
    execute = engine(n_folds, float(rows.X.size) * n_folds * len(able))
    scores = cross_validate(rows, able, folds, execute=execute)
    standings = tuple(rank(scores, metric.name, greater_is_better=metric.greater_is_better))
    winner = next(choice for choice in able if choice.spec.name == standings[0].model)
    return Compared(choice=winner, standings=standings, folds=tuple(scores), n_folds=n_folds, notes=tuple(notes))


def _able(choices: Sequence[ModelChoice], plan: Plan) -> tuple[Sequence[ModelChoice], list[str]]:
    gaps = [column.name for column in plan.columns if keeps_gaps(column)]
    if not gaps:
        return choices, []
    unable = [choice.spec.name for choice in choices if not choice.spec.takes_gaps]
    note = f"auto left out {', '.join(unable)}, which take no gaps: there are some in {listed(gaps)}"
    return [choice for choice in choices if choice.spec.takes_gaps], [note]


def _sampled(rows: TrainingRows, seed: int) -> tuple[TrainingRows, list[str]]:
    n_rows = len(rows.y)
    chosen = compared_rows(n_rows, seed)
    if len(chosen) == n_rows:
        return rows, []
    some = f"{count_of(len(chosen))} of {count_of(n_rows)} training rows"
    return rows.take(chosen), [f"auto compared models on {some}; the best learnt from all"]


def _possible(rows: TrainingRows) -> tuple[int, list[str]]:
    possible = rows.most_folds(AUTO_FOLDS)
    if possible == AUTO_FOLDS:
        return possible, []
    return possible, [f"auto used {possible} folds: there are too few rows for {AUTO_FOLDS}"]


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
