"""What crafted files are made from: every estimator for every task, and every preprocessor, fitted on few rows."""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.utils._param_validation import Interval, StrOptions

from mlpipe.errors import MlpipeError
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.features.preprocessor.transform import QuickTransform
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.estimator_spec import EstimatorSpec
from mlpipe.models.estimators import own_parameters
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.registry import specs_for
from mlpipe.task import Task
from tests.artifacts.zoo import PLANS, joined, planned
from tests.features.tables import mixed_rows, strings, target

ROWS = 40
FEATURES = tuple(Feature(name=name, column=name, kind="number") for name in "abc")
X = np.random.default_rng(0).normal(size=(ROWS, 3))
SMALL = {
    "n_estimators": "3", "max_iter": "20", "max_depth": "3", "iterations": "3", "hidden_layer_sizes": "(4,)",
    "epochs": "2", "hidden": "(4,)",
}  # fmt: skip
"""Parameters that keep a fit short, where an estimator has them."""


@dataclass(frozen=True)
class Subject:
    """A fitted object, and what is asked of it: arrays that must be finite where it answers at all."""

    name: str
    fitted: Any
    ask: Callable[[Any], list[Any]]


def _predicted(model: Any, rows: Any = X[:2]) -> list[Any]:
    methods = ("predict", "predict_proba", "transform")
    return [np.asarray(getattr(model, name)(rows)) for name in methods if hasattr(model, name)]


def _rows() -> pd.DataFrame:
    rows = mixed_rows(3, seed=5)
    rows["words"] = strings(["the red thing", "", "蓝色 no 3"])
    return rows


def _dense(matrix: Any) -> Any:
    return matrix.toarray() if issparse(matrix) else matrix


def _prepared(preprocessor: Any) -> list[Any]:
    made = QuickTransform(preprocessor).transform(_rows())
    return [_dense(made)]


def of_registry(*only: str) -> Iterator[Subject]:
    """Every estimator for every task, or `only` some of them."""
    for task in Task:
        for spec in specs_for(task):
            name = f"{task.value}/{spec.name}"
            if spec.is_installed and (not only or name in only):
                yield Subject(name, _clusters(spec) if task is Task.CLUSTERING else _fitted(spec, task), _predicted)


def _fitted(
    spec: EstimatorSpec, task: Task, *more: tuple[str, str], X: Any = X, features: tuple[Feature, ...] = FEATURES
) -> Any:
    small = {name: SMALL[name] for name in own_parameters(spec) if name in SMALL}
    choice = ModelChoice(spec=spec, params=tuple({**small, **dict(more)}.items()))
    return fit_estimator(choice, X, target(task, ROWS), features=features).estimator


def _clusters(spec: EstimatorSpec, *more: tuple[str, str]) -> Any:
    near = X + np.repeat([[0], [9]], ROWS // 2, axis=0)
    return Finder(ModelChoice(spec=spec, params=more), SearchRows.of(near), FEATURES).find(2).estimator


def of_options() -> Iterator[Subject]:
    """Every estimator with each word, flag and absence that its parameters may be, one at a time."""
    for task in Task:
        for spec in specs_for(task):
            if not spec.is_installed or (task.has_several and not spec.several):
                continue
            constraints = getattr(spec.load(), "_parameter_constraints", {})
            for name, value in _words_of(constraints):
                with contextlib.suppress(MlpipeError, AttributeError):  # some do not go together with others
                    more = (name, value)
                    fitted = _clusters(spec, more) if task is Task.CLUSTERING else _fitted(spec, task, more)
                    yield Subject(f"{task.value}/{spec.name} {name}={value}", fitted, _predicted)


def _words_of(constraints: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, allowed in constraints.items():
        for constraint in allowed if isinstance(allowed, list) else ():
            if isinstance(constraint, StrOptions):
                yield from ((name, word) for word in sorted(constraint.options))
            elif constraint == "boolean":
                yield from ((name, word) for word in ("true", "false"))
            elif constraint is None:
                yield name, "none"
            elif isinstance(constraint, Interval) and constraint.type is Integral:
                yield name, "2"


def of_categories() -> Iterator[Subject]:
    """Estimators that take codes of categories as such."""
    kinds = (*FEATURES[:2], Feature(name="c", column="c", kind="category"))
    coded = np.column_stack([X[:, :2], np.arange(ROWS) % 5])
    for task in Task:
        for spec in specs_for(task):
            if spec.categories and spec.is_installed:
                fitted = _fitted(spec, task, X=coded, features=kinds)
                yield Subject(f"{task.value}/{spec.name} with categories", fitted, _predicted)


def of_joined() -> Iterator[Subject]:
    """What joins, calibrates and transforms: it was fitted on two features, or on one."""
    for name, fitted in joined():
        if name == "views":
            yield Subject(name, fitted, lambda views: [np.asarray(_dense(views.transform(_rows())))])
        else:
            width = 1 if name == "log" else 2
            yield Subject(name, fitted, lambda model, width=width: _predicted(model, X[:2, :width] ** 2))  # type: ignore[misc]


def of_preprocessing(*only: str) -> Iterator[Subject]:
    """A preprocessor for each option that brings in a class, or `only` some."""
    for name, options in {**PLANS, "minimal": {"preset": "minimal"}}.items():
        if not only or f"plan/{name}" in only:
            yield Subject(f"plan/{name}", planned(options).preprocessor, _prepared)


def subjects_named(*names: str) -> list[Subject]:
    """Some of the estimators and preprocessors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [*of_registry(*names), *of_preprocessing(*names)]


def all_subjects() -> Iterator[Subject]:
    """One of each: estimators by task, what is put around them, and preprocessors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for subjects in (of_registry, of_categories, of_joined, of_preprocessing):
            yield from subjects()


def of_every_word() -> Iterator[Subject]:
    """All of `of_options`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from of_options()
