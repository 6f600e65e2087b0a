"""Source files as inputs of an artifact, known by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.manifest import Input
from mlpipe.data.source import open_source

if TYPE_CHECKING:
    from mlpipe.params import SplitParams


def file_digest(path: str) -> str:
    """SHA-256 of a file's bytes in hexadecimal.

    Raises
    ------
    UsageError
        Where there is no such file.
    """
    open_source(path, max_bytes=1).close()  # words what is wrong with the path
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_input(role: str, source: str, sha256: str) -> Input:
    """A table as an input; standard input has no path."""
    return Input(role=role, path=None if source == "-" else Path(source), fingerprint=sha256)


def source_inputs(data: str, params: SplitParams, *, sha256: str) -> tuple[Input, ...]:
    """What `split` reads: the table, whose digest is known, and where given the test table and the column roles."""
    named = (("test-data", params.test_data), ("columns", params.roles.columns_file))
    others = (source_input(role, path, file_digest(path)) for role, path in named if path is not None)
    return (source_input("data", data, sha256), *others)
