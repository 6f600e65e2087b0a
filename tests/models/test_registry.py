from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.models import registry
from mlpipe.models.clusters.finding import Finder
from mlpipe.models.clusters.search_rows import SearchRows
from mlpipe.models.comparison.candidates import TABULAR, Text, choose_portfolio, portfolio
from mlpipe.models.estimator_spec import Choice, EstimatorSpec, Range
from mlpipe.models.estimators import build_estimator, inner_estimator, own_parameters, parse_value
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.registry import all_specs, find_estimator, known_specs
from mlpipe.models.streaming.fitting import learns_from_blocks
from mlpipe.task import Task
from tests.models.frames import numbers
from tests.targets import PREDICTED

CLASSIFIERS = [
    "logistic", "svm", "linear-svm", "decision-tree", "random-forest", "extra-trees", "knn", "naive-bayes",
    "gradient-boosting", "hist-gradient-boosting", "mlp", "sgd", "dummy",
]  # fmt: skip
BOOSTERS = ["lightgbm", "xgboost", "catboost"]
NETS = ["torch-linear", "torch-mlp"]
REGRESSORS = [
    "linear", "ridge", "lasso", "elastic-net", "huber", "svr", "linear-svr", "decision-tree", "random-forest",
    "extra-trees", "knn", "gradient-boosting", "hist-gradient-boosting", "mlp", "sgd", "dummy",
]  # fmt: skip
CLUSTERERS = ["kmeans", "minibatch-kmeans", "agglomerative", "dbscan", "hdbscan", "gmm"]


def test_registry_holds_exactly_the_names_of_the_interface() -> None:
    names = {task: [s.name for s in all_specs() if task in s.tasks] for task in Task}
    assert sorted(names[Task.BINARY]) == sorted(names[Task.MULTICLASS]) == sorted([*CLASSIFIERS, *BOOSTERS, *NETS])
    assert sorted(names[Task.REGRESSION]) == sorted([*REGRESSORS, *BOOSTERS, *NETS])
    assert sorted(names[Task.CLUSTERING]) == sorted(CLUSTERERS)


@pytest.mark.parametrize("task", PREDICTED)
def test_the_portfolio_is_of_models_that_exist_and_holds_a_dummy(task: Task) -> None:
    for entry in portfolio(task):
        assert set(dict(entry.settings)) <= set(own_parameters(find_estimator(entry.model, task)))
    found = choose_portfolio(task, n_rows=500, quality="best", class_weight="balanced", seed=0)
    assert [c.choice.class_weight for c in found if c.is_baseline] == ["none"]
    assert len({c.name for c in found}) == len(found) > 5


def test_unknown_model_is_answered_with_the_nearest_of_the_task() -> None:
    with pytest.raises(UnknownNameError, match="random-forest"):
        find_estimator("random-forst", Task.BINARY)
    with pytest.raises(UsageError, match=r"(?s)logistic is for classes, .*For quantities there are .*ridge"):
        find_estimator("logistic", Task.REGRESSION)


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("labels", [("no", "yes"), ("a", "b", "c")])
def test_every_classifier_fits_and_gives_probabilities(name: str, labels: tuple[str, ...]) -> None:
    rng = np.random.default_rng(0)
    y = rng.choice(labels, 90)
    X = rng.normal(size=(90, 3)) + 3.0 * (y[:, None] == np.array([*labels, "-"])[:3])
    task = Task.BINARY if len(labels) == 2 else Task.MULTICLASS
    params = (("max_iter", "60"),) if name == "mlp" else ()
    fitted = fit_estimator(ModelChoice(spec=find_estimator(name, task), params=params), X, y, features=numbers(X))
    proba = fitted.estimator.predict_proba(X)
    assert proba.shape == (90, len(labels))
    assert np.allclose(proba.sum(axis=1), 1)
    if name != "dummy":
        assert (fitted.estimator.predict(X) == y).mean() > 0.6


@pytest.mark.parametrize("name", REGRESSORS)
def test_every_regressor_learns_a_line_whatever_the_size_of_the_target(name: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    y = 200_000 + 50_000 * X[:, 0] + rng.normal(size=120)
    choice = ModelChoice(spec=find_estimator(name, Task.REGRESSION))
    fitted = fit_estimator(choice, X, y, features=numbers(X))
    predicted = fitted.estimator.predict(X)
    unexplained = ((y - predicted) ** 2).mean() / y.var()
    assert unexplained < 0.5 or name == "dummy"


def test_parameters_reach_the_inner_estimator_and_wrong_ones_name_the_nearest() -> None:
    spec = find_estimator("svm", Task.BINARY)
    assert inner_estimator(build_estimator(spec, params=(("C", "2.5"),))).C == 2.5
    with pytest.raises(UsageError, match="did you mean kernel"):
        build_estimator(spec, params=(("kernl", "rbf"),))


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("decision-tree", "max_depth", "-3"),
        ("svm", "C", "-1"),
        ("logistic", "penalty", "l7"),
        ("lightgbm", "num_leaves", "1"),
        ("xgboost", "gamma", "-0.1"),
        ("catboost", "depth", "17"),
    ],
)
def test_a_value_out_of_range_is_wrong_usage_told_before_any_fitting(name: str, key: str, value: str) -> None:
    with pytest.raises(
        UsageError, match=rf"{name} does not take .*: The '{key}' parameter of \w+ must be .*Got '?{value}'? instead"
    ):
        build_estimator(find_estimator(name, Task.BINARY), params=((key, value),))


NONSENSE = ("nonsense", "-7.5", "false", "[1.5, 'x']", "{'a': 'b'}")
QUICK = {"n_estimators": "5", "iterations": "5", "epochs": "2", "max_iter": "20"}


@pytest.mark.parametrize("spec", all_specs(), ids=lambda spec: f"{spec.name}-{min(spec.tasks)}")
def test_every_parameter_takes_what_is_given_or_says_that_it_is_wrong_usage(spec: EstimatorSpec) -> None:
    """Before any fitting where the value alone tells, else as soon as the estimator stumbles over it."""
    if not spec.is_installed:
        pytest.skip(f"{spec.module} is not installed")
    known = own_parameters(spec)
    quick = {key: value for key, value in QUICK.items() if key in known}
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = np.where(X[:, 0] > 0, "b", "a") if spec.is_classifier else X[:, 0]
    for key, value in itertools.product(known, NONSENSE):
        choice = ModelChoice(spec=spec, params=tuple({**quick, key: value}.items()))
        with suppress(UsageError):
            if Task.CLUSTERING in spec.tasks:
                Finder(choice, SearchRows.of(X), numbers(X)).find(2)
            else:
                fit_estimator(choice, X, y, features=numbers(X))


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("0.1", 0.1), ("None", None), ("true", True), ("sqrt", "sqrt"), ("(5, 2)", (5, 2))]
)
def test_parse_value(text: str, value: object) -> None:
    assert parse_value(text) == value


def test_balanced_class_weight_moves_probabilities_for_models_with_and_without_the_parameter() -> None:
    rng = np.random.default_rng(0)
    y = np.array(["common"] * 180 + ["rare"] * 20)
    X = rng.normal(size=(200, 2)) + (y == "rare")[:, None]
    for name in ("logistic", "gradient-boosting"):
        spec = find_estimator(name, Task.BINARY)
        plain, balanced = (
            fit_estimator(ModelChoice(spec=spec, class_weight=weight), X, y, features=numbers(X))
            for weight in ("none", "balanced")
        )
        rises = balanced.estimator.predict_proba(X)[:, 1].mean() - plain.estimator.predict_proba(X)[:, 1].mean()
        assert rises > 0.02
    choice = ModelChoice(spec=find_estimator("knn", Task.BINARY), class_weight="balanced")
    with pytest.raises(UsageError, match="knn cannot use `class_weight='balanced'`"):
        fit_estimator(choice, X, y, features=numbers(X))


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("svm", ()),
        ("linear-svm", ()),
        ("hist-gradient-boosting", (("early_stopping", "True"),)),
        ("gradient-boosting", (("n_iter_no_change", "5"),)),
        ("sgd", (("early_stopping", "True"),)),
    ],
)
def test_a_class_of_one_row_is_learnt_where_the_estimator_divides_the_rows(
    name: str, params: tuple[tuple[str, str], ...]
) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = np.where(X[:, 0] > 0, "b", "a")
    y[7], X[7] = "c", 9.0
    choice = ModelChoice(spec=find_estimator(name, Task.MULTICLASS), params=params)
    fitted = fit_estimator(choice, X, y, features=numbers(X))
    assert fitted.estimator.classes_.tolist() == ["a", "b", "c"]
    assert (fitted.estimator.predict(X) == y).mean() > 0.8
    assert any("share their weight" in note for note in fitted.notes)


def test_row_weights_equal_repeated_rows() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    y = np.where(X[:, 0] + rng.normal(size=40) > 0, "b", "a")
    counts = rng.integers(1, 4, 40)
    choice = ModelChoice(spec=find_estimator("logistic", Task.BINARY))
    weighted = fit_estimator(choice, X, y, features=numbers(X), weights=counts.astype(float)).estimator
    repeated = LogisticRegression(max_iter=1000).fit(X.repeat(counts, axis=0), y.repeat(counts))
    assert np.allclose(weighted.coef_, repeated.coef_, atol=1e-3)


def test_convergence_warning_becomes_a_note() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 5)) * 1000
    choice = ModelChoice(spec=find_estimator("logistic", Task.BINARY), params=(("max_iter", "1"),))
    fitted = fit_estimator(choice, X, np.where(X[:, 0] > 0, "b", "a"), features=numbers(X))
    assert any("converge" in note for note in fitted.notes)


def test_defaults_of_mlpipe_show_in_the_listing() -> None:
    assert own_parameters(find_estimator("random-forest", Task.BINARY))["min_samples_leaf"] == 2


def test_other_packages_add_estimators_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        def load(self) -> EstimatorSpec:
            return EstimatorSpec(
                name="bayes-ridge",
                tasks=frozenset({Task.REGRESSION}),
                target="sklearn.linear_model:BayesianRidge",
                summary="from elsewhere",
            )

    monkeypatch.setattr(registry, "entry_points", lambda group: [Point()] if group == "mlpipe.models" else [])
    spec = find_estimator("bayes-ridge", Task.REGRESSION)
    X = np.arange(20.0)[:, None]
    fitted = fit_estimator(ModelChoice(spec=spec), X, X[:, 0] * 3, features=numbers(X))
    assert fitted.estimator.predict([[5.0]]) == pytest.approx(15, rel=0.01)
    assert "bayes-ridge" in [known.name for known in known_specs(Task.REGRESSION)]
    with pytest.raises(UnknownNameError, match="bayes-ridge"):
        find_estimator("bayes-rigde", Task.REGRESSION)


def ends(search: Range | Choice) -> tuple[object, ...]:
    """What a search may try at its edges."""
    if isinstance(search, Choice):
        return search.values
    assert 0 < search.low < search.high
    return (int(search.low), int(search.high)) if search.whole else (search.low, search.high)


@pytest.mark.parametrize("spec", all_specs(), ids=lambda spec: f"{spec.name}-{min(spec.tasks)}")
def test_every_estimator_takes_what_its_search_space_offers(spec: EstimatorSpec) -> None:
    """The dummy has nothing to search: it is what the others are compared with; nor have clusters, without a score."""
    assert bool(spec.space) is (spec.name != "dummy" and Task.CLUSTERING not in spec.tasks)
    assert (spec.extra == "boost") is (spec.name in BOOSTERS)
    assert (spec.extra == "torch") is (spec.name in NETS)
    known = own_parameters(spec)
    for name, search in spec.space.items():
        assert name in known
        for value in ends(search):
            estimator = build_estimator(spec, params=((name, repr(value)),))
            inner = inner_estimator(estimator)
            if spec.name not in (*BOOSTERS, *NETS):
                inner._validate_params()
            assert inner.get_params()[name] == value


def test_trees_see_what_stands_beside_a_text_and_not_the_text() -> None:
    texts: tuple[Text, ...] = ("none", "alone", "beside")
    views = {
        text: {
            c.name: c.view
            for c in choose_portfolio(Task.BINARY, n_rows=500, text=text, quality="good", class_weight="none", seed=0)
        }
        for text in texts
    }
    trees = {"extra-trees", "hist-gradient-boosting-cautious"} | ({"catboost"} & set(views["none"]))
    assert trees <= set(views["none"])
    assert not trees & set(views["alone"])
    assert {views["beside"][name] for name in trees} == {TABULAR}
    assert "mlp" not in views["beside"]
    assert views["beside"]["logistic"] == "linear"


@pytest.mark.parametrize(
    ("n_rows", "there", "not_there"),
    [
        (3000, {"svm", "mlp", "hist-gradient-boosting-cautious"}, {"hist-gradient-boosting-deep", "random-forest"}),
        (3001, {"mlp", "hist-gradient-boosting-deep"}, {"svm", "hist-gradient-boosting-cautious"}),
        (8000, {"mlp", "extra-trees"}, {"random-forest"}),
        (8001, {"random-forest"}, {"mlp", "extra-trees"}),
        (20_001, {"logistic", "hist-gradient-boosting", "hist-gradient-boosting-deep"}, {"random-forest"}),
    ],
)
def test_more_rows_are_compared_by_fewer_and_deeper_models(n_rows: int, there: set[str], not_there: set[str]) -> None:
    found = {c.name for c in choose_portfolio(Task.BINARY, n_rows=n_rows, quality="good", class_weight="none", seed=0)}
    assert there <= found
    assert not not_there & found


def test_support_vectors_of_auto_follow_rings_that_a_line_does_not_see() -> None:
    """The setting of the portfolio is worth more than the library's own where classes wind around each other."""
    rng = np.random.default_rng(0)
    turns = rng.uniform(0, 4 * np.pi, 300)
    X = np.column_stack([turns * np.cos(turns), turns * np.sin(turns)]) / 6
    y = np.where(np.arange(300) % 2 == 0, "in", "out")
    X[y == "out"] *= -1
    found = choose_portfolio(Task.BINARY, n_rows=300, quality="good", class_weight="none", seed=0)
    choice = next(c.choice for c in found if c.name == "svm")
    half = np.arange(300) < 200
    close, plain = (
        fit_estimator(one, X[half], y[half], features=numbers(X)).estimator
        for one in (choice, replace(choice, params=()))
    )
    accuracy = [(fitted.predict(X[~half]) == y[~half]).mean() for fitted in (close, plain)]
    assert accuracy[0] > accuracy[1] + 0.1


@pytest.mark.parametrize("spec", [spec for spec in all_specs() if spec.is_installed], ids=lambda spec: spec.name)
def test_the_registry_knows_who_learns_from_blocks(spec):
    assert learns_from_blocks(build_estimator(spec)) == spec.by_blocks
