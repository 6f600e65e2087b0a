import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.impute import KNNImputer
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers import knn_imputer
from mlpipe.features.transformers.knn_imputer import NeighbourImputer


@parametrize_with_checks([NeighbourImputer()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def gappy(n=300, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X


def test_it_equals_scikit_learn_where_all_rows_are_donors():
    X = gappy()
    theirs = KNNImputer(n_neighbors=3, keep_empty_features=True).fit(X)
    np.testing.assert_array_equal(NeighbourImputer(3).fit(X).transform(gappy(seed=1)), theirs.transform(gappy(seed=1)))


def test_a_gap_gets_the_mean_of_the_nearest():
    X = np.array([[0.0, 1], [0.1, 3], [9, 50], [9.1, 52], [0.05, np.nan]])
    assert NeighbourImputer(2).fit_transform(X)[4].tolist() == [0.05, 2]


def test_donors_are_evenly_spaced_over_the_table(monkeypatch):
    monkeypatch.setattr(knn_imputer, "DONORS", 5)
    X = np.column_stack([np.arange(101.0), np.arange(101.0)])
    fitted = NeighbourImputer(1).fit(X)
    new = np.column_stack([np.arange(101.0), np.full(101, np.nan)])
    filled = fitted.transform(new)[:, 1]
    assert set(filled) == {0, 25, 50, 75, 100}
    assert filled[[10, 30, 99]].tolist() == [0, 25, 100]


def test_a_rarely_known_feature_is_filled_from_rows_that_know_it(monkeypatch):
    monkeypatch.setattr(knn_imputer, "DONORS", 5)
    frame = pd.DataFrame({"a": np.arange(101.0), "rare": np.nan, "never": np.nan})
    frame.loc[[13, 77], "rare"] = [5.0, 7.0]
    fitted = NeighbourImputer(1).fit(frame)
    filled = fitted.transform(frame.iloc[[10, 90]])
    assert filled.tolist() == [[10, 5, 0], [90, 7, 0]]
    assert fitted.get_feature_names_out().tolist() == ["a", "rare", "never"]
    np.testing.assert_array_equal(clone(fitted).fit(frame.to_numpy()).transform(frame.to_numpy()[[10, 90]]), filled)


def test_more_rows_are_not_kept():
    X = gappy(knn_imputer.DONORS + 5000)
    assert len(NeighbourImputer().fit(X)._fit_X) == knn_imputer.DONORS
    assert len(NeighbourImputer().fit(X[: knn_imputer.DONORS])._fit_X) == knn_imputer.DONORS


@pytest.mark.parametrize("rows", [1, 2])
def test_one_row_and_nothing_known(rows):
    X = np.full((rows, 2), np.nan)
    assert NeighbourImputer().fit_transform(X).tolist() == [[0, 0]] * rows
    known = np.array([[1.0, 2.0]])
    assert NeighbourImputer().fit(known).transform([[np.nan, np.nan]]).tolist() == [[1, 2]]
