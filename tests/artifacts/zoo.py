"""A fitted example of everything that mlpipe saves; `python -m tests.artifacts.zoo` prints `allowed.txt` anew."""

import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Ridge,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mlpipe.data.schema import Role
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.features.preprocessor.views import Views
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.equal_weight import EqualWeight
from mlpipe.features.transformers.k_best import KBest
from mlpipe.features.transformers.target_means import TargetMeans
from mlpipe.features.transformers.time_parts import TimeParts
from mlpipe.models.boosters import catboost, lightgbm, xgboost
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.deciding.calibration import METHODS, CalibratedModel, Calibration
from mlpipe.models.deciding.target_transform import LogTarget
from mlpipe.models.each_target import EachLabel, EachNumber
from mlpipe.models.ensemble.blend import BlendClassifier, BlendLabels, BlendRegressor
from mlpipe.models.ensemble.stack import StackClassifier, StackRegressor
from mlpipe.models.ensemble.temperature import TemperedBlendClassifier
from mlpipe.models.estimator_spec import EstimatorSpec
from mlpipe.models.estimators import build_estimator
from mlpipe.models.fitting import FittedPlan, ModelChoice, fit_estimator, fit_plan
from mlpipe.models.neural import linear, mlp
from mlpipe.models.registry import find_estimator, specs_for
from mlpipe.task import Task
from tests.features.tables import MIXED, column, labels, mixed_rows, plan_of

Make = Callable[[], Any]

CLASSIFIERS: dict[str, Make] = {
    "logistic": lambda: LogisticRegression(max_iter=300),
    "logistic-newton": lambda: LogisticRegression(solver="newton-cholesky"),
    "logistic-saga": lambda: LogisticRegression(solver="saga", l1_ratio=0.5, random_state=0, max_iter=500),
    "svm": lambda: SVC(random_state=0),
    "svm-linear-kernel": lambda: SVC(kernel="linear", class_weight="balanced", random_state=0),
    "linear-svm": lambda: LinearSVC(random_state=0),
    "decision-tree": lambda: DecisionTreeClassifier(random_state=0),
    "decision-tree-pruned": lambda: DecisionTreeClassifier(ccp_alpha=0.01, max_leaf_nodes=8, random_state=0),
    "random-forest": lambda: RandomForestClassifier(8, random_state=0, n_jobs=2),
    "random-forest-oob": lambda: RandomForestClassifier(30, random_state=0, oob_score=True, class_weight="balanced"),
    "extra-trees": lambda: ExtraTreesClassifier(8, random_state=0),
    "knn": KNeighborsClassifier,
    "knn-ball": lambda: KNeighborsClassifier(algorithm="ball_tree", weights="distance"),
    "knn-kd": lambda: KNeighborsClassifier(algorithm="kd_tree", p=1),
    "knn-kd-p3": lambda: KNeighborsClassifier(algorithm="kd_tree", p=3),
    "knn-chebyshev": lambda: KNeighborsClassifier(algorithm="kd_tree", metric="chebyshev"),
    "knn-brute": lambda: KNeighborsClassifier(algorithm="brute", metric="cosine"),
    "naive-bayes": GaussianNB,
    "gradient-boosting": lambda: GradientBoostingClassifier(n_estimators=5, random_state=0),
    "gradient-boosting-stop": lambda: GradientBoostingClassifier(n_estimators=5, n_iter_no_change=2, random_state=0),
    "gradient-boosting-half": lambda: GradientBoostingClassifier(n_estimators=5, subsample=0.5, random_state=0),
    "hist-gradient-boosting": lambda: HistGradientBoostingClassifier(max_iter=5, random_state=0),
    "hist-gradient-boosting-stop": lambda: HistGradientBoostingClassifier(
        max_iter=5, early_stopping=True, class_weight="balanced", random_state=0
    ),
    "mlp": lambda: MLPClassifier((4,), max_iter=400, tol=0.1, random_state=0),
    "mlp-stop": lambda: MLPClassifier((4,), early_stopping=True, max_iter=30, n_iter_no_change=2, random_state=0),
    "mlp-sgd": lambda: MLPClassifier((4,), solver="sgd", max_iter=400, tol=0.1, random_state=0),
    "mlp-lbfgs": lambda: MLPClassifier((4,), solver="lbfgs", max_iter=2000, tol=0.1, random_state=0),
    "sgd": lambda: SGDClassifier(random_state=0),
    "sgd-log": lambda: SGDClassifier(loss="log_loss", average=True, early_stopping=True, random_state=0),
    "sgd-huber": lambda: SGDClassifier(loss="modified_huber", learning_rate="adaptive", eta0=0.1, random_state=0),
    "dummy": DummyClassifier,
    "dummy-prior": lambda: DummyClassifier(strategy="stratified", random_state=0),
    "calibrated-svm": lambda: CalibratedClassifierCV(SVC(random_state=0), ensemble=False, cv=3),
    "calibrated-linear-svm": lambda: CalibratedClassifierCV(LinearSVC(random_state=0), ensemble=False, cv=3),
    "calibrated-split": lambda: CalibratedClassifierCV(
        LinearSVC(random_state=0), ensemble=False, cv=StratifiedKFold(3, shuffle=True, random_state=0)
    ),
    "calibrated-isotonic": lambda: CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=3),
}

REGRESSORS: dict[str, Make] = {
    "linear": LinearRegression,
    "ridge": Ridge,
    "ridge-sag": lambda: Ridge(solver="sag", random_state=0),
    "lasso": Lasso,
    "elastic-net": ElasticNet,
    "huber": lambda: HuberRegressor(max_iter=1000),
    "svr": SVR,
    "linear-svr": lambda: LinearSVR(random_state=0),
    "decision-tree": lambda: DecisionTreeRegressor(random_state=0),
    "decision-tree-absolute": lambda: DecisionTreeRegressor(criterion="absolute_error", max_depth=3, random_state=0),
    "random-forest": lambda: RandomForestRegressor(8, random_state=0),
    "extra-trees": lambda: ExtraTreesRegressor(8, random_state=0),
    "knn": KNeighborsRegressor,
    "knn-ball": lambda: KNeighborsRegressor(algorithm="ball_tree"),
    "gradient-boosting": lambda: GradientBoostingRegressor(n_estimators=5, random_state=0),
    "gradient-boosting-huber": lambda: GradientBoostingRegressor(n_estimators=5, loss="huber", random_state=0),
    "gradient-boosting-quantile": lambda: GradientBoostingRegressor(n_estimators=5, loss="quantile", random_state=0),
    "gradient-boosting-absolute": lambda: GradientBoostingRegressor(
        n_estimators=5, loss="absolute_error", n_iter_no_change=2, random_state=0
    ),
    "hist-gradient-boosting": lambda: HistGradientBoostingRegressor(max_iter=5, random_state=0),
    "hist-gradient-boosting-absolute": lambda: HistGradientBoostingRegressor(
        max_iter=5, loss="absolute_error", early_stopping=True, random_state=0
    ),
    "hist-gradient-boosting-quantile": lambda: HistGradientBoostingRegressor(
        max_iter=5, loss="quantile", quantile=0.5, random_state=0
    ),
    "hist-gradient-boosting-poisson": lambda: HistGradientBoostingRegressor(max_iter=5, loss="poisson", random_state=0),
    "hist-gradient-boosting-gamma": lambda: HistGradientBoostingRegressor(max_iter=5, loss="gamma", random_state=0),
    "mlp": lambda: MLPRegressor(hidden_layer_sizes=(4,), max_iter=2000, tol=1, random_state=0),
    "mlp-stop": lambda: MLPRegressor(
        hidden_layer_sizes=(4,), early_stopping=True, max_iter=20, n_iter_no_change=2, random_state=0
    ),
    "sgd": lambda: SGDRegressor(random_state=0),
    "sgd-huber": lambda: SGDRegressor(loss="huber", penalty="elasticnet", average=True, random_state=0),
    "sgd-insensitive": lambda: SGDRegressor(loss="epsilon_insensitive", random_state=0),
    "sgd-squared-insensitive": lambda: SGDRegressor(loss="squared_epsilon_insensitive", random_state=0),
    "dummy": DummyRegressor,
    "dummy-median": lambda: DummyRegressor(strategy="median"),
}


@cache
def table(rows: int = 120) -> pd.DataFrame:
    """Numbers with gaps, text with gaps, a date and a constant column."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"n{i}": rng.normal(size=rows) for i in range(4)})
    frame.loc[::7, "n1"] = np.nan
    frame["c"] = pd.Series(rng.choice(["a", "b", "c", "rare"], rows, p=[0.5, 0.3, 0.18, 0.02]), dtype="str")
    frame["many"] = pd.Series([f"v{i % 23}" for i in range(rows)], dtype="str")
    frame.loc[::11, "c"] = np.nan
    frame["empty"] = np.nan
    return frame


def targets(rows: int = 120) -> dict[str, np.ndarray[Any, Any]]:
    """One target for each task; classes are texts."""
    signal = table(rows)["n0"].to_numpy() + np.random.default_rng(1).normal(size=rows) / 2
    return {
        "binary": np.where(signal > 0, "yes", "no"),
        "multiclass": np.array(["high", "low", "mid"])[np.digitize(signal, [-0.5, 0.5])],
        "regression": signal * 10 + 40,
    }


def preprocessor(task: str, *, scaler: Any = None, encoder: Any = None, k: int = 0) -> Pipeline:
    """A preprocessor of the shape that the plan builds."""
    fill = SimpleImputer(strategy="most_frequent", keep_empty_features=True)
    constant = SimpleImputer(strategy="constant", fill_value="missing", keep_empty_features=True)
    folds = KFold(3, shuffle=True, random_state=0)
    if task != "regression":
        folds = StratifiedKFold(3, shuffle=True, random_state=0)
    by_target = TargetEncoder(cv=folds, target_type="continuous" if task == "regression" else task)
    numbers = Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)),
            ("scale", scaler or StandardScaler()),
        ]
    )
    columns = ColumnTransformer(
        [
            ("numbers", numbers, ["n0", "n1", "n2", "empty"]),
            ("plain", "passthrough", ["n3"]),
            ("gone", "drop", ["n3"]),
            ("c", Pipeline([("impute", fill), ("encode", encoder or _onehot())]), ["c"]),
            ("many", Pipeline([("impute", constant), ("encode", by_target)]), ["many"]),
        ],
        sparse_threshold=0,
        verbose_feature_names_out=False,
    )
    score = f_regression if task == "regression" else f_classif
    return Pipeline([("columns", columns), *([("select", SelectKBest(score, k=k))] if k else [])])


def _onehot() -> OneHotEncoder:
    return OneHotEncoder(
        handle_unknown="infrequent_if_exist", min_frequency=0.05, max_categories=3, sparse_output=False
    )


PREPROCESSORS: dict[str, dict[str, Any]] = {
    "plain": {},
    "minmax": {"scaler": MinMaxScaler()},
    "robust": {"scaler": RobustScaler()},
    "select": {"k": 3},
    "ordinal": {"encoder": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)},
    "ordinal-missing": {
        "encoder": OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2, min_frequency=3
        )
    },
    "onehot-ignore": {"encoder": OneHotEncoder(handle_unknown="ignore", sparse_output=False)},
    "onehot-sparse": {"encoder": OneHotEncoder(handle_unknown="ignore", drop="if_binary")},
}


def fitted_pipelines(*only: str) -> Iterator[tuple[str, Any]]:
    """Every estimator on the default preprocessor, and every preprocessor, for all tasks or `only` some."""
    X = table()
    for task in only or targets():
        y = targets()[task]
        for name, options in PREPROCESSORS.items():
            yield f"{task}/{name}", quietly(preprocessor(task, **options), X, y)
        makers = REGRESSORS if task == "regression" else CLASSIFIERS
        for name, make in makers.items():
            pipeline = Pipeline([("preprocess", preprocessor(task)), ("model", make())])
            yield f"{task}/{name}", quietly(pipeline, X, y)


def joined() -> Iterator[tuple[str, Any]]:
    """What `auto` joins and calibrates."""
    X, y = np.nan_to_num(table()[["n0", "n2"]].to_numpy()), targets()
    for task, blend, members in (
        ("binary", BlendClassifier, (LogisticRegression(), DummyClassifier())),
        ("regression", BlendRegressor, (Ridge(), DummyRegressor())),
    ):
        named = [("a", members[0]), ("b", members[1])]
        yield f"blend/{task}", blend(named, [0.5, 0.5], [(0, 2, False), (0, 1, False)], [False, True]).fit(X, y[task])
    named = [("a", LogisticRegression()), ("b", DummyClassifier())]
    yield "blend/tempered", TemperedBlendClassifier(named, [0.5, 0.5], 0.7).fit(X, y["binary"])
    stack = StackClassifier(
        [("a", LogisticRegression()), ("b", DummyClassifier())], np.ones((2, 4)), np.zeros(2), ("no", "yes")
    )
    yield "stack/binary", stack.fit(X, y["binary"])
    yield "stack/regression", StackRegressor([("a", Ridge())], np.ones(1), 0.5).fit(X, y["regression"])
    plan = planned({})
    yield "views", Views([("general", plan.preprocessor), ("again", plan.preprocessor)])
    yield "log", LogTarget().fit(X[:, :1] ** 2)
    said, codes = np.column_stack([1 - np.linspace(0.1, 0.9, 120), np.linspace(0.1, 0.9, 120)]), np.arange(120) % 2
    for method in METHODS:
        calibration = Calibration(method).fit(said, codes)
        yield f"calibrated/{method}", CalibratedModel(DummyClassifier().fit(X, y["binary"]), calibration)


def shells() -> Iterator[tuple[str, Any]]:
    """Stand-ins for models of libraries that need not be installed: their classes, and no true content."""
    for module in (lightgbm, xgboost, catboost):
        library = module.__name__.rpartition(".")[2]
        for suffix in ("Classifier", "Regressor"):
            shell = getattr(module, f"{library.capitalize()}{suffix}")()
            shell.model_, shell.n_features_in_, shell.classes_ = "its own format", 2, np.array(["a", "b"])
            yield f"{library}/{suffix}", shell
    for net in (
        linear.TorchLinearClassifier,
        linear.TorchLinearRegressor,
        mlp.TorchMlpClassifier,
        mlp.TorchMlpRegressor,
    ):
        shell = net()
        shell.weights_, shell.history_ = {"weight": np.ones((1, 2), dtype=np.float32)}, {"train_loss": np.ones(3)}
        shell.centre_, shell.scale_, shell.classes_ = np.zeros(1), 1.0, np.array(["a", "b"])
        yield f"net/{net.__name__}", shell


def of_several_targets() -> Iterator[tuple[str, Any]]:
    """Estimators of several targets: one for each, and those that take all at once."""
    X = np.nan_to_num(table()[["n0", "n2"]].to_numpy())
    labels, numbers = np.column_stack([targets()["binary"] == "yes", X[:, 0] > 0]).astype(int), X * 2
    yield "each/label", EachLabel(LogisticRegression(), chained=True).fit(X, labels)
    yield "each/number", EachNumber(SVR()).fit(X, numbers)
    yield "blend/labels", BlendLabels([("a", EachLabel(LogisticRegression()))], [1.0]).fit(X, labels)
    yield "target means", TargetMeans(KFold(3)).fit(table()[["c"]].fillna("missing"), numbers)
    for spec in (*specs_for(Task.MULTILABEL), *specs_for(Task.MULTIOUTPUT)):
        if spec.name not in CLASSIFIERS | REGRESSORS:
            continue
        if spec.several and spec.is_classifier:
            yield f"labels/{spec.name}", quietly(CLASSIFIERS[spec.name](), X, labels)
        elif spec.several:
            yield f"numbers/{spec.name}", quietly(REGRESSORS[spec.name](), X, numbers)


def of_clusters() -> Iterator[tuple[str, Any]]:
    """What finds clusters, each with its rule for new rows."""
    X = np.random.default_rng(0).normal(size=(60, 2)) + np.repeat([[0, 0], [9, 9]], 30, axis=0)
    features = tuple(Feature(name=name, column=name, kind="number") for name in "ab")
    for spec in specs_for(Task.CLUSTERING):
        yield f"clusters/{spec.name}", Finder(ModelChoice(spec=spec), SearchRows.of(X), features).find(2).estimator
    yield "equal-weight", EqualWeight().fit(X)


OF_FLAGS = ("dice", "jaccard", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath")
OF_NUMBERS = ("epsilon_insensitive", "squared_epsilon_insensitive")


def fitted_parts() -> Iterator[tuple[str, Any]]:
    """Estimators and transformers alone, on arrays and on tables."""
    yield from joined()
    yield from shells()
    yield from of_several_targets()
    yield from of_clusters()
    X = np.nan_to_num(table()[["n0", "n1", "n2", "n3"]].to_numpy())
    for task, y in targets().items():
        for name, make in (REGRESSORS if task == "regression" else CLASSIFIERS).items():
            yield f"array/{task}/{name}", quietly(make(), X, y)
    yield (
        "categories",
        quietly(
            HistGradientBoostingClassifier(max_iter=5, categorical_features=[0], random_state=0),
            np.column_stack([np.arange(120) % 7, X]),
            np.where(np.arange(120) % 7 > 3, "yes", "no"),
        ),
    )
    for metric in ("canberra", "braycurtis", "hamming", *OF_FLAGS):
        yield f"knn/{metric}", quietly(KNeighborsClassifier(metric=metric), X, targets()["binary"])
    for loss in ("hinge", "squared_hinge", "perceptron", "log_loss", "squared_error", *OF_NUMBERS):
        yield f"sgd/{loss}", quietly(SGDClassifier(loss=loss, random_state=0), X, targets()["binary"])
    yield (
        "exponential",
        quietly(GradientBoostingClassifier(n_estimators=3, loss="exponential", random_state=0), X, targets()["binary"]),
    )
    dates = pd.DataFrame({"joined": pd.date_range("2024-01-01", periods=120, freq="31h")})
    for name, options in PLANS.items():
        yield f"plan/{name}", planned(options).preprocessor
    learnt = planned({})
    histograms = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.BINARY), params=(("max_iter", "3"),))
    yield "dense", fit_estimator(histograms, learnt.X, learnt.y, features=learnt.features, n_components=5).estimator
    for name, spec, sparse_too in built():
        for matrix in (X, csr_matrix(X)) if sparse_too else (X,):
            estimator = build_estimator(spec, params=(), class_weight="none", seed=0)
            yield f"built/{name}/{type(matrix).__name__}", quietly(estimator, matrix, targets()[name.split("/")[0]])
    yield "dates", Pipeline([("parts", DateParts()), ("impute", SimpleImputer(strategy="median"))]).fit(dates)
    yield "times", TimeParts().fit(table()[["n0"]])
    yield "kbest", KBest(k=2).fit(X, targets()["binary"])
    yield "union", FeatureUnion([("gaps", MissingIndicator()), ("copy", "passthrough")]).fit(table()[["n0", "n1"]])
    yield "indicator", MissingIndicator().fit(table()[["n0", "n1"]])
    yield "imputer", SimpleImputer(strategy="mean").fit(table()[["n0", "n1"]])
    yield "text-imputer", SimpleImputer(strategy="most_frequent", add_indicator=True).fit(table()[["c"]])
    yield "numeric-classes", GaussianNB().fit(X, np.arange(120) % 3)


PLANS: dict[str, dict[str, Any]] = {
    **{f"preset {name}": {"preset": name} for name in ("general", "linear", "tree", "minimal")},
    **{
        f"impute {name}": {"impute_numeric": name} for name in ("mean", "most-frequent", "constant", "knn", "iterative")
    },
    **{f"scale {name}": {"scale": name} for name in ("minmax", "robust", "maxabs", "quantile", "power")},
    **{f"encode {name}": {"encode": name} for name in ("ordinal", "target", "count")},
    **{f"select {name}": {"select": name, "select_k": 3} for name in ("variance", "kbest")},
    **{f"select {name}": {"select": name, "select_k": 3} for name in ("mutual-info", "l1", "rfe")},
    **{f"reduce {name}": {"reduce": name, "components": 2, "text": "drop"} for name in ("pca", "svd")},
    **{f"text {name}": {"text": name, "max_features": 50} for name in ("tfidf", "bow", "hash")},
    **{f"analyzer {name}": {"analyzer": name} for name in ("char", "jieba")},
    "clip at quantiles": {"outliers": "clip", "outlier_rule": "quantile"},
    "bins": {"bins": 3},
    "products": {"polynomial": 2},
    "circles": {"datetime": "cyclic"},
    "stop words": {"stop_words": "english"},
}
"""Options of `preprocess` that bring in every class a plan may be built of."""


def built() -> Iterator[tuple[str, EstimatorSpec, bool]]:
    """Every estimator as `train` builds it, and whether it is fitted on sparse matrices."""
    for task in (Task.BINARY, Task.REGRESSION):
        for spec in specs_for(task):
            if spec.is_installed:
                yield f"{task.value}/{spec.name}", spec, "dense matrix" not in spec.needs


def planned(options: dict[str, Any]) -> FittedPlan:
    """A plan of mlpipe's own, fitted on columns of every kind."""
    X, y = mixed_rows(120), labels(120)
    X["words"] = pd.Series([f"the {['red', 'green', '蓝色'][i % 3]} thing no {i % 7}" for i in range(120)], dtype="str")
    X.loc[::13, "words"] = np.nan
    plan = plan_of(X, y, (*MIXED, column("words", Role.TEXT)), **options)
    return fit_plan(plan, X, y, task=Task.BINARY)


def quietly(estimator: Any, X: Any, y: Any) -> Any:
    """Fit without a word about convergence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


HEAD = """\
# The classes and functions that files written by mlpipe may name: module, then name. Exact: no prefixes, no patterns.
# Regenerated by `python -m tests.artifacts.zoo`; each new line is reviewed by hand. A function here can be called by
# a file with any arguments: none that evaluates, imports, opens, deletes, or reaches attributes by name belongs here.
"""


def main() -> None:
    from mlpipe.artifacts.fitted.unpickle import trace_globals

    found: set[tuple[str, str]] = set()
    for _, fitted in [*fitted_pipelines(), *fitted_parts()]:
        found |= trace_globals(fitted)
    sys.stdout.write(HEAD + "".join(f"{module} {name}\n" for module, name in sorted(found)))


if __name__ == "__main__":
    main()
