"""`drift`: whether new rows are like those that a model learnt from, and what it means where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.drifts import DRIFTED_COLUMNS, SERIES, DriftContent
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.drift.findings import find_drift
from mlpipe.data.profiling.findings import Severity, at_least, gate_error, resolve_codes
from mlpipe.errors import GateError
from mlpipe.plots.drawn import Figures, render_figures
from mlpipe.reports.sections import gallery
from mlpipe.reports.trust.drift import DriftSummary, headline, render_drift
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LoadOptions, load_model, open_source
from mlpipe.steps.monitoring.comparing import Beside, compare
from mlpipe.steps.monitoring.documents import column_table, drift_document, main_distance, series_table
from mlpipe.steps.monitoring.limits import broken_limits
from mlpipe.steps.monitoring.new_rows import NewRows, draw_new_rows
from mlpipe.steps.monitoring.series import Batch, compare_batches
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlpipe.artifacts.models import Model
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.params.trust import DriftParams

FIGURE = "series"


@dataclass(frozen=True, kw_only=True, repr=False)
class DriftResult(Shown):
    """What `drift` found.

    Parameters
    ----------
    failed : tuple of str
        Limits of `fail_over` that were not kept, in words.
    ignored : int
        Findings that were left out because their codes are ignored.
    """

    out: Path | None
    data: str
    verdict: str
    document: dict[str, Any]
    findings: tuple[Finding, ...]
    failed: tuple[str, ...]
    ignored: int
    notes: tuple[str, ...]
    fail_on: Severity | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return self.document

    def check_gates(self) -> None:
        """Raise `GateError` where a limit was not kept, or a finding is too severe."""
        if self.failed:
            raise GateError(
                "A gate failed: " + "; ".join(self.failed) + ".",
                where=self.data,
                remedy="Look at the findings; the report is written where an output folder was given.",
            )
        grave = () if self.fail_on is None else at_least(self.findings, self.fail_on)
        if grave:
            raise gate_error(grave, where=self.data)


def drift(
    model: Path,
    data: Sequence[str],
    params: DriftParams,
    *,
    out: Path | None = None,
    split: Path | None = None,
    load: LoadOptions | None = None,
    force: bool = False,
) -> DriftResult:
    """Hold the rows of one or more files beside the training rows of a model.

    Raises
    ------
    ArtifactError
        Where the model or its split are not as they were written.
    DataError
        Where a file lacks a column that the model needs, or there are no rows.
    """
    ignored_codes = resolve_codes(params.ignore)
    if out is not None:
        check_out(out, ArtifactKind.DRIFT, force=force)
    loaded = load_model(model, load or LoadOptions())
    source = Split.of(open_source(loaded.folder, "split", ArtifactKind.SPLIT, instead=split))
    new = draw_new_rows(loaded, data, params)
    old = source.part("train")
    beside = compare(loaded, source, new.table, seed=params.seed)
    features = [c for c in loaded.context.schema.features if c.name in new.table.column_names]
    batches = compare_batches(old, new, features, time=params.time, seed=params.seed)
    everything = find_drift(beside.compared, unread=new.unread, n_rows=new.table.num_rows)
    figures = _draw(batches)
    summary = DriftSummary(
        model=loaded.name,
        data=listed(new.names, 3),
        rows=(old.num_rows, new.n_rows),
        part=beside.part,
        compared=beside.compared,
        expected=beside.expected,
        findings=tuple(finding for finding in everything if finding.code not in ignored_codes),
        failed=broken_limits(beside.compared, params.limits),
        n_trained=beside.n_trained,
        series=gallery(tuple(figures.images), figures.captions, figures.reading, figures.drawings),
        notes=tuple(_notes(new, beside, figures)),
        provenance=tuple(_provenance(loaded, source, new)),
    )
    verdict = headline(summary.findings, len(beside.compared.columns))
    document = drift_document(summary, verdict, batches)
    if out is not None:
        series = {SERIES: series_table(batches)} if batches else {}
        content = DriftContent(
            document=document,
            page=render_drift(summary),
            tables={DRIFTED_COLUMNS: column_table(beside.compared), **series},
            figures=figures.images,
        )
        inputs = [as_input("model", loaded.folder), as_input("split", source.folder), *new.inputs]
        content.save(out, params, inputs, force=force)
    return DriftResult(
        out=out,
        data=summary.data,
        verdict=verdict,
        document=document,
        findings=summary.findings,
        failed=summary.failed,
        ignored=len(everything) - len(summary.findings),
        notes=summary.notes,
        fail_on=None if params.fail_on is None else Severity(params.fail_on),
    )


def _draw(batches: Sequence[Batch]) -> Figures:
    """The figure of batches, where there are several."""
    if not batches:
        return Figures(images={}, captions={}, note="")
    from mlpipe.plots.fonts import choose_look
    from mlpipe.plots.monitoring.series import draw_series

    look = choose_look([drift.name for batch in batches[:1] for drift in batch.columns])
    distances: dict[str, list[float]] = {}
    chance = np.zeros(len(batches))
    for place, batch in enumerate(batches):
        for drifted in batch.columns:
            _, distance = main_distance(drifted)
            distances.setdefault(drifted.name, []).append(np.nan if distance is None else distance.value)
            chance[place] = max(chance[place], 0.0 if distance is None else distance.high)
    known = {name: np.array(values) for name, values in distances.items() if not np.isnan(values).all()}
    drawn = {FIGURE: draw_series([batch.name for batch in batches], known, chance, look=look)} if known else {}
    return render_figures(drawn, look, inline=True)


def _notes(new: NewRows, beside: Beside, figures: Figures) -> Iterator[str]:
    if new.n_before:
        yield f"{count_of(new.n_before, 'row')} before {param('since')} or without a date are left aside"
    if new.n_rows > new.table.num_rows:
        yield f"{count_of(new.table.num_rows, 'row')} of {count_of(new.n_rows)}, drawn at random, are compared"
    if new.absent:
        yield f"columns that the model does without are not in the new rows: {listed(new.absent)}"
    if beside.n_trained:
        seen = count_of(beside.n_trained, "row")
        yield f"{seen} trained the model: they are left out where predictions and metrics are compared"
    if not beside.part:
        yield "the split has no rows that the model has not seen: predictions and metrics have nothing to stand beside"
    if figures.note:
        yield figures.note


def _provenance(model: Model, split: Split, new: NewRows) -> Iterator[tuple[str, str]]:
    yield "model", model.folder.fingerprint
    yield "split", split.folder.fingerprint
    yield from ((name, used.fingerprint) for name, used in zip(new.names, new.inputs, strict=True))
