from typing import Literal

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import Lasso
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers.model_based import ModelBased

METHODS: tuple[Literal["l1", "rfe"], ...] = ("l1", "rfe")


@parametrize_with_checks([ModelBased(method, 2, classification=c) for method in METHODS for c in (True, False)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def kept(X, y, method, k, **options):
    return ModelBased(method, k, **options).fit(X, y).get_support(indices=True).tolist()


def signal(*, classes=2, n=400, noise=30):
    """Three features that matter, unlike in scale, among noise."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, noise + 3))
    y = 3 * X[:, 4] - 2 * X[:, 9] + X[:, 20] + rng.normal(size=n) * 0.3
    X[:, 4] *= 1e-4
    X[:, 20] *= 1e4
    if classes:
        y = np.digitize(y, np.quantile(y, np.arange(1, classes) / classes))
    return X, y


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("classes", [0, 2, 4])
def test_what_matters_is_found_on_any_scale(method, classes):
    X, y = signal(classes=classes)
    options = {"classification": classes > 0}
    assert kept(X, y, method, 3, **options) == [4, 9, 20]
    assert kept(X, y, method, 1, **options) == [4]


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_the_penalty_leaves_noise_out_and_elimination_keeps_k(classes):
    X, y = signal(classes=classes, n=1000)
    options = {"classification": classes > 0}
    assert 3 <= len(kept(X, y, "l1", 30, **options)) < 10
    assert len(kept(X, y, "rfe", 30, **options)) == 30
    assert kept(X, y, "rfe", 99, **options) == list(range(33))


@pytest.mark.parametrize("classification", [True, False])
def test_one_feature_is_kept_where_none_helps(classification):
    rng = np.random.default_rng(1)
    X, leaning = rng.normal(size=(200, 10)), rng.normal(size=200)
    y = leaning > 0 if classification else leaning
    best = max(range(10), key=lambda i: abs(np.corrcoef(X[:, i], y)[0, 1]))
    assert kept(X, y, "l1", 5, classification=classification) == [best]
    assert len(kept(X, np.full(200, y[0]), "l1", 5, classification=False)) == 1


def test_the_penalty_equals_a_lasso_by_hand():
    X, y, slopes = make_regression(200, 12, n_informative=5, noise=5, coef=True, random_state=0)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    alpha = y.std() * np.sqrt(2 * np.log(2 * 12) / 200)
    weights = np.abs(Lasso(alpha=alpha).fit(scaled, y).coef_)
    largest = sorted(np.argsort(-weights)[:4].tolist())
    assert kept(X, y, "l1", 4, classification=False) == largest
    assert set(kept(X, y, "l1", 12, classification=False)) == set(np.flatnonzero(weights))
    assert set(largest) < set(np.flatnonzero(slopes))


def test_elimination_equals_a_naive_one():
    X, y = make_regression(150, 20, n_informative=20, noise=50, random_state=0)
    left = list(range(20))
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    while len(left) > 6:
        A = scaled[:, left]
        slopes = np.linalg.solve(A.T @ A + 20 * np.eye(len(left)), A.T @ (y - y.mean()))
        for place in sorted(np.argsort(np.abs(slopes))[: min(2, len(left) - 6)], reverse=True):
            del left[place]
    assert kept(X, y, "rfe", 6, classification=False) == left


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_sparse_and_dense_keep_the_same(method, classes):
    rng = np.random.default_rng(0)
    X = np.where(rng.random((500, 40)) < 0.15, rng.uniform(0.5, 2, (500, 40)), 0)
    y = X[:, :5] @ [4, -3, 3, -2, 2] + rng.normal(size=500) * 0.2
    if classes:
        y = np.digitize(y, np.quantile(y, np.arange(1, classes) / classes)).astype(str)
    fits = [ModelBased(method, 4, classification=classes > 0).fit(M, y) for M in (X, sparse.csr_matrix(X))]
    np.testing.assert_array_equal(fits[0].support_, fits[1].support_)
    thin = fits[1].transform(sparse.csr_matrix(X))
    assert sparse.issparse(thin)
    np.testing.assert_array_equal(thin.toarray(), fits[0].transform(X))


def test_of_several_classes_the_largest_coefficient_counts():
    X, y = make_classification(
        600, 12, n_informative=3, n_redundant=0, n_classes=4, n_clusters_per_class=1, shuffle=False, random_state=0
    )
    assert kept(X, y, "l1", 3) == [0, 1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_constant_features_are_the_first_to_go(method):
    X, y = signal()
    X[:, [0, 7]] = 5
    assert not {0, 7} & set(kept(X, y, method, 10))


@pytest.mark.parametrize("method", METHODS)
def test_missing_cells_and_unknown_methods_are_refused(method):
    X, y = signal()
    X[3, 3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        ModelBased(method).fit(X, y)
    with pytest.raises(ValueError, match="forest"):
        ModelBased("forest").fit(X, y)  # type: ignore[arg-type]  # refused on purpose
