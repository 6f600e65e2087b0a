"""What a step reads, as its manifest records it; light, so that a chain that is up to date is found so at once."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.store.manifest import Input
from mlpipe.words.sources import Passing

if TYPE_CHECKING:
    from mlpipe.artifacts.store.folder import Folder
    from mlpipe.params import SplitParams


def as_input(role: str, folder: Folder) -> Input:
    """An opened artifact as the input of the next step."""
    return Input(role=role, path=folder.path, fingerprint=folder.fingerprint)


def file_digest(path: str) -> str:
    """SHA-256 of a file's bytes in hexadecimal.

    Raises
    ------
    UsageError
        Where there is no such file.
    """
    if not os.access(path, os.R_OK) or not Path(path).is_file():
        from mlpipe.data.reading.source import open_source  # words what is wrong with the path; brings Arrow

        open_source(path, max_bytes=1).close()
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_input(role: str, source: str, sha256: str) -> Input:
    """A table as an input; standard input has no path, and neither has a table in memory."""
    return Input(
        role=role, path=None if source == "-" or isinstance(source, Passing) else Path(source), fingerprint=sha256
    )


def source_inputs(data: str, params: SplitParams, *, sha256: str, test_sha256: str = "") -> tuple[Input, ...]:
    """What `split` reads: the table, whose digest is known, and where given the test table and the column roles."""
    named = (("test-data", params.test_data, test_sha256), ("columns", params.roles.columns_file, ""))
    others = (source_input(role, path, digest or file_digest(path)) for role, path, digest in named if path is not None)
    return (source_input("data", data, sha256), *others)
