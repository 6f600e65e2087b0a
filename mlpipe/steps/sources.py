"""Source files as inputs of an artifact, known by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.manifest import Input

if TYPE_CHECKING:
    from mlpipe.params import SplitParams


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_input(role: str, source: str, sha256: str) -> Input:
    """A table as an input; standard input has no path."""
    return Input(role=role, path=None if source == "-" else Path(source), fingerprint=sha256)


def source_inputs(data: str, params: SplitParams) -> tuple[Input, ...]:
    """What `split` reads: the table, and where given the test table and the column roles."""
    named = (("data", data), ("test-data", params.test_data), ("columns", params.roles.columns_file))
    return tuple(source_input(role, path, _digest(path)) for role, path in named if path is not None)


def _digest(path: str) -> str:
    from mlpipe.data.source import check_readable

    check_readable(path)
    return file_digest(Path(path))
