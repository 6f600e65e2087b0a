"""`sign`: what is trusted here may be used where signatures are asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import KINDS
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.signatures import SIGNATURE, read_key, signature_of
from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.steps.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SignedArtifact:
    """An artifact that was signed."""

    path: str
    kind: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True, repr=False)
class SignResult(Shown):
    """What was signed."""

    signed: tuple[SignedArtifact, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"signed": [asdict(one) for one in self.signed]}


def sign(paths: Sequence[Path], key_file: Path) -> SignResult:
    """Check artifacts to the last byte, and write `manifest.sig` into each.

    Raises
    ------
    UsageError
        Where the key file cannot be used.
    ArtifactError
        Where an artifact is not as it was written; then none is signed.
    """
    key = read_key(key_file)
    signed = []
    for path in paths:
        with open_artifact(path, vouched=True) as folder:
            folder.verify()
            signed.append((folder.path, folder.manifest_bytes(), folder.manifest))
    for place, manifest_bytes, _ in signed:
        with write_file_atomic(place / SIGNATURE) as file:
            file.write(signature_of(manifest_bytes, key))
    return SignResult(
        signed=tuple(
            SignedArtifact(path=str(place), kind=KINDS[manifest.kind].noun, fingerprint=manifest.fingerprint)
            for place, _, manifest in signed
        )
    )
