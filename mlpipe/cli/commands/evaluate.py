"""`mlpipe evaluate`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.cli.sizes import memory_of
from mlpipe.params import EvaluateParams, Part, ReadParams
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_interval, format_number, half_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.steps.evaluation.result import EvaluateResult


def evaluate(
    out: o.OutOption,
    model: Annotated[
        Path | None,
        typer.Argument(
            metavar="[MODEL]",
            autocompletion=complete.artifacts("model"),
            help="The folder that `train` wrote, unless --predictions is given.",
        ),
    ] = None,
    data: Annotated[
        str | None, typer.Argument(metavar="[DATA]", help="A labelled table. Default: the test part of the split.")
    ] = None,
    part: Annotated[Part, typer.Option("--part", help="The part of the split to score.")] = EvaluateParams.part,
    metrics: Annotated[
        list[str] | None,
        typer.Option(
            "--metrics",
            autocompletion=complete.metrics,
            help="Metric names; repeatable or comma-separated. Default: all.",
        ),
    ] = None,
    positive: Annotated[
        str | None, typer.Option("--positive", help="Of two classes the one that the metrics are of, not the model's.")
    ] = None,
    ci: o.CiOption = EvaluateParams.ci,
    threshold: o.ThresholdOption = None,
    fail_under: o.FailUnderOption = None,
    fail_over: o.FailOverOption = None,
    allow_training_rows: Annotated[
        bool, typer.Option("--allow-training-rows", help="Score rows of DATA that trained the model too.")
    ] = EvaluateParams.allow_training_rows,
    allow_unseen: o.AllowUnseenOption = False,
    unweighted: Annotated[
        bool, typer.Option("--unweighted", help="Score all rows alike, where training weighed them.")
    ] = EvaluateParams.unweighted,
    slice_by: Annotated[
        list[str] | None,
        typer.Option(
            "--slice",
            autocompletion=complete.columns,
            metavar="COL",
            help="Columns whose slices are told. Default: the worst.",
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Refuse a test part that another model was scored on.")
    ] = EvaluateParams.once,
    predictions: Annotated[
        str | None, typer.Option("--predictions", metavar="FILE", help="Predictions of any program, in place of MODEL.")
    ] = None,
    truth: Annotated[
        str | None,
        typer.Option(
            "--truth",
            autocompletion=complete.columns,
            metavar="COL",
            help="Column of --predictions with the true values.",
        ),
    ] = None,
    prediction: Annotated[
        str | None,
        typer.Option(
            "--prediction",
            autocompletion=complete.columns,
            metavar="COL",
            help="Column of --predictions with the predicted ones.",
        ),
    ] = None,
    proba_columns: Annotated[
        list[str] | None,
        typer.Option(
            "--proba-columns", help="CLASS=COLUMN of each class's probability. Default: those called proba_CLASS."
        ),
    ] = None,
    split: Annotated[Path | None, typer.Option("--split", help="The split, where it has moved.")] = None,
    delimiter: o.DelimiterOption = None,
    encoding: o.EncodingOption = None,
    max_bytes: o.MaxBytesOption = ReadParams.max_bytes,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    seed: o.SeedOption = EvaluateParams.seed,
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,
    cluster: o.ClusterOption = None,
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Score a model on rows that it has not seen.

    With intervals on every metric, the dummy's scores beside them, figures and a report.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = EvaluateParams(
        part=part, positive=positive, allow_training_rows=allow_training_rows, unweighted=unweighted,
        metrics=tuple(name for text in metrics or () for name in text.split(",")), ci=ci,
        threshold=threshold, fail_under=tuple(fail_under or ()), fail_over=tuple(fail_over or ()),
        allow_unseen=allow_unseen, slices=tuple(slice_by or ()), once=once, predictions=predictions, truth=truth,
        prediction=prediction, proba_columns=tuple(proba_columns or ()),
        read=ReadParams(delimiter=delimiter, encoding=encoding, max_bytes=max_bytes),
        seed=seed,
    )  # fmt: skip
    with console.working("evaluate") as watch:
        from mlpipe.engine.cluster import cluster_or
        from mlpipe.steps.evaluate import evaluate as step

        load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
        with cluster_or(jobs, cluster) as workers:
            result = step(
                model, out, params, data=data, split=split, load=load, memory=memory_of(memory), jobs=workers,
                force=force, watch=watch,
            )  # fmt: skip
    show(result, console)
    result.check_gates()


def line(result: EvaluateResult) -> str:
    """The headline metrics in one line, for `run` too."""
    told = [f"{result.told[name]} {_with_interval(result, name)}" for name in result.headline]
    first = result.headline[0]
    if result.baseline:
        told.append(f"dummy {result.told[first]} {_like(result, first)(result.baseline.get(first))}")
    weighed = ", weighted" if result.weight else ""
    return f"{_rows(result)}{weighed}   {'   '.join(told)}"


def _rows(result: EvaluateResult) -> str:
    if result.training_rows:
        return f"{count_of(result.n_rows, 'row')}, {count_of(result.training_rows)} of which trained the model"
    return count_of(result.n_rows, "unseen row")


def _with_interval(result: EvaluateResult, name: str) -> str:
    score = result.metrics[name]
    return "undefined" if score["value"] is None else format_interval(score["value"], score["low"], score["high"])


def _like(result: EvaluateResult, name: str) -> Callable[[float | None], str]:
    """Writes numbers with the digits that a metric's interval leaves sure."""
    score = result.metrics[name]
    return partial(format_number, spread=half_width(score["low"], score["high"]))


_OF_EACH = ("roc_auc", "precision", "recall", "f1", "r2", "rmse", "mae")


def _each(result: EvaluateResult) -> list[str]:
    """Of several targets some metrics of each, each with its interval."""
    if not result.each:
        return []
    names = [name for name in _OF_EACH if name in next(iter(result.each.values()))][:3]
    rows = [
        (target, *(format_interval(found[name]["value"], found[name]["low"], found[name]["high"]) for name in names))
        for target, found in result.each.items()
    ]
    return ["", *table(("target", *names), rows)]


def show(result: EvaluateResult, console: Console) -> None:
    """Show every metric beside its interval and the dummy's score."""
    from mlpipe.artifacts.evaluations import PAGE

    rows = [
        (result.told[name], *map(_like(result, name), (m["value"], m["low"], m["high"], result.baseline.get(name))))
        for name, m in result.metrics.items()
    ]
    header = ("metric", "value", "low", "high", "dummy")[: None if result.baseline else -1]
    rows = [row[: len(header)] for row in rows]
    positive = [] if result.positive is None else [f"positive class: {result.positive}"]
    shown = table(header, rows, right=range(1, len(header)))
    weighed = f", weighted by {result.weight}" if result.weight else ""
    verdict = console.verdict(result.verdict, result.standing, before=f"{_rows(result)}{weighed}")
    lines = [*verdict, *positive, "", *shown, *_each(result)]
    console.result(lines, result.to_json())
    console.notes(result.notes)
    console.note(f"see {result.out / PAGE}")
