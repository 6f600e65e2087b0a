"""A split on disk: one file of typed rows for each part, and which source row went where."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from mlpipe.artifacts.errors import missing_part
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.artifacts.tables import parse_parquet, write_parquet
from mlpipe.data.schema import DataContext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.params import SplitParams

INDICES = "indices.csv"


def part_file(part: str) -> str:
    """The file of a part: `train.parquet` and so on."""
    return f"{part}.parquet"


@dataclass(frozen=True, kw_only=True)
class Split:
    """A loaded split; parts are read one by one, on demand."""

    folder: Folder
    context: DataContext

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a split and check it."""
        return cls.of(open_artifact(path, kind=ArtifactKind.SPLIT))

    @classmethod
    def of(cls, folder: Folder) -> Self:
        """Take an opened folder as a split."""
        return cls(folder=folder, context=DataContext.from_json(folder.manifest.context))

    def part(self, part: str) -> pa.Table:
        """The typed rows of one part, in source order; no other part's file is opened."""
        if self.folder.manifest.file(part_file(part)) is None:
            raise missing_part(self.folder.path, part, self.parts)
        return parse_parquet(self.folder.read_bytes(part_file(part)))

    @property
    def parts(self) -> tuple[str, ...]:
        """Which parts there are."""
        return tuple(p for p in ("train", "valid", "test") if self.folder.manifest.file(part_file(p)) is not None)

    def source_rows(self, part: str) -> NDArray[np.int64]:
        """Zero-based data rows of the source file that make up a part, in the order of its rows."""
        table = pa_csv.read_csv(io.BytesIO(self.folder.read_bytes(INDICES)))
        chosen = np.asarray(table["part"].to_pylist()) == part
        rows: NDArray[np.int64] = table["row"].to_numpy()[chosen]
        return rows


@dataclass(frozen=True, kw_only=True)
class SplitContent:
    """What `split` found: the parts, each source row's part, and the facts that travel forward."""

    parts: dict[str, pa.Table]
    part_of_row: NDArray[np.str_]
    context: DataContext

    def save(self, out: Path, params: SplitParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.SPLIT, force=force) as writer:
            for part, table in self.parts.items():
                write_parquet(table, writer.path(part_file(part)))
            lines = [f"{row},{part}" for row, part in enumerate(self.part_of_row.tolist())]
            writer.write_bytes(INDICES, ("\n".join(["row,part", *lines]) + "\n").encode())
            return writer.commit(
                ManifestDraft(params=asdict(params), context=self.context.to_json(), inputs=tuple(inputs))
            )
