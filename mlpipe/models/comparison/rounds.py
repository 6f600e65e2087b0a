"""Candidates in rounds of folds: a view's plan is fitted once a fold for all, the hopeless are dropped early."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.errors import FitError, ParameterError
from mlpipe.features.preprocessor.transform import transform
from mlpipe.metrics.scores import score_all
from mlpipe.models.comparison.outcomes import FoldOutcome, FoldScore, held_out
from mlpipe.models.comparison.progress import Budget, Told
from mlpipe.models.fitting import TrainingMatrix, fit_estimator, fit_matrix
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.set_aside import set_aside
from mlpipe.words.numbers import format_number
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.metrics.bootstrap import Execute
    from mlpipe.models.comparison.candidates import Candidate
    from mlpipe.models.comparison.outcomes import HeldOut
    from mlpipe.models.folds import Fold
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.words.progress import Tell

HOPELESS = 1.5
"""A candidate is dropped whose loss on the first fold is so many times the best one's, and worse than the baseline's
or beyond doubt: by more than `DOUBT` standard errors."""
DOUBT = 3.0
NO_TIME = "no time was left"


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldFit:
    """Everything that was fitted on one fold, and the rows that it did not see.

    Parameters
    ----------
    matrices : dict
        View to the training rows as it prepared them.
    held_out : dict
        View to the rows that were held out.
    estimators : dict
        Candidate to its fitted estimator.
    """

    fold: Fold
    matrices: dict[str, TrainingMatrix] = field(default_factory=dict)
    held_out: dict[str, Matrix] = field(default_factory=dict)
    estimators: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldResult:
    """What came out of one fold.

    Parameters
    ----------
    failed : dict
        Candidate to the error that it ended in.
    not_begun : tuple of str
        Candidates that no time was left for.
    seconds : dict
        Candidate to the time that it took; for people, never for artifacts.
    """

    outcomes: tuple[FoldOutcome, ...]
    failed: dict[str, FitError | ParameterError]
    not_begun: tuple[str, ...]
    seconds: dict[str, float]
    fit: FoldFit | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Every candidate that was scored on every fold.

    Parameters
    ----------
    candidates : tuple of Candidate
        Those that stayed, in the portfolio's order.
    scores : dict
        Candidate to its scores, fold by fold.
    left_out : dict
        Candidate to why it did not stay.
    error : FitError, ParameterError or None
        The first error among them.
    first : FoldFit
        What was fitted on the first fold.
    """

    candidates: tuple[Candidate, ...]
    scores: dict[str, tuple[FoldScore, ...]]
    held: HeldOut
    left_out: dict[str, str]
    error: FitError | ParameterError | None
    seconds: dict[str, float]
    first: FoldFit
    n_folds: int


def compare(
    rows: TrainingRows,
    plans: dict[str, Plan],
    candidates: Sequence[Candidate],
    folds: Sequence[Fold],
    *,
    execute: Execute,
    budget: Budget,
    tell: Tell = silent,
) -> Comparison:
    """Score candidates on the first fold, drop the hopeless, and score the others on the rest.

    Parameters
    ----------
    plans : dict
        View to the plan that it is prepared by.
    execute : callable
        Maps a function over the other folds; where it runs is the engine's business.
    """
    told = Told(tell, len(candidates), len(folds))
    first = score_fold(rows, plans, tuple(candidates), folds[0], budget=budget, keep=True, told=told)
    left_out = {**dict.fromkeys(first.not_begun, NO_TIME), **_hopeless(first, folds[0], rows)}
    stay = tuple(c for c in candidates if c.name not in {*left_out, *first.failed})
    later = _later(rows, plans, stay, folds[1:], execute=execute, budget=budget, told=told)
    failed = {name: error for result in (first, *later) for name, error in result.failed.items()}
    left_out |= {name: error.what for name, error in failed.items()}
    done = [folds[0], *(fold for fold, result in zip(folds[1:], later, strict=False) if result.seconds)]
    stay = tuple(c for c in stay if c.name not in left_out)
    names = {c.name for c in stay}
    outcomes = [o for result in (first, *later) for o in result.outcomes if o.score.model in names]
    assert first.fit is not None
    return Comparison(
        candidates=stay,
        scores={c.name: tuple(o.score for o in outcomes if o.score.model == c.name) for c in stay},
        held=held_out(outcomes, done, rows),
        left_out=left_out,
        error=next(iter(failed.values()), None),
        seconds=_added_up((first, *later)),
        first=first.fit,
        n_folds=len(done),
    )


def _later(
    rows: TrainingRows,
    plans: dict[str, Plan],
    candidates: tuple[Candidate, ...],
    folds: Sequence[Fold],
    *,
    execute: Execute,
    budget: Budget,
    told: Told,
) -> list[FoldResult]:
    """The other folds; one after the other, as long as there is time, where time is short."""
    score = partial(score_fold, rows, plans, candidates, told=told)
    results: list[FoldResult] = []
    told.folds(1, n_candidates=len(candidates))
    for result in execute(score, folds) if budget.ends is None else map(score, folds):
        results.append(result)
        told.folds(1 + len(results), n_candidates=len(candidates))
        if budget.used_up:
            break
    return results


def score_fold(
    rows: TrainingRows,
    plans: dict[str, Plan],
    candidates: tuple[Candidate, ...],
    fold: Fold,
    *,
    budget: Budget | None = None,
    keep: bool = False,
    told: Told | None = None,
) -> FoldResult:
    """Fit everything on the fold's training rows and score it on the others."""
    fit = FoldFit(fold=fold)
    outcomes: list[FoldOutcome] = []
    failed: dict[str, FitError | ParameterError] = {}
    not_begun: list[str] = []
    seconds: dict[str, float] = {}
    for number, candidate in enumerate(candidates):
        if told is not None:
            told.candidate(number, candidate.name, _best(outcomes))
        if budget is not None and budget.used_up and outcomes:
            not_begun.append(candidate.name)
            continue
        start = perf_counter()
        try:
            outcomes.append(score_candidate(rows, plans, candidate, fit))
        except (FitError, ParameterError) as error:
            failed[candidate.name] = error
        seconds[candidate.name] = perf_counter() - start
    return FoldResult(
        outcomes=tuple(outcomes),
        failed=failed,
        not_begun=tuple(not_begun),
        seconds=seconds,
        fit=fit if keep else None,
    )


def _best(outcomes: Sequence[FoldOutcome]) -> str:
    """The candidate that is ahead, by the loss."""
    known = [o for o in outcomes if o.score.values.get("log_loss", o.score.values.get("rmse")) is not None]
    return min(known, key=_loss).score.model if known else ""


def _loss(outcome: FoldOutcome) -> float:
    value = outcome.score.values.get("log_loss", outcome.score.values.get("rmse"))
    return float("inf") if value is None else value


def score_candidate(rows: TrainingRows, plans: dict[str, Plan], candidate: Candidate, fit: FoldFit) -> FoldOutcome:
    """Fit a candidate on a fold and score it; what `fit` holds of its view already is not prepared again."""
    fold, view = fit.fold, candidate.view
    if view not in fit.matrices:
        _prepare(replace(rows, plan=plans[view]), view, fit)
    choice = candidate.choice
    matrix, watching = set_aside(choice, fit.matrices[view], plans[view])
    model = fit_estimator(
        choice,
        matrix.X,
        matrix.y,
        features=matrix.features,
        n_components=plans[view].dense_components,
        weights=matrix.weights,
        watching=watching,
    )
    fit.estimators[candidate.name] = model.estimator
    predictions = predict_matrix(model.estimator, fit.held_out[view], rows.target, rowwise=choice.spec.rowwise)
    weights = None if rows.weights is None else rows.weights[fold.valid]
    score = FoldScore(
        model=candidate.name,
        fold=fold.number,
        n_train=matrix.n_raw,
        n_valid=len(fold.valid),
        values=score_all(predictions.beside(rows.y[fold.valid], weights)),
    )
    return FoldOutcome(score=score, predictions=predictions)


def _prepare(rows: TrainingRows, view: str, fit: FoldFit) -> None:
    train, valid = fit.fold.train, fit.fold.valid
    weights = None if rows.weights is None else rows.weights[train]
    X, y, bonds = rows.X.iloc[train], rows.y[train], rows.bonds.take(train)
    matrix = fit_matrix(rows.plan, X, y, task=rows.target.task, weights=weights, bonds=bonds)
    fit.matrices[view] = matrix
    fit.held_out[view] = transform(matrix.preprocessor, rows.X.iloc[valid])


def _hopeless(first: FoldResult, fold: Fold, rows: TrainingRows) -> dict[str, str]:
    """Candidates that lose so much more than the best that other folds will not change it; never the baseline."""
    held = held_out(first.outcomes, [fold], rows)
    losses = {name: held.losses(held.given(said)) for name, said in held.said.items()}
    if not losses:
        return {}

    def mean(values: Any) -> float:
        return float(np.average(values, weights=held.weights))

    best = min(losses.values(), key=mean)
    return {
        name: _behind(mean(values) / mean(best))
        for name, values in losses.items()
        if name != "dummy" and mean(values) > HOPELESS * mean(best) and _beyond_doubt(values - best)
    }


def _behind(ratio: float) -> str:
    return f"it lost {format_number(ratio, digits=2)} times as much as the best on the first fold"


def _beyond_doubt(behind: Any) -> bool:
    return bool(behind.mean() > DOUBT * behind.std(ddof=1) / np.sqrt(len(behind))) if len(behind) > 1 else False


def _added_up(results: Iterable[FoldResult]) -> dict[str, float]:
    total: dict[str, float] = {}
    for result in results:
        for name, seconds in result.seconds.items():
            total[name] = total.get(name, 0.0) + seconds
    return total
