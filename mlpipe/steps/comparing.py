"""Cross-validation in `train`: a portfolio, one model, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Role
from mlpipe.engine.local import LocalExecutor, choose_jobs
from mlpipe.errors import UsageError
from mlpipe.features.plan.table_rules import keeps_gaps
from mlpipe.models.crossval import FoldScore, cross_validate
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.portfolio import Standing, compared_rows, portfolio_choices, rank
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.steps.scoring import scorer_for
from mlpipe.steps.training_rows import RawTraining, raw_training
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from mlpipe.artifacts.preps import Prep
    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.registry import MetricSpec
    from mlpipe.params import TrainParams
    from mlpipe.steps.loading import LazySplit
    from mlpipe.task import Task

AUTO_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The outcome of cross-validation: which model to fit, and every score behind it."""

    choice: ModelChoice
    standings: tuple[Standing, ...] = ()
    folds: tuple[FoldScore, ...] = ()
    n_folds: int = 0
    notes: tuple[str, ...] = ()


def choose_candidates(params: TrainParams, task: Task) -> list[ModelChoice]:
    """The portfolio of `auto`, or the one model asked for.

    Raises
    ------
    UsageError
        For an unknown model, and for `-p` with `auto`: it would hold for none or all of the portfolio.
    """
    if params.model != AUTO:
        spec = find_estimator(params.model, task)
        return [ModelChoice(spec=spec, params=params.params, class_weight=params.class_weight, seed=params.seed)]
    if params.params:
        key, value = params.params[0]
        raise UsageError(
            f"{param('params', f'{key}={value}')} is for one model, and {param('model', 'auto')} compares several.",
            remedy=f"Name the model: {param('model', 'random-forest')}, say.",
        )
    return portfolio_choices(task, class_weight=params.class_weight, seed=params.seed)


def compare(
    prep: Prep, split: LazySplit, choices: list[ModelChoice], params: TrainParams, metric: MetricSpec,
    *, jobs: int | None,
) -> Compared:  # fmt: skip
    """Cross-validate the candidates on raw training rows, where there are several or `--cv` asks for it."""
    if params.model != AUTO and params.cv is None:
        return Compared(choice=choices[0])
    by_time = bool(prep.context.schema.with_role(Role.TIME))
    raw = raw_training(split.get().part("train"), prep.context, prep.plan, seed=params.seed, by_time=by_time)
    choices, left_out = _able(choices, prep.plan, params)
    raw, n_folds, notes = _affordable(raw, params.cv or AUTO_FOLDS, params)
    scores = _fold_scores(raw, choices, n_folds, prep, jobs)
    standings = tuple(rank(scores, metric.name, greater_is_better=metric.greater_is_better))
    winner = next(choice for choice in choices if choice.spec.name == standings[0].model)
    return Compared(choice=winner, standings=standings, folds=tuple(scores), n_folds=n_folds, notes=(*left_out, *notes))


def _able(choices: list[ModelChoice], plan: Plan, params: TrainParams) -> tuple[list[ModelChoice], tuple[str, ...]]:
    """For `auto`: without the models that cannot take the gaps that the plan leaves."""
    gaps = [column.name for column in plan.columns if keeps_gaps(column)]
    if params.model != AUTO or not gaps:
        return choices, ()
    unable = [choice.spec.name for choice in choices if not choice.spec.gaps]
    note = f"auto left out {', '.join(unable)}, which take no gaps: there are some in {listed(gaps)}"
    return [choice for choice in choices if choice.spec.gaps], (note,)


def _affordable(raw: RawTraining, n_folds: int, params: TrainParams) -> tuple[RawTraining, int, tuple[str, ...]]:
    """For `auto`: fewer rows where there are very many, fewer folds where classes are tiny, each said."""
    if params.model != AUTO:
        return raw, n_folds, ()
    notes = []
    n_rows = len(raw.rows.y)
    chosen = compared_rows(n_rows, params.seed)
    if len(chosen) < n_rows:
        raw = raw.take(chosen)
        some = f"{count_of(len(chosen))} of {count_of(n_rows)} training rows"
        notes.append(f"auto compared models on {some}; the best learnt from all")
    if params.cv is None:
        possible = _most_folds(raw)
        if possible < n_folds:
            notes.append(f"auto used {possible} folds: there are too few rows for {n_folds}")
            n_folds = possible
    return raw, n_folds, tuple(notes)


def _most_folds(raw: RawTraining) -> int:
    together = raw.copies if raw.groups is None else raw.groups
    units = len(raw.rows.y) if together is None else len(np.unique(together))
    if raw.rows.task.is_classification:
        units = min(units, int(np.unique(raw.rows.y, return_counts=True)[1].max()))
    return max(2, min(AUTO_FOLDS, units))


def _fold_scores(
    raw: RawTraining, choices: list[ModelChoice], n_folds: int, prep: Prep, jobs: int | None
) -> list[FoldScore]:
    folds = raw.folds(n_folds)
    cells = float(raw.rows.X.size) * n_folds * len(choices)
    execute = LocalExecutor(choose_jobs(jobs, tasks=n_folds, cells=cells))
    return cross_validate(raw.rows, choices, folds, score=scorer_for(prep.context), execute=execute)
