"""A model on disk: everything that predicting needs, and what is known of how it was made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from mlpipe.artifacts.errors import shown, unreadable_object
from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.preps import PLAN, REFERENCE, parse_reference, render_reference
from mlpipe.artifacts.store.contents import well_formed
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.versions import check_versions
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.artifacts.tables import write_csv
from mlpipe.artifacts.typed import check_typed
from mlpipe.data.schema import DataContext
from mlpipe.features.plan.plan import Plan
from mlpipe.features.reference import Reference
from mlpipe.models.deciding.decision import Decision
from mlpipe.models.fitted_model import FittedModel, used_columns
from mlpipe.target.reference import TargetReference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sklearn.pipeline import Pipeline

    from mlpipe.params import TrainParams, TuneParams

PLANS = "plans.json"
"""The plans of a blend that sees the table through several, by the names of its views."""
PIPELINE = "model.joblib"
SCORES = "scores.json"
IMPORTANCE = "importance.csv"
LEADERBOARD = "leaderboard.csv"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A loaded model.

    Parameters
    ----------
    name : str
        The estimator's name (of the winner, where `auto` chose).
    reference, target : Reference, TargetReference
        What the training rows looked like, column by column, and their target.
    """

    folder: Folder
    name: str
    plan: Plan
    reference: Reference
    target: TargetReference
    fitted: FittedModel

    @classmethod
    def load(cls, path: Path, *, trust: Iterable[str] = (), allow_version_mismatch: bool = False) -> Self:
        """Open a model: digests and versions are checked before anything is unpickled."""
        folder = open_artifact(path, kind=ArtifactKind.MODEL)
        check_versions(
            folder.manifest.environment, folder.path, ArtifactKind.MODEL, allow_mismatch=allow_version_mismatch
        )
        with well_formed(folder.path):
            return cls._read(folder, trust)

    @classmethod
    def _read(cls, folder: Folder, trust: Iterable[str]) -> Self:
        facts = dict(folder.manifest.context)
        name, rowwise = facts.pop("model"), facts.pop("rowwise")
        decision = Decision.from_json(facts.pop("decision", {}))
        context = DataContext.from_json(facts)
        plans = [Plan.from_json(folder.read_json(PLAN)), *_other_plans(folder)]
        reference, target = parse_reference(folder.read_json(REFERENCE))
        check_typed(context, decision, *plans, reference, target)
        fitted = FittedModel(
            pipeline=_load_pipeline(folder, trust),
            context=context,
            columns=used_columns(plans, context),
            rowwise=rowwise,
            decision=decision,
        )
        return cls(folder=folder, name=str(name), plan=plans[0], reference=reference, target=target, fitted=fitted)

    @property
    def context(self) -> DataContext:
        """Target, task, classes and schema."""
        return self.fitted.context


def _other_plans(folder: Folder) -> list[Plan]:
    if folder.manifest.file(PLANS) is None:
        return []
    return [Plan.from_json(plan) for plan in folder.read_json(PLANS).values()]


def _load_pipeline(folder: Folder, trust: Iterable[str]) -> Pipeline:
    place = shown(folder.path / PIPELINE)
    pipeline: Pipeline = load_joblib(folder.read_bytes(PIPELINE), trust=trust, where=place)
    if list(getattr(pipeline, "named_steps", ())) != ["preprocess", "model"]:
        raise unreadable_object("it is no pipeline of a preprocessor and a model", where=place)
    return pipeline


@dataclass(frozen=True, kw_only=True)
class ModelContent:
    """What `train` made.

    Parameters
    ----------
    plans : dict
        View to the plan that it sees the table through; one but for some blends.
    tables : dict
        File name to header and rows, written as CSV (`cv.csv`, `coefficients.csv` …).
    images : dict
        File name to PNG bytes.
    texts : dict
        File name to text.
    """

    name: str
    rowwise: bool
    pipeline: Pipeline
    plans: Mapping[str, Plan]
    reference: Reference
    target: TargetReference
    context: DataContext
    scores: dict[str, Any]
    decision: Decision
    tables: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]
    images: Mapping[str, bytes]
    texts: Mapping[str, str] = field(default_factory=dict)

    def save(self, out: Path, params: TrainParams | TuneParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.MODEL, force=force) as writer:
            pipeline = dump_joblib(self.pipeline)
            load_joblib(pipeline)  # what could not be loaded again is told now, not when it is needed
            writer.write_bytes(PIPELINE, pipeline)
            writer.write_json(PLAN, next(iter(self.plans.values())).to_json())
            if len(self.plans) > 1:
                writer.write_json(PLANS, {view: plan.to_json() for view, plan in self.plans.items()})
            writer.write_json(REFERENCE, render_reference(self.reference, self.target))
            writer.write_json(SCORES, self.scores)
            for name, (header, rows) in self.tables.items():
                write_csv(writer.path(name), header, rows)
            for name, image in self.images.items():
                writer.write_bytes(name, image)
            for name, text in self.texts.items():
                writer.write_bytes(name, text.encode())
            context = {**self.context.to_json(), "model": self.name, "rowwise": self.rowwise}
            if self.decision.to_json():
                context["decision"] = self.decision.to_json()
            return writer.commit(ManifestDraft(params=asdict(params), context=context, inputs=tuple(inputs)))
