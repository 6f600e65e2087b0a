"""`train`: fit the chosen estimator, or compare a portfolio and fit its winner."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import ModelContent
from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.store.places import check_out
from mlpipe.engine.local import check_one_process, one_thread
from mlpipe.engine.memory import allowed_memory
from mlpipe.errors import UsageError
from mlpipe.metrics.registry import choose_metric
from mlpipe.models.comparison.final import fit_final, of_first_fold
from mlpipe.models.fitting import TrainingMatrix, fit_matrix, join_pipeline
from mlpipe.models.neural_estimators import check_batch_size
from mlpipe.models.registry import AUTO
from mlpipe.models.training_rows import TrainingRows, training_rows
from mlpipe.models.unseen import Unseen, of_prepared_rows
from mlpipe.models.watching import Watching
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LazySplit, recorded_input
from mlpipe.steps.training.comparing import cross_validated, needs_folds
from mlpipe.steps.training.deciding import check_decisions, decide
from mlpipe.steps.training.descending import DescentPages, explain_descent
from mlpipe.steps.training.explaining import Explained, explain
from mlpipe.steps.training.fit_curves import check_curves, draw_curves, wants_curves
from mlpipe.steps.training.leaks import leaks
from mlpipe.steps.training.prepared import prepared_rows, rows_to_hold, told_comparison, told_sample, valid_rows
from mlpipe.steps.training.result import ClusteringResult, TrainResult
from mlpipe.steps.training.scores import Told, leaderboard_image, score_tables, scores_document
from mlpipe.steps.training.weights import scored_weights, tell_weights
from mlpipe.target import NoTarget
from mlpipe.task import no_target
from mlpipe.words.parameters import param
from mlpipe.words.progress import silent
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.engine.local import Jobs
    from mlpipe.engine.memory import Memory
    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.params import TrainParams
    from mlpipe.steps.training.descending import Tables
    from mlpipe.target import Target
    from mlpipe.words.progress import Tell


def train(  # noqa: PLR0913 - what a step takes beside its options
    prep: Path, out: Path, params: TrainParams, *, split: Path | None = None, jobs: Jobs = None,
    memory: int | None = None, force: bool = False, watch: Tell = silent,
) -> TrainResult | ClusteringResult:  # fmt: skip
    """Fit a model on what `preprocess` wrote and save it.

    Parameters
    ----------
    split : Path, optional
        Where the split is, if not where `preprocess` found it.
    jobs : int or function, optional
        Processes for cross-validation, or what executes its tasks elsewhere.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. Some models learn from rows that do not
        fit block by block, with the same result; the others learn from a sample of them, which the notes tell.
    watch : callable, optional
        Is told how far the work is.

    Raises
    ------
    ArtifactError
        Where `prep` or its split are not as they were written.
    FitError
        Where the estimator fails.
    """
    check_out(out, ArtifactKind.MODEL, force=force)
    opened = Prep.load(prep)
    if isinstance(opened.context.target, NoTarget):
        from mlpipe.steps.training.clusters import train_clusters  # what it needs is of no use elsewhere

        check_one_process(jobs, "clusters are found")
        return train_clusters(opened, out, params, memory=allowed_memory(memory), split=split, force=force, watch=watch)
    work = _work(opened, params, split=split, memory=allowed_memory(memory), watch=watch)
    check_decisions(params, work.prep.context.target)
    check_curves(params, work.prep.context.task)
    with one_thread():
        rows = work.raw_rows() if needs_folds(params) else None
        compared, plans = cross_validated(work.prep, rows, params, work.metric, jobs=jobs, tell=watch)
    extras = NO_EXTRAS if not wants_curves(params) else _curves(work, rows, compared, plans)
    return finish(work, rows, compared, plans, out, extras=extras, force=force)


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What a training works with."""

    prep: Prep
    split: LazySplit
    instead: Path | None
    params: TrainParams
    metric: MetricSpec
    watch: Tell
    memory: Memory

    def raw_rows(self) -> TrainingRows:
        """The training rows as they came, for everything that refits the plan; a sample where memory holds no more."""
        chosen = self.sample()
        table = self.split.get().part("train") if chosen is None else self.split.get().some("train", chosen)
        return training_rows(table, self.prep.context, self.prep.plan, seed=self.params.seed)

    def sample(self) -> NDArray[np.int64] | None:
        """The training rows that are worked on, where memory does not hold all."""
        return rows_to_hold(self.prep, self.split.get().n_rows("train"), self.memory, self.params.seed)


def open_work(prep: Path, params: TrainParams, *, split: Path | None, watch: Tell) -> Work:
    """Open the preparation, and its split where that will be needed.

    Raises
    ------
    UsageError
        Where it has no target, or clusters are asked for and it has one.
    """
    return _work(Prep.load(prep), params, split=split, memory=allowed_memory(None), watch=watch)


def _work(prep: Prep, params: TrainParams, *, split: Path | None, memory: Memory, watch: Tell) -> Work:
    target = prep.context.target
    if isinstance(target, NoTarget):
        raise no_target(target.task)
    check_no_clusters(params, target)
    metric = choose_metric(params.metric, target.task)
    source = LazySplit(prep.folder, ArtifactKind.SPLIT, instead=split)
    return Work(prep=prep, split=source, instead=split, params=params, metric=metric, watch=watch, memory=memory)


def check_no_clusters(params: TrainParams, target: Target) -> None:
    """Raise `UsageError` where a number of clusters is asked for, and a target is predicted."""
    if params.k is not None:
        raise UsageError(
            f"{param('k', params.k)} is the number of clusters, and {target.name!r} is predicted.",
            remedy=ways(
                f"Leave {param('k')} away", in_step("split", f"split again with {param('task', 'clustering')}")
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What another step adds to the model's artifact.

    Parameters
    ----------
    params : object, optional
        The options to record, if not those of the training.
    """

    tables: Tables = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    params: Any = None
    notes: tuple[str, ...] = ()


NO_EXTRAS = Extras()


def _curves(work: Work, rows: TrainingRows | None, compared: Compared, plans: dict[str, Plan]) -> Extras:
    """The curves that were asked for; of a blend those of its heaviest member."""
    candidate = compared.members[0].candidate
    raw = replace(work.raw_rows() if rows is None else rows, plan=plans[candidate.view])
    drawn = draw_curves(raw, candidate, work.params, work.metric)
    return Extras(tables=drawn.tables, images=drawn.images, notes=drawn.notes)


def finish(
    work: Work,
    rows: TrainingRows | None,
    compared: Compared,
    plans: dict[str, Plan],
    out: Path,
    *,
    extras: Extras = NO_EXTRAS,
    force: bool = False,
) -> TrainResult:
    """Fit what was chosen on all rows, decide and explain, and save it."""
    prep, params, metric = work.prep, work.params, work.metric
    target = prep.context.target
    work.watch(None, f"fitting {compared.name} on all training rows")
    with one_thread(), ExitStack() as held:
        prepared = _prepared(work, compared, rows, held)
        check_batch_size(params.descent, prepared.n_learnt)
        watching = Watching(rows=valid_rows(prep, compared.members, seed=params.seed), tell=work.watch)
        final = fit_final(compared.joint, rows, prepared, plans, target, watching=watching)
        unseen = _unseen(compared, prep, prepared)
    work.watch(None, "measuring what the model goes by")
    decided = decide(prep, compared, final, params)
    explained = explain(prep, final, compared, unseen, metric)
    descended = explain_descent(final, compared.name, params.descent, target)
    weight, weights = scored_weights(prep, work.split, final)
    told = Told(
        prep=prep, compared=compared, final=final, decided=decided, metric=metric, weight=weight, weights=weights
    )
    content = _content(told, (explained, descended, extras), params, extras.scores)
    inputs = (as_input("prep", prep.folder), recorded_input(prep.folder, "split", instead=work.instead))
    work.watch(None, "writing")
    manifest = content.save(out, extras.params or params, inputs, force=force)
    return TrainResult(
        out=out,
        asked=params.model,
        model=compared.name,
        members={member.candidate.name: member.weight for member in compared.members},
        metric=metric.name,
        metric_told=metric.named(target),
        n_train=content.scores["n_train"],
        n_features=final.X.shape[1],
        n_folds=compared.n_folds,
        standings=compared.standings,
        scores=content.scores,
        leans_on=explained.leans_on,
        top_terms=explained.top_terms,
        seconds={name: round(seconds, 2) for name, seconds in compared.seconds.items()},
        notes=(
            *tell_weights(weight),
            *compared.notes,
            *final.notes,
            *leaks(work.split, prep.context, explained.leans_on),
            *decided.notes,
            *descended.notes,
            *extras.notes,
        ),
        fingerprint=manifest.fingerprint,
    )


def _prepared(work: Work, compared: Compared, rows: TrainingRows | None, held: ExitStack) -> TrainingMatrix:
    """The rows that the chosen model is fitted on: those that were compared on, where these were a sample."""
    prep = work.prep
    choice = compared.members[0].candidate.choice if len(compared.members) == 1 else None
    if rows is None or work.sample() is None:
        return prepared_rows(prep, work.split, choice, held, memory=work.memory, seed=work.params.seed)
    matrix = fit_matrix(prep.plan, rows.X, rows.y, task=rows.target.task, weights=rows.weights, bonds=rows.bonds)
    n_rows = work.split.get().n_rows("train")
    notes = told_sample(prep, choice, len(rows.y), n_rows, work.memory)
    return replace(matrix, notes=(*notes, *told_comparison(compared)))


def _unseen(compared: Compared, prep: Prep, prepared: TrainingMatrix) -> Unseen | None:
    """What to measure importance and loss on: the first fold, or rows held back once more."""
    if compared.first is not None and compared.rows is not None:
        return of_first_fold(compared.joint, compared.first, compared.rows)
    return of_prepared_rows(
        compared.members[0].candidate.choice,
        prepared,
        prep.context.target,
        n_components=prep.plan.dense_components,
    )


def _content(
    told: Told, pages: tuple[Explained, DescentPages, Extras], params: TrainParams, scores: dict[str, Any]
) -> ModelContent:
    prep, compared, final = told.prep, told.compared, told.final
    boards = leaderboard_image(told) if compared.standings and params.model == AUTO else {}
    explained, descended, extras = pages
    document = scores_document(told)
    return ModelContent(
        name=compared.name,
        rowwise=final.rowwise,
        pipeline=join_pipeline(final.preprocess, told.decided.estimator),
        plans=final.plans,
        reference=prep.reference,
        target=prep.target,
        context=prep.context,
        scores={**document, "notes": [*document["notes"], *descended.notes], **scores},
        decision=told.decided.decision,
        tables={**explained.tables, **score_tables(told, params), **descended.tables, **extras.tables},
        images={**explained.images, **boards, **descended.images, **extras.images},
    )
