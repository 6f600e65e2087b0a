"""What a step reads, as its manifest records it; light, so that a chain that is up to date is found so at once."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.manifest import MANIFEST_NAME, Input
from mlpipe.artifacts.store.manifest_json import peek
from mlpipe.errors import UsageError
from mlpipe.words.sources import Passing, readable_name

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


def check_raw(data: str) -> None:
    """Refuse a table that `preprocess` wrote: it was fitted on these rows, and some may be made up from others.

    Raises
    ------
    UsageError
        Where the file is one of a preparation.
    """
    path, known = Path(os.path.abspath(data)), None  # noqa: PTH100 (resolve() follows links)
    with contextlib.suppress(OSError, ValueError):
        if path.is_file():
            known = peek((path.parent / MANIFEST_NAME).read_bytes())
    if known is not None and known[0] is ArtifactKind.PREP and path.name in known[1]:
        raise UsageError(
            f"{readable_name(data)} is a table that `mlpipe preprocess` wrote: "
            "its rows are fitted already, and may be made up.",
            remedy="Give the table that was split, with its rows as they came; `mlpipe train` and `mlpipe tune` take "
            f"{path.parent.name}, the whole folder.",
        )


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
