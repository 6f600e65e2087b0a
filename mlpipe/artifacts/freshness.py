"""Whether a step need not run: what it would write already stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe import _version
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, record_input
from mlpipe.artifacts.store.versions import environment
from mlpipe.errors import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


def why_stale(out: Path, kind: ArtifactKind, *, params: Mapping[str, Any], inputs: Iterable[Input]) -> str:
    """Why the artifact at `out` is not what the step would write now; `""` if it is, to the byte.

    Compared by content: options, fingerprints of the inputs, versions, and the digest of every file.
    """
    try:
        with open_artifact(out, kind) as folder:
            reasons = _reasons(folder.manifest, params, [record_input(used, folder=out.resolve()) for used in inputs])
            reason = next(reasons, "")
            if not reason:
                folder.verify()
            return reason
    except ArtifactError as error:
        return error.what


def _reasons(manifest: Manifest, params: Mapping[str, Any], inputs: list[Any]) -> Iterator[str]:
    # Through JSON, so that tuples compare equal to the lists they became.
    wanted = canonical.decode(canonical.encode(dict(params)))
    changed = _changes(manifest.params, wanted)
    if changed:
        yield f"options changed: {', '.join(changed)}"
    yield from _input_reasons(manifest, inputs)
    now = {"mlpipe": _version.__version__, **environment()}
    then = {"mlpipe": manifest.mlpipe_version, **manifest.environment}
    if now != then:
        yield f"versions changed: {', '.join(_changes(then, now))}"
    if manifest.schema_version != KINDS[manifest.kind].schema_version:
        yield "the format changed"


def _input_reasons(manifest: Manifest, inputs: list[Any]) -> Iterator[str]:
    for used in inputs:
        recorded = manifest.input(used.role)
        if recorded is None or recorded.fingerprint != used.fingerprint:
            yield f"the {used.role} changed"
        elif recorded != used:
            yield f"the {used.role} moved"
    if len(inputs) < len(manifest.inputs):
        yield "it was made from more than now"


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    old, new = _flat(then), _flat(now)
    return [
        f"{name} {_word(old.get(name))} -> {_word(new.get(name))}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name) or (name in old) != (name in new)
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            found.update(_flat(value, f"{prefix}{name}."))
        else:
            found[f"{prefix}{name}"] = value
    return found


def _word(value: Any) -> str:
    if value is None or value in ([], {}):
        return "none"
    return value if isinstance(value, str) else canonical.encode(value).decode().strip().replace("\n", "")
