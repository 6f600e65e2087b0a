"""`tune`: search for better parameters, and train with the best ones."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.places import check_out
from mlpipe.artifacts.study import StudyFile
from mlpipe.engine.local import executor_of, one_thread
from mlpipe.errors import FitError, UsageError
from mlpipe.models.comparison.auto import hold as hold_contest
from mlpipe.models.comparison.auto import one_model, plans_for, portfolio_of
from mlpipe.models.comparison.candidates import PREPARED, Candidate, models_of, view_of
from mlpipe.models.comparison.progress import Budget
from mlpipe.models.comparison.rounds import score_fold
from mlpipe.models.estimator_spec import Choice, Range, Search
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.models.search.sampling import MODEL, check_installed
from mlpipe.models.search.search import PLAN, Arena, Limits, SearchTask, build_arena, search
from mlpipe.models.search.trials import Trial, best_trials
from mlpipe.steps.shown import Shown
from mlpipe.steps.train import Extras, Work, finish, open_work
from mlpipe.words.numbers import format_number
from mlpipe.words.parameters import param
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlpipe.engine.local import Jobs
    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.bootstrap import Execute
    from mlpipe.models.comparison.auto import Contest
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import TuneParams
    from mlpipe.steps.training.result import TrainResult
    from mlpipe.words.progress import Tell

    Spaces = Mapping[str, Mapping[str, Search]]

VIEWS = ("general", "linear", "tree")
TUNED = 3  # best settings that join the portfolio of `auto`
SEARCH_SHARE = 0.6
"""Of the time for `auto`: the rest is for comparing what was found with the portfolio."""


@dataclass(frozen=True, kw_only=True, repr=False)
class TuneResult(Shown):
    """What `tune` did.

    Parameters
    ----------
    trials : tuple of Trial
        Everything that was tried, by number.
    resumed : int
        Trials that an earlier run had finished.
    nested : tuple of float
        Score of the whole search on each fold of the outer loop.
    """

    trained: TrainResult
    trials: tuple[Trial, ...]
    best: Trial
    resumed: int
    nested: tuple[float, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        return self.trained.notes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        told = {
            "trials": [trial.to_json() for trial in self.trials],
            "best": self.best.to_json(),
            "resumed": self.resumed,
            "nested": list(self.nested),
        }
        return {**self.trained.to_json(), **told}


def tune(  # noqa: PLR0913 - what a step takes beside its options
    prep: Path, out: Path, params: TuneParams, *, split: Path | None = None, jobs: Jobs = None,
    restart: bool = False, force: bool = False, watch: Tell = silent,
) -> TuneResult:  # fmt: skip
    """Search for better parameters; a search that was killed goes on where it was.

    Parameters
    ----------
    restart : bool
        Begin anew, whatever was tried before.
    watch : callable, optional
        Takes the share that is done, and what was done last.

    Raises
    ------
    UsageError
        Where Optuna is not installed, or the model has nothing to search.
    FitError
        Where no setting could be fitted.
    """
    check_installed()
    check_out(out, ArtifactKind.MODEL, force=force)
    work = open_work(prep, params.training(), split=split, watch=watch)
    spaces = _spaces(params, work)
    with one_thread():
        rows = work.raw_rows()
        plans = _plans(work, rows, params)
        execute = jobs if callable(jobs) else map
        nested = _nested(work, rows, plans, spaces, params, execute=execute)
        arena = build_arena(rows, plans, rows.folds(params.cv), work.metric, class_weight=params.class_weight)
        record = {
            "params": asdict(replace(params, trials=None, time_budget=None)),
            "prep": work.prep.folder.manifest.fingerprint,
        }
        with StudyFile(out, record, restart=restart) as study:
            before = study.trials()
            task = _task(spaces, params, before=before)
            trials = search(arena, replace(task, keep=_kept(study.keep, params, watch, before=len(before))), execute)
            best = best_trials(trials, greater_is_better=work.metric.greater_is_better)
            if not best:
                remedy = f"Raise {param('trials')} or {param('time_budget')}."
                raise FitError("No setting could be fitted to the end.", remedy=remedy)
            contest = _contest(work, rows, plans, arena, best, params)
            compared = hold_contest(contest, work.params, work.metric, engine=partial(executor_of, jobs))
            extras = _extras(trials, best[0], nested, params, work)
            trained = finish(work, rows, compared, contest.plans, out, extras=extras, force=force)
            study.remove()
    return TuneResult(trained=trained, trials=tuple(trials), best=best[0], resumed=len(before), nested=nested)


def _kept(keep: Any, params: TuneParams, tell: Tell, *, before: int) -> Any:
    """Keep each trial that ends, and tell which one is next at work."""
    most = params.most_trials

    def at_work(done: int) -> None:
        share, of_all = (min(done / most, 1.0), f" of {most}") if most else (None, "")
        tell(share, f"trial {min(done + 1, most or done + 1)}{of_all}")

    def kept(trial: Trial) -> None:
        keep(trial)
        at_work(trial.number + 1)

    at_work(before)
    return kept


def _spaces(params: TuneParams, work: Work) -> Spaces:
    """Model to where its parameters are looked for: the registry's ranges, with those of a file before them."""
    task = work.prep.context.task
    names = models_of(task) if params.model == AUTO else (params.model,)
    given = _given_spaces(params.space)
    spaces: dict[str, dict[str, Search]] = {}
    for name in names:
        spec = find_estimator(name, task)
        spec.check_installed()
        space = {**spec.space, **given.get(name, {})}
        if params.tune_plan:
            space[PLAN] = Choice(tuple(view for view in VIEWS if view != "tree" or spec.takes_gaps))
        if not space:
            raise UsageError(
                f"{name} has no parameters to search.", remedy="Choose another model, or give ranges in a file."
            )
        spaces[name] = space
    return spaces


def _given_spaces(path: str | None) -> dict[str, dict[str, Search]]:
    if path is None:
        return {}
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read as TOML: {error}", remedy=f"Give {param('space')} a TOML file."
        ) from error
    return {
        model: {name: _search(value, f"{model}.{name}", path) for name, value in table.items()}
        for model, table in document.items()
    }


def _search(value: Any, name: str, path: str) -> Search:
    if isinstance(value, list) and value:
        return Choice(tuple(value))
    if (
        isinstance(value, dict)
        and {"low", "high"} <= set(value) <= {"low", "high", "log", "whole"}
        and value["low"] < value["high"]
    ):
        return Range(low=value["low"], high=value["high"], log=value.get("log", False), whole=value.get("whole", False))
    raise UsageError(
        f"{name} is no range.", where=path, remedy="Write a list of values, or { low = 0.1, high = 10, log = true }."
    )


def _plans(work: Work, rows: TrainingRows, params: TuneParams) -> dict[str, Plan]:
    task = work.prep.context.task
    views = (
        {*VIEWS}
        if params.tune_plan
        else {view_of(name, task) for name in (models_of(task) if params.model == AUTO else (params.model,))}
    )
    return plans_for(rows, sorted({PREPARED, *views}), work.prep.params, work.prep.context.schema.features)


def _task(spaces: Spaces, params: TuneParams, *, before: tuple[Trial, ...] = ()) -> SearchTask:
    firsts = tuple({MODEL: name} if len(spaces) > 1 else {} for name in spaces)
    seconds = params.time_budget and params.time_budget * (SEARCH_SHARE if params.model == AUTO else 1.0)
    limits = Limits(trials=params.most_trials, budget=Budget.of(seconds))
    return SearchTask(spaces=spaces, firsts=firsts, limits=limits, before=before)


def _nested(
    work: Work, rows: TrainingRows, plans: dict[str, Plan], spaces: Spaces, params: TuneParams, *, execute: Execute
) -> tuple[float, ...]:
    """The whole search within each outer fold, and the score of what it found on rows that no part of it saw."""
    if params.nested is None:
        return ()
    scores = []
    for fold in rows.folds(params.nested):
        inner = rows.take(fold.train)
        arena = build_arena(inner, plans, inner.folds(params.cv), work.metric, class_weight=params.class_weight)
        tried = search(arena, _task(spaces, params), execute)
        best = best_trials(tried, greater_is_better=work.metric.greater_is_better)
        if best:
            candidate = arena.candidate(best[0].params, list(spaces))
            result = score_fold(rows, plans, (candidate,), fold)
            scores += [value for o in result.outcomes if (value := o.score.values[work.metric.name]) is not None]
    return tuple(scores)


def _contest(
    work: Work, rows: TrainingRows, plans: dict[str, Plan], arena: Arena, best: list[Trial], params: TuneParams
) -> Contest:
    """The best setting, or for `auto` the best few beside the portfolio."""
    if params.model != AUTO:
        contest = one_model(rows, work.params, n_folds=params.cv)
        return replace(contest, plans=plans, candidates=(arena.candidate(best[0].params, [params.model]),))
    contest = portfolio_of(rows, work.params, work.prep.params, work.prep.context.schema.features)
    tuned = tuple(_named(arena.candidate(trial.params, []), trial) for trial in best[:TUNED])
    return replace(contest, plans={**plans, **contest.plans}, candidates=(*tuned, *contest.candidates))


def _named(candidate: Candidate, trial: Trial) -> Candidate:
    return replace(candidate, name=f"{candidate.name}-trial-{trial.number}")


def _extras(trials: list[Trial], best: Trial, nested: tuple[float, ...], params: TuneParams, work: Work) -> Extras:
    names = list(dict.fromkeys(name for trial in trials for name in trial.params))
    header = ("trial", "state", "value", *(f"param_{name}" for name in names))
    rows = [(t.number, t.state, t.value, *(t.params.get(name) for name in names)) for t in trials]
    tuning: dict[str, Any] = {"n_trials": len(trials), "best": best.to_json()}
    notes = [f"the best of {len(trials)} trials: {_told(best)}"]
    if nested:
        mean, spread = float(np.mean(nested)), float(np.std(nested, ddof=1))
        tuning["nested"] = {"scores": list(nested), "mean": mean, "std": spread}
        score = f"{format_number(mean, spread)} ± {format_number(spread, digits=2)}"
        notes.append(f"nested: the whole search scores {score} on rows that it did not see")
    return Extras(
        tables={"trials.csv": (header, rows)},
        images=_images(trials, params, work),
        scores={"tuning": tuning},
        params=params,
        notes=tuple(notes),
    )


def _told(trial: Trial) -> str:
    settings = ", ".join(
        f"{name} {format_number(value, digits=4)}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.params.items()
    )
    return f"{format_number(trial.value, digits=4)} with {settings or 'the defaults'}"


def _images(trials: list[Trial], params: TuneParams, work: Work) -> dict[str, bytes]:
    from mlpipe.models.search.sampling import parameter_shares
    from mlpipe.plots.fonts import PLAIN
    from mlpipe.plots.style import write_png
    from mlpipe.plots.training.search import draw_parameters, draw_search

    done = [trial for trial in trials if trial.state == "complete" and trial.value is not None]
    named = work.metric.named(work.prep.context.target)
    history = draw_search(
        [float(trial.value or 0.0) for trial in done], [trial.number for trial in done], metric=named,
        greater=work.metric.greater_is_better, look=PLAIN,
    )  # fmt: skip
    images = {"plots/history.png": write_png(history)}
    if shares := parameter_shares(_spaces(params, work), done, seed=params.seed):
        images["plots/importance.png"] = write_png(draw_parameters(shares, metric=named, look=PLAIN))
    return images
