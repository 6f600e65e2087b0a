"""`evaluate`: how good a model is on rows that it has not seen, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.evaluations import CONFUSION_MATRIX, PAGE, PREDICTIONS, REPORT, EvaluationContent
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.looks import Look
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.places import check_out
from mlpipe.engine.local import check_one_process, one_thread
from mlpipe.engine.memory import allowed_memory
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.confusion import confusion_counts
from mlpipe.metrics.gates import check_gates
from mlpipe.metrics.labels.each import measure_each
from mlpipe.metrics.registry import default_metric, find_metric, headline_metrics
from mlpipe.metrics.results import Measure, baseline_scores, measure
from mlpipe.reports.evaluation.report import EvaluationSummary, render_html, render_markdown, summarise
from mlpipe.reports.sections import gallery
from mlpipe.steps.evaluation.background import look_behind
from mlpipe.steps.evaluation.case import Case, case_of_model
from mlpipe.steps.evaluation.document import evaluation_document
from mlpipe.steps.evaluation.failures import find_failures
from mlpipe.steps.evaluation.figures import draw_evaluation
from mlpipe.steps.evaluation.findings import Findings
from mlpipe.steps.evaluation.foreign import case_of_file
from mlpipe.steps.evaluation.looks import note_looks, place_of
from mlpipe.steps.evaluation.result import EvaluateResult
from mlpipe.steps.evaluation.written import prediction_table
from mlpipe.steps.loading import LoadOptions, finds_clusters, open_source
from mlpipe.target import positive_of
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options, param
from mlpipe.words.progress import silent
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlpipe.engine.local import Jobs
    from mlpipe.metrics.bootstrap import Execute
    from mlpipe.params import EvaluateParams
    from mlpipe.plots.drawn import Figures
    from mlpipe.words.progress import Tell


def evaluate(  # noqa: PLR0913 - what a step takes beside its options
    model: Path | None,
    out: Path,
    params: EvaluateParams,
    *,
    data: str | None = None,
    split: Path | None = None,
    load: LoadOptions | None = None,
    memory: int | None = None,
    jobs: Jobs = None,
    force: bool = False,
    watch: Tell = silent,
) -> EvaluateResult:
    """Score a model on a part of its split, or on the labelled table `data`; or the predictions of any program.

    Parameters
    ----------
    model : Path or None
        None where `params.predictions` names a table of predictions.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. A part that does not fit is predicted block
        by block and scored as a whole; what looks at its columns looks at a sample of it, which the notes tell.
    jobs : int or function, optional
        A function scores resamples elsewhere, such as on a cluster; a number says nothing here.
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    ArtifactError
        Where the model or its split are not as they were written, or rows that trained the model stand in the way.
    DataError
        Where `data` lacks columns or targets, or has a cell that cannot be read.
    """
    check_out(out, ArtifactKind.EVALUATION, force=force)
    if model is not None and params.predictions is None and finds_clusters(model):
        from mlpipe.steps.evaluation.clusters import evaluate_clusters  # its figures and scores are of no use elsewhere

        check_one_process(jobs, "clusters are scored")
        return evaluate_clusters(
            model, out, params, data=data, split=split, load=load or LoadOptions(), memory=allowed_memory(memory),
            force=force, watch=watch,
        )  # fmt: skip
    with one_thread():
        watch(None, "predicting")
        case = _case(model, params, data=data, split=split, load=load or LoadOptions(), memory=memory)
        watch(None, f"measuring {count_of(case.judged.n_rows, 'row')}, with intervals")
        findings = _measure(case, params, _trained_on(case, split), jobs if callable(jobs) else None)
        watch(None, "drawing")
        figures = draw_evaluation(
            case.judged,
            threshold=_threshold(case, params),
            seed=params.seed,
            dependences=findings.background.dependences,
            table=case.rows.table,
            of_table=case.outcome,
        )
    summary = _summary(case, findings, figures, params)
    shown = gallery(tuple(figures.images), figures.captions, figures.reading, figures.drawings)
    content = EvaluationContent(
        metrics=evaluation_document(case, findings, str(summary.verdict)),
        tables=dict(_tables(case, findings)),
        figures=figures.images,
        texts={
            REPORT: render_markdown(summary, shown),
            PAGE: render_html(summary, shown),
        },
        context={
            "model": case.name,
            "rows": case.rows.told,
            "training_rows": case.rows.training_rows,
            **case.target.to_json(),
        },
    )
    watch(None, "writing the report")
    manifest = content.save(out, params, case.inputs, force=force)
    looked = _note_look(case, findings, out)
    task, target = case.target.task, case.target
    return EvaluateResult(
        out=out,
        n_rows=case.judged.n_rows,
        training_rows=case.rows.training_rows,
        weight=case.rows.weight,
        standing=summary.verdict.standing,
        verdict=str(summary.verdict),
        positive=positive_of(target).get("positive"),
        told={name: find_metric(name, task).named(target) for name in findings.measures},
        metrics={name: _shown(found) for name, found in findings.measures.items()},
        each={name: {n: _shown(m) for n, m in found.items()} for name, found in findings.each.items()},
        baseline=findings.baseline,
        headline=tuple(n for n in headline_metrics(task) if n in findings.measures) or case.names[:2],
        failed_gates=tuple(str(result) for result in findings.gates if not result.passed),
        notes=(
            *case.rows.caveats, *case.rows.notes, *findings.notes, *([figures.note] if figures.note else []), *looked
        ),
        fingerprint=manifest.fingerprint,
    )  # fmt: skip


def _threshold(case: Case, params: EvaluateParams) -> float | None:
    """The threshold in use: the one asked for, or the model's own."""
    own = case.predictions.decision.threshold
    return params.threshold if params.threshold is not None or not isinstance(own, float) else own


def _case(
    model: Path | None, params: EvaluateParams, *, data: str | None, split: Path | None, load: LoadOptions,
    memory: int | None,
) -> Case:  # fmt: skip
    if (model is None) == (params.predictions is None):
        raise UsageError(
            "Either a model is judged or a table of predictions.",
            remedy=ways("Name the folder of a model", f"{param('predictions')} FILE"),
        )
    if model is None:
        return case_of_file(params)
    return case_of_model(model, params, data=data, split=split, load=load, memory=allowed_memory(memory))


def _trained_on(case: Case, split: Path | None) -> Split | None:
    """The split that the model came from; `None` where it is not where it was, or another program predicted."""
    if case.model is None:
        return None
    try:
        return Split.of(open_source(case.model.folder, "split", ArtifactKind.SPLIT, instead=split))
    except ArtifactError:
        return None


def _note_look(case: Case, findings: Findings, out: Path) -> tuple[str, ...]:
    if case.split is None or case.model is None:
        return ()
    name = default_metric(case.target.task).name
    found = findings.measures.get(name)
    value = "" if found is None or found.value is None else repr(found.value)
    look = Look(model=case.model.folder.fingerprint, evaluation=place_of(out, case.split), metric=name, value=value)
    return note_looks(case.split, [look])


def _measure(case: Case, params: EvaluateParams, train: Split | None, execute: Execute | None) -> Findings:
    outcome, names = case.judged, case.names
    measures = measure(outcome, names, level=params.ci, seed=params.seed, execute=execute)
    return Findings(
        measures=measures,
        baseline=baseline_scores(outcome, names, case.reference),
        gates=check_gates(case.gates, measures),
        notes=find_caveats(outcome, measures),
        failures=find_failures(case, params, train),
        background=look_behind(case, train, params.seed),
        each=measure_each(outcome, level=params.ci, seed=params.seed, execute=execute),
    )


def _summary(case: Case, findings: Findings, figures: Figures, params: EvaluateParams) -> EvaluationSummary:
    measured = summarise(
        case.judged,
        findings.measures,
        findings.baseline,
        part=case.rows.told,
        model=case.name,
    )
    behind, failures = findings.background, findings.failures
    return replace(
        measured,
        level=params.ci,
        each=findings.each,
        trained=case.rows.trained,
        rule=behind.rule,
        leaks=behind.leaks,
        worries=(*map(as_options, (*behind.worries, *case.rows.caveats)), *measured.worries),
        notes=(*map(as_options, case.rows.notes), *([figures.note] if figures.note else [])),
        gates=findings.gates,
        drivers=behind.drivers,
        slices=failures.slices,
        asked=failures.asked,
        worst=failures.worst,
        leaderboard=behind.leaderboard,
        card=behind.card,
    )


def _shown(found: Measure) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": found.value, "low": found.low, "high": found.high}
    return {**shown, "reason": found.reason} if found.reason else shown


def _tables(case: Case, findings: Findings) -> Iterator[tuple[str, tuple[list[str], Any]]]:
    outcome = case.judged
    yield PREDICTIONS, prediction_table(case)
    if outcome.labels:
        counts = np.asarray(confusion_counts(outcome)).tolist()
        labelled = [[label, *row] for label, row in zip(outcome.labels, counts, strict=True)]
        yield CONFUSION_MATRIX, (["true \\ predicted", *outcome.labels], labelled)
    yield from findings.failures.tables()
