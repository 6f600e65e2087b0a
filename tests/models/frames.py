"""Small tables with their schema columns, as the steps hand them to models."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlpipe.data.schema import Column, DataContext, Dialect, Kind, Role, Schema
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.models.fitted_model import FittedModel
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan, join_pipeline
from mlpipe.models.registry import find_estimator
from mlpipe.models.training_rows import TrainingRows
from mlpipe.params import PreprocessParams
from mlpipe.task import Task
from tests.targets import NUMBER, classes


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Numbers are numeric, the rest categorical."""
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns}
    return tuple(
        Column(
            name=name,
            role=Role.NUMERIC if number else Role.CATEGORICAL,
            kind=Kind.NUMBER if number else Kind.STRING,
        )
        for name, number in numeric.items()
    )


def training_rows(frame: pd.DataFrame, y: np.ndarray, task: Task, **options: object) -> TrainingRows:
    """Rows with the plan that the options make of them."""
    params = PreprocessParams(**options)  # type: ignore[arg-type]
    plan = choose_plan(frame, y, columns_of(frame), params, task)
    target = NUMBER if task is Task.REGRESSION else classes(*np.unique(y).tolist())
    return TrainingRows(X=frame, y=y, weights=None, plan=plan, target=target, seed=0)


def fitted_model(frame: pd.DataFrame, y: np.ndarray, model: str, task: Task) -> FittedModel:
    """A model of all columns of a frame."""
    rows = training_rows(frame, y, task)
    plan = fit_plan(rows.plan, frame, y, task=task)
    spec = find_estimator(model, task)
    estimator = fit_estimator(ModelChoice(spec=spec), plan.X, y, features=plan.features).estimator
    target = Column(name=rows.target.name, role=Role.TARGET, kind=Kind.STRING)
    context = DataContext(
        target=rows.target, schema=Schema(dialect=Dialect(), columns=(*columns_of(frame), target)), seed=0
    )
    return FittedModel(
        pipeline=join_pipeline(plan.preprocessor, estimator),
        context=context,
        columns=columns_of(frame),
        rowwise=spec.rowwise,
    )


def numbers(X: np.ndarray) -> tuple[Feature, ...]:
    """What the columns of a matrix are that holds numbers alone."""
    return tuple(Feature(name=f"x{i}", column=f"x{i}", kind="number") for i in range(X.shape[1]))


def mixed_frame(n_rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Two numbers with gaps and a category that decide a binary target."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, n_rows),
            "income": rng.lognormal(10, 1, n_rows),
            "city": pd.Series(rng.choice(["north", "south", "east"], n_rows), dtype="str"),
        }
    )
    score = (frame["age"] - 40) / 10 + (frame["city"] == "north") + rng.normal(size=n_rows)
    frame.loc[rng.random(n_rows) < 0.1, "income"] = np.nan
    return frame, np.where(score > 0.5, "yes", "no")
