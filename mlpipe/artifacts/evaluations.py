"""An evaluation on disk: metrics, predictions, figures and reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlpipe.params import EvaluateParams

METRICS = "metrics.json"
PREDICTIONS = "predictions.csv"
CONFUSION_MATRIX = "confusion_matrix.csv"
SLICES = "slices.csv"
WORST_ROWS = "worst_rows.csv"
REPORT = "report.md"
PAGE = "report.html"


@dataclass(frozen=True, kw_only=True)
class EvaluationContent:
    """What `evaluate` made.

    Parameters
    ----------
    tables : dict
        CSV file name to header and rows.
    figures : dict
        Name to PNG bytes; written as `plots/NAME.png`.
    texts : dict
        File name to text (`REPORT`, `PAGE`).
    """

    metrics: dict[str, Any]
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]
    figures: dict[str, bytes]
    texts: dict[str, str]
    context: dict[str, Any]

    def save(self, out: Path, params: EvaluateParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        from mlpipe.artifacts.tables import write_csv  # brings Arrow, which a look at the gates does without

        with ArtifactWriter(out, ArtifactKind.EVALUATION, force=force) as writer:
            writer.write_json(METRICS, self.metrics, ordered=True)
            for name, (header, rows) in self.tables.items():
                write_csv(writer.path(name), header, rows)
            for name, image in self.figures.items():
                writer.write_bytes(f"plots/{name}.png", image)
            for name, text in self.texts.items():
                writer.write_bytes(name, text.encode())
            return writer.commit(ManifestDraft(params=asdict(params), context=self.context, inputs=tuple(inputs)))
