"""`evaluate`: how good a model is on rows that it has not seen, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.evaluations import CONFUSION_MATRIX, PAGE, PREDICTIONS, REPORT, EvaluationContent
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.targets import with_positive
from mlpipe.engine.local import one_thread
from mlpipe.metrics.caveats import find_caveats
from mlpipe.metrics.confusion import confusion_counts
from mlpipe.metrics.gates import Gate, check_gates, parse_gates
from mlpipe.metrics.registry import default_metric, find_metric, headline_metrics, metrics_for
from mlpipe.metrics.results import Measure, baseline_scores, measure
from mlpipe.models.predicting import check_threshold
from mlpipe.plots.drawn import Figures
from mlpipe.reports.evaluation.metrics_json import metrics_document
from mlpipe.reports.evaluation.report import EvaluationSummary, render_html, render_markdown, summarise
from mlpipe.steps.evaluation.figures import draw_evaluation
from mlpipe.steps.evaluation.gate_results import raise_failed
from mlpipe.steps.evaluation.labelled_rows import LabelledRows, file_rows, part_rows
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LoadOptions, load_model
from mlpipe.target import Target, positive_of
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.models.predicting import Predictions
    from mlpipe.params import EvaluateParams
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True)
class EvaluateResult:
    """What `evaluate` found.

    Parameters
    ----------
    training_rows : int
        How many of the rows trained the model.
    weight : str or None
        The column that weighs the rows.
    positive : str or None
        The positive one of two classes.
    metrics : dict
        Name to `{"value", "low", "high"}`.
    told : dict
        Name to the name with the class that the metric is of.
    headline : tuple of str
        The metrics to tell first.
    failed_gates : tuple of str
        Limits that were not kept, in words.
    """

    out: Path
    n_rows: int
    training_rows: int
    weight: str | None
    verdict: str
    positive: str | None
    metrics: dict[str, dict[str, Any]]
    told: dict[str, str]
    baseline: dict[str, float | None]
    headline: tuple[str, ...]
    failed_gates: tuple[str, ...]
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        document = {**asdict(self), "out": str(self.out)}
        del document["told"]
        return document

    def check_gates(self) -> None:
        """Raise `GateError` where a limit was not kept."""
        raise_failed(self.failed_gates, self.out)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that was measured on the rows."""

    outcome: Outcome
    measures: dict[str, Measure]
    baseline: dict[str, float | None]
    gates: tuple[Any, ...]
    notes: tuple[str, ...]


def evaluate(  # noqa: PLR0913 - what a step takes beside its options
    model: Path,
    out: Path,
    params: EvaluateParams,
    *,
    data: str | None = None,
    split: Path | None = None,
    load: LoadOptions | None = None,
    force: bool = False,
    watch: Tell = silent,
) -> EvaluateResult:
    """Score a model on a part of its split, or on the labelled table `data`.

    Parameters
    ----------
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    ArtifactError
        Where the model or its split are not as they were written.
    DataError
        Where `data` lacks columns or targets, or has a cell that cannot be read.
    """
    check_out(out, ArtifactKind.EVALUATION, force=force)
    loaded = load_model(model, load or LoadOptions())
    target = with_positive(loaded.context.target, params.positive)
    gates = parse_gates(params.fail_under, params.fail_over, target)
    names = metric_names(params, target, gates)
    check_threshold(params.threshold, target)
    rows = part_rows(loaded, params.part, split=split) if data is None else file_rows(loaded, data, params, split=split)
    if not params.unweighted:
        rows = rows.weighed(loaded)
    with one_thread():
        watch(None, f"predicting {count_of(len(rows.y), 'row')}")
        predictions = _predict(loaded, rows, target, params.threshold)
        watch(None, "measuring, with intervals")
        findings = _measure(loaded, rows, predictions, names, gates, params)
        watch(None, "drawing")
        figures = draw_evaluation(findings.outcome, threshold=params.threshold, seed=params.seed)
    summary = _summary(loaded, rows, findings, figures, params)
    content = EvaluationContent(
        metrics=_document(rows, findings, str(summary.verdict)),
        tables=dict(_tables(rows, predictions, findings.outcome)),
        figures=figures.images,
        texts={
            REPORT: render_markdown(summary, list(figures.images)),
            PAGE: render_html(summary, figures.images),
        },
        context={"model": loaded.name, "rows": rows.told},
    )
    watch(None, "writing the report")
    manifest = content.save(out, params, [as_input("model", loaded.folder), rows.source], force=force)
    return EvaluateResult(
        out=out,
        n_rows=len(rows.y),
        training_rows=rows.training_rows,
        weight=rows.weight,
        verdict=str(summary.verdict),
        positive=positive_of(target).get("positive"),
        told={name: find_metric(name, target.task).named(target) for name in findings.measures},
        metrics={name: _shown(found) for name, found in findings.measures.items()},
        baseline=findings.baseline,
        headline=tuple(n for n in headline_metrics(target.task) if n in findings.measures) or tuple(names[:2]),
        failed_gates=tuple(str(result) for result in findings.gates if not result.passed),
        notes=(*rows.caveats, *rows.notes, *findings.notes, *([figures.note] if figures.note else [])),
        fingerprint=manifest.fingerprint,
    )


def _predict(model: Model, rows: LabelledRows, target: Target, threshold: float | None) -> Predictions:
    """What the model says, judged by `target`; a threshold asked for is one on its positive class."""
    fitted = model.fitted
    if threshold is not None:
        fitted = replace(fitted, context=replace(fitted.context, target=target))
    return replace(fitted.predict(rows.table, threshold=threshold), target=target)


def metric_names(params: EvaluateParams, target: Target, gates: tuple[Gate, ...]) -> list[str]:
    """The metrics to compute: those asked for and those that gates need, or all of the task."""
    task = target.task
    if not params.metrics:
        return [spec.name for spec in metrics_for(task)]
    asked = [find_metric(name.strip(), task).name for name in params.metrics]
    return list(dict.fromkeys([*asked, *(gate.name for gate in gates), default_metric(task).name]))


def _measure(
    model: Model,
    rows: LabelledRows,
    predictions: Predictions,
    names: list[str],
    gates: tuple[Gate, ...],
    params: EvaluateParams,
) -> Findings:
    outcome = predictions.beside(rows.y, rows.weights)
    measures = measure(outcome, names, level=params.ci, seed=params.seed)
    baseline = baseline_scores(outcome, names, model.target)
    return Findings(
        outcome=outcome,
        measures=measures,
        baseline=baseline,
        gates=check_gates(gates, measures),
        notes=find_caveats(outcome, measures),
    )


def _summary(
    model: Model, rows: LabelledRows, findings: Findings, figures: Figures, params: EvaluateParams
) -> EvaluationSummary:
    manifest = model.folder.manifest
    versions = ", ".join(f"{name} {version}" for name, version in manifest.environment.items())
    measured = summarise(
        findings.outcome,
        findings.measures,
        findings.baseline,
        part=rows.told,
        model=model.name,
    )
    return replace(
        measured,
        level=params.ci,
        worries=(*map(as_options, rows.caveats), *measured.worries),
        notes=(*rows.notes, *([figures.note] if figures.note else [])),
        gates=findings.gates,
        captions=figures.captions,
        provenance=(
            ("model", manifest.fingerprint),
            ("rows", rows.source.fingerprint),
            ("made with", f"mlpipe {manifest.mlpipe_version}, {versions}"),
        ),
    )


def _shown(found: Measure) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": found.value, "low": found.low, "high": found.high}
    return {**shown, "reason": found.reason} if found.reason else shown


def _document(rows: LabelledRows, findings: Findings, verdict: str) -> dict[str, Any]:
    document = metrics_document(findings.outcome, findings.measures, findings.baseline)
    gates = [{"gate": str(r.gate), "passed": r.passed, "told": str(r)} for r in findings.gates]
    weighed = {} if rows.weight is None else {"weight": rows.weight}
    return {
        **document,
        **weighed,
        "gates": gates,
        "notes": [*map(as_options, rows.caveats), *findings.notes],
        "verdict": verdict,
    }


def _tables(
    rows: LabelledRows, predictions: Predictions, outcome: Outcome
) -> Iterator[tuple[str, tuple[list[str], Any]]]:
    written = {name: column.to_pylist() for name, column in predictions.columns(proba=True).items()}
    columns: dict[str, list[Any]] = {**rows.keys, **_truth(predictions.target, rows.y), **written}
    yield PREDICTIONS, (list(columns), list(zip(*columns.values(), strict=True)))
    if outcome.labels:
        counts = np.asarray(confusion_counts(outcome)).tolist()
        labelled = [[label, *row] for label, row in zip(outcome.labels, counts, strict=True)]
        yield CONFUSION_MATRIX, (["true \\ predicted", *outcome.labels], labelled)


def _truth(target: Target, y: NDArray[Any]) -> dict[str, list[Any]]:
    """The true values, a column for each column of the target."""
    names = ["true"] if y.ndim == 1 else [f"true_{name}" for name in target.columns]
    return {name: column.tolist() for name, column in zip(names, target.stored(y), strict=True)}
