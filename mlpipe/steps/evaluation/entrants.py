"""What is compared: models and evaluations, each as predictions beside the truth of the same rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.evaluations import PREDICTIONS
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import MANIFEST_NAME
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.metrics.outcome import Outcome, places_of
from mlpipe.models.predicting import choose_classes
from mlpipe.params import EvaluateParams
from mlpipe.steps.evaluation.case import case_of_model
from mlpipe.steps.inputs import as_input
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, target_from_json
from mlpipe.task import no_target
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways
from mlpipe.words.sources import readable_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.steps.loading import LoadOptions
    from mlpipe.target import Target

_FOREIGN = "predictions"


@dataclass(frozen=True, kw_only=True, eq=False)
class Entrant:
    """One model in a comparison.

    Parameters
    ----------
    name : str
        What the person called it: the folder.
    model : str
        The estimator's name.
    keys : dict
        What identifies the rows.
    rows : tuple of str
        Where the rows come from: the role of an input, its fingerprint, and which rows of it.
    split : Path or None
        The split whose test part a model is now looked at on.
    """

    name: str
    model: str
    outcome: Outcome
    keys: dict[str, list[Any]]
    rows: tuple[str, str, str]
    source: Input
    split: Path | None = None

    @property
    def told(self) -> str:
        """Name and model."""
        return self.name if self.name.endswith(self.model) else f"{self.name} ({self.model})"


def load_entrants(paths: Sequence[Path], load: LoadOptions) -> tuple[Entrant, ...]:
    """Open models and evaluations; a model predicts the test part of its split.

    Raises
    ------
    UsageError
        Where there are fewer than two.
    ArtifactError
        Where they were not judged on the same rows, or rows trained a model.
    """
    if len(paths) < 2:
        raise UsageError("There is nothing to compare with.", remedy="Name two models or evaluations, or more.")
    names = _names(paths)
    entrants = tuple(_load(path, name, load) for path, name in zip(paths, names, strict=True))
    for other in entrants[1:]:
        _check_same_rows(entrants[0], other)
    return entrants


def _names(paths: Sequence[Path]) -> list[str]:
    """The last parts of the paths, as many as tell them apart."""
    parts = [path.resolve().parts[:-1] if path.name == MANIFEST_NAME else path.resolve().parts for path in paths]
    for length in range(1, max(map(len, parts))):
        names = [readable_name("/".join(part[-length:])) for part in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{readable_name(part[-1])} ({place})" for place, part in enumerate(parts, 1)]


def _load(path: Path, name: str, load: LoadOptions) -> Entrant:
    with open_artifact(path) as folder:
        if folder.kind is ArtifactKind.EVALUATION:
            return _of_evaluation(folder, name)
        if folder.kind is not ArtifactKind.MODEL:
            raise ArtifactError(
                f"{name} is {folder.kind.value}, neither a model nor an evaluation.",
                where=str(path),
                remedy="Name folders that `mlpipe train` or `mlpipe evaluate` wrote.",
            )
    case = case_of_model(path, EvaluateParams(), data=None, split=None, load=load)
    assert case.model is not None
    source = case.rows.source
    return Entrant(
        name=name,
        model=case.name,
        outcome=case.outcome,
        keys=case.rows.keys,
        rows=(source.role, source.fingerprint, case.rows.told),
        source=as_input("model", case.model.folder),
        split=case.split,
    )


def _of_evaluation(folder: Folder, name: str) -> Entrant:
    context = folder.manifest.context
    if "task" not in context:
        raise ArtifactError(
            f"{name} was written by an earlier mlpipe, which recorded no target in an evaluation.",
            where=str(folder.path),
            remedy="Run `mlpipe evaluate` again, or name the model.",
        )
    if context["training_rows"]:
        raise ArtifactError(
            f"{name} was scored on rows that trained it ({count_of(context['training_rows'])}).",
            where=str(folder.path),
            remedy="Compare evaluations on rows that no model has seen.",
        )
    target = target_from_json(context)
    if isinstance(target, NoTarget):
        raise no_target(target.task)
    table = list(csv.reader(io.StringIO(folder.read_bytes(PREDICTIONS).decode())))
    columns = {head: [row[k] for row in table[1:]] for k, head in enumerate(table[0])}
    source = next(used for used in folder.manifest.inputs if used.role != "model")
    ends = list(columns).index(_columns("true", target)[0])
    return Entrant(
        name=name,
        model=context["model"],
        outcome=replace(_outcome(target, columns), groups=_groups(columns)),
        keys=dict(list(columns.items())[:ends]),
        rows=(source.role, source.fingerprint, context["rows"]),
        source=as_input("evaluation", folder),
    )


def _groups(columns: dict[str, list[str]]) -> NDArray[np.int64] | None:
    return np.array(columns["group"], dtype=np.int64) if "group" in columns else None


def _outcome(target: Target, columns: dict[str, list[str]]) -> Outcome:
    weights = np.array(columns["weight"], dtype=np.float64) if "weight" in columns else None
    if not isinstance(target, ClassTarget):
        y_true, y_pred = (_numbers(columns, what, target) for what in ("true", "prediction"))
        proba = _numbers(columns, "proba", target) if _columns("proba", target)[0] in columns else None
        return Outcome.of(target, y_true, y_pred, y_proba=proba, weights=weights)
    names = [f"proba_{label}" for label in target.classes]
    proba = None
    if all(name in columns for name in names):
        proba = np.column_stack([np.array(columns[name], dtype=np.float64) for name in names])
    labels = np.array(columns["prediction"], dtype=np.str_)
    said = places_of(labels, target.classes)
    if proba is not None:  # where the model abstained, what it would have said
        said = np.where(labels == "", choose_classes(proba, target, None), said)
    return Outcome.of(target, np.array(columns["true"], dtype=np.str_), said, y_proba=proba, weights=weights)


def _columns(what: str, target: Target) -> list[str]:
    """How a table of predictions calls the true values, or the predicted ones: one column, or one for each target."""
    several = isinstance(target, LabelsTarget | NumbersTarget)
    return [f"{what}_{name}" for name in target.columns] if several else [what]


def _numbers(columns: dict[str, list[str]], what: str, target: Target) -> NDArray[np.float64]:
    found = np.array([columns[name] for name in _columns(what, target)], dtype=np.float64).T
    if isinstance(target, LabelsTarget) and what != "proba":
        found = found.astype(np.int64)
    return found if isinstance(target, LabelsTarget | NumbersTarget) else found[:, 0]


def _check_same_rows(first: Entrant, other: Entrant) -> None:
    same_source = first.rows[1:] == other.rows[1:] or _FOREIGN in {first.rows[0], other.rows[0]}
    same_target = first.outcome.task is other.outcome.task and first.outcome.labels == other.outcome.labels
    same_rows = np.array_equal(first.outcome.y_true, other.outcome.y_true)
    if same_source and same_target and same_rows and _texts(first) == _texts(other):
        return
    raise ArtifactError(
        f"{first.name} and {other.name} were not judged on the same rows.",
        where=f"{first.name}: {_told(first)}; {other.name}: {_told(other)}",
        remedy=ways(
            in_step(
                "evaluate",
                f"Evaluate both on one table: `mlpipe evaluate MODEL DATA` with {param('out')}, then compare these",
            )
        ),
    )


def _texts(entrant: Entrant) -> list[list[str]]:
    return [[str(cell) for cell in cells] for cells in entrant.keys.values()]


def _told(entrant: Entrant) -> str:
    return f"{count_of(entrant.outcome.n_rows, 'row')}, {entrant.rows[2]}, {entrant.rows[1][:8]}"
