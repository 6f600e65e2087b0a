"""Searching: settings are proposed, scored in folds, and dropped after the first fold where they are behind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import FitError, ParameterError
from mlpipe.models.comparison.candidates import PREPARED, Candidate, view_of
from mlpipe.models.comparison.rounds import FoldFit, score_candidate
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator
from mlpipe.models.search.sampling import MODEL, STARTUP_TRIALS, Sampler
from mlpipe.models.search.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.bootstrap import Execute
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.progress import Budget
    from mlpipe.models.estimator_spec import Search
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows

PLAN = "plan"
"""The parameter of a setting that names its plan, where plans are searched too."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Arena:
    """What settings are scored on; each fold prepares its rows once for every setting of a view.

    Parameters
    ----------
    plans : dict
        View to its plan.
    folds : tuple of FoldFit
    """

    rows: TrainingRows
    plans: dict[str, Plan]
    folds: tuple[FoldFit, ...]
    metric: MetricSpec
    class_weight: str
    seed: int

    def candidate(self, params: Mapping[str, Any], models: Sequence[str]) -> Candidate:
        """A setting as a candidate; of the only one of `models`, where it names none."""
        model = str(params[MODEL] if MODEL in params else models[0])
        view = str(params.get(PLAN, view_of(model, self.rows.target.task)))
        settings = tuple((name, repr(value)) for name, value in params.items() if name not in {MODEL, PLAN})
        spec = find_estimator(model, self.rows.target.task)
        choice = ModelChoice(spec=spec, params=settings, class_weight=self.class_weight, seed=self.seed)
        return Candidate(name=model, choice=choice, view=view if view in self.plans else PREPARED)

    def score(self, attempt: tuple[Candidate, int]) -> float | None:
        """The metric of a candidate on one fold; `None` where it cannot be fitted, or there is none."""
        candidate, fold = attempt
        fit = self.folds[fold]
        try:
            outcome = score_candidate(self.rows, self.plans, candidate, fit)
        except (FitError, ParameterError):
            return None
        fit.estimators.clear()
        return outcome.score.values[self.metric.name]


def build_arena(
    rows: TrainingRows, plans: dict[str, Plan], folds: Sequence[Fold], metric: MetricSpec, *, class_weight: str
) -> Arena:
    """Folds with nothing prepared yet."""
    return Arena(
        rows=rows,
        plans=plans,
        folds=tuple(FoldFit(fold=fold) for fold in folds),
        metric=metric,
        class_weight=class_weight,
        seed=rows.seed,
    )


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When a search ends.

    Parameters
    ----------
    trials : int or None
        So many settings, those of a search that was killed included.
    """

    trials: int | None
    budget: Budget


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchTask:
    """What is searched.

    Parameters
    ----------
    spaces : dict
        Model to the space of its parameters.
    firsts : tuple of dict
        Settings that are tried before any is proposed.
    """

    spaces: Mapping[str, Mapping[str, Search]]
    firsts: tuple[dict[str, Any], ...]
    limits: Limits
    before: tuple[Trial, ...] = ()
    keep: Callable[[Trial], None] | None = field(default=None, repr=False)


def search(arena: Arena, task: SearchTask, execute: Execute = map) -> list[Trial]:
    """Try settings until the limits are reached; each trial is handed to `keep` as soon as it is finished.

    Parameters
    ----------
    execute : function
        Scores the folds of a trial, here one after the other.

    Returns
    -------
    list of Trial
        In the order of their numbers, those from `before` first.
    """
    metric = arena.metric
    sampler = Sampler(task.spaces, seed=arena.seed, greater_is_better=metric.greater_is_better)
    trials = list(task.before)
    while not _is_over(trials, task):
        number = len(trials)
        params = task.firsts[number] if number < len(task.firsts) else sampler.propose(number, trials)
        trial = try_setting(arena, number, params, trials, list(task.spaces), execute=execute)
        trials.append(trial)
        if task.keep is not None:
            task.keep(trial)
    return trials


def _is_over(trials: Sequence[Trial], task: SearchTask) -> bool:
    limits = task.limits
    if limits.trials is not None and len(trials) >= limits.trials:
        return True
    return limits.budget.used_up and bool(trials)


def try_setting(
    arena: Arena, number: int, params: dict[str, Any], before: Sequence[Trial], models: Sequence[str],
    *, execute: Execute = map,
) -> Trial:  # fmt: skip
    """Score a setting fold by fold."""
    candidate = arena.candidate(params, models)
    trial = Trial(number=number, state="failed", params=params, value=None)
    scores: list[float] = []
    for fold, score in enumerate(_by_fold(arena, candidate, execute)):
        if score is None:
            return replace(trial, folds=tuple(scores))
        scores.append(score)
        trial = replace(trial, value=float(np.mean(scores)), folds=tuple(scores))
        if fold == 0 and _is_behind(score, before, greater_is_better=arena.metric.greater_is_better):
            return replace(trial, state="pruned")
    return replace(trial, state="complete")


def _by_fold(arena: Arena, candidate: Candidate, execute: Execute) -> Iterator[float | None]:
    """The scores in the order of the folds; nothing is done on the others before the first is looked at."""
    yield from execute(arena.score, [(candidate, 0)])
    yield from execute(arena.score, [(candidate, fold) for fold in range(1, len(arena.folds))])


def _is_behind(score: float, before: Sequence[Trial], *, greater_is_better: bool) -> bool:
    """Whether a first fold is worse than half of those before (median pruning, Golovin et al. 2017)."""
    firsts = [trial.folds[0] for trial in before if trial.folds]
    if len(firsts) < STARTUP_TRIALS:
        return False
    middle = median(firsts)
    return score < middle if greater_is_better else score > middle
