"""`mlpipe evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import options as o
from mlpipe.cli.console import Console, number, table
from mlpipe.params import EvaluateParams, Part, ReadParams

if TYPE_CHECKING:
    from mlpipe.steps.evaluate import EvaluateResult


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="The folder that `train` wrote.")],
    out: o.OutOption,
    data: Annotated[
        str | None, typer.Argument(metavar="[DATA]", help="A labelled table. Default: the test part of the split.")
    ] = None,
    part: Annotated[Part, typer.Option("--part", help="The part of the split to score.")] = EvaluateParams.part,
    metrics: Annotated[
        list[str] | None, typer.Option("--metrics", help="Metric names; repeatable or comma-separated. Default: all.")
    ] = None,
    ci: o.CiOption = EvaluateParams.ci,
    threshold: o.ThresholdOption = None,
    fail_under: o.FailUnderOption = None,
    fail_over: o.FailOverOption = None,
    split: Annotated[Path | None, typer.Option("--split", help="The split, where it has moved.")] = None,
    delimiter: o.DelimiterOption = None,
    encoding: o.EncodingOption = None,
    max_bytes: o.MaxBytesOption = ReadParams.max_bytes,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    seed: o.SeedOption = EvaluateParams.seed,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; scoring is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Score a model on rows that it has not seen.

    With intervals on every metric, the dummy's scores beside them, figures and a report.
    """
    from mlpipe.steps.evaluate import evaluate as step
    from mlpipe.steps.loading import LoadOptions

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = EvaluateParams(
        part=part, metrics=tuple(name for text in metrics or () for name in text.split(",")), ci=ci,
        threshold=threshold, fail_under=tuple(fail_under or ()), fail_over=tuple(fail_over or ()),
        read=ReadParams(delimiter=delimiter, encoding=encoding, max_bytes=max_bytes), seed=seed,
    )  # fmt: skip
    load = LoadOptions(allow_version_mismatch=allow_version_mismatch, trust=tuple(trust or ()))
    with console.working(f"evaluating {model}"):
        result = step(model, out, params, data=data, split=split, load=load, force=force)
    show(result, console)
    result.check_gates()


def line(result: EvaluateResult) -> str:
    """The headline metrics in one line, for `run` too."""
    told = [f"{name} {_with_interval(result, name)}" for name in result.headline]
    first = result.headline[0]
    return f"{result.n_rows:,} unseen rows   {'   '.join(told)}   dummy {first} {number(result.baseline.get(first))}"


def _with_interval(result: EvaluateResult, name: str) -> str:
    score = result.metrics[name]
    if score["value"] is None:
        return "undefined"
    if score["low"] is None:
        return number(score["value"])
    return f"{number(score['value'])} [{number(score['low'])}, {number(score['high'])}]"


def show(result: EvaluateResult, console: Console) -> None:
    """Show every metric beside its interval and the dummy's score."""
    rows = [
        (name, number(m["value"]), number(m["low"]), number(m["high"]), number(result.baseline.get(name)))
        for name, m in result.metrics.items()
    ]
    header = ("metric", "value", "low", "high", "dummy")
    lines = [f"{result.n_rows:,} rows   {result.verdict}", "", *table(header, rows, right=(1, 2, 3, 4))]
    console.result(lines, result.to_json())
    console.notes(result.notes)
    console.note(f"see {result.out / 'report.md'}")
