"""`train` without a target: clusters are found, counted, doubted and described."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import ModelContent
from mlpipe.engine.local import one_thread
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.metrics.clustering.profile import PROFILE_HEADER, table_rows
from mlpipe.models.clusters.nearest import NearestCluster
from mlpipe.models.clusters.sweep import Sweep, Tried, sweep
from mlpipe.models.comparison.candidates import PREPARED
from mlpipe.models.deciding.decision import NO_DECISION
from mlpipe.models.fitted_model import FittedModel, used_columns
from mlpipe.models.fitting import join_pipeline
from mlpipe.params import TrainParams
from mlpipe.params.training import parse_range
from mlpipe.reports.clusters.words import describe_cluster, render_profiles
from mlpipe.steps.evaluation.cluster_figures import draw_search
from mlpipe.steps.evaluation.clustered import put_into_clusters
from mlpipe.steps.evaluation.every_row import PartFile
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LazySplit, recorded_input
from mlpipe.steps.training.cluster_options import CRITERIA, check_options, choose_criterion, choose_models
from mlpipe.steps.training.cluster_rows import search_rows
from mlpipe.steps.training.cluster_trust import ClusterTrust, doubt
from mlpipe.steps.training.result import ClusteringResult
from mlpipe.task import Task
from mlpipe.words.lists import count_of, either
from mlpipe.words.parameters import as_options
from mlpipe.words.progress import Tell, silent

if TYPE_CHECKING:
    from pathlib import Path

    from sklearn.pipeline import Pipeline

    from mlpipe.artifacts.preps import Prep
    from mlpipe.engine.memory import Memory
    from mlpipe.plots.drawn import Figures
    from mlpipe.steps.evaluation.clustered import ClusteredTable


def train_clusters(
    prep: Prep, out: Path, params: TrainParams, *, memory: Memory, split: Path | None = None, force: bool = False,
    watch: Tell = silent,
) -> ClusteringResult:  # fmt: skip
    """Find clusters among the training rows and save what found them.

    Raises
    ------
    UsageError
        Where an option needs a target, or more clusters are asked for than there are rows.
    DataError
        Where all training rows are the same.
    """
    check_options(params)
    criterion = choose_criterion(params)
    choices = choose_models(params)
    source = LazySplit(prep.folder, ArtifactKind.SPLIT, instead=split).get()
    preprocessor = prep.preprocessor()
    features = describe_features(preprocessor)
    asked = None if params.k is None else parse_range(params.k)
    with one_thread(), ExitStack() as held:
        rows, sampled = search_rows(prep, choices, held, memory=memory, seed=params.seed)
        swept = sweep(choices, rows, features, asked=asked, criterion=criterion, seed=params.seed, watch=watch)
        told = doubt(swept, rows.sample, features, seed=params.seed, watch=watch)
        watch(None, "putting all rows into clusters")
        fitted = _fitted(prep, preprocessor, swept)
        clustered = put_into_clusters(fitted, PartFile.of(source, "train"), seed=params.seed)
        watch(None, "drawing")
        figures = draw_search(swept, clustered.rows, seed=params.seed)
        n_noise = clustered.n_noise
        notes = (
            *sampled, *swept.notes, *_rule_note(swept), *_noise_note(n_noise, clustered.rows.n_rows), *clustered.notes
        )  # fmt: skip
        content = _content(prep, swept, clustered, told, figures, notes)
        inputs = (as_input("prep", prep.folder), recorded_input(prep.folder, "split", instead=split))
        watch(None, "writing")
        manifest = content.save(out, params, inputs, force=force)
    return ClusteringResult(
        out=out,
        asked=params.model,
        model=swept.best.model,
        criterion=criterion,
        n_train=rows.n_rows,
        n_features=rows.held.shape[1],
        k=swept.found.n_clusters,
        n_noise=n_noise,
        scores=_scores(swept.best),
        reason=swept.reason,
        found=told.found,
        verdict=told.verdict,
        stability=told.stability,
        clusters=tuple((one.cluster, one.size, describe_cluster(one)) for one in clustered.profiles),
        notes=notes,
        fingerprint=manifest.fingerprint,
    )


def _fitted(prep: Prep, preprocessor: Pipeline, swept: Sweep) -> FittedModel:
    found = swept.found
    return FittedModel(
        pipeline=join_pipeline(preprocessor, found.estimator),
        context=prep.context,
        columns=used_columns([prep.plan], prep.context),
        rowwise=found.choice.spec.rowwise,
    )


def _scores(best: Tried) -> dict[str, float | None]:
    return {name: best.score(name) for name in CRITERIA}


def _rule_note(swept: Sweep) -> tuple[str, ...]:
    """How new rows will be answered, where the model has no rule of its own."""
    if not isinstance(swept.found.estimator, NearestCluster):
        return ()
    return (f"{swept.best.model} {NearestCluster.RULE}",)


def _noise_note(n_noise: int, n_rows: int) -> tuple[str, ...]:
    if not n_noise:
        return ()
    return (f"{count_of(n_noise)} of {count_of(n_rows, 'row')} {either(n_noise, 'is', 'are')} noise, cluster -1",)


def _content(
    prep: Prep, swept: Sweep, clustered: ClusteredTable, told: ClusterTrust, figures: Figures, notes: tuple[str, ...]
) -> ModelContent:
    best, found, profiles = swept.best, swept.found, clustered.profiles
    sentences = [told.verdict, *([swept.reason] if swept.reason else [])]
    title = f"{best.model}: {count_of(found.n_clusters, 'cluster')} of {count_of(clustered.rows.n_rows, 'row')}"
    return ModelContent(
        name=best.model,
        rowwise=found.choice.spec.rowwise,
        pipeline=clustered.fitted.pipeline,
        plans={PREPARED: prep.plan},
        reference=prep.reference,
        target=prep.target,
        context=prep.context,
        scores={
            "model": best.model,
            "task": Task.CLUSTERING.value,
            "params": dict(found.choice.params),
            "criterion": swept.criterion,
            "n_train": len(found.clusters),
            "k": found.n_clusters,
            "metrics": _scores(best),
            "stability": asdict(told.stability),
            "found": told.found,
            "verdict": told.verdict,
            "reason": swept.reason,
            "chance": asdict(told.chance),
            "notes": [as_options(note) for note in notes],
        },
        decision=NO_DECISION,
        tables={
            "clusters.csv": clustered.written("cluster"),
            "sweep.csv": _sweep_table(swept),
            "profile.csv": (PROFILE_HEADER, list(table_rows(profiles))),
        },
        images={f"plots/{name}.png": image for name, image in figures.images.items()},
        texts={"profile.md": render_profiles(title, sentences, profiles)},
    )


def _sweep_table(swept: Sweep) -> tuple[list[str], list[list[Any]]]:
    header = [*(field.name for field in fields(Tried)), "chosen"]
    rows = [[*asdict(one).values(), int(place == swept.chosen)] for place, one in enumerate(swept.tried)]
    return header, rows
