from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers.count_encoder import CountEncoder
from tests.features.tables import strings


@parametrize_with_checks([CountEncoder()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_counts_equal_a_naive_count():
    rng = np.random.default_rng(0)
    values = rng.choice(["北京", "São", "", "x"], 300).tolist()
    seen = Counter(values)
    fitted = CountEncoder().fit(pd.DataFrame({"city": strings(values)}))
    new = pd.DataFrame({"city": strings(["x", "北京", "unseen", "São", ""])})
    table = fitted.transform(new)
    assert table.dtype == np.float64
    assert table[:, 0].tolist() == [seen[value] for value in new["city"]]
    assert fitted.get_feature_names_out().tolist() == ["city_count"]


def test_missing_is_a_level_and_what_is_new_counts_nothing():
    train = pd.DataFrame({"a": strings(["x", None, None, "y"]), "n": [1.0, 1.0, np.nan, 2.5]})
    fitted = CountEncoder().fit(train)
    new = pd.DataFrame({"a": strings([None, "z", "x"]), "n": [np.nan, 1.0, 7.0]})
    assert fitted.transform(new).tolist() == [[2, 1], [0, 2], [1, 0]]
    none_missing = CountEncoder().fit(pd.DataFrame({"a": strings(["x"])}))
    assert none_missing.transform(pd.DataFrame({"a": strings([None])})).tolist() == [[0]]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([None, None], dtype="str"),
        pd.Series([None, None], dtype=object),
        pd.Series([np.nan, np.nan]),
        pd.Series(pd.Categorical([None, None], categories=["x"])),
    ],
    ids=lambda column: str(column.dtype),
)
def test_a_column_without_any_value(column):
    fitted = CountEncoder().fit(column.to_frame("a"))
    assert fitted.transform(column.to_frame("a")).tolist() == [[2], [2]]
    assert fitted.transform(pd.DataFrame({"a": strings(["x"])})).tolist() == [[0]]
    seen = CountEncoder().fit(pd.DataFrame({"a": strings(["x", None, None, None])}))
    assert seen.transform(column.to_frame("a")).tolist() == [[3], [3]]


def test_categories_and_no_rows():
    fitted = CountEncoder().fit(pd.DataFrame({"a": pd.Categorical(["x", "y", "x", None])}))
    assert fitted.transform(pd.DataFrame({"a": pd.Categorical(["x", None, "w"])})).tolist() == [[2], [1], [0]]
    assert fitted.transform(pd.DataFrame({"a": strings([])})).shape == (0, 1)


def test_booleans_and_whole_numbers_are_levels():
    fitted = CountEncoder().fit(pd.DataFrame({"b": [True, False, True], "n": [3, 3, 4]}))
    assert fitted.transform(pd.DataFrame({"b": [False, True], "n": [3.0, 5.0]})).tolist() == [[1, 2], [2, 0]]
