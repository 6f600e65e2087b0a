"""Finished matrices with classes, and what their columns are."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from mlpipe.features.plan.plan import Plan
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.features.resampling.resample import resample
from mlpipe.features.resampling.resampled import Resampled

LEVELS = {"city": 3, "shop": 7}


def numbers(n: int) -> list[Feature]:
    return [Feature(name=f"x{i}", column=f"x{i}", kind="number") for i in range(n)]


def levels(column: str, n: int) -> list[Feature]:
    return [Feature(name=f"{column}_{i}", column=column, kind="level") for i in range(n)]


NUMBERS = numbers(4)
MIXED = [
    *NUMBERS[:2],
    *levels("city", 3),
    NUMBERS[2],
    Feature(name="rank_code", column="rank", kind="code"),
    Feature(name="city_missing", column="city", kind="missing"),
    *levels("shop", 7),
    NUMBERS[3],
]
DISCRETE = [feature for feature in MIXED if feature.discrete]
BLOCKS = [[2, 3, 4, 7], [6], list(range(8, 15))]
"""Places of the discrete features of `city`, `rank` and `shop` in `MIXED`."""


def classes(*sizes: int) -> np.ndarray:
    return np.repeat(list("abcde")[: len(sizes)], sizes)


def number_rows(y: np.ndarray, seed: int = 0, *, width: int = 4, apart: float = 1.0) -> np.ndarray:
    """Rows of `NUMBERS`: clouds of the classes, `apart` standard deviations from each other, a third zero."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(len(y), width)) + apart * np.unique(y, return_inverse=True)[1][:, np.newaxis]
    X[rng.random(X.shape) < 0.3] = 0
    return X


def mixed_matrix(y: np.ndarray, seed: int = 0) -> np.ndarray:
    """Rows of `MIXED`: `city` is missing at times, with a flag and no level; `rank` is a scaled ordinal code."""
    rng = np.random.default_rng(seed + 100)
    X = np.zeros((len(y), len(MIXED)))
    X[:, [0, 1, 5, 15]] = number_rows(y, seed)
    city = np.vstack([np.eye(3, 4), np.eye(4)[3]])
    X[:, BLOCKS[0]] = city[rng.integers(0, 4, len(y))]
    X[:, 6] = np.array([-1.3, -0.2, 0.0, 0.9])[rng.integers(0, 4, len(y))]
    X[:, BLOCKS[2]] = np.eye(7)[rng.integers(0, 7, len(y))]
    return X


def dense(X: Any) -> np.ndarray:
    return X.toarray() if sparse.issparse(X) else np.asarray(X)


def plan(method: Any = "none", **options: Any) -> Plan:
    return Plan(columns=(), resample=method, **options)


def balance(method: str, features: list[Feature], X: Any, y: np.ndarray, seed: int = 0, **options: Any) -> Resampled:
    return resample(features, plan(method, **options), X, y, seed=seed)
