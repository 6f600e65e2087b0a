"""An artifact and all that it was made from: whether each is still as its manifest says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.kinds import KINDS
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import MANIFEST_NAME
from mlpipe.artifacts.store.places import real_path
from mlpipe.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlpipe.artifacts.store.manifest import InputRecord

State = Literal["good", "bad", "gone"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """One artifact, or one file that an artifact was made from.

    Parameters
    ----------
    state : {"good", "bad", "gone"}
        As recorded; not as recorded; no longer there.
    told : str
        What is wrong with it, and what to do, or what it is.
    """

    path: Path
    noun: str
    state: State
    told: str
    fingerprint: str = ""


def follow(path: Path) -> Iterator[Link]:
    """An artifact first, then what it was made from, each once."""
    yield from _follow(path, expected="", seen=set())


def _follow(path: Path, *, expected: str, seen: set[Path]) -> Iterator[Link]:
    real = real_path(path)
    if real in seen:
        return
    seen.add(real)
    try:
        with open_artifact(path, vouched=bool(expected)) as folder:
            yield _checked(folder, expected)
            records = [(record, folder.input_path(record.role)) for record in folder.manifest.inputs]
    except ArtifactError as error:
        yield Link(path=path, noun="an artifact", state="bad", told=f"{error.what} {error.remedy}".strip())
        return
    for record, source in records:
        if source is not None:
            yield from _input(record, source, seen)


def _checked(folder: Folder, expected: str) -> Link:
    noun = KINDS[folder.kind].noun
    facts = {"path": folder.path, "noun": noun, "fingerprint": folder.fingerprint}
    if expected and folder.fingerprint != expected:
        told = f"{shown(folder.path)} was written again since other artifacts were made from it: run their steps again."
        return Link(state="bad", told=told, **facts)  # type: ignore[arg-type]
    try:
        folder.verify()
    except ArtifactError as error:
        return Link(state="bad", told=f"{error.what} {error.remedy}".strip(), **facts)  # type: ignore[arg-type]
    return Link(state="good", told=noun, **facts)  # type: ignore[arg-type]


def _input(record: InputRecord, source: Path, seen: set[Path]) -> Iterator[Link]:
    if (source / MANIFEST_NAME).is_file():
        yield from _follow(source, expected=record.fingerprint, seen=seen)
        return
    if real_path(source) in seen:
        return
    seen.add(real_path(source))
    facts = {"path": source, "noun": "a file", "fingerprint": record.fingerprint}
    if not source.is_file():
        told = f"{shown(source)}, from which {record.role} was read, is not there: it cannot be checked."
        yield Link(state="gone", told=told, **facts)  # type: ignore[arg-type]
    elif _digest(source) != record.fingerprint:
        told = f"{shown(source)} has changed since it was read as {record.role}: run the steps again."
        yield Link(state="bad", told=told, **facts)  # type: ignore[arg-type]
    else:
        yield Link(state="good", told="a file", **facts)  # type: ignore[arg-type]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
