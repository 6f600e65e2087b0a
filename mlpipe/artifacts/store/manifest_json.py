"""Reading `manifest.json` from bytes that anyone may have written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from mlpipe.artifacts.errors import ManifestError, NewerFormatError
from mlpipe.artifacts.kinds import KINDS, Kind
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.manifest import FileRecord, InputRecord, Manifest, has_true_fingerprint, is_file_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

# From a format version to the next, per kind: (kind, version) -> function over the parsed JSON. A step is added
# here when a format changes, with an example of the old format in the tests.
UPGRADES: dict[tuple[Kind, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    # The second format adds fields to profile.json; where they are absent, they have their defaults.
    (Kind.PROFILE, 1): lambda content: content,
    # The first format lists the features in the manifest's context, the second in features.csv.
    (Kind.PREP, 1): lambda content: content,
}

_HEX = re.compile(r"[0-9a-f]{64}")
_FIELDS: dict[str, type] = {
    "kind": str,
    "schema_version": int,
    "mlpipe_version": str,
    "params": dict,
    "context": dict,
    "inputs": list,
    "files": list,
    "environment": dict,
    "fingerprint": str,
}


def parse_manifest(data: bytes, path: Path) -> Manifest:
    """Parse and check a manifest; `path` is for messages.

    Raises
    ------
    NewerFormatError
        If a later mlpipe wrote it.
    ManifestError
        On anything that mlpipe would not have written.
    """
    try:
        content = canonical.decode(data)
        kind = _kind(content)
        known = KINDS[kind].schema_version
        version = _typed(content, "schema_version", int)
        if version > known:
            writer = content.get("mlpipe_version")
            written_by = writer if isinstance(writer, str) else ""
            raise NewerFormatError(path, kind=kind, found=version, known=known, written_by=written_by)
        _check_fields(content, _FIELDS)
        if not has_true_fingerprint(data, content["fingerprint"]):
            raise ValueError("its content does not match its fingerprint")  # noqa: TRY301 (one wording for all)
        return _build(_upgraded(content, kind, version=version, known=known), kind)
    except ValueError as error:
        raise ManifestError(path, str(error)) from error


def peek(data: bytes) -> tuple[Kind, frozenset[str]] | None:
    """Kind and file names of a manifest, however damaged the artifact; `None` if it is none of ours.

    Enough to decide whether a folder may be replaced: a stale or damaged artifact is replaced by running its step.
    """
    try:
        content = canonical.decode(data)
        kind = _kind(content)
        names = frozenset(_typed(record, "name", str) for record in _typed(content, "files", list))
    except ValueError:
        return None
    return kind, names


def _kind(content: Any) -> Kind:
    word = _typed(content, "kind", str)
    if word not in set(Kind):
        raise ValueError(f"{word!r} is no kind of artifact that this mlpipe knows")
    return Kind(word)


def _typed(content: Any, key: str, wanted: type[T]) -> T:
    if type(content) is not dict:
        raise ValueError("an object is expected where there is none")
    if key not in content:
        raise ValueError(f"{key} is missing")
    value = content[key]
    # The exact type: True is an int to isinstance.
    if type(value) is not wanted:
        raise ValueError(f"{key} is no {_JSON_NAMES[wanted]}")
    return value


_JSON_NAMES: dict[type, str] = {str: "text", int: "whole number", dict: "object", list: "list"}


def _check_fields(content: Any, fields: dict[str, type]) -> None:
    for key, wanted in fields.items():
        _typed(content, key, wanted)
    unknown = sorted(set(content) - set(fields))
    if unknown:
        raise ValueError(f"the key {unknown[0]!r} is unknown")


def _upgraded(content: dict[str, Any], kind: Kind, *, version: int, known: int) -> dict[str, Any]:
    for older in range(version, known):
        if (kind, older) not in UPGRADES:
            raise ValueError(f"format {older} of a {kind} is not known")
        content = UPGRADES[kind, older](content)
    return {**content, "schema_version": known}


def _build(content: dict[str, Any], kind: Kind) -> Manifest:
    if content["schema_version"] < 1:
        raise ValueError("schema_version is below 1")
    for library, version in content["environment"].items():
        if type(version) is not str:
            raise ValueError(f"the version of {library} is no text")
    files = tuple(_file(record) for record in content["files"])
    if [record.name for record in files] != sorted({record.name for record in files}):
        raise ValueError("its files are not in order, or one is named twice")
    inputs = tuple(_input(record) for record in content["inputs"])
    return Manifest(**{**content, "kind": kind, "files": files, "inputs": inputs})


def _file(content: Any) -> FileRecord:
    _check_fields(content, {"name": str, "bytes": int, "sha256": str})
    record = FileRecord(**content)
    if not is_file_name(record.name):
        raise ValueError(f"{record.name!r} is no name for a file in the folder")
    if record.bytes < 0 or not _HEX.fullmatch(record.sha256):
        raise ValueError(f"size or digest of {record.name} cannot be")
    return record


def _input(content: Any) -> InputRecord:
    _check_fields(content, {"role": str, "path": str, "fingerprint": str})
    record = InputRecord(**content)
    if not record.path or record.path.startswith("/") or "\0" in record.path:
        raise ValueError(f"{record.path!r} is no relative path of an input")
    return record
