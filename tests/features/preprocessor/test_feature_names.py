import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from mlpipe.data.schema import Kind, Role
from mlpipe.features.levels import level_word
from mlpipe.features.preprocessor.feature_names import (
    describe_features,
    describe_scaling,
    feature_names,
    source_columns,
)
from mlpipe.task import Task
from tests.features.tables import MIXED, column, fitted, labels, mixed_rows, strings, target

X, Y = mixed_rows(), labels()


def test_names_say_where_features_come_from():
    pipeline, matrix = fitted(X, Y)
    names = feature_names(pipeline)
    assert names == [
        *("age", "income", "age_missing"),
        *("city_north", "city_south", "city_west", "city_missing"),
        *("shop_target", "shop_missing", "member_no", "member_yes"),
        *("joined_year", "joined_month", "joined_day", "joined_weekday", "joined_dayofyear", "joined_hour"),
        *("joined_minute", "joined_second", "joined_days", "joined_missing"),
    ]
    assert len(names) == matrix.shape[1]
    assert source_columns(pipeline) == [name.rsplit("_", 1)[0] for name in names]


def test_each_named_level_is_that_level():
    pipeline, matrix = fitted(X, Y, encode="onehot", min_frequency=0.02, max_categories=30)
    by_name = dict(zip(feature_names(pipeline), matrix.T, strict=True))
    shop = X["shop"].fillna(X["shop"].mode()[0])
    shown = [name for name in by_name if name.startswith("shop_shop")]
    assert len(shown) > 5
    for name in shown:
        np.testing.assert_array_equal(by_name[name], shop == name.removeprefix("shop_"))
    np.testing.assert_array_equal(by_name["shop_rare"], ~shop.isin([n.removeprefix("shop_") for n in shown]))
    np.testing.assert_array_equal(by_name["city_missing"], X["city"].isna())


def test_classes_are_in_the_names_of_target_means():
    pipeline, _ = fitted(X, target(Task.MULTICLASS), MIXED[3:4], task=Task.MULTICLASS, missing_indicator=False)
    assert feature_names(pipeline) == ["shop_target_a", "shop_target_b", "shop_target_c"]


def test_ordinal_codes_and_numbers_as_categories():
    rows = pd.DataFrame({"grade": [1.0, 2.5, np.nan] * 10, "word": strings(["a", "b", "c"] * 10)})
    columns = (column("grade", Role.CATEGORICAL, Kind.NUMBER), column("word", Role.CATEGORICAL))
    pipeline, _ = fitted(rows, labels(30), columns, impute_categorical="constant")
    assert feature_names(pipeline) == ["grade_1", "grade_2.5", "grade_missing", "word_a", "word_b", "word_c"]
    pipeline, _ = fitted(rows, labels(30), columns, encode="ordinal")
    assert feature_names(pipeline) == ["grade_code", "grade_missing", "word_code"]


def test_equal_names_get_numbers():
    rows = pd.DataFrame(
        {
            "city_a": np.arange(20.0),
            "city_a_2": np.arange(20.0),
            "city": strings(["a", "missing", "rare", None] * 5),
        }
    )
    columns = (column("city_a", Role.NUMERIC), column("city_a_2", Role.NUMERIC), column("city", Role.CATEGORICAL))
    pipeline, _ = fitted(rows, labels(20), columns)
    assert feature_names(pipeline) == ["city_a", "city_a_2", "city_a_3", "city_missing", "city_rare", "city_missing_2"]
    assert source_columns(pipeline) == ["city_a", "city_a_2", "city", "city", "city", "city"]


def test_selection_keeps_names_beside_their_features():
    pipeline, matrix = fitted(X, Y, select="kbest", select_k=4)
    whole, everything = fitted(X, Y)
    places = [feature_names(whole).index(name) for name in feature_names(pipeline)]
    np.testing.assert_array_equal(matrix, everything[:, places])
    assert len(describe_scaling(pipeline)[0]) == 4


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
def test_scaling_undone_gives_what_came_in(scale):
    pipeline, matrix = fitted(X, Y, scale=scale)
    unscaled, plain = fitted(X, Y, scale="none")
    factor, shift = describe_scaling(pipeline)
    assert feature_names(pipeline) == feature_names(unscaled)
    np.testing.assert_allclose(matrix, plain * factor + shift, rtol=1e-9, atol=1e-9)


def test_coefficients_in_original_units():
    y = 3 * X["income"].to_numpy() + 100
    pipeline, matrix = fitted(X, y, MIXED[:2], task=Task.REGRESSION)
    model = LinearRegression().fit(matrix, y)
    factor, shift = describe_scaling(pipeline)
    assert (model.coef_ * factor)[1] == pytest.approx(3)
    assert model.intercept_ + model.coef_ @ shift == pytest.approx(100, abs=1e-6)


def test_flags_and_levels_are_never_scaled():
    pipeline, _ = fitted(X, Y)
    discrete = [feature for feature in describe_features(pipeline) if feature.discrete]
    assert {(f.scale, f.shift) for f in discrete} == {(1.0, 0.0)}
    assert {f.kind for f in discrete} == {"level", "missing"}


@pytest.mark.parametrize(
    ("level", "word"), [(2.0, "2"), (2.5, "2.5"), (np.nan, "missing"), ("x", "x"), (1e300, "1e+300")]
)
def test_levels_as_words(level, word):
    assert level_word(level) == word


@pytest.mark.parametrize(("n_levels", "kind"), [(254, "category"), (255, "code")])
def test_codes_of_up_to_254_levels_are_categories(n_levels, kind):
    rows = pd.DataFrame({"c": strings([*(f"l{i}" for i in range(n_levels)), None])})
    y = labels(len(rows))
    pipeline, _ = fitted(rows, y, (column("c", Role.CATEGORICAL),), preset="tree", encode="ordinal")
    assert [feature.kind for feature in describe_features(pipeline)] == [kind]
