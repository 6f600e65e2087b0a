"""What steps wrote, opened for Python: `mlpipe.load`."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.api.artifact import Artifact
from mlpipe.api.loaded_model import LoadedModel
from mlpipe.api.loaded_reports import LoadedAudit, LoadedComparison, LoadedDrift
from mlpipe.api.loading import load_options
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.steps.loading import load_model
from mlpipe.steps.shown import short

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import pandas as pd
    from sklearn.pipeline import Pipeline

    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.profiling.profile import Profile


class LoadedSplit(Artifact):
    """A split: `train`, `valid` and `test` are DataFrames."""

    @cached_property
    def _split(self) -> Any:
        from mlpipe.artifacts.splits import Split

        return Split.of(self._folder)

    @property
    def target(self) -> str:
        """The column to predict."""
        return str(self._split.context.target.name)

    def part(self, name: str) -> pd.DataFrame:
        """The typed rows of a part."""
        frame: pd.DataFrame = self._split.part(name).to_pandas()
        return frame

    @property
    def train(self) -> pd.DataFrame:
        """The training rows."""
        return self.part("train")

    @property
    def valid(self) -> pd.DataFrame:
        """The validation rows, where there are any."""
        return self.part("valid")

    @property
    def test(self) -> pd.DataFrame:
        """The test rows."""
        return self.part("test")

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        rows = {part: self._split.part(part).num_rows for part in self._split.parts}
        return {"path": str(self.out), "target": self.target, **rows}


class LoadedEvaluation(Artifact):
    """An evaluation: its `metrics`."""

    figure = ("plots/roc.png", "plots/confusion_matrix.png", "plots/predicted.png", "plots/residuals.png")

    @cached_property
    def document(self) -> dict[str, Any]:
        """`metrics.json`, whole."""
        from mlpipe.artifacts.evaluations import METRICS

        document: dict[str, Any] = self._folder.read_json(METRICS)
        return document

    @property
    def metrics(self) -> dict[str, dict[str, float | None]]:
        """Each metric with its `value`, and `low` and `high` of its interval."""
        found: dict[str, dict[str, float | None]] = self.document["metrics"]
        return found

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`: the metrics that a person looks at first."""
        from mlpipe.metrics.registry import headline_metrics
        from mlpipe.task import Task

        first = [name for name in headline_metrics(Task(self.document["task"])) if name in self.metrics]
        told = {name: short(self.metrics[name]["value"]) for name in first or list(self.metrics)[:2]}
        return {"path": str(self.out), "rows": self.document["n_rows"], **told}


class LoadedProfile(Artifact):
    """A profile: its `findings`, and `columns` in numbers."""

    @cached_property
    def profile(self) -> Profile:
        """Everything that was counted."""
        from mlpipe.artifacts.profiles import SavedProfile

        return SavedProfile.load(self.out).profile

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was remarked on, with codes, remedies and reasons."""
        return self.profile.findings

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        profile = self.profile
        return {
            "path": str(self.out), "rows": profile.rows, "columns": len(profile.columns),
            "findings": len(profile.findings),
        }  # fmt: skip


class LoadedPrep(Artifact):
    """A preparation: its fitted `preprocessor`, and the parts as matrices."""

    @cached_property
    def _prep(self) -> Any:
        from mlpipe.artifacts.preps import Prep

        return Prep.load(self.out)

    @cached_property
    def preprocessor(self) -> Pipeline:
        """The fitted scikit-learn transformer."""
        fitted: Pipeline = self._prep.preprocessor()
        return fitted

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the matrix."""
        return tuple(self._prep.feature_names)

    def matrix(self, part: str = "train") -> Any:
        """Features of a part, as the estimator sees them (`.X`), and targets (`.y`)."""
        return self._prep.matrix(part)

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        return {"path": str(self.out), "parts": list(self._prep.parts), "features": len(self.feature_names)}


def load(
    path: str | PathLike[str],
    *,
    trust: str | Iterable[str] = (),
    allow_version_mismatch: bool = False,
    no_probe: bool = False,
) -> Any:
    """Open what a step wrote.

    Parameters
    ----------
    path : str or path
        The folder of an artifact, or the manifest in it.
    trust : str or iterable of str
        `module:Class` that a model may hold beside mlpipe's own list.
    allow_version_mismatch : bool
        Load a model that was made under another minor version of scikit-learn.
    no_probe : bool
        Use a model without trying it on two rows in a process of its own first.

    Returns
    -------
    LoadedModel, LoadedSplit, LoadedPrep, LoadedEvaluation, LoadedProfile, LoadedComparison, LoadedDrift or LoadedAudit
        By the kind of the artifact.

    Raises
    ------
    ArtifactError
        Where there is none, or not as it was written.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> out = tempfile.mkdtemp() + "/split"
    >>> _ = mlpipe.split("sample_data/customers.csv", out, target="churned", id="customer_id")
    >>> mlpipe.load(out).train.shape
    (953, 10)
    """
    folder = open_artifact(Path(path))
    if folder.kind is ArtifactKind.MODEL:
        folder.close()
        options = {"trust": trust, "allow_version_mismatch": allow_version_mismatch, "no_probe": no_probe}
        return LoadedModel(load_model(Path(path), load_options(options)[0]))
    return _KINDS[folder.kind](folder)


_KINDS: dict[ArtifactKind, type[Artifact]] = {
    ArtifactKind.SPLIT: LoadedSplit,
    ArtifactKind.PREP: LoadedPrep,
    ArtifactKind.EVALUATION: LoadedEvaluation,
    ArtifactKind.PROFILE: LoadedProfile,
    ArtifactKind.COMPARISON: LoadedComparison,
    ArtifactKind.DRIFT: LoadedDrift,
    ArtifactKind.AUDIT: LoadedAudit,
}
