"""`mlpipe sign`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console, table

KeyFile = Annotated[
    Path, typer.Option("--key-file", metavar="FILE", envvar="MLPIPE_KEY_FILE", help="File whose bytes are the key.")
]


def sign(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", autocompletion=complete.artifacts(), help="Folders that steps wrote."),
    ],
    key_file: KeyFile,
    as_json: o.JsonOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> None:
    """Sign artifacts with a key, after checking them.

    Writes manifest.sig: HMAC-SHA-256 over the manifest, in which every digest stands. Whoever has the key can sign.
    """
    from mlpipe.steps.sign import sign as step

    console = Console(as_json=as_json, quiet=quiet, verbose=verbose)
    result = step(paths, key_file)
    rows = [(one.path, one.kind, one.fingerprint[:12]) for one in result.signed]
    console.result(table(("signed", "what it is", "fingerprint"), rows), result.to_json())
