"""The built preprocessor beside the pipeline that a careful person writes by hand."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from mlpipe.data.schema import Kind, Role
from mlpipe.features.plan.plan import Plan
from mlpipe.features.preprocessor.branches import branches
from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.task import Task
from tests.features.tables import MIXED, column, dates, fitted, labels, mixed_rows, plan_of, strings, target
from tests.targets import PREDICTED

NUMBERS = MIXED[:2]
X, Y = mixed_rows(), labels()
NEW = mixed_rows(50, seed=9)


@pytest.mark.parametrize(
    ("impute", "strategy"), [("median", "median"), ("mean", "mean"), ("most-frequent", "most_frequent")]
)
@pytest.mark.parametrize(
    ("scale", "scaler"), [("standard", StandardScaler), ("minmax", MinMaxScaler), ("robust", RobustScaler)]
)
def test_numbers(impute, strategy, scale, scaler):
    pipeline, matrix = fitted(X, Y, NUMBERS, impute_numeric=impute, scale=scale)
    by_hand = make_pipeline(SimpleImputer(strategy=strategy), scaler())
    both = ["age", "income"]
    flags = X[["age"]].isna().to_numpy()
    np.testing.assert_allclose(matrix, np.hstack([by_hand.fit_transform(X[both]), flags]), rtol=1e-12)
    expected = np.hstack([by_hand.transform(NEW[both]), NEW[["age"]].isna().to_numpy()])
    np.testing.assert_allclose(pipeline.transform(NEW), expected, rtol=1e-12)


def test_numbers_as_they_are():
    pipeline, _ = fitted(X, Y, NUMBERS, impute_numeric="none", scale="none", missing_indicator=False)
    np.testing.assert_array_equal(pipeline.transform(NEW), NEW[["age", "income"]].to_numpy())


def test_a_constant_fill():
    pipeline, _ = fitted(X, Y, NUMBERS, impute_numeric="constant", fill_value="-1", scale="none")
    np.testing.assert_array_equal(pipeline.transform(NEW)[:, 0], NEW["age"].fillna(-1))


@pytest.mark.parametrize(("fill", "option"), [("missing", "constant"), (None, "most-frequent")])
def test_one_hot(fill, option):
    pipeline, matrix = fitted(X, Y, MIXED[2:3], impute_categorical=option)
    city = X["city"].fillna(fill or X["city"].mode()[0])
    by_hand = pd.get_dummies(city).to_numpy(dtype=float)
    flags = [] if option == "constant" else [X[["city"]].isna().to_numpy()]
    np.testing.assert_array_equal(matrix, np.hstack([by_hand, *flags]))
    unseen = pipeline.transform(pd.DataFrame({"city": strings(["Atlantis", " north", "North"])}))
    assert not unseen.any()


def test_rare_levels_are_one_feature_and_unseen_ones_are_none():
    levels = strings(["a"] * 50 + ["b"] * 40 + ["c"] * 6 + ["d"] * 4)
    pipeline, _ = fitted(pd.DataFrame({"c": levels}), labels(100), (column("c", Role.CATEGORICAL),), min_frequency=0.1)
    table = pipeline.transform(pd.DataFrame({"c": strings(["a", "b", "c", "d", "e"])}))
    assert table.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]


def test_max_categories_caps_forced_one_hot():
    _, matrix = fitted(X, Y, MIXED[3:4], encode="onehot", max_categories=7, missing_indicator=False)
    assert matrix.shape[1] == 7
    assert (matrix.sum(axis=1) == 1).all()


def test_ordinal():
    pipeline, matrix = fitted(X, Y, MIXED[2:3], encode="ordinal", scale="none", missing_indicator=False)
    by_hand = OrdinalEncoder().fit_transform(X[["city"]].fillna(X["city"].mode()[0]))
    np.testing.assert_array_equal(matrix, by_hand)
    assert pipeline.transform(pd.DataFrame({"city": strings(["Atlantis"])})).tolist() == [[-1.0]]


@pytest.mark.parametrize(
    ("task", "kind"),
    [(Task.BINARY, "binary"), (Task.MULTICLASS, "multiclass"), (Task.REGRESSION, "continuous")],
)
def test_target_encoding(task, kind):
    y = target(task)
    pipeline, matrix = fitted(X, y, MIXED[3:4], task=task, missing_indicator=False, seed=4)
    folds = KFold(5, shuffle=True, random_state=4)
    by_hand = make_pipeline(
        SimpleImputer(strategy="most_frequent"), TargetEncoder(target_type=kind, cv=folds), StandardScaler()
    )
    np.testing.assert_allclose(matrix, by_hand.fit_transform(X[["shop"]], y), rtol=1e-12)
    np.testing.assert_allclose(pipeline.transform(NEW), by_hand.transform(NEW[["shop"]]), rtol=1e-12)
    assert not np.allclose(matrix, pipeline.transform(X))


@pytest.mark.parametrize("task", [Task.MULTILABEL, Task.MULTIOUTPUT])
def test_levels_stand_for_their_mean_of_each_of_several_targets(task):
    y = target(task)
    pipeline, matrix = fitted(X, y, MIXED[3:4], task=task, missing_indicator=False, scale="none", seed=4)
    assert [feature.name for feature in describe_features(pipeline)] == ["shop_target_1", "shop_target_2"]
    folds = KFold(5, shuffle=True, random_state=4)
    for place in range(2):
        one = make_pipeline(SimpleImputer(strategy="most_frequent"), TargetEncoder(target_type="continuous", cv=folds))
        np.testing.assert_allclose(matrix[:, [place]], one.fit_transform(X[["shop"]], y[:, place]), rtol=1e-12)
        np.testing.assert_allclose(pipeline.transform(NEW)[:, [place]], one.transform(NEW[["shop"]]), rtol=1e-12)


def test_numbers_that_are_categories():
    grades = pd.DataFrame({"grade": [1.0, 2.0, 3.0, np.nan] * 10})
    columns = (column("grade", Role.CATEGORICAL, Kind.NUMBER),)
    new = pd.DataFrame({"grade": [2.0, 9.0, np.nan]})
    own_level, _ = fitted(grades, labels(40), columns, impute_categorical="constant")
    assert own_level.transform(new).tolist() == [[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    codes, _ = fitted(grades, labels(40), columns, impute_categorical="constant", encode="ordinal", scale="none")
    assert codes.transform(new).tolist() == [[1, 0], [-1, 0], [-2, 1]]
    means, matrix = fitted(grades, labels(40), columns, impute_categorical="constant", encode="target")
    assert np.isfinite(matrix).all()
    assert np.isfinite(means.transform(new)).all()


def test_presence_alone():
    rows = pd.DataFrame(
        {
            "number": [5.0, np.nan] * 10,
            "word": strings(["x", None] * 10),
            "date": dates(["2024-01-01", "NaT"] * 10),
        }
    )
    columns = (column("number", Role.NUMERIC), column("word", Role.CATEGORICAL), column("date", Role.DATETIME))
    _, matrix = fitted(rows, labels(20), columns)
    np.testing.assert_array_equal(matrix, rows.isna())


def test_one_branch_for_each_string_or_date_column_and_each_kind_of_number():
    pipeline, matrix = fitted(X, Y)
    found = branches(pipeline)
    assert [(b.columns, b.by_value) for b in found] == [
        (("age", "income"), False),
        (("age",), False),
        (("city",), True),
        (("shop",), True),
        (("member",), True),
        (("joined",), True),
    ]
    assert [b.place.start for b in found] == [0, *[b.place.stop for b in found][:-1]]
    assert found[-1].place.stop == matrix.shape[1]
    for branch in found:
        np.testing.assert_array_equal(
            np.asarray(branch.transformer.transform(NEW[list(branch.columns)]), dtype=float),
            pipeline.transform(NEW)[:, branch.place],
        )


def test_the_plan_refitted_on_the_same_rows_is_what_was_saved():
    plan = plan_of(X, Y, select="kbest", select_k=5)
    stored = Plan.from_json(plan.to_json())
    first, again = io.BytesIO(), io.BytesIO()
    joblib.dump(build_preprocessor(plan, Task.BINARY, 0).fit(X, Y), first)
    joblib.dump(build_preprocessor(stored, Task.BINARY, 0).fit(X.copy(), Y.copy()), again)
    assert first.getvalue() == again.getvalue()


@pytest.mark.parametrize("task", PREDICTED)
@pytest.mark.parametrize("impute", ["median", "none", "constant"])
@pytest.mark.parametrize("scale", ["standard", "minmax", "robust"])
@pytest.mark.parametrize("encode", ["onehot", "ordinal", "target"])
def test_rows_of_a_fold_may_lack_whatever_the_plan_saw(task, impute, scale, encode):
    """Columns that are empty or constant among a fold's rows neither fail nor warn nor change the width of numbers."""
    y = target(task)
    options = {"impute_numeric": impute, "scale": scale, "encode": encode, "select": "kbest", "select_k": 500}
    plan = plan_of(X, y, task=task, **options)
    fold = X.iloc[:30].copy()
    for name in ("age", "city", "shop", "joined"):
        fold[name] = fold[name].where(np.zeros(30, dtype=bool))
    fold["income"] = 7.0
    fold["member"] = strings(["yes"] * 30)
    pipeline = build_preprocessor(plan, task, 0)
    matrix = pipeline.fit_transform(fold, y[:30])
    assert matrix.shape[1] == pipeline.transform(X).shape[1]
    assert (pipeline.transform(X).dtype, np.isinf(pipeline.transform(X)).any()) == (np.float64, False)


ODD = ["a__b", "numbers_0", "missing", "收入", "x,y", "[k]", "a b\n", "", "0", "columns", "remainder", "é'\""]


def test_any_column_name_goes():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({name: rng.normal(size=60) for name in ODD})
    roles = [Role.NUMERIC, Role.CATEGORICAL, Role.DATETIME]
    columns = [column(name, roles[i % 3]) for i, name in enumerate(ODD)]
    for c in columns:
        if c.role is Role.CATEGORICAL:
            rows[c.name] = strings(rng.choice(["a__b", "[", "<1", ","], 60))
        if c.role is Role.DATETIME:
            rows[c.name] = dates(np.datetime64("2020-01-01") + rng.integers(0, 99, 60))
    pipeline, matrix = fitted(rows, labels(60), columns)
    assert np.isfinite(matrix).all()
    assert sorted({name for b in branches(pipeline) for name in b.columns}) == sorted(ODD)
    shuffled = rows[rows.columns[::-1]].assign(junk=1)
    np.testing.assert_array_equal(pipeline.transform(shuffled), pipeline.transform(rows))


def test_a_plain_user_gets_an_answer_from_the_pickled_pipeline():
    pipeline, _ = fitted(X, Y)
    text = NEW.to_csv(index=False)
    loaded = pickle.loads(pickle.dumps(pipeline))
    np.testing.assert_allclose(loaded.transform(pd.read_csv(io.StringIO(text))), pipeline.transform(NEW), rtol=1e-9)


def test_only_known_own_classes_are_in_the_pickle():
    plain = plan_of(X, Y, datetime="drop")
    stream = pickle.dumps(build_preprocessor(plain, Task.BINARY, 0).fit(X, Y))
    assert b"mlpipe" not in stream


def test_a_very_small_table_can_be_target_encoded():
    rows = pd.DataFrame({"c": strings(["a", "b", "c", "a"])})
    _, matrix = fitted(rows, np.array(["x", "y", "y", "y"]), (column("c", Role.CATEGORICAL),), encode="target")
    assert np.isfinite(matrix).all()


def test_one_hot_agrees_with_the_encoder_told_to_ignore():
    encoder = OneHotEncoder(handle_unknown="ignore", min_frequency=0.02, max_categories=20, sparse_output=False)
    by_hand = make_pipeline(SimpleImputer(strategy="most_frequent"), encoder).fit(X[["shop"]])
    pipeline, _ = fitted(
        X, Y, MIXED[3:4], encode="onehot", min_frequency=0.02, max_categories=20, missing_indicator=False
    )
    np.testing.assert_array_equal(pipeline.transform(NEW), by_hand.transform(NEW[["shop"]]))
