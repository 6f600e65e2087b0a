"""`evaluate` without a target: how good clusters are by themselves, and beside reference labels where there are any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.evaluations import PAGE, PREDICTIONS, REPORT, EvaluationContent
from mlpipe.artifacts.models import SCORES
from mlpipe.engine.local import one_thread
from mlpipe.errors import UsageError
from mlpipe.metrics.clustering.scores import measure_clusters
from mlpipe.metrics.gates import GateResult, check_gates
from mlpipe.metrics.registry import headline_metrics
from mlpipe.metrics.results import Measure
from mlpipe.reports.clusters.report import ClusterSummary, render_html, render_markdown
from mlpipe.reports.clusters.words import name_cluster
from mlpipe.reports.sections import gallery
from mlpipe.steps.evaluation.case import asked_of
from mlpipe.steps.evaluation.cluster_figures import draw_clusters
from mlpipe.steps.evaluation.clustered import put_into_clusters
from mlpipe.steps.evaluation.labelled_rows import LabelledRows, file_rows, part_rows
from mlpipe.steps.evaluation.result import EvaluateResult
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LoadOptions, load_model
from mlpipe.task import Task
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options, param

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mlpipe.artifacts.models import Model
    from mlpipe.engine.memory import Memory
    from mlpipe.params import EvaluateParams
    from mlpipe.steps.evaluation.clustered import ClusteredTable
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
    memory: Memory,
    force: bool,
    watch: Tell,
) -> EvaluateResult:
    """Put the rows of a part, or of a table, into clusters and score these."""
    model = load_model(path, load)
    _check_asked(params)
    names, gates = asked_of(params, model.context.target)
    rows = _part(model, params, memory, split=split) if data is None else file_rows(model, data, params, split=split)
    with one_thread():
        watch(None, "putting rows into clusters")
        clustered = put_into_clusters(model.fitted, rows.all_rows, seed=params.seed)
        watch(None, f"measuring {count_of(rows.n_rows, 'row')}, with intervals")
        judged = _Judged(clustered=clustered, measures=_measure(model, clustered, names, params))
        results = check_gates(gates, judged.measures)
        summary = _summary(model, rows, judged, results, params)
        watch(None, "drawing")
        figures = draw_clusters(clustered.rows, seed=params.seed)
    shown = gallery(tuple(figures.images), figures.captions, figures.reading, figures.drawings)
    content = EvaluationContent(
        metrics=_document(model, rows, summary),
        tables=dict(_tables(clustered, summary)),
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
    with one_thread():
        manifest = content.save(out, params, [as_input("model", model.folder), rows.source], force=force)
    known = [name for name in headline_metrics(Task.CLUSTERING) if name in names and judged.measures[name].value]
    return EvaluateResult(
        out=out,
        n_rows=rows.n_rows,
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


def _part(model: Model, params: EvaluateParams, memory: Memory, *, split: Path | None) -> LabelledRows:
    rows = part_rows(model, params.part, split=split, instead="train", most_cells=memory.cells, seed=params.seed)
    if rows.training_rows:
        # Clusters are not learnt from an answer, so scores of them flatter little.
        return replace(rows, caveats=(), told="training rows")
    return rows


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    """Rows in clusters, and how good these are."""

    clustered: ClusteredTable
    measures: dict[str, Measure]


def _measure(
    model: Model, clustered: ClusteredTable, names: tuple[str, ...], params: EvaluateParams
) -> dict[str, Measure]:
    stability = Measure(**model.folder.read_json(SCORES)["stability"])
    table = None if clustered.counts is None else clustered.counts.table
    return measure_clusters(clustered.rows, table, names=names, stability=stability, level=params.ci, seed=params.seed)


def _summary(
    model: Model, rows: LabelledRows, judged: _Judged, gates: tuple[GateResult, ...], params: EvaluateParams
) -> ClusterSummary:
    trained: dict[str, Any] = model.folder.read_json(SCORES)
    clustered, counts = judged.clustered, judged.clustered.counts
    summary = ClusterSummary(
        model=model.name,
        part=rows.told,
        n_rows=rows.n_rows,
        found=trained["found"],
        verdict=trained["verdict"],
        reason=trained["reason"],
        metrics=judged.measures,
        profiles=clustered.profiles,
        level=params.ci,
        worries=tuple(map(as_options, rows.caveats)),
        notes=(*rows.notes, *_noise(clustered), *clustered.notes),
        gates=gates,
        provenance=_provenance(model, rows),
    )
    if counts is None:
        return summary
    return replace(summary, labels=counts.labels, clusters=counts.clusters, table=counts.table)


def _noise(clustered: ClusteredTable) -> list[str]:
    n_noise, n_rows = clustered.n_noise, clustered.rows.n_rows
    return [f"{count_of(n_noise)} of {count_of(n_rows, 'row')} in no cluster (-1)"] if n_noise else []


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
    clustered: ClusteredTable, summary: ClusterSummary
) -> Iterator[tuple[str, tuple[list[str], Iterable[Sequence[Any]]]]]:
    yield PREDICTIONS, clustered.written("prediction", labelled=True)
    if summary.table is not None:
        header = ["label \\ cluster", *map(name_cluster, summary.clusters)]
        pairs = zip(summary.labels, summary.table.astype(int).tolist(), strict=True)
        yield CONTINGENCY, (header, [[label, *counts] for label, counts in pairs])
