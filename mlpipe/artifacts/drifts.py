"""A comparison with training rows on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.artifacts.tables import render_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlpipe.params.trust import DriftParams

DRIFT = "drift.json"
DRIFTED_COLUMNS = "columns.csv"
SERIES = "series.csv"
PAGE = "report.html"


@dataclass(frozen=True, kw_only=True)
class DriftContent:
    """What `drift` found.

    Parameters
    ----------
    tables : mapping
        CSV file name to header and rows.
    figures : mapping
        Name to PNG bytes; written as `plots/NAME.png`.
    """

    document: dict[str, Any]
    page: str
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]
    figures: Mapping[str, bytes] = field(default_factory=dict)

    def save(self, out: Path, params: DriftParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.DRIFT, force=force) as writer:
            writer.write_json(DRIFT, self.document)
            for name, (header, rows) in self.tables.items():
                writer.write_bytes(name, render_csv(header, rows))
            for name, image in self.figures.items():
                writer.write_bytes(f"plots/{name}.png", image)
            writer.write_bytes(PAGE, self.page.encode())
            return writer.commit(ManifestDraft(params=asdict(params), inputs=tuple(inputs)))
