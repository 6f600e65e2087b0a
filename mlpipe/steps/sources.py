"""Source files as inputs of an artifact, known by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.store.manifest import Input
from mlpipe.data.reading.source import STDIN, open_source
from mlpipe.errors import UsageError

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


def read_text(path: str) -> str:
    """A small text file of ours: column roles, a configuration.

    Raises
    ------
    UsageError
        Where there is no such file, or no text in it.
    """
    if path == STDIN:
        raise UsageError("Only a table can come from standard input.", remedy="Save it to a file, and give that.")
    open_source(path, max_bytes=1).close()  # words what is wrong with the path
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8.", remedy="Save it as UTF-8 and try again.") from error


def source_input(role: str, source: str, sha256: str) -> Input:
    """A table as an input; standard input has no path."""
    return Input(role=role, path=None if source == "-" else Path(source), fingerprint=sha256)


def source_inputs(data: str, params: SplitParams, *, sha256: str, test_sha256: str = "") -> tuple[Input, ...]:
    """What `split` reads: the table, whose digest is known, and where given the test table and the column roles."""
    named = (("test-data", params.test_data, test_sha256), ("columns", params.roles.columns_file, ""))
    others = (source_input(role, path, digest or file_digest(path)) for role, path, digest in named if path is not None)
    return (source_input("data", data, sha256), *others)
