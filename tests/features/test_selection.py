import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.selection import KBest


@parametrize_with_checks([KBest(2), KBest(2, classification=False)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("classification", [True, False])
def test_equals_select_k_best(classification):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 30))
    y = rng.choice(["a", "b", "c"], 80) if classification else rng.normal(size=80)
    ours = KBest(7, classification=classification).fit(X, y)
    theirs = SelectKBest(f_classif if classification else f_regression, k=7).fit(X, y)
    np.testing.assert_allclose(ours.scores_, theirs.scores_, rtol=1e-9)
    np.testing.assert_array_equal(ours.get_support(), theirs.get_support())


def test_constant_features_come_last_and_give_aways_first():
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b"], 20)
    X = np.column_stack([np.full(40, 0.1), rng.normal(size=40), y == "a", np.ones(40)])
    assert KBest(2).fit(X, y).get_support(indices=True).tolist() == [1, 2]
    scores = KBest(2).fit(X, y).scores_
    assert (scores[0], scores[3]) == (0, 0)
    assert scores[2] > 1e9


def test_more_asked_than_there_are_keeps_all():
    X = np.random.default_rng(0).normal(size=(10, 3))
    assert KBest(20).fit(X, np.repeat(["a", "b"], 5)).transform(X).shape == (10, 3)


def test_missing_cells_count_as_the_mean():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    y = rng.choice(["a", "b"], 60)
    X[:10, 1] = np.nan
    filled = np.where(np.isnan(X), np.nanmean(X, axis=0), X)
    np.testing.assert_allclose(KBest(2).fit(X, y).scores_, f_classif(filled, y)[0])


def test_large_offsets_do_not_drown_the_signal():
    rng = np.random.default_rng(0)
    y = rng.normal(size=200)
    X = np.column_stack([1e9 + y, rng.normal(size=200)])
    assert KBest(1, classification=False).fit(X, y).get_support().tolist() == [True, False]
