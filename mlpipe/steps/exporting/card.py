"""The card of a model, gathered from the artifacts that it came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.evaluations import METRICS
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import SCORES
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.errors import ArtifactError
from mlpipe.reports.evaluation.card import Card, CrossValidated, Judged, render_card
from mlpipe.reports.evaluation.metrics_json import read_measure
from mlpipe.steps.evaluation.background import drivers_of, making_of, told_split
from mlpipe.steps.loading import open_source
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.artifacts.models import Model


def model_card(model: Model, evaluation: str | None) -> str:
    """The card as Markdown.

    Parameters
    ----------
    evaluation : str, optional
        The folder of an evaluation of this model.

    Raises
    ------
    ArtifactError
        Where the evaluation is of another model.
    """
    split = Split.of(open_source(model.folder, "split", ArtifactKind.SPLIT))
    scores = model.folder.read_json(SCORES)
    cross_validated = scores.get("cv", {}).get("metrics", {})
    return render_card(
        Card(
            model=model.name, target=model.context.target, data=tuple(_data(split)), reference=model.reference,
            counts=model.target, plan=model.plan, making=tuple(_making(model, scores)),
            cross_validated={name: CrossValidated(**found) for name, found in cross_validated.items()},
            drivers=drivers_of(model), notes=tuple(scores.get("notes", ())),
            judged=None if evaluation is None else _judged(model, evaluation),
        )
    )  # fmt: skip


def _data(split: Split) -> Iterator[tuple[str, str]]:
    source = split.folder.input("data")
    yield "table", f"{Path(source.path).name}, fingerprint {source.fingerprint}"
    yield "split", told_split(split)
    yield "fingerprint of the split", split.folder.fingerprint
    if dropped := split.folder.manifest.params["roles"]["drop"]:
        yield "dropped by hand", listed(dropped, 20)


def _making(model: Model, scores: dict[str, Any]) -> Iterator[tuple[str, str]]:
    manifest = model.folder.manifest
    yield from making_of(model, scores)
    yield "seed", str(manifest.params["seed"])
    yield "fingerprint", manifest.fingerprint
    yield "made with", manifest.made_with


def _judged(model: Model, evaluation: str) -> Judged:
    folder = open_artifact(Path(evaluation), kind=ArtifactKind.EVALUATION)
    of = folder.manifest.input("model")
    if of is None or of.fingerprint != model.folder.fingerprint:
        raise ArtifactError(
            "The evaluation is of another model.", where=evaluation,
            remedy="Evaluate this one, and give the folder of that.",
        )  # fmt: skip
    found = folder.read_json(METRICS)
    measures = {name: read_measure(told) for name, told in found["metrics"].items()}
    return Judged(
        rows=found.get("rows", ""), n_rows=found["n_rows"], verdict=found["verdict"],
        headline=found.get("headline", next(iter(measures))), metrics=measures, baseline=found["baseline"],
        notes=tuple(found["notes"]),
    )  # fmt: skip
