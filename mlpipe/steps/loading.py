"""What a step reads: tables known by their content, models, and what the record of an artifact leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import shown, stale, unreadable_object
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input
from mlpipe.engine.probe import why_it_fails
from mlpipe.errors import ArtifactError, MlpipeError
from mlpipe.params.signing import KEY_FILE
from mlpipe.task import Task

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.artifacts.models import Model
    from mlpipe.features.reference import ColumnReference


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """How strict to be when a model is loaded; only from the command line, never from an artifact.

    `probe` tries an unsigned model on two rows in a process of its own before it is used in this one.
    """

    allow_version_mismatch: bool = False
    trust: tuple[str, ...] = ()
    probe: bool = True


def load_model(path: Path, options: LoadOptions) -> Model:
    """Open and check a model."""
    from mlpipe.artifacts.models import Model  # brings scikit-learn, which dividing and describing a table do without

    model = Model.load(path, trust=options.trust, allow_version_mismatch=options.allow_version_mismatch)
    if options.probe and KEY_FILE.get() is None:
        _try(model)
    return model


def _try(model: Model) -> None:
    """Predict a row of gaps and a usual one in another process: what passed all checks and still is not sound."""
    threads = model.name.startswith("torch")  # they do not survive a copy of the process
    reason = why_it_fails(lambda: _predict_two_rows(model), here=threads)
    if reason:
        raise unreadable_object(f"it cannot predict two rows: {reason}", where=shown(model.folder.path))


def _predict_two_rows(model: Model) -> None:
    """Predict a row without a cell, and one with such cells as training had; a model may refuse gaps."""
    import numpy as np
    import pyarrow as pa

    from mlpipe.models.contract import known_columns, tally_block

    facts = {column.name: column for column in model.reference.columns}
    known = known_columns(model.reference, model.fitted.columns)
    usual = {column.name: _usual(facts[column.name]) for column in model.fitted.columns}
    finite = []
    for cells in (dict.fromkeys(usual), usual):
        row = pa.table({name: pa.array([cell], pa.string()) for name, cell in cells.items()})
        coerced = model.fitted.coerce(row, decimal=".")
        tally_block(coerced, known)
        try:
            predictions = model.fitted.predict(coerced.table)
        except (MlpipeError, ValueError) as error:
            if not isinstance(error, MlpipeError) and "NaN" not in str(error):
                raise
            continue
        answer = predictions.outputs if predictions.proba is None else predictions.proba
        finite.append(np.isfinite(answer).all())
    if finite and not any(finite):
        raise ArithmeticError("its answers are no numbers")


def _usual(facts: ColumnReference) -> str:
    if facts.levels:
        return facts.levels[0][0]
    return "" if facts.min is None else str(facts.min)


def finds_clusters(path: Path) -> bool:
    """Whether a model has no target."""
    with open_artifact(path, ArtifactKind.MODEL) as folder:
        return folder.manifest.context.get("task") == Task.CLUSTERING


def open_source(folder: Folder, role: str, kind: ArtifactKind, *, instead: Path | None = None) -> Folder:
    """Open what an artifact was made from: where it was, or `instead`; its fingerprint must be the recorded one.

    Raises
    ------
    ArtifactError
        Where it has changed since.
    """
    if instead is None:
        return folder.open_input(role, kind)
    opened = open_artifact(instead, kind, vouched=True)
    if opened.fingerprint != folder.input(role).fingerprint:
        raise stale(folder.path, kind=folder.kind, source=instead)
    return opened


def recorded_input(folder: Folder, role: str, *, instead: Path | None = None) -> Input:
    """An input as `folder` records it, to be recorded again one step further."""
    path = instead or folder.input_path(role)
    return Input(role=role, path=path, fingerprint=folder.input(role).fingerprint)


class LazySplit:
    """The split behind an artifact, opened when it is first asked for: most fits never need it."""

    def __init__(self, folder: Folder, kind: ArtifactKind, *, instead: Path | None) -> None:
        self._folder, self._kind, self._instead = folder, kind, instead
        self._split: Split | None = None

    def get(self) -> Split:
        """The opened split."""
        if self._split is None:
            self._split = Split.of(open_source(self._folder, "split", self._kind, instead=self._instead))
        return self._split

    def find(self) -> Split | None:
        """The split, where it still is what it was."""
        try:
            return self.get()
        except ArtifactError:
            return None
