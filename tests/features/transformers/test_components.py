import numpy as np
import pytest
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers.components import Components


@parametrize_with_checks([Components("svd"), Components("pca")])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def table(n_rows=300, n_features=8, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_rows, 3)) @ rng.normal(size=(3, n_features)) + rng.normal(size=(n_rows, n_features)) * 0.1


def naive(X, k, *, centre):
    X = X - X.mean(axis=0) if centre else X
    return X @ np.linalg.svd(X, full_matrices=False)[2][:k].T


@pytest.mark.parametrize("method", ["pca", "svd"])
def test_it_equals_a_naive_decomposition_up_to_signs(method):
    X = table()
    places = Components(method, 3).fit_transform(X)
    np.testing.assert_allclose(np.abs(places), np.abs(naive(X, 3, centre=method == "pca")), atol=1e-6)


@pytest.mark.parametrize(("method", "theirs"), [("pca", PCA), ("svd", TruncatedSVD)])
def test_it_equals_scikit_learn_by_hand(method, theirs):
    X = table() + 5
    ours = Components(method, 4).fit(X)
    other = theirs(4, random_state=0).fit(X)
    np.testing.assert_array_equal(ours.components_, other.components_)
    np.testing.assert_array_equal(ours.explained_variance_ratio_, other.explained_variance_ratio_)
    np.testing.assert_allclose(ours.transform(X), other.transform(X), atol=1e-9)


def test_sparse_and_dense_are_the_same():
    X = np.where(np.random.default_rng(0).random((100, 30)) < 0.1, table(100, 30), 0)
    dense, thin = Components(n_components=5).fit(X), Components(n_components=5).fit(sparse.csr_matrix(X))
    np.testing.assert_allclose(thin.components_, dense.components_, atol=1e-9)
    assert isinstance(thin.transform(sparse.csr_matrix(X)), np.ndarray)
    np.testing.assert_array_equal(dense.transform(sparse.csr_matrix(X)), dense.transform(X))
    with pytest.raises(ValueError, match="PCA would centre"):
        Components("pca").fit(sparse.csr_matrix(X))


@pytest.mark.parametrize("method", ["pca", "svd"])
@pytest.mark.parametrize(("shape", "kept"), [((50, 3), 3), ((4, 20), 4), ((1, 5), 1), ((6, 1), 1), ((1, 1), 1)])
def test_small_tables_keep_fewer(method, shape, kept):
    X = np.random.default_rng(0).normal(size=shape)
    fitted = Components(method, 100).fit(X)
    assert fitted.n_components_ == len(fitted.components_) == len(fitted.explained_variance_ratio_) == kept
    assert fitted.transform(X).shape == (shape[0], kept)
    assert np.isfinite(fitted.explained_variance_ratio_).all()


@pytest.mark.parametrize("method", ["pca", "svd"])
def test_rows_that_are_all_the_same_explain_nothing(method):
    fitted = Components(method, 2).fit(np.ones((10, 4)))
    assert fitted.explained_variance_ratio_ == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("method", ["pca", "svd"])
def test_a_row_is_the_same_in_any_batch(method):
    X = table(2000, 50)
    fitted = Components(method, 10).fit(X)
    whole = fitted.transform(X)
    for size in (1, 2, 7, 333):
        parts = [fitted.transform(X[start : start + size]) for start in range(0, 2 * size, size)]
        np.testing.assert_array_equal(np.vstack(parts), whole[: 2 * size])
    np.testing.assert_array_equal(fitted.transform(np.asfortranarray(X)), whole)


def test_names_and_refusals():
    X = table()
    assert Components("pca", 2).fit(X).get_feature_names_out().tolist() == ["pca1", "pca2"]
    assert Components("svd", 1).fit(X).get_feature_names_out().tolist() == ["svd1"]
    with pytest.raises(ValueError, match="umap"):
        Components("umap").fit(X)  # type: ignore[arg-type]  # refused on purpose
    with pytest.raises(ValueError, match="NaN"):
        Components().fit(np.where(X > 1, np.nan, X))


def test_explained_variance_adds_up():
    ratio = Components("pca", 8).fit(table()).explained_variance_ratio_
    assert ratio.sum() == pytest.approx(1)
    assert (np.diff(ratio) <= 0).all()
    assert ratio[:3].sum() > 0.98
