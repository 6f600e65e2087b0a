"""A split on disk: one file of typed rows for each part, and which source row went where."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from mlpipe.artifacts.errors import missing_part
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.contents import well_formed
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.artifacts.tables import BlockTable, RowGroups, parse_parquet
from mlpipe.artifacts.typed import check_typed
from mlpipe.data.schema import DataContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.params import SplitParams

INDICES = "indices.csv"
_INDEX_ROWS = 1 << 16


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
        with well_formed(folder.path):
            context = DataContext.from_json(folder.manifest.context)
            check_typed(context)
            return cls(folder=folder, context=context)

    def part(self, part: str) -> pa.Table:
        """The typed rows of one part, in source order; no other part's file is opened."""
        return parse_parquet(self.folder.read_bytes(self._file(part)))

    def open_part(self, part: str) -> BlockTable:
        """The rows of one part, to be read block by block."""
        return BlockTable(self.folder.open_file(self._file(part)))

    def some(self, part: str, chosen: NDArray[np.int64]) -> pa.Table:
        """Some rows of one part, by their numbers in ascending order."""
        with self.open_part(part) as table:
            return table.rows(chosen)

    def n_rows(self, part: str) -> int:
        """How many rows a part has."""
        with self.open_part(part) as table:
            return table.n_rows

    def _file(self, part: str) -> str:
        if self.folder.manifest.file(part_file(part)) is None:
            raise missing_part(self.folder.path, part, self.parts)
        return part_file(part)

    @property
    def parts(self) -> tuple[str, ...]:
        """Which parts there are."""
        return tuple(p for p in ("train", "valid", "test") if self.folder.manifest.file(part_file(p)) is not None)

    def source_rows(self, part: str) -> NDArray[np.int64]:
        """Zero-based data rows of the source file that make up a part, in the order of its rows."""
        with (
            self.folder.open_file(INDICES) as file,
            pa_csv.open_csv(file, pa_csv.ReadOptions(use_threads=False)) as csv,
        ):
            found = [batch["row"].filter(pc.equal(batch["part"], part)).to_numpy() for batch in csv]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])


@dataclass(frozen=True, kw_only=True)
class SplitContent:
    """What `split` found: the parts, each source row's part, and the facts that travel forward.

    Parameters
    ----------
    schemas : dict of str to pyarrow.Schema
        Of each part that there is to be.
    pieces : iterable of (str, pyarrow.Table)
        Rows of a part, in order; gone through once.
    names : sequence of str
        What the numbers in `part_of_row` stand for.
    """

    schemas: dict[str, pa.Schema]
    pieces: Iterable[tuple[str, pa.Table]]
    names: Sequence[str]
    part_of_row: NDArray[np.int8]
    context: DataContext

    def save(self, out: Path, params: SplitParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.SPLIT, force=force) as writer:
            with ExitStack() as open_files:
                files = {
                    part: open_files.enter_context(RowGroups(writer.path(part_file(part)), schema))
                    for part, schema in self.schemas.items()
                }
                for part, rows in self.pieces:
                    files[part].add(rows)
            self._write_indices(writer.path(INDICES))
            return writer.commit(
                ManifestDraft(params=asdict(params), context=self.context.to_json(), inputs=tuple(inputs))
            )

    def _write_indices(self, path: Path) -> None:
        names = pa.array(self.names)
        schema = pa.schema({"row": pa.int64(), "part": pa.string()})
        options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
        with path.open("wb") as file:
            file.write(b"row,part\n")
            with pa_csv.CSVWriter(file, schema, write_options=options) as writer:
                for start in range(0, len(self.part_of_row), _INDEX_ROWS):
                    codes = self.part_of_row[start : start + _INDEX_ROWS] % len(names)  # the last is called -1
                    rows = np.arange(start, start + len(codes))
                    writer.write_table(pa.table([rows, names.take(pa.array(codes))], schema=schema))
