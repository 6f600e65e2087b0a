"""Keywords: what is around the steps. Written by `python -m tests.api.keywords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from mlpipe.api.keywords.judging import LoadingOptions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    Place = str | PathLike[str]


class InitOptions(TypedDict, total=False):
    """Options of `init`.

    Parameters
    ----------
    data : Place | None
        The table to learn from.
    target : str | Iterable[str] | None
        The column to predict.
    id : str | Iterable[str]
        Columns that identify a row; carried, not learned.
    serve : bool
        A Dockerfile and a systemd unit too.
    """

    data: Place | None
    target: str | Iterable[str] | None
    id: str | Iterable[str]
    serve: bool


class ServeOptions(LoadingOptions, total=False):
    """Options of `serve`.

    Parameters
    ----------
    host : str
        Where to listen; 0.0.0.0 for all.
    port : int
        Port; 0 for any that is free.
    workers : int
        Processes that answer.
    max_rows : int
        Rows of a request.
    max_bytes : int
        Bytes of a request.
    timeout : float
        Seconds within which a request must have come.
    token_file : Place | None
        The secret that requests bear.
    record : Place | None
        Append requests and answers, for `drift`.
    reload : bool
        Take up the model when it is replaced on disk.
    allow_unseen : bool
        Go on where most cells of a column are levels unseen in training.
    """

    host: str
    port: int
    workers: int
    max_rows: int
    max_bytes: int
    timeout: float
    token_file: Place | None
    record: Place | None
    reload: bool
    allow_unseen: bool
