"""The estimators of mlpipe's own. A row is data: the class is named by string and imported when it is built."""

from __future__ import annotations

from typing import Any

from mlpipe.models.estimator_spec import NO_GAPS, Choice, EstimatorSpec, Need, Range
from mlpipe.task import Task

_CLASSES = frozenset({Task.BINARY, Task.MULTICLASS})
_NUMBERS = frozenset({Task.REGRESSION})

_NOTHING: frozenset[Need] = frozenset()
_DENSE: frozenset[Need] = NO_GAPS | {"dense matrix"}
_SCALED: frozenset[Need] = NO_GAPS | {"scaled target"}


def _log(low: float, high: float, *, whole: bool = False) -> Range:
    return Range(low=low, high=high, log=True, whole=whole)


def _whole(low: int, high: int) -> Range:
    return Range(low=low, high=high, whole=True)


def _class(name: str, target: str, summary: str, **facts: Any) -> EstimatorSpec:
    return EstimatorSpec(name=name, tasks=_CLASSES, target=f"sklearn.{target}", summary=summary, **facts)


def _number(name: str, target: str, summary: str, **facts: Any) -> EstimatorSpec:
    return EstimatorSpec(name=name, tasks=_NUMBERS, target=f"sklearn.{target}", summary=summary, **facts)


# What a classifier and its regressor share.
_TREE = {
    "rowwise": True, "several": True, "needs": _NOTHING,
    "space": {"max_depth": _whole(2, 20), "min_samples_leaf": _log(1, 50, whole=True), "ccp_alpha": _log(1e-5, 0.1)},
}  # fmt: skip
_FOREST = {
    # A leaf of one row says 0 or 1: two rows make probabilities honest, and forests half as large.
    "defaults": {"min_samples_leaf": 2}, "rowwise": True, "several": True, "needs": _NOTHING,
    "space": {"max_features": Choice(("sqrt", 0.3, 0.6, 1.0)), "min_samples_leaf": _log(1, 20, whole=True),
              "max_depth": Choice((None, 6, 12, 24))},
}  # fmt: skip
_NEIGHBOURS = {
    "several": True,
    "space": {"n_neighbors": _log(1, 100, whole=True), "weights": Choice(("uniform", "distance"))},
}
_BOOSTING = {
    "rowwise": True,
    "space": {"learning_rate": _log(0.01, 0.3), "n_estimators": _log(50, 500, whole=True), "max_depth": _whole(2, 6),
              "subsample": Range(low=0.5, high=1.0)},
}  # fmt: skip
_HISTOGRAMS = {
    "rowwise": True, "needs": frozenset({"dense matrix"}), "categories": "categorical_features",
    "space": {"learning_rate": _log(0.01, 0.3), "max_leaf_nodes": _log(8, 128, whole=True),
              "min_samples_leaf": _log(5, 100, whole=True), "l2_regularization": _log(1e-3, 10)},
}  # fmt: skip
_NETWORK = {
    "defaults": {"max_iter": 500}, "several": True,
    "space": {"alpha": _log(1e-6, 1), "learning_rate_init": _log(1e-4, 1e-2),
              "hidden_layer_sizes": Choice(((32,), (100,), (64, 32)))},
}  # fmt: skip
_DESCENT = {
    "linear": True,
    "by_blocks": True,
    "space": {"alpha": _log(1e-7, 0.1), "penalty": Choice(("l2", "l1", "elasticnet"))},
}
_DUMMY = {"rowwise": True, "several": True, "needs": _NOTHING}
_RADIAL = {"C": _log(0.01, 1000), "gamma": _log(1e-4, 10)}

CORE_ESTIMATORS = (
    _class("logistic", "linear_model:LogisticRegression", "logistic regression",
           defaults={"max_iter": 1000}, linear=True, space={"C": _log(1e-4, 1000)}),
    _class("svm", "svm:SVC", "support vectors, radial kernel", calibrate=True, rowwise=True, space=_RADIAL),
    _class("linear-svm", "svm:LinearSVC", "support vectors, linear", calibrate=True, linear=True,
           space={"C": _log(1e-4, 100)}),
    _class("decision-tree", "tree:DecisionTreeClassifier", "one tree", **_TREE),
    _class("random-forest", "ensemble:RandomForestClassifier", "bagged trees", **_FOREST),
    _class("extra-trees", "ensemble:ExtraTreesClassifier", "trees with random cuts", **_FOREST),
    _class("knn", "neighbors:KNeighborsClassifier", "nearest neighbours", **_NEIGHBOURS),
    _class("naive-bayes", "naive_bayes:GaussianNB", "Gaussian naive Bayes", needs=_DENSE, by_blocks=True,
           space={"var_smoothing": _log(1e-12, 0.01)}),
    _class("gradient-boosting", "ensemble:GradientBoostingClassifier", "boosted trees", **_BOOSTING),
    _class("hist-gradient-boosting", "ensemble:HistGradientBoostingClassifier",
           "boosted trees on binned values, fast on many rows", **_HISTOGRAMS),
    _class("mlp", "neural_network:MLPClassifier", "neural network", **_NETWORK),
    _class("sgd", "linear_model:SGDClassifier", "linear, by stochastic gradient descent",
           defaults={"loss": "log_loss"}, **_DESCENT),
    _class("dummy", "dummy:DummyClassifier", "class shares alone: the baseline", **_DUMMY),
    _number("linear", "linear_model:LinearRegression", "least squares", linear=True, several=True,
            space={"fit_intercept": Choice((True, False))}),
    _number("ridge", "linear_model:Ridge", "least squares with an L2 penalty", linear=True, several=True,
            space={"alpha": _log(1e-3, 1e4)}),
    _number("lasso", "linear_model:Lasso", "least squares with an L1 penalty",
            defaults={"max_iter": 10_000}, linear=True, several=True, space={"alpha": _log(1e-4, 10)}),
    _number("elastic-net", "linear_model:ElasticNet", "least squares, L1 and L2 penalties",
            defaults={"max_iter": 10_000}, linear=True, several=True,
            space={"alpha": _log(1e-4, 10), "l1_ratio": Range(low=0.05, high=1.0)}),
    _number("huber", "linear_model:HuberRegressor", "linear, robust to outliers",
            defaults={"max_iter": 1000}, needs=_SCALED, linear=True,
            space={"epsilon": Range(low=1.05, high=2.5), "alpha": _log(1e-6, 1)}),
    _number("svr", "svm:SVR", "support vectors, radial kernel", needs=_SCALED, rowwise=True,
            space={**_RADIAL, "epsilon": _log(1e-3, 1)}),
    _number("linear-svr", "svm:LinearSVR", "support vectors, linear",
            defaults={"max_iter": 10_000}, needs=_SCALED, linear=True,
            space={"C": _log(1e-4, 100), "epsilon": _log(1e-3, 1)}),
    _number("decision-tree", "tree:DecisionTreeRegressor", "one tree", **_TREE),
    _number("random-forest", "ensemble:RandomForestRegressor", "bagged trees", **_FOREST),
    _number("extra-trees", "ensemble:ExtraTreesRegressor", "trees with random cuts", **_FOREST),
    _number("knn", "neighbors:KNeighborsRegressor", "nearest neighbours", **_NEIGHBOURS),
    _number("gradient-boosting", "ensemble:GradientBoostingRegressor", "boosted trees", **_BOOSTING),
    _number("hist-gradient-boosting", "ensemble:HistGradientBoostingRegressor",
            "boosted trees on binned values, fast on many rows", **_HISTOGRAMS),
    _number("mlp", "neural_network:MLPRegressor", "neural network", needs=_SCALED, **_NETWORK),
    _number("sgd", "linear_model:SGDRegressor", "linear, by stochastic gradient descent", needs=_SCALED, **_DESCENT),
    _number("dummy", "dummy:DummyRegressor", "the mean alone: the baseline", **_DUMMY),
)  # fmt: skip
