"""`evaluate` without a target: how good clusters are by themselves, and beside reference labels where there are any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.evaluations import PAGE, PREDICTIONS, REPORT, EvaluationContent
from mlpipe.artifacts.models import SCORES
from mlpipe.engine.local import one_thread
from mlpipe.errors import UsageError
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.metrics.clustering.scores import label_table, measure_clusters
from mlpipe.metrics.gates import GateResult, check_gates
from mlpipe.metrics.registry import headline_metrics
from mlpipe.metrics.results import Measure
from mlpipe.models.predicting import predict_matrix
from mlpipe.reports.clusters.report import ClusterSummary, render_html, render_markdown
from mlpipe.reports.clusters.words import name_cluster
from mlpipe.reports.sections import gallery
from mlpipe.steps.evaluation.case import asked_of
from mlpipe.steps.evaluation.cluster_figures import draw_clusters
from mlpipe.steps.evaluation.cluster_profiles import profile_rows, reference_labels
from mlpipe.steps.evaluation.labelled_rows import LabelledRows, file_rows, part_rows
from mlpipe.steps.evaluation.result import EvaluateResult
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LoadOptions, load_model
from mlpipe.task import Task
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options, param

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.metrics.arrays import Floats
    from mlpipe.models.predicting import Predictions
    from mlpipe.params import EvaluateParams
    from mlpipe.words.progress import Tell

CONTINGENCY = "contingency.csv"
UNSCORED = frozenset({"threshold", "positive"})


def evaluate_clusters(  # noqa: PLR0913 - as `evaluate`, whose work it does
    path: Path,
    out: Path,
    params: EvaluateParams,
    *,
    data: str | None,
    split: Path | None,
    load: LoadOptions,
    force: bool,
    watch: Tell,
) -> EvaluateResult:
    """Put the rows of a part, or of a table, into clusters and score these."""
    model = load_model(path, load)
    _check_asked(params)
    names, gates = asked_of(params, model.context.target)
    rows = _part(model, params.part, split=split) if data is None else file_rows(model, data, params, split=split)
    with one_thread():
        watch(None, f"measuring {count_of(len(rows.y), 'row')}, with intervals")
        judged = _judge(model, rows, names, params)
        results = check_gates(gates, judged.measures)
        summary = _summary(model, rows, judged, results, params)
        watch(None, "drawing")
        figures = draw_clusters(judged.X, judged.predictions.outputs, seed=params.seed)
    shown = gallery(tuple(figures.images), figures.captions, figures.reading, figures.drawings)
    content = EvaluationContent(
        metrics=_document(model, rows, summary),
        tables=dict(_tables(rows, judged, summary)),
        figures=figures.images,
        texts={
            REPORT: render_markdown(summary, shown),
            PAGE: render_html(summary, shown),
        },
        context={
            "model": model.name, "rows": rows.told, "training_rows": rows.training_rows,
            **model.context.target.to_json(),
        },
    )  # fmt: skip
    watch(None, "writing the report")
    manifest = content.save(out, params, [as_input("model", model.folder), rows.source], force=force)
    known = [name for name in headline_metrics(Task.CLUSTERING) if name in names and judged.measures[name].value]
    return EvaluateResult(
        out=out,
        n_rows=len(rows.y),
        training_rows=rows.training_rows,
        weight=None,
        standing="better" if summary.found else "not better",
        verdict=summary.verdict,
        positive=None,
        told={name: name for name in names},
        each={},
        metrics={name: _shown(found) for name, found in judged.measures.items()},
        baseline={},
        headline=tuple(known) or names[:1],
        failed_gates=tuple(str(result) for result in results if not result.passed),
        notes=(*rows.caveats, *summary.notes),
        fingerprint=manifest.fingerprint,
    )


def _check_asked(params: EvaluateParams) -> None:
    for name in sorted(UNSCORED):
        if getattr(params, name) is not None:
            raise UsageError(
                f"{param(name, getattr(params, name))} is for two classes, and the model finds clusters.",
                remedy=f"Leave {param(name)} away.",
            )


def _part(model: Model, part: str, *, split: Path | None) -> LabelledRows:
    rows = part_rows(model, part, split=split, instead="train")
    if rows.training_rows:
        # Clusters are not learnt from an answer, so scores of them flatter little.
        return replace(rows, caveats=(), told="training rows")
    return rows


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    """Rows in clusters, and how good these are."""

    X: Floats
    predictions: Predictions
    labels: NDArray[np.str_] | None
    measures: dict[str, Measure]


def _judge(model: Model, rows: LabelledRows, names: tuple[str, ...], params: EvaluateParams) -> _Judged:
    X, predictions = _predict(model, rows)
    labels = reference_labels(rows.table, model.context.schema)
    stability = Measure(**model.folder.read_json(SCORES)["stability"])
    measures = measure_clusters(
        X, predictions.outputs, labels, names=names, stability=stability, level=params.ci, seed=params.seed
    )
    return _Judged(X=X, predictions=predictions, labels=labels, measures=measures)


def _summary(
    model: Model, rows: LabelledRows, judged: _Judged, gates: tuple[GateResult, ...], params: EvaluateParams
) -> ClusterSummary:
    trained: dict[str, Any] = model.folder.read_json(SCORES)
    clusters, labels = judged.predictions.outputs, judged.labels
    summary = ClusterSummary(
        model=model.name,
        part=rows.told,
        n_rows=len(clusters),
        found=trained["found"],
        verdict=trained["verdict"],
        reason=trained["reason"],
        metrics=judged.measures,
        profiles=profile_rows(rows.table, model.context.schema, clusters),
        level=params.ci,
        worries=tuple(map(as_options, rows.caveats)),
        notes=(*rows.notes, *_noise(clusters), *_unlabelled(labels)),
        gates=gates,
        provenance=_provenance(model, rows),
    )
    if labels is None:
        return summary
    names, numbers, table = label_table(labels, clusters)
    return replace(summary, labels=names, clusters=numbers, table=table)


def _predict(model: Model, rows: LabelledRows) -> tuple[Floats, Predictions]:
    fitted = model.fitted
    X = plain_array(fitted.transform(rows.table))
    return X, predict_matrix(fitted.pipeline["model"], X, model.context.target, rowwise=fitted.rowwise)


def _noise(clusters: NDArray[Any]) -> list[str]:
    n_noise = int((clusters < 0).sum())
    return [f"{count_of(n_noise)} of {count_of(len(clusters), 'row')} in no cluster (-1)"] if n_noise else []


def _unlabelled(labels: NDArray[Any] | None) -> list[str]:
    n_empty = 0 if labels is None else int((labels == "").sum())
    return [f"{count_of(n_empty, 'row')} without a reference label"] if n_empty else []


def _provenance(model: Model, rows: LabelledRows) -> tuple[tuple[str, str], ...]:
    manifest = model.folder.manifest
    return (
        ("model", manifest.fingerprint),
        ("rows", rows.source.fingerprint),
        ("made with", manifest.made_with),
    )


def _document(model: Model, rows: LabelledRows, summary: ClusterSummary) -> dict[str, Any]:
    contingency = {}
    if summary.table is not None:
        contingency = {
            "contingency": {
                "labels": list(summary.labels),
                "clusters": list(summary.clusters),
                "counts": summary.table.astype(int).tolist(),
            }
        }
    return {
        "task": model.context.task.value,
        "n_rows": summary.n_rows,
        "clusters": {str(one.cluster): one.size for one in summary.profiles},
        "metrics": {name: _shown(found) for name, found in summary.metrics.items()},
        "baseline": {},
        **contingency,
        "gates": [{"gate": str(r.gate), "passed": r.passed, "told": str(r)} for r in summary.gates],
        "notes": [as_options(note) for note in (*rows.caveats, *summary.notes)],
        "found": summary.found,
        "verdict": summary.verdict,
    }


def _shown(found: Measure) -> dict[str, Any]:
    """A measure as JSON has it."""
    told: dict[str, Any] = {"value": found.value, "low": found.low, "high": found.high}
    return {**told, "reason": found.reason} if found.reason else told


def _tables(
    rows: LabelledRows, judged: _Judged, summary: ClusterSummary
) -> Iterator[tuple[str, tuple[list[str], list[Any]]]]:
    written = {name: column.to_pylist() for name, column in judged.predictions.columns(proba=True).items()}
    reference = {} if judged.labels is None else {"label": judged.labels.tolist()}
    columns: dict[str, list[Any]] = {**rows.keys, **reference, **written}
    yield PREDICTIONS, (list(columns), list(zip(*columns.values(), strict=True)))
    if summary.table is not None:
        header = ["label \\ cluster", *map(name_cluster, summary.clusters)]
        pairs = zip(summary.labels, summary.table.astype(int).tolist(), strict=True)
        yield CONTINGENCY, (header, [[label, *counts] for label, counts in pairs])
