"""The options of `serve`."""

from __future__ import annotations

from dataclasses import dataclass

from mlpipe.errors import UsageError
from mlpipe.words.parameters import param


@dataclass(frozen=True, kw_only=True)
class ServeParams:
    """Options of `serve`.

    Parameters
    ----------
    host, port : str, int
        Where to listen.
    workers : int
        Processes that answer.
    max_rows, max_bytes : int
        Most rows, and most bytes, of one request.
    timeout : float
        Seconds within which a request's body must have come.
    token_file : str, optional
        A file with the secret that requests must bear.
    record : str, optional
        The folder to which requests and answers are appended.
    reload : bool
        Take up the model whenever it is replaced on disk.
    allow_unseen : bool
        Answer also where most cells of a column are levels that training has not seen.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    max_rows: int = 10_000
    max_bytes: int = 10_000_000
    timeout: float = 30.0
    token_file: str | None = None
    record: str | None = None
    reload: bool = False
    allow_unseen: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise UsageError(f"{param('port')} is {self.port}.", remedy="Give a port from 1 to 65535, or 0 for any.")
        for name in ("workers", "max_rows", "max_bytes"):
            if getattr(self, name) < 1:
                raise UsageError(f"{param(name)} is {getattr(self, name)}.", remedy="Give at least 1.")
