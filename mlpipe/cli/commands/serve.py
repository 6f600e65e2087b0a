"""`mlpipe serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlpipe.cli import completing as complete
from mlpipe.cli import options as o
from mlpipe.cli.console import Console
from mlpipe.cli.sizes import size_of
from mlpipe.params.serving import ServeParams


def serve(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL", autocompletion=complete.artifacts("model"), help="The folder that `train` wrote."
        ),
    ],
    host: Annotated[str, typer.Option("--host", help="Where to listen; 0.0.0.0 for all.")] = ServeParams.host,
    port: Annotated[int, typer.Option("--port", help="Port; 0 for any that is free.")] = ServeParams.port,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that answer.")] = ServeParams.workers,
    max_rows: Annotated[int, typer.Option("--max-rows", min=1, help="Rows of a request.")] = ServeParams.max_rows,
    max_bytes: Annotated[str, typer.Option("--max-bytes", help="Size of a request, such as 10MB.")] = "10MB",
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds within which a request must have come.")
    ] = ServeParams.timeout,
    token_file: Annotated[
        str | None, typer.Option("--token-file", metavar="FILE", help="The secret that requests bear.")
    ] = None,
    record: Annotated[
        str | None, typer.Option("--record", metavar="DIR", help="Append requests and answers, for `drift`.")
    ] = None,
    reload: Annotated[bool, typer.Option("--reload", help="Take up the model when it is replaced on disk.")] = False,
    allow_unseen: o.AllowUnseenOption = False,
    allow_version_mismatch: o.MismatchOption = False,
    trust: o.TrustOption = None,
    no_probe: o.NoProbeOption = False,
    quiet: o.QuietOption = False,
) -> None:
    """Answer requests for predictions over HTTP.

    POST /predict takes JSON or CSV and gives the numbers of `predict`; at / is a page to try it. SIGTERM finishes
    what is under way, SIGHUP takes up the model on disk.
    """
    params = ServeParams(
        host=host, port=port, workers=workers, max_rows=max_rows, max_bytes=size_of(max_bytes, "max_bytes"),
        timeout=timeout, token_file=token_file, record=record, reload=reload, allow_unseen=allow_unseen,
    )  # fmt: skip
    console = Console(quiet=quiet)
    from mlpipe.service.start import start

    load = o.load_options(allow_version_mismatch=allow_version_mismatch, trust=trust, no_probe=no_probe)
    start(model, params, load=load, listening=lambda url: console.note(f"serving {model} at {url}"))
