"""The estimators by name, those that other packages add among them."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from mlpipe.errors import FitError, UnknownNameError, UsageError
from mlpipe.models.booster_estimators import BOOSTER_ESTIMATORS
from mlpipe.models.cluster_estimators import CLUSTER_ESTIMATORS
from mlpipe.models.core_estimators import CORE_ESTIMATORS
from mlpipe.models.neural_estimators import NEURAL_ESTIMATORS
from mlpipe.words.lists import listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from mlpipe.models.estimator_spec import EstimatorSpec
    from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.features.preprocessor.feature import Feature

ENTRY_POINT_GROUP = "mlpipe.models"
AUTO = "auto"
_LISTED = 10
_ROWS = (*CORE_ESTIMATORS, *BOOSTER_ESTIMATORS, *NEURAL_ESTIMATORS, *CLUSTER_ESTIMATORS)


def all_specs() -> tuple[EstimatorSpec, ...]:
    """Every estimator of mlpipe's own, in the order in which they are listed."""
    return _ROWS


def _plugins() -> tuple[EstimatorSpec, ...]:
    """Estimators that other packages add: each entry point loads to an `EstimatorSpec`."""
    return tuple(point.load() for point in entry_points(group=ENTRY_POINT_GROUP))


def plugin_classes() -> frozenset[str]:
    """The estimators of other packages as `module:Class`."""
    return frozenset(spec.target for spec in _plugins())


def specs_for(task: Task) -> tuple[EstimatorSpec, ...]:
    """The estimators of mlpipe's own that can do `task`."""
    return tuple(spec for spec in _ROWS if spec.does(task))


def plugin_specs(task: Task) -> tuple[EstimatorSpec, ...]:
    """The estimators of other packages that can do `task`."""
    return tuple(spec for spec in _plugins() if spec.does(task))


def known_specs(task: Task | None = None) -> tuple[EstimatorSpec, ...]:
    """Every estimator, plug-ins included, that can do `task` (any task without one)."""
    return tuple(spec for spec in (*_ROWS, *_plugins()) if task is None or spec.does(task))


def find_estimator(name: str, task: Task) -> EstimatorSpec:
    """Look up an estimator by name, plug-ins included.

    Raises
    ------
    UnknownNameError
        With the nearest names that do `task`.
    """
    # Looking for plug-ins costs a scan of all installed packages: only where the name is none of ours.
    for specs in (specs_for, known_specs):
        for spec in specs(task):
            if spec.name == name:
                return spec
    if any(spec.name == name for spec in known_specs()):
        raise _of_another_task(name, task)
    known = [AUTO, *(spec.name for spec in known_specs(task))]
    raise UnknownNameError(f"{task.value} model", name, known, where=param("model"))


def _of_another_task(name: str, task: Task) -> UsageError:
    """The answer to a model that is known, but not for the task."""
    for_what = sorted({other.family for spec in known_specs() if spec.name == name for other in spec.tasks})
    words = {
        "class": "classes",
        "number": "quantities",
        "labels": "labels",
        "numbers": "quantities",
        "cluster": "clusters",
    }
    listed = " and ".join(words.get(family, family) for family in for_what)
    known = ", ".join(spec.name for spec in specs_for(task))
    return UsageError(
        f"{name} is for {listed}, and the task is {task.value}.",
        where=param("model"),
        remedy=f"For {words.get(task.family, task.family)} there are {known}.",
    )


def check_gaps(spec: EstimatorSpec, features: Sequence[Feature]) -> None:
    """Raise `FitError` where features may have missing cells and the estimator takes none."""
    # Not by the rows at hand: those of a fold may have no gap where the rows that are held out have one.
    gaps = list(dict.fromkeys(feature.column for feature in features if feature.gaps))
    if gaps and not spec.takes_gaps:
        others = [
            other for task in sorted(spec.tasks) for other in specs_for(task) if other.takes_gaps and other.is_installed
        ]
        able = dict.fromkeys(other.name for other in others if other.name != "dummy")
        impute = in_step("preprocess", f"Impute them (preprocess {param('impute_numeric', 'median')})")
        raise FitError(
            f"{spec.name} takes no missing cells, and they stay in {listed(map(repr, gaps), _LISTED)}.",
            remedy=ways(impute, f"use {', '.join(able)}") if able else ways(impute),
        )
