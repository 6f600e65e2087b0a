"""A comparison of models on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlpipe.params import CompareParams

COMPARISON = "comparison.json"
TABLE = "comparison.md"


@dataclass(frozen=True, kw_only=True)
class ComparisonContent:
    """What `compare` found.

    Parameters
    ----------
    document : dict
        Plain JSON types.
    text : str
        The same as Markdown.
    figures : mapping
        Name to PNG bytes; written as `plots/NAME.png`.
    """

    document: dict[str, Any]
    text: str
    figures: Mapping[str, bytes]

    def save(self, out: Path, params: CompareParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.COMPARISON, force=force) as writer:
            writer.write_json(COMPARISON, self.document)
            writer.write_bytes(TABLE, self.text.encode())
            for name, image in self.figures.items():
                writer.write_bytes(f"plots/{name}.png", image)
            return writer.commit(ManifestDraft(params=asdict(params), inputs=tuple(inputs)))
