"""`mlpipe preprocess`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table
from mlpipe.params import Datetime, Encode, ImputeCategorical, ImputeNumeric, PreprocessParams, Scale

if TYPE_CHECKING:
    from mlpipe.steps.preprocess import PreprocessResult


def preprocess(
    split: Annotated[Path, typer.Argument(metavar="SPLIT", help="The folder that `split` wrote.")],
    out: o.OutOption,
    impute_numeric: Annotated[
        ImputeNumeric, typer.Option("--impute-numeric", help="What replaces missing numbers.")
    ] = PreprocessParams.impute_numeric,
    impute_categorical: Annotated[
        ImputeCategorical, typer.Option("--impute-categorical", help="What replaces missing categories.")
    ] = PreprocessParams.impute_categorical,
    fill_value: Annotated[
        str | None, typer.Option("--fill-value", help="The constant of `--impute-… constant`.")
    ] = None,
    missing_indicator: Annotated[
        bool,
        typer.Option("--missing-indicator/--no-missing-indicator", help="A 0/1 feature that says what was missing."),
    ] = PreprocessParams.missing_indicator,
    scale: Annotated[Scale, typer.Option("--scale", help="How numbers are scaled.")] = PreprocessParams.scale,
    encode: Annotated[
        Encode | None, typer.Option("--encode", help="How categories become numbers. Default: by their levels.")
    ] = None,
    min_frequency: Annotated[
        float, typer.Option("--min-frequency", help="Levels rarer than this share of rows are grouped, in [0, 1).")
    ] = PreprocessParams.min_frequency,
    max_categories: Annotated[
        int, typer.Option("--max-categories", help="Most levels that one-hot gives a column of their own.")
    ] = PreprocessParams.max_categories,
    datetime: Annotated[
        Datetime, typer.Option("--datetime", help="Expand dates into their parts, or drop them.")
    ] = PreprocessParams.datetime,
    select: o.SelectOption = PreprocessParams.select,
    select_k: o.SelectKOption = PreprocessParams.select_k,
    resample: o.ResampleOption = PreprocessParams.resample,
    resample_ratio: Annotated[
        float | None, typer.Option("--resample-ratio", help="Small classes over the largest, in (0, 1]. Default: 1.")
    ] = None,
    seed: o.SeedOption = PreprocessParams.seed,
    jobs: o.JobsOption = None,  # noqa: ARG001 - every command takes it; fitting a plan is one pass
    force: o.ForceOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Fit the preparation on training rows, apply it to all.

    Only train.parquet is opened until everything that is learnt has been saved.
    """
    from mlpipe.steps.preprocess import preprocess as step

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = PreprocessParams(
        impute_numeric=impute_numeric, impute_categorical=impute_categorical, fill_value=fill_value,
        missing_indicator=missing_indicator, scale=scale, encode=encode, min_frequency=min_frequency,
        max_categories=max_categories, datetime=datetime, select=select, select_k=select_k, resample=resample,
        resample_ratio=resample_ratio, seed=seed,
    )  # fmt: skip
    with console.working(f"preprocessing {split}"):
        result = step(split, out, params, force=force)
    show(result, console)
    console.hint(f"mlpipe train {out} -o DIR")


def line(result: PreprocessResult) -> str:
    """The preparation in one line, for `run` too."""
    text = f"{result.n_columns} columns → {result.n_features} features   fitted on {result.n_train:,} rows"
    if result.counts_after is None:
        return text
    before = "/".join(str(count) for count in result.counts_before.values())
    after = "/".join(str(count) for count in result.counts_after.values())
    return f"{text}   {result.sampler} {before} → {after}"


def show(result: PreprocessResult, console: Console) -> None:
    """Show what became of each column."""
    rows = [(name, role, how) for name, role, how, _ in result.columns]
    console.result([line(result), "", *table(("column", "role", "becomes"), rows, width=40)], result.to_json())
    console.notes(result.notes)
    for name, _, _, reason in result.columns:
        console.detail(f"{name}: {reason}")
