"""The boosting libraries that are optional installs, as rows of the registry."""

from __future__ import annotations

from typing import Any

from mlpipe.models.estimator_spec import Choice, EstimatorSpec, Range
from mlpipe.task import Task

_CLASSES = frozenset({Task.BINARY, Task.MULTICLASS})
_NUMBERS = frozenset({Task.REGRESSION})


def _log(low: float, high: float, *, whole: bool = False) -> Range:
    return Range(low=low, high=high, log=True, whole=whole)


_SPACES: dict[str, dict[str, Any]] = {
    "lightgbm": {
        "learning_rate": _log(0.01, 0.2), "n_estimators": _log(100, 1000, whole=True),
        "num_leaves": _log(4, 64, whole=True), "min_child_samples": _log(2, 60, whole=True),
        "reg_lambda": _log(0.01, 30), "colsample_bytree": Range(low=0.3, high=1.0),
        "extra_trees": Choice((False, True)),
    },
    "xgboost": {
        "learning_rate": _log(0.01, 0.2), "n_estimators": _log(100, 1000, whole=True),
        "max_depth": Range(low=2, high=8, whole=True), "min_child_weight": _log(0.5, 20),
        "reg_lambda": _log(0.01, 30), "subsample": Range(low=0.5, high=1.0),
        "colsample_bytree": Range(low=0.3, high=1.0),
    },
    "catboost": {
        "learning_rate": _log(0.01, 0.2), "iterations": _log(200, 1000, whole=True),
        "depth": Range(low=3, high=8, whole=True), "l2_leaf_reg": _log(0.5, 30),
        "random_strength": _log(0.1, 10),
    },
}  # fmt: skip
_SUMMARIES = {
    "lightgbm": "boosted trees that grow leaf by leaf, fast on many rows",
    "xgboost": "boosted trees with second-order steps",
    "catboost": "boosted symmetric trees: good without tuning, slow to fit",
}


def _row(name: str, tasks: frozenset[Task], kind: str) -> EstimatorSpec:
    return EstimatorSpec(
        name=name,
        tasks=tasks,
        target=f"mlpipe.models.boosters.{name}:{name.capitalize()}{kind}",
        summary=_SUMMARIES[name],
        needs=frozenset({"dense matrix"}),
        extra="boost",
        module=name,
        space=_SPACES[name],
        rowwise=True,
        categories="categories",
        by_blocks=name != "catboost",
    )


BOOSTER_ESTIMATORS = tuple(
    _row(name, tasks, kind) for tasks, kind in ((_CLASSES, "Classifier"), (_NUMBERS, "Regressor")) for name in _SPACES
)
