"""`compare`: which of several models is better on the same rows, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.comparisons import ComparisonContent
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.looks import Look
from mlpipe.artifacts.store.places import check_out
from mlpipe.engine.local import one_thread
from mlpipe.errors import GateError
from mlpipe.metrics.judging.paired import differences, mcnemar
from mlpipe.metrics.registry import choose_metric, default_metric, find_metric, headline_metrics
from mlpipe.metrics.results import measure
from mlpipe.reports.evaluation.comparison import Comparison, Contestant, Versus, render_comparison
from mlpipe.steps.evaluation.entrants import Entrant, load_entrants
from mlpipe.steps.evaluation.looks import note_looks, place_of
from mlpipe.steps.loading import LoadOptions
from mlpipe.steps.shown import Shown, short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlpipe.params import CompareParams
    from mlpipe.plots.drawn import Figures


@dataclass(frozen=True, kw_only=True, repr=False)
class CompareResult(Shown):
    """What `compare` found.

    Parameters
    ----------
    out : Path or None
        The folder that was written, if any.
    failed : tuple of str
        In which metrics the first model is worse than another one, in words.
    """

    comparison: Comparison
    out: Path | None
    failed: tuple[str, ...]
    notes: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """The models, the best first, and what is to be thought of it."""
        found = self.comparison
        told = {one.name: short(one.measures[found.metric].value) for one in found.ranked}
        return {**super().facts(), "n_rows": found.n_rows, "verdict": found.verdict, found.metric: told}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        out = {} if self.out is None else {"out": str(self.out)}
        return {**self.comparison.to_json(), "failed_gates": list(self.failed), "notes": list(self.notes), **out}

    def to_markdown(self) -> str:
        """A table for a pull request."""
        return render_comparison(self.comparison)

    def check_gates(self) -> None:
        """Raise `GateError` where the first model is worse than another one."""
        if self.failed:
            raise GateError(
                "A gate failed: " + "; ".join(self.failed) + ".",
                where=self.comparison.first.name,
                remedy="Keep the better model, or look at where they differ.",
            )


def compare(
    paths: Sequence[Path],
    params: CompareParams,
    *,
    out: Path | None = None,
    load: LoadOptions | None = None,
    force: bool = False,
) -> CompareResult:
    """Hold models or evaluations against the first of them, on the same rows.

    Raises
    ------
    UsageError
        Where there are fewer than two, or a metric does not fit.
    ArtifactError
        Where they were not judged on the same rows.
    """
    if out is not None:
        check_out(out, ArtifactKind.COMPARISON, force=force)
    with one_thread():
        entrants = load_entrants(paths, load or LoadOptions())
        comparison = _compared(entrants, params)
    failed = tuple(_failures(comparison, params))
    if out is not None:
        figures = _draw(comparison)
        document = {**comparison.to_json(), "failed_gates": list(failed)}
        content = ComparisonContent(document=document, text=render_comparison(comparison), figures=figures.images)
        content.save(out, params, [one.source for one in entrants], force=force)
    return CompareResult(comparison=comparison, out=out, failed=failed, notes=_note_looks(entrants, comparison, out))


def _compared(entrants: tuple[Entrant, ...], params: CompareParams) -> Comparison:
    first = entrants[0].outcome
    metric = choose_metric(params.metric, first.task).name
    asked = [find_metric(name, first.task).name for name in params.fail_if_worse]
    names = list(dict.fromkeys([metric, *headline_metrics(first.task), *asked]))
    contestants = []
    for place, one in enumerate(entrants):
        measures = measure(one.outcome, names, level=params.ci, seed=params.seed)
        versus = None
        if place:
            shifts = differences(first, one.outcome, names, level=params.ci, seed=params.seed)
            versus = Versus(differences=shifts, mcnemar=mcnemar(first, one.outcome) if first.labels else None)
        contestants.append(Contestant(name=one.name, told=one.told, model=one.model, measures=measures, versus=versus))
    return Comparison(
        target=first.target,
        metric=metric,
        rows=entrants[0].rows[2],
        n_rows=first.n_rows,
        level=params.ci,
        contestants=tuple(contestants),
    )


def _failures(comparison: Comparison, params: CompareParams) -> list[str]:
    return [
        comparison.sentence(other, name)
        for name in params.fail_if_worse
        for other in comparison.others
        if other.versus is not None and other.versus.differences[name].first_is_worse
    ]


def _draw(comparison: Comparison) -> Figures:
    from mlpipe.plots.drawn import render_figures
    from mlpipe.plots.evaluation.differences import draw_differences
    from mlpipe.plots.fonts import choose_look

    spec = find_metric(comparison.metric, comparison.target.task)
    look = choose_look([one.told for one in comparison.contestants])
    found = [
        (one.told, one.versus.differences[comparison.metric]) for one in comparison.others if one.versus is not None
    ]
    known = [(name, d.value, d.low, d.high) for name, d in found if d.value is not None and d.low is not None]
    if not known:
        return render_figures({}, look)
    figure = draw_differences(
        [name for name, *_ in known],
        [(value, low, high) for _, value, low, high in known if high is not None],
        metric=spec.named(comparison.target),
        first=comparison.first.told,
        title=comparison.verdict,
        greater_is_better=spec.greater_is_better,
        look=look,
    )
    return render_figures({"differences": figure}, look)


def _note_looks(entrants: Sequence[Entrant], comparison: Comparison, out: Path | None) -> tuple[str, ...]:
    """Models that were scored on a test part just now."""
    name = default_metric(comparison.target.task).name
    notes: tuple[str, ...] = ()
    for entrant, one in zip(entrants, comparison.contestants, strict=True):
        if entrant.split is not None:
            found = one.measures.get(name)
            value = "" if found is None or found.value is None else repr(found.value)
            look = Look(
                model=entrant.source.fingerprint, evaluation=place_of(out, entrant.split), metric=name, value=value
            )
            notes = note_looks(entrant.split, [look])
    return notes
