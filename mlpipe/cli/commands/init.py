"""`mlpipe init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.params.project import InitParams


def init(
    out: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder to write into.")] = Path(),
    data: Annotated[str | None, typer.Option("--data", metavar="FILE", help="The table to learn from.")] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", autocompletion=complete.columns, metavar="COL", help="The column to predict."),
    ] = None,
    id: o.IdOption = None,  # noqa: A002 - the option's name is the interface's
    serve: Annotated[bool, typer.Option("--serve", help="A Dockerfile and a systemd unit too.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Write a starter project: mlpipe.toml, Makefile, dvc.yaml, CI.

    Each of them runs the steps as it stands; edit what you need, and keep the one that you use.
    """
    from mlpipe.steps.init import init as step

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    result = step(out, InitParams(data=data, target=target, ids=tuple(id or ()), serve=serve), force=force)
    console.result([str(out / name) for name in result.files], result.to_json())
    console.notes(result.notes)
    console.hint(f"mlpipe run {out / result.files[0]}")
