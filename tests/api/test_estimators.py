"""`AutoClassifier` and `AutoRegressor`: scikit-learn's own checks, and the same model as the command line's."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import mlpipe
from mlpipe import AutoClassifier, AutoRegressor
from mlpipe.errors import MlpipeError, UnknownNameError, UsageError
from tests.tables import mixed_table

WEIGHED = "folds are drawn, and gaps filled and numbers scaled, by rows, whatever they weigh; so by `mlpipe train`"


def test_the_two_differ_in_their_task_alone():
    """So scikit-learn's checks of a comparison, which take long, are run with one of them."""
    assert AutoClassifier().get_params() == AutoRegressor().get_params()


@parametrize_with_checks(
    [AutoClassifier(quality="fast"), AutoRegressor(model="ridge")],
    expected_failed_checks=lambda _: {"check_sample_weight_equivalence_on_dense_data": WEIGHED},
)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", [AutoClassifier(), AutoRegressor()])
def test_several_targets_are_refused_with_what_takes_them(estimator):
    with pytest.raises(ValueError, match="y has 2 columns: wrap it in scikit-learn's MultiOutput"):
        estimator.fit([[1.0], [2.0]], [[0, 1], [1, 0]])


@pytest.fixture(scope="module")
def table():
    return mixed_table(rows=260)


def features(table):
    return table.drop(columns=["outcome", "account"])


@pytest.fixture(scope="module")
def fitted(table):
    return AutoClassifier(quality="fast").fit(features(table), table["outcome"])


@pytest.mark.parametrize(
    ("classes", "kind", "weighed"),
    [
        (("no", "yes"), AutoClassifier, False),
        (("b", "a", "c"), AutoClassifier, True),
        ((), AutoRegressor, False),
    ],
    ids=["two", "three, weighed", "quantity"],
)
def test_it_is_the_model_of_the_command_line(classes, kind, weighed, tmp_path, here, undrawn):
    table = mixed_table(rows=300, classes=classes)
    rng = np.random.default_rng(1)
    weights = rng.integers(1, 5, len(table)).astype(float)
    given = table.assign(w=weights) if weighed else table
    train, test = given[:240], given[240:]
    train.to_csv(tmp_path / "train.csv", index=False)
    test.to_csv(tmp_path / "test.csv", index=False)
    told = ("--weight", "w") if weighed else ()
    here("split", "train.csv", "--test-data", "test.csv", "--target", "outcome", "--id", "account", *told, "-o", "s")
    here("preprocess", "s", "--seed", "3", "-o", "p")
    here("train", "p", "--quality", "fast", "--seed", "3", "-o", "m")
    proba = ("--proba",) if classes else ()
    here("predict", "m", "test.csv", *proba, "-o", "q.csv")
    expected = pd.read_csv(tmp_path / "q.csv")

    estimator = kind(quality="fast", random_state=3)
    estimator.fit(features(table[:240]), table["outcome"][:240], sample_weight=weights[:240] if weighed else None)
    assert estimator.predict(features(table[240:])).tolist() == expected["prediction"].tolist()
    board = pd.read_csv(tmp_path / "m/leaderboard.csv")
    pd.testing.assert_frame_equal(estimator.leaderboard_, board)
    assert estimator.best_model_ == board["model"][0]
    if classes:
        assert estimator.classes_.tolist() == sorted(classes)
        columns = [f"proba_{label}" for label in sorted(classes)]
        np.testing.assert_array_equal(estimator.predict_proba(features(table[240:])), expected[columns])


def test_it_is_copied_and_kept(table, fitted, tmp_path):
    again = pickle.loads(pickle.dumps(fitted))
    joblib.dump(fitted, tmp_path / "m.joblib")
    X = features(table)
    told = fitted.predict_proba(X)
    for one in (again, joblib.load(tmp_path / "m.joblib"), clone(fitted).fit(X, table["outcome"])):
        np.testing.assert_array_equal(one.predict_proba(X), told)
    with pytest.raises(NotFittedError):
        clone(fitted).predict(X)


def test_what_is_random_hangs_on_random_state(table):
    X, y = features(table), table["outcome"]
    forest = AutoClassifier(model="random-forest", options={"param": {"n_estimators": 10}})
    told = forest.fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(clone(forest).fit(X, y).predict_proba(X), told)
    for seed in (1, np.random.RandomState(7), None):
        assert (clone(forest).set_params(random_state=seed).fit(X, y).predict_proba(X) != told).any()


def test_it_tells_what_it_did(table, fitted):
    assert fitted.feature_names_in_.tolist() == features(table).columns.tolist()
    assert fitted.n_features_in_ == 6
    assert list(fitted.estimator_.named_steps) == ["preprocess", "model"]
    assert sum(fitted.members_.values()) == pytest.approx(1)
    assert fitted.columns_.set_index("column")["role"]["since"] == "datetime"
    assert fitted.columns_["column"].tolist() == features(table).columns.tolist()
    assert list(fitted.leaderboard_["rank"]) == list(range(1, len(fitted.leaderboard_) + 1))
    alone = AutoClassifier(model="logistic").fit(features(table), table["outcome"])
    assert alone.leaderboard_.empty
    assert alone.best_model_ == "logistic"


def test_tables_of_any_make_and_classes_of_any_type(table, fitted):
    X = features(table)
    told = fitted.predict(X)
    assert (fitted.predict(X.set_index(np.arange(len(X))[::-1])) == told).all()
    assert (fitted.predict(pa.Table.from_pandas(X)) == told).all()
    as_objects = AutoClassifier(model="logistic").fit(X.to_numpy(), table["outcome"])
    named = AutoClassifier(model="logistic").fit(X, table["outcome"])
    np.testing.assert_allclose(as_objects.predict_proba(X.to_numpy()), named.predict_proba(X))
    for labels in ([False, True], [10, 9], [2.0, 1.0], ["NA", "null"]):
        y = np.array(labels)[(table["outcome"] == "yes").astype(int)]
        estimator = AutoClassifier(model="logistic").fit(X, y)
        assert estimator.classes_.tolist() == sorted(labels)
        assert estimator.predict(X).dtype == y.dtype
        assert estimator.score(X, y) > 0.75


def test_other_tools_take_it(table):
    X, y = features(table), table["outcome"]
    estimator = AutoClassifier(model="decision-tree", options={"param": {"max_depth": 2}})
    assert cross_val_score(estimator, X, y, cv=2, scoring="roc_auc").min() > 0.6
    search = GridSearchCV(estimator, {"options": [{"param": {"max_depth": 1}}, {"param": {"max_depth": 3}}]}, cv=2)
    assert search.fit(X, y).best_params_["options"]["param"]["max_depth"] == 3
    calibrated = CalibratedClassifierCV(estimator, cv=2).fit(X, y)
    assert calibrated.predict_proba(X).sum(axis=1) == pytest.approx(1)
    numbers = table[["calls"]].assign(more=np.arange(len(table)) % 7 / 3).to_numpy()
    piped = make_pipeline(StandardScaler(), AutoRegressor(model="linear")).fit(numbers, numbers[:, 0])
    assert piped.score(numbers, numbers[:, 0]) == pytest.approx(1)
    with pytest.raises(AttributeError, match="predict_proba"):
        AutoClassifier(model="sgd", options={"param": {"loss": "hinge"}}).fit(X, y).predict_proba(X)


def test_options_reach_the_plan_and_the_model(table):
    X, y = features(table), table["outcome"]
    options = {"scale": "minmax", "categorical": "calls", "drop": ["age"], "class_weight": "balanced"}
    estimator = AutoClassifier(model="logistic", options=options).fit(X, y)
    roles = estimator.columns_.set_index("column")["role"]
    assert (roles["calls"], roles["age"]) == ("categorical", "ignore")
    assert estimator.estimator_["model"].class_weight == "balanced"
    assert "MinMaxScaler" in repr(estimator.estimator_["preprocess"])
    timed = AutoClassifier(time_budget=1e-9, metric="f1").fit(X, y)
    assert timed.leaderboard_.columns[2] == "f1_mean"
    assert any("time" in note for note in timed.notes_)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"options": {"scael": "minmax"}}, "Did you mean 'scale'"),
        ({"options": {"test_size": 0.1}}, "no option 'test_size'"),
        ({"model": "logsitic"}, "Did you mean 'logistic'"),
        ({"metric": "roc-auc"}, "Did you mean 'roc_auc'"),
    ],
)
def test_wrong_use_is_answered_with_the_nearest(table, given, told):
    with pytest.raises(UnknownNameError, match=told) as caught:
        AutoClassifier(**{"model": "logistic", **given}).fit(features(table), table["outcome"])
    assert "--" not in str(caught.value)


def test_what_cannot_be_learnt_from_is_refused(table):
    X, y = features(table), table["outcome"]
    with pytest.raises(ValueError, match="two classes"):
        AutoClassifier().fit(X, np.zeros(len(X)))
    with pytest.raises(ValueError, match="NaN"):
        AutoClassifier().fit(X, y.where(y == "no"))
    with pytest.raises(ValueError, match="inconsistent"):
        AutoRegressor().fit(X, np.arange(5.0))
    with pytest.raises(UsageError, match="weight"):
        AutoClassifier(model="logistic", options={"resample": "smote"}).fit(X, y, sample_weight=np.ones(len(X)))
    with pytest.raises(MlpipeError, match="weigh"):
        AutoClassifier(model="logistic").fit(X, y, sample_weight=-np.ones(len(X)))
    fitted = AutoClassifier(model="logistic").fit(X, y)
    with pytest.raises(ValueError, match="order"):
        fitted.predict(X[X.columns[::-1]])
    with pytest.raises(MlpipeError, match="infinite"):
        fitted.predict(X.assign(balance=np.inf))


def test_weights_count(table):
    X = features(table)
    y = (table["outcome"] == "yes").astype(int)
    heavy = AutoClassifier(model="logistic").fit(X, y, sample_weight=np.where(y == 1, 10.0, 1.0))
    assert (
        heavy.predict_proba(X)[:, 1].mean() > AutoClassifier(model="logistic").fit(X, y).predict_proba(X)[:, 1].mean()
    )


def test_the_package_gives_it_when_asked():
    assert {"AutoClassifier", "AutoRegressor"} <= set(dir(mlpipe))
