"""The manifest: what an artifact is, what it was made from, and the digest of every file in it.

The fingerprint is the SHA-256 of the manifest's own bytes with the value of `fingerprint` left empty. It covers the
digests of all files and the fingerprints of all inputs, so one value stands for an artifact and its whole ancestry.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from mlpipe import _version
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.versions import environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST_NAME = "manifest.json"
STDIN = "-"

# One plain name, or one below one subfolder; no component of dots alone.
_FILE_NAME = re.compile(r"(?!\.+(/|$))[A-Za-z0-9._-]+(/(?!\.+$)[A-Za-z0-9._-]+)?")
_HEX = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 2**62
_FINGERPRINT_LINE = b'\n "fingerprint": "%s"'


@dataclass(frozen=True, kw_only=True)
class Input:
    """Something a step read: its role, where it lies (`None`: standard input), and its fingerprint."""

    role: str
    path: Path | None
    fingerprint: str


class _Record:
    """What stands in a manifest: read from one, every key is known, and every value of exactly its type."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, kw_only=True)
class InputRecord(_Record):
    """An input as the manifest records it; `path` is POSIX, relative to the artifact, or `"-"`."""

    role: str
    path: str
    fingerprint: str

    def __post_init__(self) -> None:
        if not self.path or self.path.startswith("/") or "\0" in self.path:
            raise ValueError(f"{self.path!r} is no relative path of an input")


@dataclass(frozen=True, kw_only=True)
class FileRecord(_Record):
    """A payload file: its name in the folder, its size, and the SHA-256 of its content in hexadecimal."""

    name: str
    bytes: int
    sha256: str

    def __post_init__(self) -> None:
        if not is_file_name(self.name):
            raise ValueError(f"{self.name!r} is no name for a file in the folder")
        if not 0 <= self.bytes < _MOST_BYTES or not _HEX.fullmatch(self.sha256):
            raise ValueError(f"size or digest of {self.name} cannot be")


@dataclass(frozen=True, kw_only=True)
class ManifestDraft:
    """What a step knows about its result; the writer adds the rest. `params` and `context` are plain JSON types."""

    params: dict[str, Any]
    context: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Manifest(_Record):
    """The content of `manifest.json`, in the current form; `schema_version` is the format it was written in."""

    kind: ArtifactKind
    schema_version: int
    mlpipe_version: str
    params: dict[str, Any]
    context: dict[str, Any]
    inputs: tuple[InputRecord, ...]
    files: tuple[FileRecord, ...]
    environment: dict[str, str]
    fingerprint: str

    def __post_init__(self) -> None:
        names = [record.name for record in self.files]
        if names != sorted(set(names)):
            raise ValueError("its files are not in order, or one is named twice")

    @property
    def made_with(self) -> str:
        """The program and the libraries that made it, with their versions."""
        versions = {"mlpipe": self.mlpipe_version, **self.environment}
        return ", ".join(f"{name} {version}" for name, version in versions.items())

    def file(self, name: str) -> FileRecord | None:
        """The record of a payload file, `None` where there is none of that name."""
        return next((record for record in self.files if record.name == name), None)

    def input(self, role: str) -> InputRecord | None:
        """The first input with that role, `None` where there is none."""
        return next((record for record in self.inputs if record.role == role), None)


def is_file_name(name: str) -> bool:
    """Whether a payload file may be called so.

    Examples
    --------
    >>> [is_file_name(name) for name in ("plots/roc.png", "../x", "/x", "a/b/c", "a b", "..", "x/..")]
    [True, False, False, False, False, False, False]
    """
    return _FILE_NAME.fullmatch(name) is not None


def record_input(used: Input, *, folder: Path) -> InputRecord:
    """An input as seen from the artifact's folder, so that both can be moved together."""
    path = STDIN if used.path is None else os.path.relpath(used.path.resolve(), folder).replace(os.sep, "/")
    return InputRecord(role=used.role, path=path, fingerprint=used.fingerprint)


def render_manifest(
    draft: ManifestDraft, *, kind: ArtifactKind, folder: Path, files: Iterable[FileRecord]
) -> tuple[Manifest, bytes]:
    """Complete a draft; the manifest and its bytes, which depend on nothing but the arguments and the versions."""
    manifest = Manifest(
        kind=kind,
        schema_version=KINDS[kind].schema_version,
        mlpipe_version=_version.__version__,
        params=draft.params,
        context=draft.context,
        inputs=tuple(record_input(used, folder=folder) for used in draft.inputs),
        files=tuple(sorted(files, key=lambda record: record.name)),
        environment=environment(),
        fingerprint="",
    )
    lists = {"inputs": [asdict(used) for used in manifest.inputs], "files": [asdict(file) for file in manifest.files]}
    blank = canonical.encode({**vars(manifest), **lists})
    fingerprint = hashlib.sha256(blank).hexdigest()
    data = blank.replace(_FINGERPRINT_LINE % b"", _FINGERPRINT_LINE % fingerprint.encode(), 1)
    return replace(manifest, fingerprint=fingerprint), data


def has_true_fingerprint(data: bytes, fingerprint: str) -> bool:
    """Whether a manifest's bytes are those that its fingerprint was taken of.

    Keys of the outermost object are the only lines indented by one blank, so the line is found without parsing.
    """
    line = _FINGERPRINT_LINE % fingerprint.encode()
    blank = data.replace(line, _FINGERPRINT_LINE % b"", 1)
    return line in data and hashlib.sha256(blank).hexdigest() == fingerprint
