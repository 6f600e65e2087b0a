"""`mlpipe predict`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.cli.sizes import memory_of
from mlpipe.params import OnBadValue, PredictFiles, PredictParams
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from mlpipe.steps.predict import PredictResult


def predict(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL", autocompletion=complete.artifacts("model"), help="The folder that `train` wrote."
        ),
    ],
    data: o.DataArgument,
    out: Annotated[str, typer.Option("-o", "--out", help="A .csv or .parquet file; - for CSV on stdout.")] = "-",
    proba: Annotated[bool, typer.Option("--proba", help="A column proba_CLASS for each class.")] = False,
    explain: Annotated[
        int | None,
        typer.Option(
            "--explain", metavar="N", min=1, help="The N columns that moved each row most, with their shares."
        ),
    ] = None,
    threshold: o.ThresholdOption = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", autocompletion=complete.columns, help="Input columns to carry through; `all` for every one."
        ),
    ] = None,
    batch_rows: Annotated[
        int | None,
        typer.Option("--batch-rows", min=1, help="Rows worked on at a time. Default: 65536, or about 8 MB of text."),
    ] = None,
    on_bad_value: Annotated[
        OnBadValue, typer.Option("--on-bad-value", help="A cell that cannot be read: stop, take as missing, skip row.")
    ] = PredictParams.on_bad_value,
    rejects: Annotated[
        str | None, typer.Option("--rejects", help="CSV of the rows not predicted: line, reason, the row.")
    ] = None,
    contract: Annotated[
        str | None, typer.Option("--contract", help="JSON report of what differs from training; - for stdout.")
    ] = None,
    max_unseen: Annotated[
        float | None,
        typer.Option("--max-unseen", min=0, max=1, help="Exit 6 if more than this share of rows has unseen levels."),
    ] = None,
    allow_unseen: o.AllowUnseenOption = False,
    na_value: o.NaValueOption = None,
    thousands: o.ThousandsOption = None,
    date_order: o.DateOrderOption = None,
    max_bytes: o.MaxBytesOption = PredictParams.max_bytes,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    seed: o.SeedOption = 0,  # noqa: ARG001 - every command takes it; predicting draws nothing
    memory: o.MemoryOption = None,
    jobs: o.JobsOption = None,
    cluster: o.ClusterOption = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Predict the rows of a table, streaming.

    One row out for each row in, in the same order; extra columns are ignored, all missing ones are named.
    """
    out = "-" if out == "/dev/stdout" else out  # where that is a file, it is to be gone on with, and not replaced
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    params = PredictParams(
        proba=proba, explain=explain, threshold=threshold, keep=tuple(keep or ()), batch_rows=batch_rows,
        on_bad_value=on_bad_value, max_unseen=max_unseen, allow_unseen=allow_unseen, cluster=cluster,
        max_bytes=max_bytes,
        na_values=tuple(na_value or ()), thousands=thousands, date_order=date_order,
    )  # fmt: skip
    files = PredictFiles(out=out, rejects=rejects, contract=contract)
    with console.working("predict", rows_shown=out == "-") as watch:
        from mlpipe.steps.predict import predict as step

        load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
        result = step(model, data, files, params, load=load, jobs=jobs, memory=memory_of(memory), watch=watch)
    show(result, console, to_stdout=out == "-" or contract == "-")
    result.check_gate(max_unseen)


def show(result: PredictResult, console: Console, *, to_stdout: bool) -> None:
    """Say what was met; stdout belongs to the rows where they go there."""
    text = f"{count_of(result.n_predicted, 'row')} predicted"
    if result.n_rejected:
        text += f", {count_of(result.n_rejected)} rejected"
    if to_stdout:
        console.note(text)
    else:
        console.result([text], result.to_json())
    console.notes(result.notes)
