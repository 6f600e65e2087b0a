"""Few rows through all trees at once: to the last bit what scikit-learn answers."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestRegressor

from mlpipe.models.boosters.one_walk import quick_for_few


def rows_with_gaps(n_rows=400):
    random = np.random.default_rng(0)
    X = random.normal(size=(n_rows, 6))
    X[:, 4] = random.integers(0, 9, n_rows)
    X[random.random(X.shape) < 0.1] = np.nan
    return X, np.abs(np.nan_to_num(X[:, 0] + X[:, 4] % 3)) + np.nan_to_num(X[:, 1]) ** 2


def answers_of(estimator, X):
    return estimator.predict_proba(X) if hasattr(estimator, "predict_proba") else estimator.predict(X)


@pytest.mark.parametrize("max_iter", [1, 2, 37])
@pytest.mark.parametrize("categories", [None, [4]])
@pytest.mark.parametrize("task", ["numbers", "counts", "two classes", "three classes"])
def test_few_rows_are_answered_as_many(task, categories, max_iter):
    X, y = rows_with_gaps()
    options = {"max_iter": max_iter, "categorical_features": categories, "random_state": 0}
    if "classes" in task:
        estimator = HistGradientBoostingClassifier(**options).fit(X, np.digitize(y, [1.5, 3.0][: len(task) - 10]))
    else:
        loss = "poisson" if task == "counts" else "squared_error"
        estimator = HistGradientBoostingRegressor(loss=loss, **options).fit(X, y)
    quick = quick_for_few(estimator)
    X[:2, 4] = 100, -1  # categories that are unseen, and such as are none
    expected = answers_of(estimator, X)
    for few in (1, 7, 300):
        assert (answers_of(quick, X[:few]) == expected[:few]).all()
    assert quick is not estimator


def test_other_estimators_stay_what_they_are():
    forest = RandomForestRegressor()
    assert quick_for_few(forest) is forest


def test_trees_that_are_kept_in_another_way_are_walked_by_their_own_library():
    model = HistGradientBoostingRegressor(max_iter=3).fit(*rows_with_gaps())
    del model._baseline_prediction
    assert quick_for_few(model) is model
