"""The estimators by name. A row is data: the class is named by string and imported when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from mlpipe.errors import UnknownNameError
from mlpipe.task import Task

ENTRY_POINT_GROUP = "mlpipe.models"
_CLASSIFICATION = frozenset({Task.BINARY, Task.MULTICLASS})
_REGRESSION = frozenset({Task.REGRESSION})


@dataclass(frozen=True, kw_only=True)
class EstimatorSpec:
    """One estimator for one family of tasks.

    Parameters
    ----------
    target : str
        `"module:Class"` of a scikit-learn estimator.
    defaults : dict
        Parameters in which mlpipe differs from the estimator's own defaults.
    calibrate : bool
        The estimator has no probabilities of its own: a sigmoid is fitted to its scores by cross-validation.
    scale_target : bool
        The fit depends on the size of the target: it is standardised for fitting and scaled back.
    rowwise : bool
        A row's prediction does not depend, to the last bit, on how many rows are predicted at once.
        (Matrix products do depend on it: BLAS chooses its order of summation by shape.)
    linear : bool
        The fitted estimator has `coef_` and `intercept_`.
    gaps : bool
        It takes missing cells.
    sparse : bool
        It takes a sparse matrix.
    categories : str
        Its parameter for the positions of features that are categories; empty if it has none.
    """

    name: str
    tasks: frozenset[Task]
    target: str
    summary: str
    defaults: dict[str, Any] = field(default_factory=dict)
    calibrate: bool = False
    scale_target: bool = False
    rowwise: bool = False
    linear: bool = False
    gaps: bool = False
    sparse: bool = True
    categories: str = ""

    def load(self) -> type[Any]:
        """Import the estimator's class."""
        module, _, name = self.target.partition(":")
        loaded: type[Any] = getattr(import_module(module), name)
        return loaded


def _row(name: str, tasks: frozenset[Task], target: str, summary: str, **facts: Any) -> EstimatorSpec:
    return EstimatorSpec(name=name, tasks=tasks, target=target, summary=summary, **facts)


# A leaf of one row says 0 or 1: two rows make probabilities honest, and forests half as large.
_FOREST = {"min_samples_leaf": 2}
_HISTOGRAMS = {"rowwise": True, "gaps": True, "sparse": False, "categories": "categorical_features"}

_ROWS = (
    _row("logistic", _CLASSIFICATION, "sklearn.linear_model:LogisticRegression", "logistic regression",
         defaults={"max_iter": 1000}, linear=True),
    _row("svm", _CLASSIFICATION, "sklearn.svm:SVC", "support vectors, radial kernel", calibrate=True, rowwise=True),
    _row("linear-svm", _CLASSIFICATION, "sklearn.svm:LinearSVC", "support vectors, linear", calibrate=True,
         linear=True),
    _row("decision-tree", _CLASSIFICATION, "sklearn.tree:DecisionTreeClassifier", "one tree", rowwise=True, gaps=True),
    _row("random-forest", _CLASSIFICATION, "sklearn.ensemble:RandomForestClassifier", "bagged trees",
         defaults=_FOREST, rowwise=True, gaps=True),
    _row("extra-trees", _CLASSIFICATION, "sklearn.ensemble:ExtraTreesClassifier", "trees with random cuts",
         defaults=_FOREST, rowwise=True, gaps=True),
    _row("knn", _CLASSIFICATION, "sklearn.neighbors:KNeighborsClassifier", "nearest neighbours"),
    _row("naive-bayes", _CLASSIFICATION, "sklearn.naive_bayes:GaussianNB", "Gaussian naive Bayes", sparse=False),
    _row("gradient-boosting", _CLASSIFICATION, "sklearn.ensemble:GradientBoostingClassifier", "boosted trees",
         rowwise=True),
    _row("hist-gradient-boosting", _CLASSIFICATION, "sklearn.ensemble:HistGradientBoostingClassifier",
         "boosted trees on binned values, fast on many rows", **_HISTOGRAMS),
    _row("mlp", _CLASSIFICATION, "sklearn.neural_network:MLPClassifier", "neural network",
         defaults={"max_iter": 500}),
    _row("sgd", _CLASSIFICATION, "sklearn.linear_model:SGDClassifier", "linear, by stochastic gradient descent",
         defaults={"loss": "log_loss"}, linear=True),
    _row("dummy", _CLASSIFICATION, "sklearn.dummy:DummyClassifier", "class shares alone: the baseline",
         rowwise=True, gaps=True),
    _row("linear", _REGRESSION, "sklearn.linear_model:LinearRegression", "least squares", linear=True),
    _row("ridge", _REGRESSION, "sklearn.linear_model:Ridge", "least squares with an L2 penalty", linear=True),
    _row("lasso", _REGRESSION, "sklearn.linear_model:Lasso", "least squares with an L1 penalty",
         defaults={"max_iter": 10_000}, linear=True),
    _row("elastic-net", _REGRESSION, "sklearn.linear_model:ElasticNet", "least squares, L1 and L2 penalties",
         defaults={"max_iter": 10_000}, linear=True),
    _row("huber", _REGRESSION, "sklearn.linear_model:HuberRegressor", "linear, robust to outliers",
         defaults={"max_iter": 1000}, scale_target=True, linear=True),
    _row("svr", _REGRESSION, "sklearn.svm:SVR", "support vectors, radial kernel", scale_target=True, rowwise=True),
    _row("linear-svr", _REGRESSION, "sklearn.svm:LinearSVR", "support vectors, linear",
         defaults={"max_iter": 10_000}, scale_target=True, linear=True),
    _row("decision-tree", _REGRESSION, "sklearn.tree:DecisionTreeRegressor", "one tree", rowwise=True, gaps=True),
    _row("random-forest", _REGRESSION, "sklearn.ensemble:RandomForestRegressor", "bagged trees",
         defaults=_FOREST, rowwise=True, gaps=True),
    _row("extra-trees", _REGRESSION, "sklearn.ensemble:ExtraTreesRegressor", "trees with random cuts",
         defaults=_FOREST, rowwise=True, gaps=True),
    _row("knn", _REGRESSION, "sklearn.neighbors:KNeighborsRegressor", "nearest neighbours"),
    _row("gradient-boosting", _REGRESSION, "sklearn.ensemble:GradientBoostingRegressor", "boosted trees",
         rowwise=True),
    _row("hist-gradient-boosting", _REGRESSION, "sklearn.ensemble:HistGradientBoostingRegressor",
         "boosted trees on binned values, fast on many rows", **_HISTOGRAMS),
    _row("mlp", _REGRESSION, "sklearn.neural_network:MLPRegressor", "neural network",
         defaults={"max_iter": 500}, scale_target=True),
    _row("sgd", _REGRESSION, "sklearn.linear_model:SGDRegressor", "linear, by stochastic gradient descent",
         scale_target=True, linear=True),
    _row("dummy", _REGRESSION, "sklearn.dummy:DummyRegressor", "the mean alone: the baseline", rowwise=True, gaps=True),
)  # fmt: skip

AUTO = "auto"
PORTFOLIO = {
    Task.BINARY: ("logistic", "random-forest", "extra-trees", "hist-gradient-boosting", "dummy"),
    Task.MULTICLASS: ("logistic", "random-forest", "extra-trees", "hist-gradient-boosting", "dummy"),
    Task.REGRESSION: ("ridge", "random-forest", "extra-trees", "hist-gradient-boosting", "dummy"),
}


def all_specs() -> tuple[EstimatorSpec, ...]:
    """Every estimator of mlpipe's own, in the order in which they are listed."""
    return _ROWS


def _plugins() -> tuple[EstimatorSpec, ...]:
    """Estimators that other packages add: each entry point loads to an `EstimatorSpec`."""
    return tuple(point.load() for point in entry_points(group=ENTRY_POINT_GROUP))


def specs_for(task: Task) -> tuple[EstimatorSpec, ...]:
    """The estimators of mlpipe's own that can do `task`."""
    return tuple(spec for spec in _ROWS if task in spec.tasks)


def known_specs(task: Task | None = None) -> tuple[EstimatorSpec, ...]:
    """Every estimator, plug-ins included, that can do `task` (any task without one)."""
    return tuple(spec for spec in (*_ROWS, *_plugins()) if task is None or task in spec.tasks)


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
    known = [AUTO, *(spec.name for spec in known_specs(task))]
    raise UnknownNameError(f"{task.value} model", name, known, where="--model")
