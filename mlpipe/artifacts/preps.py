"""A preprocessed split on disk: the plan, the fitted preprocessor, and every part as a matrix."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse

from mlpipe.artifacts.errors import missing_part, shown
from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.contents import well_formed
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.tables import (
    BlockTable,
    arrays_matrix,
    parse_npz,
    parse_parquet,
    render_csv,
    sparse_arrays,
    table_matrix,
    write_matrix,
    write_matrix_blocks,
    write_npz,
)
from mlpipe.artifacts.typed import check_typed
from mlpipe.data.schema import DataContext
from mlpipe.features.plan.plan import Plan
from mlpipe.features.reference import Reference
from mlpipe.params import PreprocessParams
from mlpipe.target.reference import TargetReference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.artifacts.store.writer import ArtifactWriter
    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.preprocessor.matrix import Matrix
    from mlpipe.features.resampling.resampled import Resampled

PLAN = "plan.json"
REFERENCE = "reference.json"
PREPROCESSOR = "preprocessor.joblib"
FEATURES = "features.csv"
RESAMPLED = "train_resampled"
SYNTHETIC = "synthetic"


@dataclass(frozen=True, kw_only=True)
class PartMatrix:
    """Features of shape (n_rows, n_features) with their targets; `y` holds NaN or "" where there is none."""

    X: Matrix
    y: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Prep:
    """A loaded preparation; matrices are read on demand."""

    folder: Folder
    context: DataContext
    plan: Plan
    reference: Reference
    target: TargetReference
    feature_names: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a preparation and check it."""
        folder = open_artifact(path, kind=ArtifactKind.PREP)
        with well_formed(folder.path):
            return cls._read(folder)

    @classmethod
    def _read(cls, folder: Folder) -> Self:
        context = dict(folder.manifest.context)
        # In the first version of the format the manifest listed the features.
        names = context.pop("features", None) or _feature_names(folder.read_bytes(FEATURES))
        reference, target = parse_reference(folder.read_json(REFERENCE))
        settled, plan = DataContext.from_json(context), Plan.from_json(folder.read_json(PLAN))
        check_typed(settled, plan, reference, target)
        return cls(
            folder=folder,
            context=settled,
            plan=plan,
            reference=reference,
            target=target,
            feature_names=tuple(names),
        )

    @property
    def params(self) -> PreprocessParams:
        """The options that it was made with."""
        return PreprocessParams.from_json(self.folder.manifest.params)

    def preprocessor(self) -> Pipeline:
        """The fitted preprocessor."""
        loaded: Pipeline = load_joblib(
            self.folder.read_bytes(PREPROCESSOR), where=shown(self.folder.path / PREPROCESSOR)
        )
        return loaded

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts there are, and `train_resampled` where the training rows were resampled."""
        names = ("train", "valid", "test", RESAMPLED)
        return tuple(name for name in names if self._file(name) is not None)

    @property
    def training_part(self) -> str:
        """What an estimator is fitted on: the resampled training rows where there are any."""
        return RESAMPLED if RESAMPLED in self.parts else "train"

    def training_matrix(self) -> PartMatrix:
        """The rows that an estimator is fitted on."""
        return self.matrix(self.training_part)

    def matrix(self, part: str, *, most: int | None = None) -> PartMatrix:
        """One part's features and targets; of the first rows where there are more than `most`."""
        name = self._named(part)
        if name.endswith(".npz"):
            arrays = parse_npz(self.folder.read_bytes(name))
            return PartMatrix(X=arrays_matrix(arrays)[:most], y=arrays["y"][:most])
        if most is None:
            return self.matrix_of(parse_parquet(self.folder.read_bytes(name)))
        with self.open_part(part) as table:
            return self.matrix_of(table.first(most))

    def is_sparse(self, part: str) -> bool:
        """Whether a part is stored as a sparse matrix, which is read as a whole."""
        return self._named(part).endswith(".npz")

    def open_part(self, part: str) -> BlockTable:
        """The rows of a part that is no sparse matrix, to be read block by block."""
        return BlockTable(self.folder.open_file(self._named(part)))

    def matrix_of(self, table: pa.Table) -> PartMatrix:
        """Features and targets of stored rows."""
        n_features, target = len(self.feature_names), self.context.target
        stored = [table.column(n_features + place) for place in range(len(target.columns))]
        y = target.restored(stored) if stored else np.empty((table.num_rows, 0))
        return PartMatrix(X=table_matrix(table, n_features), y=y)

    def _named(self, part: str) -> str:
        name = self._file(part)
        if name is None:
            raise missing_part(self.folder.path, part, self.parts)
        return name

    def _file(self, part: str) -> str | None:
        names = (f"{part}.parquet", f"{part}.npz")
        return next((name for name in names if self.folder.manifest.file(name) is not None), None)


def _feature_names(data: bytes) -> list[str]:
    return [row["feature"] for row in csv.DictReader(io.StringIO(data.decode()))]


@dataclass(frozen=True, kw_only=True)
class PrepContent:
    """What `preprocess` made.

    The fitted object is saved by `save_fitted` before any part but the training rows is opened.
    """

    plan: Plan
    preprocessor: Pipeline
    reference: Reference
    target: TargetReference
    features: tuple[Feature, ...]
    context: DataContext

    def save_fitted(self, writer: ArtifactWriter) -> None:
        """Write what training rows taught."""
        writer.write_json(PLAN, self.plan.to_json())
        writer.write_json(REFERENCE, render_reference(self.reference, self.target))
        writer.write_bytes(PREPROCESSOR, dump_joblib(self.preprocessor))
        rows = [(feature.name, feature.column, feature.kind) for feature in self.features]
        writer.write_bytes(FEATURES, render_csv(("feature", "column", "kind"), rows))

    def save_part(self, writer: ArtifactWriter, part: str, matrix: PartMatrix) -> None:
        """Write one part's matrix with its target: a table, or a `.npz` where it is sparse."""
        self._save(writer, part, matrix.X, matrix.y, {})

    def save_blocks(self, writer: ArtifactWriter, part: str, blocks: Iterable[tuple[Matrix, NDArray[Any]]]) -> None:
        """Write one part's matrix, no sparse one, that comes with its target in blocks of `MATRIX_ROWS` rows."""
        named = ((X, self._targets(y)) for X, y in blocks)
        write_matrix_blocks(named, [feature.name for feature in self.features], writer.path(f"{part}.parquet"))

    def save_resampled(self, writer: ArtifactWriter, resampled: Resampled) -> None:
        """Write the resampled training rows, synthetic ones flagged, and the class counts."""
        self._save(writer, RESAMPLED, resampled.X, resampled.y, {SYNTHETIC: resampled.synthetic})
        writer.write_json("resampling.json", resampled.to_json())

    def save_table(
        self, writer: ArtifactWriter, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Write a small table beside the matrices, such as `explained_variance.csv`."""
        writer.write_bytes(name, render_csv(header, rows))

    def _save(
        self, writer: ArtifactWriter, name: str, X: Matrix, y: NDArray[Any], extra: dict[str, NDArray[Any]]
    ) -> None:
        if sparse.issparse(X):
            write_npz({**sparse_arrays(X), "y": y, **extra}, writer.path(f"{name}.npz"))
            return
        names = [feature.name for feature in self.features]
        write_matrix(X, names, {**self._targets(y), **extra}, writer.path(f"{name}.parquet"))

    def _targets(self, y: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return dict(zip(self._target_names(), self.context.target.stored(y), strict=True))

    def commit(self, writer: ArtifactWriter, params: PreprocessParams, inputs: Sequence[Input]) -> Manifest:
        """Put the artifact in place."""
        draft = ManifestDraft(params=asdict(params), context=self.context.to_json(), inputs=tuple(inputs))
        return writer.commit(draft)

    def _target_names(self) -> list[str]:
        """The target's columns in the matrices: by their own names, marked where a feature has one already."""
        taken = {feature.name for feature in self.features} | {SYNTHETIC}
        names = []
        for name in self.context.target.columns:
            while name in taken:
                name += " (target)"  # noqa: PLW2901 - marked until it is free
            names.append(name)
        return names


def render_reference(reference: Reference, target: TargetReference) -> dict[str, Any]:
    """The content of `reference.json`: the training rows' columns, and their target."""
    return {**reference.to_json(), "target": target.to_json()}


def parse_reference(document: dict[str, Any]) -> tuple[Reference, TargetReference]:
    """Inverse of `render_reference`."""
    return Reference.from_json(document), TargetReference.from_json(document["target"])
