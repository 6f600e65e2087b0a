"""Typed tables to prepare, with every kind of column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mlpipe.data.schema import Column, Kind, Role
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.plan.plan import Plan
from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.params import PreprocessParams
from mlpipe.task import Task

KINDS = {
    Role.NUMERIC: Kind.NUMBER,
    Role.CATEGORICAL: Kind.STRING,
    Role.BOOLEAN: Kind.STRING,
    Role.DATETIME: Kind.DATETIME,
    Role.TEXT: Kind.STRING,
}
ROLES = {
    "age": Role.NUMERIC,
    "income": Role.NUMERIC,
    "city": Role.CATEGORICAL,
    "shop": Role.CATEGORICAL,
    "member": Role.BOOLEAN,
    "joined": Role.DATETIME,
}


def column(name: str, role: Role, kind: Kind | None = None) -> Column:
    return Column(name=name, role=role, kind=kind or KINDS[role])


MIXED = tuple(column(name, role) for name, role in ROLES.items())


def strings(values: Any) -> pd.Series:
    return pd.Series(pd.array(list(values), dtype="str"))


def dates(values: Any) -> pd.Series:
    return pd.Series(np.asarray(values, dtype="datetime64[us]"))


def mixed_rows(n: int = 200, seed: int = 0, *, missing: float = 0.1) -> pd.DataFrame:
    """Rows of the columns `MIXED`; `shop` has 60 levels, `income` and `member` no gaps."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 12, n),
            "income": rng.lognormal(10, 1, n),
            "city": strings(rng.choice(["north", "south", "west"], n)),
            "shop": strings(f"shop {i}" for i in rng.integers(0, 60, n)),
            "member": strings(rng.choice(["yes", "no"], n)),
            "joined": dates(np.datetime64("2020-01-01", "us") + rng.integers(0, 10**9, n) * 10**5),
        }
    )
    for name in ("age", "city", "shop", "joined"):
        frame.loc[rng.random(n) < missing, name] = np.nan
    return frame


def labels(n: int = 200, seed: int = 0, *, share: float = 0.3) -> np.ndarray:
    return np.where(np.random.default_rng(seed + 1).random(n) < share, "yes", "no")


def target(task: Task, n: int = 200, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed + 1)
    if task is Task.REGRESSION:
        return rng.normal(size=n)
    if task.has_several:
        return rng.integers(0, 2, (n, 2)) if task is Task.MULTILABEL else rng.normal(size=(n, 2))
    return rng.choice(["a", "b"] if task is Task.BINARY else ["a", "b", "c"], n)


def plan_of(X: pd.DataFrame, y: np.ndarray, columns: Any = MIXED, *, task: Task = Task.BINARY, **options: Any) -> Plan:
    """The plan; `recipes` are what a recipe says of single columns."""
    return choose_plan(X, y, columns, PreprocessParams(columns=options.pop("recipes", ()), **options), task)


def fitted(X: pd.DataFrame, y: np.ndarray, columns: Any = MIXED, *, task: Task = Task.BINARY, **options: Any) -> Any:
    """The fitted preprocessor and the training matrix."""
    plan = plan_of(X, y, columns, task=task, **options)
    pipeline = build_preprocessor(plan, task, plan.seed)
    return pipeline, pipeline.fit_transform(X, y)
