"""Files in an artifact's folder that its manifest does not name: nobody vouches for them."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import bad_manifest
from mlpipe.artifacts.kinds import KINDS
from mlpipe.artifacts.store.disk import READ_FILE, READ_FOLDER
from mlpipe.artifacts.store.manifest import MANIFEST_NAME, Manifest
from mlpipe.artifacts.store.signatures import SIGNATURE
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems leave in any folder that is looked at."""
_UNFINISHED = re.compile(r"\..+\.\d+-[0-9a-f]{8}\.tmp")
_MOST = 10_000
"""Entries that are looked through."""


def check_no_more(folder: Path, handle: int, manifest: Manifest) -> None:
    """Refuse a folder that holds more than its manifest says.

    Raises
    ------
    ArtifactError
        With the first such files.
    """
    known = {record.name for record in manifest.files}
    known |= {MANIFEST_NAME, SIGNATURE, *KINDS[manifest.kind].beside}
    strange = sorted(name for name in _entries(handle, known) if name not in known)
    if strange:
        raise bad_manifest(folder / MANIFEST_NAME, f"it does not name {listed(strange, 3)}, which the folder holds")


def _entries(handle: int, known: set[str]) -> Iterator[str]:
    """Files of the open folder, and those one folder deeper where the manifest names such."""
    folders = {name.split("/")[0] for name in known if "/" in name}
    for count, name in enumerate(os.listdir(handle)):
        if count > _MOST:
            break
        if name in folders:
            # A link in its place is refused when a file below it is read.
            yield from (f"{name}/{inner}" for inner in (_inside(handle, name) if _is_folder(handle, name) else ()))
        elif name not in DROPPINGS and not _UNFINISHED.fullmatch(name):
            yield name


def _is_folder(handle: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)


def _inside(handle: int, name: str) -> list[str]:
    inner = os.open(name, READ_FOLDER | READ_FILE, dir_fd=handle)
    try:
        return [entry for entry in os.listdir(inner) if entry not in DROPPINGS]  # noqa: PTH208 - a handle, no path
    finally:
        os.close(inner)
