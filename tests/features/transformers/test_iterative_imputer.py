import numpy as np
import pandas as pd
import pytest
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes IterativeImputer importable
from sklearn.impute import IterativeImputer
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers.iterative_imputer import RegressionImputer


@parametrize_with_checks([RegressionImputer()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def gappy(n=200, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2)) @ rng.normal(size=(2, 4)) + 0.1 * rng.normal(size=(n, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X


@pytest.mark.filterwarnings("ignore:.*Early stopping")
def test_it_equals_scikit_learn():
    theirs = IterativeImputer(random_state=0, keep_empty_features=True).fit(gappy())
    ours = RegressionImputer().fit(gappy())
    np.testing.assert_allclose(ours.transform(gappy(seed=1)), theirs.transform(gappy(seed=1)), rtol=1e-9)


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_a_table_is_left_as_it_is_and_its_names_are_kept(columns):
    X = np.asfortranarray(gappy()[:, :columns])
    X[:, -1] = np.nan
    before = X.copy()
    frame = pd.DataFrame(X, columns=[f"c{i}" for i in range(columns)])
    for table in (frame, X):
        fitted = RegressionImputer()
        assert (fitted.fit_transform(table)[:, -1] == 0).all()
        assert np.isfinite(fitted.transform(table)).all()
        np.testing.assert_array_equal(np.asarray(table), before)
    assert RegressionImputer().fit(frame).get_feature_names_out().tolist() == list(frame)
