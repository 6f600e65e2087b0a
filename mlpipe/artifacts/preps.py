"""A preprocessed split on disk: the plan, the fitted preprocessor, and every part as a matrix."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.folder import Folder, open_artifact
from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store import ArtifactWriter
from mlpipe.artifacts.tables import matrix_table, parse_parquet, table_matrix, write_parquet
from mlpipe.artifacts.unpickle import dump_joblib, load_joblib
from mlpipe.data.schema import DataContext
from mlpipe.features.plan import Plan
from mlpipe.features.reference import Reference
from mlpipe.features.target import TargetReference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.resampling import Resampled
    from mlpipe.params import PreprocessParams

PLAN = "plan.json"
REFERENCE = "reference.json"
PREPROCESSOR = "preprocessor.joblib"
RESAMPLED = "train_resampled.parquet"
SYNTHETIC = "synthetic"


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Features of shape (n_rows, n_features) with their targets; `y` holds NaN or "" where there is none."""

    X: NDArray[np.float64]
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
        folder = open_artifact(path, kind=Kind.PREP)
        context = dict(folder.manifest.context)
        names = tuple(context.pop("features"))
        reference, target = parse_reference(folder.read_json(REFERENCE))
        return cls(
            folder=folder,
            context=DataContext.from_json(context),
            plan=Plan.from_json(folder.read_json(PLAN)),
            reference=reference,
            target=target,
            feature_names=names,
        )

    def preprocessor(self) -> Pipeline:
        """The fitted preprocessor."""
        loaded: Pipeline = load_joblib(
            self.folder.read_bytes(PREPROCESSOR), where=shown(self.folder.path / PREPROCESSOR)
        )
        return loaded

    @property
    def is_resampled(self) -> bool:
        """Whether there is a resampled training set."""
        return self.folder.manifest.file(RESAMPLED) is not None

    def training_matrix(self) -> Matrix:
        """What an estimator is fitted on: the resampled training rows where there are any."""
        return self.matrix(RESAMPLED if self.is_resampled else "train.parquet")

    def matrix(self, name: str) -> Matrix:
        """One part's features and targets."""
        table = parse_parquet(self.folder.read_bytes(name))
        y = table.column(len(self.feature_names))
        labels = np.asarray(y.to_pylist(), dtype=str) if self.context.classes else y.to_numpy()
        return Matrix(X=table_matrix(table, len(self.feature_names)), y=labels)


@dataclass(frozen=True, kw_only=True)
class PrepContent:
    """What `preprocess` made.

    The fitted object is saved by `save_fitted` before any part but the training rows is opened.
    """

    plan: Plan
    preprocessor: Pipeline
    reference: Reference
    target: TargetReference
    feature_names: tuple[str, ...]
    context: DataContext

    def save_fitted(self, writer: ArtifactWriter) -> None:
        """Write what training rows taught."""
        writer.write_json(PLAN, self.plan.to_json())
        writer.write_json(REFERENCE, render_reference(self.reference, self.target))
        writer.write_bytes(PREPROCESSOR, dump_joblib(self.preprocessor))

    def save_part(self, writer: ArtifactWriter, part: str, matrix: Matrix) -> None:
        """Write one part's matrix; the target is the last column."""
        target = self.target_name
        write_parquet(matrix_table(matrix.X, self.feature_names, {target: matrix.y}), writer.path(f"{part}.parquet"))

    def save_resampled(self, writer: ArtifactWriter, resampled: Resampled) -> None:
        """Write the resampled training rows, synthetic ones flagged, and the class counts."""
        extra = {self.target_name: resampled.y, SYNTHETIC: resampled.synthetic}
        write_parquet(matrix_table(resampled.X, self.feature_names, extra), writer.path(RESAMPLED))
        writer.write_json(
            "resampling.json",
            {
                "sampler": resampled.sampler,
                "before": resampled.counts_before,
                "after": resampled.counts_after,
                "n_synthetic": int(resampled.synthetic.sum()),
            },
        )

    def commit(self, writer: ArtifactWriter, params: PreprocessParams, inputs: Sequence[Input]) -> Manifest:
        """Put the artifact in place."""
        context = {**self.context.to_json(), "features": list(self.feature_names)}
        return writer.commit(ManifestDraft(params=asdict(params), context=context, inputs=tuple(inputs)))

    @property
    def target_name(self) -> str:
        """The target's column in the matrices: its own name, marked where a feature has it already."""
        name = self.context.target
        while name in self.feature_names or name == SYNTHETIC:
            name += " (target)"
        return name


def render_reference(reference: Reference, target: TargetReference) -> dict[str, Any]:
    """The content of `reference.json`: the training rows' columns, and their target."""
    return {**reference.to_json(), "target": target.to_json()}


def parse_reference(document: dict[str, Any]) -> tuple[Reference, TargetReference]:
    """Inverse of `render_reference`."""
    return Reference.from_json(document), TargetReference.from_json(document["target"])
