"""`train`: fit the chosen estimator, or compare a portfolio and fit its winner."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.models import ModelContent
from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.schema import Role
from mlpipe.engine.local import one_thread
from mlpipe.features.outliers import kept_rows
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.metrics.registry import choose_metric
from mlpipe.models.fitting import fit_estimator, join_pipeline
from mlpipe.models.portfolio import Compared, choose_candidates
from mlpipe.models.registry import AUTO
from mlpipe.models.training_rows import row_weights
from mlpipe.steps.comparing import cross_validated
from mlpipe.steps.explaining import explain
from mlpipe.steps.loading import LazySplit, as_input, recorded_input
from mlpipe.steps.train_scores import leaderboard_image, score_tables, scores_document

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.models.portfolio import Standing
    from mlpipe.params import TrainParams
    from mlpipe.steps.explaining import Tables


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """What `train` did.

    Parameters
    ----------
    asked : str
        The model asked for, such as `auto`.
    metric_told : str
        The metric's name, with the class that it is of.
    standings : tuple of Standing
        Cross-validated scores, best first; empty without cross-validation.
    top_terms : dict
        For each class the terms that speak most for it, where a linear model goes by terms.
    """

    out: Path
    asked: str
    model: str
    metric: str
    metric_told: str
    n_train: int
    n_features: int
    n_folds: int
    standings: tuple[Standing, ...]
    scores: dict[str, Any]
    top_terms: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out)}


def train(
    prep: Path, out: Path, params: TrainParams, *, split: Path | None = None, jobs: int | None = None,
    force: bool = False,
) -> TrainResult:  # fmt: skip
    """Fit a model on what `preprocess` wrote and save it.

    Parameters
    ----------
    split : Path, optional
        Where the split is, if not where `preprocess` found it.
    jobs : int, optional
        Processes for cross-validation.

    Raises
    ------
    ArtifactError
        Where `prep` or its split are not as they were written.
    FitError
        Where the estimator fails.
    """
    check_out(out, ArtifactKind.MODEL, force=force)
    loaded = Prep.load(prep)
    context = loaded.context
    metric = choose_metric(params.metric, context.task)
    candidates = choose_candidates(params, context.task)
    source = LazySplit(loaded.folder, ArtifactKind.SPLIT, instead=split)
    with one_thread():
        compared = cross_validated(loaded, source, candidates, params, metric, jobs=jobs)
        matrix, preprocessor = loaded.training_matrix(), loaded.preprocessor()
        fitted = fit_estimator(
            compared.choice,
            matrix.X,
            matrix.y,
            features=describe_features(preprocessor),
            n_components=loaded.plan.dense_components,
            weights=_weights(loaded, source),
        )
    explained = explain(loaded, preprocessor, compared.choice, fitted.estimator)
    boards = leaderboard_image(compared, metric, context.target) if compared.standings and params.model == AUTO else {}
    content = _content(
        loaded,
        join_pipeline(preprocessor, fitted.estimator),
        compared,
        scores_document(loaded, compared, fitted, metric, n_train=len(matrix.y)),
        tables={**explained.tables, **score_tables(compared, params)},
        images={**explained.images, **boards},
    )
    inputs = (as_input("prep", loaded.folder), recorded_input(loaded.folder, "split", instead=split))
    manifest = content.save(out, params, inputs, force=force)
    return TrainResult(
        out=out,
        asked=params.model,
        model=content.name,
        metric=metric.name,
        metric_told=metric.named(context.target),
        n_train=content.scores["n_train"],
        n_features=len(loaded.feature_names),
        n_folds=compared.n_folds,
        standings=compared.standings,
        scores=content.scores,
        top_terms=explained.top_terms,
        notes=(*compared.notes, *fitted.notes),
        fingerprint=manifest.fingerprint,
    )


def _weights(prep: Prep, split: LazySplit) -> NDArray[np.float64] | None:
    """Weights of the training rows, where the split has a weight column."""
    if not prep.context.schema.with_role(Role.WEIGHT):
        return None
    train = split.get().part("train")
    weights = row_weights(train, prep.context)
    return None if weights is None else weights[kept_rows(prep.plan, to_frame(train, prep.context.schema.features))]


def _content(
    prep: Prep, pipeline: Pipeline, compared: Compared, scores: dict[str, Any], *, tables: Tables,
    images: dict[str, bytes],
) -> ModelContent:  # fmt: skip
    choice = compared.choice
    return ModelContent(
        name=choice.spec.name,
        rowwise=choice.spec.rowwise,
        pipeline=pipeline,
        plan=prep.plan,
        reference=prep.reference,
        target=prep.target,
        context=prep.context,
        scores=scores,
        tables=tables,
        images=images,
    )
