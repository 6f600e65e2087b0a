"""`train`: fit the chosen estimator, or compare a portfolio and fit its winner."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.models import ModelContent
from mlpipe.artifacts.places import check_out
from mlpipe.artifacts.preps import Prep
from mlpipe.data.schema import Role
from mlpipe.engine.local import LocalExecutor, choose_jobs, one_thread
from mlpipe.models.crossval import FoldScore, cross_validate
from mlpipe.models.fitting import FittedEstimator, ModelChoice, fit_estimator, join_pipeline
from mlpipe.models.portfolio import Standing, compared_rows, portfolio_choices, rank
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.steps.explaining import explain
from mlpipe.steps.loading import LazySplit, as_input, recorded_input
from mlpipe.steps.scoring import metric_for, scorer_for
from mlpipe.steps.training_rows import RawTraining, raw_training, row_weights

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.metrics.registry import MetricSpec
    from mlpipe.params import TrainParams

AUTO_FOLDS = 5
SCORED_ROWS = 20_000
"""Most rows of a part that `train` scores for `scores.json`; `evaluate` scores all."""


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """What `train` did.

    Parameters
    ----------
    asked : str
        The model asked for, such as `auto`.
    standings : tuple of Standing
        Cross-validated scores, best first; empty without cross-validation.
    """

    out: Path
    asked: str
    model: str
    metric: str
    n_train: int
    n_features: int
    n_folds: int
    standings: tuple[Standing, ...]
    scores: dict[str, Any]
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "out": str(self.out)}


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """The outcome of cross-validation: which model to fit, and every score behind it."""

    choice: ModelChoice
    standings: tuple[Standing, ...] = ()
    folds: tuple[FoldScore, ...] = ()
    n_folds: int = 0
    notes: tuple[str, ...] = ()


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
    check_out(out, Kind.MODEL, force=force)
    loaded = Prep.load(prep)
    context = loaded.context
    metric = metric_for(params.metric, context.task)
    if params.model != AUTO:
        find_estimator(params.model, context.task)  # a wrong name is told before anything is read
    source = LazySplit(loaded.folder, Kind.SPLIT, instead=split)
    with one_thread():
        compared = _compare(loaded, source, params, metric, jobs)
        fitted = _fit(loaded, source, compared.choice)
    content = _content(loaded, compared, fitted, params, metric)
    inputs = (as_input("prep", loaded.folder), recorded_input(loaded.folder, "split", instead=split))
    manifest = content.save(out, params, inputs, force=force)
    return TrainResult(
        out=out,
        asked=params.model,
        model=content.name,
        metric=metric.name,
        n_train=content.scores["n_train"],
        n_features=len(loaded.feature_names),
        n_folds=compared.n_folds,
        standings=compared.standings,
        scores=content.scores,
        notes=(*compared.notes, *fitted.notes),
        fingerprint=manifest.fingerprint,
    )


def _compare(prep: Prep, split: LazySplit, params: TrainParams, metric: MetricSpec, jobs: int | None) -> _Compared:
    """Cross-validate what is asked for: a portfolio, one model, or nothing."""
    seed, task = params.seed, prep.context.task
    if params.model == AUTO:
        choices = portfolio_choices(task, class_weight=params.class_weight, seed=seed)
        n_folds = params.cv or AUTO_FOLDS
    else:
        spec = find_estimator(params.model, task)
        choices = [ModelChoice(spec=spec, params=params.params, class_weight=params.class_weight, seed=seed)]
        if params.cv is None:
            return _Compared(choice=choices[0])
        n_folds = params.cv
    by_time = bool(prep.context.schema.with_role(Role.TIME))
    raw = raw_training(split.get().part("train"), prep.context, prep.plan, seed=seed, by_time=by_time)
    raw, n_folds, notes = _affordable(raw, n_folds, params)
    scores = _fold_scores(raw, choices, n_folds, prep, jobs)
    standings = tuple(rank(scores, metric.name, greater_is_better=metric.greater_is_better))
    winner = next(choice for choice in choices if choice.spec.name == standings[0].model)
    return _Compared(choice=winner, standings=standings, folds=tuple(scores), n_folds=n_folds, notes=notes)


def _affordable(raw: RawTraining, n_folds: int, params: TrainParams) -> tuple[RawTraining, int, tuple[str, ...]]:
    """For `auto`: fewer rows where there are very many, fewer folds where classes are tiny, each said."""
    if params.model != AUTO:
        return raw, n_folds, ()
    notes = []
    n_rows = len(raw.rows.y)
    chosen = compared_rows(n_rows, params.seed)
    if len(chosen) < n_rows:
        raw = raw.take(chosen)
        notes.append(f"auto compared models on {len(chosen):,} of {n_rows:,} training rows; the best learnt from all")
    if params.cv is None:
        possible = _most_folds(raw)
        if possible < n_folds:
            notes.append(f"auto used {possible} folds: there are too few rows for {n_folds}")
            n_folds = possible
    return raw, n_folds, tuple(notes)


def _most_folds(raw: RawTraining) -> int:
    together = raw.copies if raw.groups is None else raw.groups
    units = len(raw.rows.y) if together is None else len(np.unique(together))
    if raw.rows.task.is_classification:
        units = min(units, int(np.unique(raw.rows.y, return_counts=True)[1].max()))
    return max(2, min(AUTO_FOLDS, units))


def _fold_scores(
    raw: RawTraining, choices: list[ModelChoice], n_folds: int, prep: Prep, jobs: int | None
) -> list[FoldScore]:
    folds = raw.folds(n_folds)
    cells = float(raw.rows.X.size) * n_folds * len(choices)
    execute = LocalExecutor(choose_jobs(jobs, tasks=n_folds, cells=cells))
    return cross_validate(raw.rows, choices, folds, score=scorer_for(prep.context), execute=execute)


def _fit(prep: Prep, split: LazySplit, choice: ModelChoice) -> FittedEstimator:
    weights = None
    if prep.context.schema.with_role(Role.WEIGHT) and not prep.is_resampled:
        weights = row_weights(split.get().part("train"), prep.context)
    matrix = prep.training_matrix()
    return fit_estimator(choice, matrix.X, matrix.y, weights=weights)


def _content(
    prep: Prep, compared: _Compared, fitted: FittedEstimator, params: TrainParams, metric: MetricSpec
) -> ModelContent:
    choice = compared.choice
    preprocessor = prep.preprocessor()
    tables, images = explain(prep, preprocessor, choice, fitted.estimator)
    tables |= _score_tables(compared, params)
    if compared.standings and params.model == AUTO:
        images |= _leaderboard_image(compared, metric)
    return ModelContent(
        name=choice.spec.name,
        rowwise=choice.spec.rowwise,
        pipeline=join_pipeline(preprocessor, fitted.estimator),
        plan=prep.plan,
        reference=prep.reference,
        target=prep.target,
        context=prep.context,
        scores=_scores(prep, compared, fitted, choice, metric),
        tables=tables,
        images=images,
    )


def _scores(
    prep: Prep, compared: _Compared, fitted: FittedEstimator, choice: ModelChoice, metric: MetricSpec
) -> dict[str, Any]:
    scorer = scorer_for(prep.context)
    parts: dict[str, Any] = {}
    for part in ("train", "valid"):
        if prep.folder.manifest.file(f"{part}.parquet") is None:
            continue
        matrix = prep.matrix(f"{part}.parquet")
        X, y = matrix.X[:SCORED_ROWS], matrix.y[:SCORED_ROWS]
        with one_thread():
            predictions = predict_matrix(fitted.estimator, X, prep.context.classes, rowwise=choice.spec.rowwise)
        parts[part] = {"n_rows": len(y), "metrics": scorer(y, predictions)}
    document: dict[str, Any] = {
        "model": choice.spec.name,
        "task": prep.context.task.value,
        "metric": metric.name,
        "n_train": len(prep.training_matrix().y),
        "n_features": len(prep.feature_names),
        "parts": parts,
        "notes": list(fitted.notes),
    }
    if compared.standings:
        best = compared.standings[0]
        document["cv"] = {
            "n_folds": compared.n_folds,
            "metrics": {name: {"mean": best.means[name], "std": best.spreads[name]} for name in best.means},
        }
    return document


def _score_tables(compared: _Compared, params: TrainParams) -> dict[str, Any]:
    if not compared.standings:
        return {}
    names = list(compared.standings[0].means)
    folds = [f for f in compared.folds if f.model == compared.choice.spec.name]
    tables: dict[str, Any] = {
        "cv.csv": (
            ("fold", "n_train", "n_valid", *names),
            [(f.fold, f.n_train, f.n_valid, *(f.values[n] for n in names)) for f in folds],
        )
    }
    if params.model == AUTO:
        header = ["model", "n_folds", *(f"{name}_{what}" for name in names for what in ("mean", "std"))]
        rows = [
            [s.model, compared.n_folds, *(value for n in names for value in (s.means[n], s.spreads[n]))]
            for s in compared.standings
        ]
        tables["leaderboard.csv"] = (header, rows)
    return tables


def _leaderboard_image(compared: _Compared, metric: MetricSpec) -> dict[str, bytes]:
    from mlpipe.plots.leaderboard import draw_leaderboard
    from mlpipe.plots.style import write_png

    points = {
        s.model: [f.values[metric.name] for f in compared.folds if f.model == s.model] for s in compared.standings
    }
    return {"leaderboard.png": write_png(draw_leaderboard(points, metric.name, metric.greater_is_better))}
