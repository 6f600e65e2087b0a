"""`mlpipe verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table

_SAID = {"good": "as written", "bad": "CHANGED", "gone": "not there"}


def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", autocompletion=complete.artifacts(), help="Folders that steps wrote."),
    ],
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="Check signatures by the key in this file.")
    ] = None,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Check every digest, size and fingerprint down the chain.

    Exit code 4 where something is not as it was written, or not signed where --key-file asks for that. Files that are
    gone are said, and are no error: a model may have moved without its table.
    """
    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    with console.working(f"checking {paths[0]}"):
        from mlpipe.artifacts.errors import shown
        from mlpipe.steps.verify import verify as step

        result = step(paths, key_file=key_file)
    rows = [(shown(link.path), link.noun, _SAID[link.state], link.fingerprint[:12]) for link in result.links]
    console.result(table(("path", "what it is", "state", "fingerprint"), rows), result.to_json())
    console.notes([link.told for link in result.links if link.state != "good"])
    result.check()
