"""The model that stands: loaded once, replaced whole or not at all."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.store.manifest import MANIFEST_NAME
from mlpipe.errors import MlpipeError
from mlpipe.service.served import Served
from mlpipe.steps.loading import LoadOptions, load_model

if TYPE_CHECKING:
    from mlpipe.params.serving import ServeParams

_LOG = logging.getLogger("uvicorn.error")
_EVERY = 1.0


class Standing:
    """The served model, and its replacements.

    Parameters
    ----------
    path : Path
        The folder of the model.
    """

    def __init__(self, path: Path, params: ServeParams, load: LoadOptions) -> None:
        self._path, self._params, self._load = path, params, load
        self.served = self._open()
        self._stamp = self._seen()
        self._wanted = False

    @property
    def facts(self) -> dict[str, Any]:
        """What is served."""
        return {"model": self.served.model.name, "fingerprint": self.served.model.folder.fingerprint}

    def want(self) -> None:
        """Ask for the model on disk to be taken up; safe to call from a signal."""
        self._wanted = True

    async def watch(self) -> None:
        """Take up the model on disk when that was asked for, or, where told to, when it changes."""
        while True:
            await asyncio.sleep(_EVERY)
            changed = self._params.reload and self._seen() != self._stamp
            if self._wanted or changed:
                self._wanted = False
                await asyncio.to_thread(self._replace)

    def _replace(self) -> None:
        stamp = self._seen()
        try:
            self.served = self._open()
        except (MlpipeError, OSError) as error:
            _LOG.warning("The model on disk is not taken up; the old one stays. %s", error)
        else:
            _LOG.info("Now serving %s.", self.served.model.folder.fingerprint)
        self._stamp = stamp

    def _open(self) -> Served:
        return Served.of(load_model(self._path, self._load), self._params)

    def _seen(self) -> tuple[int, int] | None:
        try:
            found = Path(self.served.model.folder.path, MANIFEST_NAME).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino
