"""`mlpipe export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.params.exporting import ExportFormat, ExportParams
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    from mlpipe.steps.export import ExportResult


def export(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL", autocompletion=complete.artifacts("model"), help="The folder that `train` wrote."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The file to write.")],
    kind: Annotated[
        ExportFormat, typer.Option("--format", help="A Python script, a skops file, or an ONNX graph.")
    ] = ExportParams.format,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="Most by which a number may differ from that of `predict`.")
    ] = ExportParams.tolerance,
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE", help="The table learnt from, if it has moved.")
    ] = None,
    with_data_card: Annotated[
        bool, typer.Option("--with-data-card", help="Write a card of the model and its data beside it: FILE with .md.")
    ] = False,
    evaluation: Annotated[
        str | None,
        typer.Option(
            "--evaluation",
            metavar="DIR",
            autocompletion=complete.artifacts("evaluation"),
            help="The evaluation whose scores the card tells.",
        ),
    ] = None,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Write a model as something that runs without mlpipe.

    Every export is compared with `predict` on all rows of the table, and on rows with gaps and unseen levels, before
    it is written.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    with console.working(f"exporting {model} as {kind}, and comparing"):
        from mlpipe.steps.export import export as step

        load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
        params = ExportParams(
            format=kind, tolerance=tolerance, data=data, with_data_card=with_data_card, evaluation=evaluation
        )
        result = step(model, out, params, load=load)
    show(result, console)


def show(result: ExportResult, console: Console) -> None:
    """Say what was written and how near it is."""
    near = f"furthest from predict: {format_exact(result.furthest)}"
    lines = [f"{result.out}   {count_of(result.n_compared, 'row')} compared   {near}"]
    console.result([*lines, *([] if result.card is None else [f"{result.card}   the card"])], result.to_json())
