"""Starting the service: what must hold before its libraries are imported."""

from __future__ import annotations

import os
from contextlib import ExitStack
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlpipe.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlpipe.params.serving import ServeParams
    from mlpipe.steps.loading import LoadOptions

_LIBRARIES = ("fastapi", "uvicorn", "prometheus_client")


def start(model: Path, params: ServeParams, *, load: LoadOptions, listening: Callable[[str], object]) -> None:
    """Serve a model, see `mlpipe.service.server.serve`.

    Raises
    ------
    MissingExtraError
        Where the extra is not installed.
    """
    if not all(map(find_spec, _LIBRARIES)):
        raise MissingExtraError("serve", "serve")
    with ExitStack() as stack:
        counts = None
        if params.workers > 1:
            counts = stack.enter_context(TemporaryDirectory(prefix="mlpipe-counts-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts  # what counts in each worker asks for it there
        from mlpipe.service.server import serve

        serve(model, params, load=load, counts=counts, listening=listening)
