"""An audit on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlpipe.params.trust import AuditParams

AUDIT = "audit.json"
PAGE = "report.html"


@dataclass(frozen=True, kw_only=True)
class AuditContent:
    """What `audit` found."""

    document: dict[str, Any]
    page: str

    def save(self, out: Path, params: AuditParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.AUDIT, force=force) as writer:
            writer.write_json(AUDIT, self.document)
            writer.write_bytes(PAGE, self.page.encode())
            return writer.commit(ManifestDraft(params=asdict(params), inputs=tuple(inputs)))
