"""What an estimator takes: gaps, sparse matrices, categories; and what it gets where it takes none."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier

from mlpipe.data.schema import Role
from mlpipe.errors import FitError
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.preprocessor.transform import transform
from mlpipe.metrics.registry import find_metric
from mlpipe.models.comparison.auto import _able
from mlpipe.models.comparison.candidates import PREPARED, Candidate, choose_portfolio
from mlpipe.models.comparison.rounds import FoldFit, score_candidate
from mlpipe.models.densifying import build_densifier, dense_features
from mlpipe.models.estimators import inner_estimator, own_parameters
from mlpipe.models.explaining.coefficients import linear_coefficients
from mlpipe.models.explaining.importance import column_importance
from mlpipe.models.fitting import ModelChoice, fit_estimator, fit_plan, join_pipeline
from mlpipe.models.folds import Fold
from mlpipe.models.history import training_history
from mlpipe.models.predicting import predict_matrix
from mlpipe.models.registry import all_specs, find_estimator
from mlpipe.params import ColumnRecipe
from mlpipe.task import Task
from tests.features.tables import column, labels, plan_of, strings
from tests.models.frames import mixed_frame, numbers, training_rows
from tests.optional import some
from tests.targets import NO_YES, classes

SPECS = tuple(spec for spec in all_specs() if spec.is_installed and Task.CLUSTERING not in spec.tasks)
N = 120
QUICK = {"mlp": (("max_iter", "20"),), "random-forest": (("n_estimators", "10"),),
         "extra-trees": (("n_estimators", "10"),), "gradient-boosting": (("n_estimators", "10"),),
         "hist-gradient-boosting": (("max_iter", "10"),)}  # fmt: skip


def spec_id(spec):
    return f"{spec.name}-{'regression' if Task.REGRESSION in spec.tasks else 'classification'}"


def choice_of(name, task=Task.BINARY):
    return ModelChoice(spec=find_estimator(name, task), params=QUICK.get(name, ()))


def takes(spec, X):
    """Whether the estimator itself, as scikit-learn has it, fits and predicts."""
    y = np.arange(len(np.asarray(X.sum(axis=1)))) % 3
    estimator = spec.load()(**spec.defaults)
    estimator.set_params(**{key: int(value) for key, value in QUICK.get(spec.name, ())})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.fit(X, y.astype(float) if Task.REGRESSION in spec.tasks else y).predict(X)
    except (ValueError, TypeError):
        return False
    return True


def some_zeros():
    X = np.random.default_rng(0).normal(size=(60, 4))
    return np.where(X < 0.3, 0.0, X)


@pytest.mark.parametrize("spec", SPECS, ids=spec_id)
def test_the_flags_of_the_registry_are_true_of_the_estimators(spec):
    X = some_zeros()
    gappy = X.copy()
    gappy[::9, 1] = np.nan
    assert takes(spec, gappy) == spec.takes_gaps
    assert takes(spec, sparse.csr_matrix(X)) == ("dense matrix" not in spec.needs)
    if spec.name != "dummy":
        assert not takes(spec, sparse.csr_matrix(gappy)), "gaps in a sparse matrix are made dense for all"
    assert (spec.categories in own_parameters(spec)) == bool(spec.categories)
    known = {"categorical_features", "categories"} & set(own_parameters(spec))  # scikit-learn's name, and ours
    assert ({spec.categories} if spec.categories else set()) == known


# --- gaps ---------------------------------------------------------------------------------------------------------


def gappy_rows(n=N):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)})
    y = np.where(frame["a"] > 0, "yes", "no")
    frame.loc[::7, "b"] = np.nan
    return frame, y


def test_a_model_that_takes_no_gaps_names_the_columns_and_those_that_do():
    frame, y = gappy_rows()
    rows = training_rows(frame, y, Task.BINARY, preset="tree")
    fitted = fit_plan(rows.plan, frame, y, task=Task.BINARY)
    with pytest.raises(FitError, match=r"(?s)logistic takes no missing cells, .*'b'\.") as caught:
        fit_estimator(choice_of("logistic"), fitted.X, y, features=fitted.features)
    able = {spec.name for spec in SPECS if spec.takes_gaps and Task.BINARY in spec.tasks} - {"dummy"}
    named = caught.value.remedy.partition("or use ")[2].removesuffix(".").split(", ")
    assert (set(named), len(named)) == (able, len(able))
    for name in able:
        estimator = fit_estimator(choice_of(name), fitted.X, y, features=fitted.features).estimator
        assert (estimator.predict(fitted.X) == y).mean() > 0.9


@pytest.mark.parametrize("name", ["logistic", "hist-gradient-boosting"])
def test_a_fold_without_the_gap_refuses_as_any_other(name):
    frame, y = gappy_rows()
    frame["b"] = frame["b"].fillna(0.0)
    frame.loc[3, "b"] = np.nan
    rows = training_rows(frame, y, Task.BINARY, preset="tree")
    fold = Fold(number=0, train=np.arange(20, N), valid=np.arange(20))
    one = Candidate(name=name, choice=choice_of(name))
    if name == "logistic":
        with pytest.raises(FitError, match="takes no missing cells"):
            score_candidate(rows, {PREPARED: rows.plan}, one, FoldFit(fold=fold))
    else:
        outcome = score_candidate(rows, {PREPARED: rows.plan}, one, FoldFit(fold=fold))
        assert some(outcome.score.values["accuracy"]) > 0.8


def test_auto_leaves_out_models_that_take_no_gaps_and_says_so():
    frame, y = gappy_rows()
    portfolio = choose_portfolio(Task.BINARY, n_rows=N, quality="good", class_weight="none", seed=0)
    found = tuple(replace(candidate, view=PREPARED) for candidate in portfolio)
    keeps = training_rows(frame, y, Task.BINARY, preset="tree").plan
    able, notes = _able(found, {PREPARED: keeps})
    assert {"logistic", "svm", "mlp"} == {c.name for c in found} - {c.name for c in able}
    assert {"extra-trees", "hist-gradient-boosting", "dummy"} <= {c.name for c in able}
    assert len(notes) == 1
    assert notes[0].startswith("auto left out logistic")
    assert notes[0].endswith("b")
    assert _able(found, {PREPARED: training_rows(frame, y, Task.BINARY).plan}) == (found, [])


# --- sparse matrices ----------------------------------------------------------------------------------------------

TEXT = (column("age", Role.NUMERIC), column("city", Role.CATEGORICAL), column("note", Role.TEXT))


def text_rows(n=N, seed=0):
    """Notes that decide the class, a number, and a category."""
    rng = np.random.default_rng(seed)
    spam = rng.random(n) < 0.5
    words = [rng.choice(["free", "prize", "win"] if s else ["lunch", "meeting", "monday"], 3) for s in spam]
    rows = {
        "age": rng.normal(40, 9, n),
        "city": strings(rng.choice(["n", "s", "w"], n)),
        "note": strings(map(" ".join, words)),
    }
    return pd.DataFrame(rows), np.where(spam, "spam", "ham")


@pytest.mark.parametrize("name", sorted({spec.name for spec in SPECS if Task.BINARY in spec.tasks}))
@pytest.mark.parametrize("preset", ["general", "tree"])
def test_every_model_learns_from_text_or_says_why_not(name, preset):
    frame, y = text_rows()
    frame.loc[::8, "age"] = np.nan
    fitted = fit_plan(plan_of(frame, y, TEXT, preset=preset), frame, y, task=Task.BINARY)
    assert sparse.issparse(fitted.X)
    choice = choice_of(name)
    if preset == "tree" and not choice.spec.takes_gaps:
        with pytest.raises(FitError, match="takes no missing cells"):
            fit_estimator(choice, fitted.X, y, features=fitted.features)
        return
    model = fit_estimator(choice, fitted.X, y, features=fitted.features, n_components=5).estimator
    later, truth = text_rows(seed=1)
    later.loc[::5, "age"] = np.nan
    X = transform(fitted.preprocessor, later)
    found = predict_matrix(model, X, classes("ham", "spam"), rowwise=choice.spec.rowwise)
    assert (found.values == truth).mean() > 0.8 or name == "dummy"
    alone = predict_matrix(model, X[4:5], classes("ham", "spam"), rowwise=choice.spec.rowwise)
    assert found.proba is not None
    assert alone.proba is not None
    np.testing.assert_array_equal(alone.proba[0], found.proba[4])
    np.testing.assert_array_equal(join_pipeline(fitted.preprocessor, model).predict(later), found.values)


def test_the_dense_matrix_has_numbers_and_categories_first_then_components():
    frame, y = text_rows()
    fitted = fit_plan(plan_of(frame, y, TEXT, preset="tree"), frame, y, task=Task.BINARY)
    made = build_densifier(fitted.features, 3, 0).fit_transform(fitted.X)
    assert [f.name for f in dense_features(fitted.features)] == ["age", "city_code"]
    assert made.shape == (N, 5)
    np.testing.assert_array_equal(made[:, 0], frame["age"])
    np.testing.assert_array_equal(made[:, 1], frame["city"].map({"n": 0, "s": 1, "w": 2}))
    terms = plain_array(fitted.X[:, [i for i, f in enumerate(fitted.features) if f.kind == "term"]])
    expected = terms @ np.linalg.svd(terms, full_matrices=False)[2][:3].T
    np.testing.assert_allclose(np.abs(made[:, 2:]), np.abs(expected), atol=1e-3)


def test_categories_are_told_by_their_place_in_the_dense_matrix():
    frame, y = text_rows()
    fitted = fit_plan(plan_of(frame, y, TEXT, preset="tree"), frame, y, task=Task.BINARY)
    model = fit_estimator(choice_of("hist-gradient-boosting"), fitted.X, y, features=fitted.features, n_components=4)
    assert inner_estimator(model.estimator).is_categorical_.tolist() == [False, True, False, False, False, False]


@pytest.mark.parametrize(
    "name", ["logistic", "random-forest", "naive-bayes", "hist-gradient-boosting", "decision-tree"]
)
def test_importance_on_sparse_matrices_is_told_by_column(name):
    frame, y = text_rows()
    frame.loc[::8, "age"] = np.nan
    preset = "tree" if choice_of(name).spec.takes_gaps else "general"
    fitted = fit_plan(plan_of(frame, y, TEXT, preset=preset), frame, y, task=Task.BINARY)
    model = fit_estimator(choice_of(name), fitted.X, y, features=fitted.features, n_components=5).estimator
    rowwise, metric = choice_of(name).spec.rowwise, find_metric("accuracy", Task.BINARY)
    found = column_importance(
        lambda X: predict_matrix(model, X, classes(*np.unique(y).tolist()), rowwise=rowwise),
        fitted.X, y, fitted.features, metric, seed=0,
    )  # fmt: skip
    assert found[0].column == "note"
    assert {row.column for row in found} == {"age", "city", "note"}
    assert found[0].importance > 3 * found[1].importance


def test_the_history_of_boosting_behind_components_is_told():
    frame, y = text_rows()
    fitted = fit_plan(plan_of(frame, y, TEXT), frame, y, task=Task.BINARY)
    model = fit_estimator(choice_of("hist-gradient-boosting"), fitted.X, y, features=fitted.features).estimator
    history = training_history(model, fitted.X, y)
    assert history is not None
    assert len(history.train) == 10


# --- categories ---------------------------------------------------------------------------------------------------

CODES = (column("code", Role.CATEGORICAL), column("x", Role.NUMERIC))


def codes(n, seed):
    """Forty levels, every second one of which is the other class: their order means nothing."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, 40, n)
    frame = pd.DataFrame({"code": strings(f"l{i:02}" for i in level), "x": rng.normal(size=n)})
    return frame, np.where((level % 2 == 0) != (rng.random(n) < 0.1), "even", "odd")


def test_boosting_is_told_its_categories_and_beats_codes_taken_as_numbers():
    (frame, y), (later, truth) = codes(400, 0), codes(2000, 1)
    fitted = fit_plan(plan_of(frame, y, CODES, preset="tree"), frame, y, task=Task.BINARY)
    assert [feature.kind for feature in fitted.features] == ["number", "category"]
    few = (("max_iter", "10"), ("max_leaf_nodes", "5"))
    choice = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.BINARY), params=few)
    told = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    assert told.is_categorical_.tolist() == [False, True]
    by_number = HistGradientBoostingClassifier(max_iter=10, max_leaf_nodes=5, random_state=0).fit(fitted.X, y)
    X = transform(fitted.preprocessor, later)
    assert (told.predict(X) == truth).mean() > (by_number.predict(X) == truth).mean() + 0.1
    unseen = transform(fitted.preprocessor, pd.DataFrame({"code": strings(["new", None]), "x": [0.0, 0.0]}))
    assert np.isfinite(told.predict_proba(unseen)).all()


def test_what_is_said_by_hand_of_categories_stands():
    frame, y = codes(200, 0)
    fitted = fit_plan(plan_of(frame, y, CODES, preset="tree"), frame, y, task=Task.BINARY)
    params = (("categorical_features", "none"), ("max_iter", "5"))
    choice = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.BINARY), params=params)
    estimator = fit_estimator(choice, fitted.X, y, features=fitted.features).estimator
    assert not np.any(estimator.is_categorical_)


def test_codes_in_a_given_order_are_numbers():
    frame, y = codes(200, 0)
    order = ColumnRecipe(name="code", order=tuple(f"l{i:02}" for i in range(40)))
    fitted = fit_plan(plan_of(frame, y, CODES, preset="tree", recipes=(order,)), frame, y, task=Task.BINARY)
    estimator = fit_estimator(choice_of("hist-gradient-boosting"), fitted.X, y, features=fitted.features).estimator
    assert [feature.kind for feature in fitted.features] == ["number", "code"]
    assert not np.any(estimator.is_categorical_)


@pytest.mark.parametrize("n_levels", [254, 255])
def test_as_many_levels_as_boosting_takes_as_categories(n_levels):
    frame = pd.DataFrame(
        {"code": strings(f"l{i % n_levels}" for i in range(3 * n_levels)), "x": np.arange(3.0 * n_levels)}
    )
    frame.loc[::50, "code"] = None
    y = labels(len(frame))
    fitted = fit_plan(plan_of(frame, y, CODES, preset="tree", encode="ordinal"), frame, y, task=Task.BINARY)
    assert fitted.features[1].kind == ("category" if n_levels == 254 else "code")
    estimator = fit_estimator(choice_of("hist-gradient-boosting"), fitted.X, y, features=fitted.features).estimator
    assert np.any(estimator.is_categorical_) == (n_levels == 254)


# --- coefficients -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["power", "quantile", "maxabs"])
def test_coefficients_of_curves_are_blank_in_original_units(scale):
    frame, y = mixed_frame(200)
    fitted = fit_plan(training_rows(frame, y, Task.BINARY, scale=scale).plan, frame, y, task=Task.BINARY)
    estimator = fit_estimator(choice_of("logistic"), fitted.X, y, features=fitted.features).estimator
    told = {c.feature: c for c in linear_coefficients(estimator, fitted.preprocessor, NO_YES)}
    curved = scale != "maxabs"
    assert (told["age"].original is None) == (told["income"].original is None) == curved
    assert told["city_north"].original == told["city_north"].scaled
    if curved:
        assert told["(intercept)"].original == pytest.approx(told["(intercept)"].scaled)
    else:
        assert told["age"].original == pytest.approx(told["age"].scaled / frame["age"].abs().max())


def test_products_are_blank_and_a_matrix_of_a_wrong_kind_is_told():
    frame, y = mixed_frame(200)
    fitted = fit_plan(training_rows(frame, y, Task.BINARY, polynomial=2).plan, frame, y, task=Task.BINARY)
    estimator = fit_estimator(choice_of("logistic"), fitted.X, y, features=fitted.features).estimator
    told = {c.feature: c for c in linear_coefficients(estimator, fitted.preprocessor, NO_YES)}
    assert told["age*income"].original is None
    with pytest.raises(FitError):
        fit_estimator(
            choice_of("logistic"), np.full((4, 1), np.inf), np.array(list("abab")), features=numbers(np.zeros((4, 1)))
        )
