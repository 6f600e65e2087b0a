"""`train` without a target: clusters are found, counted, doubted and described."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import ModelContent
from mlpipe.engine.local import one_thread
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.preprocessor.transform import transform_table
from mlpipe.metrics.clustering.profile import PROFILE_HEADER, table_rows
from mlpipe.models.clusters.nearest import NearestCluster
from mlpipe.models.clusters.sweep import Sweep, Tried, sweep
from mlpipe.models.comparison.candidates import PREPARED
from mlpipe.models.deciding.decision import NO_DECISION
from mlpipe.models.fitting import join_pipeline
from mlpipe.models.predicting import Predictions, predict_matrix
from mlpipe.params import TrainParams
from mlpipe.params.training import parse_range
from mlpipe.reports.clusters.words import describe_cluster, render_profiles
from mlpipe.steps.evaluation.cluster_figures import draw_search
from mlpipe.steps.evaluation.cluster_profiles import profile_rows
from mlpipe.steps.evaluation.labelled_rows import row_keys
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import LazySplit, recorded_input
from mlpipe.steps.training.cluster_options import CRITERIA, check_options, choose_criterion, choose_models
from mlpipe.steps.training.cluster_trust import ClusterTrust, doubt
from mlpipe.steps.training.result import ClusteringResult
from mlpipe.target import NoTarget
from mlpipe.task import Task
from mlpipe.words.lists import count_of, either
from mlpipe.words.progress import Tell, silent

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlpipe.artifacts.preps import Prep
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.clustering.profile import ClusterProfile
    from mlpipe.plots.drawn import Figures


def train_clusters(
    prep: Prep, out: Path, params: TrainParams, *, split: Path | None = None, force: bool = False, watch: Tell = silent
) -> ClusteringResult:
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
    X = plain_array(prep.training_matrix().X)
    asked = None if params.k is None else parse_range(params.k)
    with one_thread():
        swept = sweep(choices, X, features, asked=asked, criterion=criterion, seed=params.seed, watch=watch)
        rows = _Rows.of(source.part("train"), source.source_rows("train"), preprocessor, swept, prep)
        told = doubt(swept, X, features, seed=params.seed, watch=watch)
    profiles = profile_rows(rows.table, prep.context.schema, rows.predictions.outputs)
    watch(None, "drawing")
    figures = draw_search(swept, rows.X, rows.predictions.outputs, seed=params.seed)
    content = _content(prep, swept, rows, told, profiles, preprocessor, figures)
    inputs = (as_input("prep", prep.folder), recorded_input(prep.folder, "split", instead=split))
    manifest = content.save(out, params, inputs, force=force)
    n_noise = int((rows.predictions.outputs < 0).sum())
    return ClusteringResult(
        out=out,
        asked=params.model,
        model=swept.best.model,
        criterion=criterion,
        n_train=len(X),
        n_features=X.shape[1],
        k=swept.found.n_clusters,
        n_noise=n_noise,
        scores=_scores(swept.best),
        reason=swept.reason,
        found=told.found,
        verdict=told.verdict,
        stability=told.stability,
        clusters=tuple((one.cluster, one.size, describe_cluster(one)) for one in profiles),
        notes=(*swept.notes, *_rule_note(swept), *_noise_note(n_noise, len(rows.predictions.outputs))),
        fingerprint=manifest.fingerprint,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """All training rows as they came, and what the model says of them."""

    table: pa.Table
    X: Floats
    keys: dict[str, list[Any]]
    predictions: Predictions

    @classmethod
    def of(cls, table: pa.Table, numbers: NDArray[np.int64], preprocessor: Any, swept: Sweep, prep: Prep) -> _Rows:
        """Put every row into its cluster, just as `predict` would."""
        X = transform_table(preprocessor, table)
        estimator, rowwise = swept.found.estimator, swept.found.choice.spec.rowwise
        return cls(
            table=table,
            X=plain_array(X),
            keys=row_keys(table, prep.context.schema.columns, numbers),
            predictions=predict_matrix(estimator, X, NoTarget(), rowwise=rowwise),
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
    prep: Prep, swept: Sweep, rows: _Rows, told: ClusterTrust, profiles: tuple[ClusterProfile, ...], preprocessor: Any,
    figures: Figures,
) -> ModelContent:  # fmt: skip
    best, found = swept.best, swept.found
    written = {name: column.to_pylist() for name, column in rows.predictions.columns(proba=True).items()}
    clusters = {**rows.keys, "cluster": written.pop("prediction"), **written}
    sentences = [told.verdict, *([swept.reason] if swept.reason else [])]
    title = f"{best.model}: {count_of(found.n_clusters, 'cluster')} of {count_of(len(rows.predictions.outputs), 'row')}"
    return ModelContent(
        name=best.model,
        rowwise=found.choice.spec.rowwise,
        pipeline=join_pipeline(preprocessor, found.estimator),
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
        },
        decision=NO_DECISION,
        tables={
            "clusters.csv": (list(clusters), list(zip(*clusters.values(), strict=True))),
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
