"""Signing and checking artifacts, as functions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.api.tables import each_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from mlpipe.steps.sign import SignResult
    from mlpipe.steps.verify import VerifyResult

    Place = str | PathLike[str]


def verify(paths: Place | Sequence[Place], *, key_file: Place | None = None) -> VerifyResult:
    """Check every digest, size and fingerprint of artifacts and of all that they were made from.

    Parameters
    ----------
    paths : str or path, or a sequence of them
        Folders that steps wrote.
    key_file : str or path, optional
        Check signatures by the key in this file.

    Returns
    -------
    VerifyResult
        With `links`, each with its `state`, and `check()`, which raises where one is not as it was written.

    Raises
    ------
    UsageError
        Where the key cannot be read.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> split = mlpipe.split("sample_data/customers.csv", tempfile.mkdtemp() + "/split", target="churned")
    >>> [link.state for link in mlpipe.verify(split.out).links]
    ['good', 'good']
    """
    from mlpipe.steps.verify import verify as step

    return step(each_path(paths), key_file=None if key_file is None else Path(key_file))


def sign(paths: Place | Sequence[Place], key_file: Place) -> SignResult:
    """Check artifacts to the last byte, and sign them with a key.

    Parameters
    ----------
    paths : str or path, or a sequence of them
        Folders that steps wrote.
    key_file : str or path
        A file whose bytes are the key; whoever has it can sign.

    Returns
    -------
    SignResult
        With what was `signed`: `manifest.sig` stands in each folder.

    Raises
    ------
    UsageError
        Where the key cannot be read, or is too short.
    ArtifactError
        Where one is not as it was written; then none is signed.

    Examples
    --------
    >>> import mlpipe, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "key").write_bytes(bytes(range(32)))
    >>> split = mlpipe.split("sample_data/customers.csv", folder / "split", target="churned")
    >>> [one.kind for one in mlpipe.sign(split.out, folder / "key").signed]
    ['a split']
    >>> mlpipe.verify(split.out, key_file=folder / "key").signed
    True
    """
    from mlpipe.steps.sign import sign as step

    return step(each_path(paths), Path(key_file))
