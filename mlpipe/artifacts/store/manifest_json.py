"""Reading `manifest.json` from bytes that anyone may have written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from mlpipe.artifacts.errors import bad_manifest, shown
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.manifest import Manifest, has_true_fingerprint
from mlpipe.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

T = TypeVar("T")


def _with_positive(content: dict[str, Any]) -> dict[str, Any]:
    """The first formats took the last of two classes for the positive one, and said so nowhere."""
    context = content["context"]
    classes = context.get("classes", [])
    if not isinstance(classes, list) or len(classes) != 2:
        return content
    return {**content, "context": {**context, "positive": classes[-1]}}


# From a format version to the next, per kind: (kind, version) -> function over the parsed JSON. A step is added
# here when a format changes, with an example of the old format in the tests.
UPGRADES: dict[tuple[ArtifactKind, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    # The second format adds fields to profile.json; where they are absent, they have their defaults.
    (ArtifactKind.PROFILE, 1): lambda content: content,
    # The first format lists the features in the manifest's context, the second in features.csv.
    (ArtifactKind.PREP, 1): lambda content: content,
    (ArtifactKind.PREP, 2): _with_positive,
    (ArtifactKind.SPLIT, 1): _with_positive,
    (ArtifactKind.MODEL, 1): _with_positive,
    # These columns say nothing of spellings: words are levels as they are written.
    (ArtifactKind.PREP, 3): lambda content: content,
    (ArtifactKind.SPLIT, 2): lambda content: content,
    (ArtifactKind.MODEL, 2): lambda content: content,
    # The second format names the positive class in metrics.json.
    (ArtifactKind.EVALUATION, 1): lambda content: content,
    # The third format records its target, so that evaluations can be compared, and orders metrics.json for readers.
    (ArtifactKind.EVALUATION, 2): lambda content: content,
}


class _Glimpse:
    """A part of what stands in a manifest, whatever else does."""

    __pydantic_config__: ClassVar = {"strict": True}


@dataclass(frozen=True)
class _Head(_Glimpse):
    kind: ArtifactKind
    schema_version: int
    mlpipe_version: Any = ""


@dataclass(frozen=True)
class _Named(_Glimpse):
    name: str


@dataclass(frozen=True)
class _Holdings(_Glimpse):
    kind: ArtifactKind
    files: tuple[_Named, ...]


def parse_manifest(data: bytes, path: Path) -> Manifest:
    """Parse and check a manifest; `path` is for messages.

    Raises
    ------
    ArtifactError
        If a later mlpipe wrote it, and on anything that mlpipe would not have written.
    """
    try:
        content = canonical.decode(data)
        _check_format(_parsed(_Head, data), path)
        manifest = _parsed(Manifest, data)
        if not has_true_fingerprint(data, manifest.fingerprint):
            raise ValueError("its content does not match its fingerprint")  # noqa: TRY301 (one wording for all)
        return _upgraded(manifest, content)
    except ValueError as error:
        raise bad_manifest(path, str(error)) from error


def peek(data: bytes) -> tuple[ArtifactKind, frozenset[str]] | None:
    """Kind and file names of a manifest, however damaged the artifact; `None` if it is none of ours.

    Enough to decide whether a folder may be replaced: a stale or damaged artifact is replaced by running its step.
    """
    try:
        canonical.decode(data)
        found = _parsed(_Holdings, data)
    except ValueError:
        return None
    return found.kind, frozenset(file.name for file in found.files)


def _parsed(kind: type[T], data: bytes) -> T:
    from pydantic import ValidationError

    try:
        found: T = _reader(cast("Any", kind)).validate_json(data)  # mypy holds type[T] for unhashable
    except ValidationError as error:
        raise ValueError(_in_words(error.errors()[0])) from error
    return found


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    """Made when it is needed: pydantic takes a tenth of a second to load."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _check_format(head: _Head, path: Path) -> None:
    spec = KINDS[head.kind]
    if head.schema_version > spec.schema_version:
        writer = f" by mlpipe {head.mlpipe_version}" if isinstance(head.mlpipe_version, str) else ""
        raise ArtifactError(
            f"{shown(path.parent)} was written{writer} in format {head.schema_version} of {spec.noun}; "
            f"this mlpipe knows formats up to {spec.schema_version}.",
            where=shown(path),
            remedy=f"Install a newer mlpipe, or run `mlpipe {spec.step}` again with this one.",
        )


def _upgraded(manifest: Manifest, content: dict[str, Any]) -> Manifest:
    kind, known = manifest.kind, KINDS[manifest.kind].schema_version
    if manifest.schema_version == known:
        return manifest
    for older in range(manifest.schema_version, known):
        if (kind, older) not in UPGRADES:
            raise ValueError(f"format {older} of a {kind} is not known")
        content = UPGRADES[kind, older](content)
    return _parsed(Manifest, canonical.encode(content))


_NO = {"string_type": "text", "int_type": "whole number", "dict_type": "object", "tuple_type": "list"}


def _in_words(error: ErrorDetails) -> str:
    """The first thing that is wrong, as a person would say it."""
    *above, last = error["loc"] or ("it",)
    name = f"the version of {last}" if above == ["environment"] else str(last)
    match error["type"]:
        case "missing":
            return f"{name} is missing"
        case "unexpected_keyword_argument":
            return f"the key {name!r} is unknown"
        case "dataclass_type":
            return "an object is expected where there is none"
        case "enum" if isinstance(error["input"], str):
            return f"{error['input']!r} is no kind of artifact that this mlpipe knows"
        case "value_error":
            return str(error["ctx"]["error"])
        case kind:
            return f"{name} is no {_NO.get(kind, 'text')}"
