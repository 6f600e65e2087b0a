"""Listening: one process or several, until a signal says stop."""

from __future__ import annotations

import signal
import socket
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from mlpipe.errors import UsageError
from mlpipe.service.app import Service, build_app
from mlpipe.service.counters import Counters
from mlpipe.service.record import Record
from mlpipe.service.standing import Standing
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from mlpipe.params.serving import ServeParams
    from mlpipe.steps.loading import LoadOptions

MOST_CONNECTIONS = 1_000
"""A worker with more than these answers 503 to the next."""


def serve(
    model: Path,
    params: ServeParams,
    *,
    load: LoadOptions,
    counts: str | None = None,
    listening: Callable[[str], object],
) -> None:
    """Serve a model until SIGTERM or SIGINT, which let what is under way be finished.

    Parameters
    ----------
    counts : str, optional
        Where several workers keep what they count; the environment names it to the library that counts.
    listening : function
        Is told the address once requests can be sent.

    Raises
    ------
    ArtifactError
        Where the model cannot be loaded.
    UsageError
        Where nothing can listen at the address, or the token cannot be read.
    """
    token = _read_token(params.token_file)
    first = Standing(model, params, load)  # what is wrong with the model is told before anyone is let in
    make = partial(_worker, model, params, load, token, counts)
    config = uvicorn.Config(
        make if params.workers > 1 else lambda: _application(first, params, token, counts),
        factory=True, host=params.host, port=params.port, workers=params.workers, access_log=False,
        log_level="warning", limit_concurrency=MOST_CONNECTIONS, backlog=2048, timeout_keep_alive=15,
        timeout_graceful_shutdown=30, timeout_worker_healthcheck=60, server_header=False, ws="none",
    )  # fmt: skip
    listener = _bind(params)
    host, port = listener.getsockname()[:2]
    listening(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    if params.workers > 1:
        Multiprocess(config, [listener]).run()
    else:
        uvicorn.Server(config).run([listener])


def _worker(model: Path, params: ServeParams, load: LoadOptions, token: bytes | None, counts: str | None) -> FastAPI:
    """One of several processes: each loads the model for itself."""
    return _application(Standing(model, params, load), params, token, counts)


def _application(standing: Standing, params: ServeParams, token: bytes | None, counts: str | None) -> FastAPI:
    if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGHUP, lambda *_: standing.want())
    record = None if params.record is None else Record(Path(params.record))
    service = Service(standing=standing, params=params, counters=Counters(counts), token=token, record=record)
    return build_app(service)


def _read_token(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        token = Path(path).read_bytes().strip()
    except OSError as error:
        raise UsageError(
            f"{param('token_file', path)} cannot be read: {error.strerror}.", remedy="Give a file that holds the token."
        ) from error
    if not token:
        raise UsageError(f"{param('token_file', path)} is empty.", remedy="Write the token into it, on one line.")
    return token


def _bind(params: ServeParams) -> socket.socket:
    family = socket.AF_INET6 if ":" in params.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((params.host, params.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"Nothing can listen at {params.host}, port {params.port}: {error.strerror or error}.",
            remedy=ways("Stop what listens there", f"give another {param('port')}"),
        ) from error
    listener.set_inheritable(True)
    return listener
