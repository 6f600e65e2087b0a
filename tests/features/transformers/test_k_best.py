import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_selection import SelectKBest, f_classif, f_regression, mutual_info_classif
from sklearn.metrics import mutual_info_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers import mutual_information
from mlpipe.features.transformers.k_best import KBest

CRITERIA = ("f", "mutual-info")


@parametrize_with_checks(
    [KBest(2, classification=c, criterion=by) for c in (True, False) for by in ("f", "mutual-info")]
)
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


@pytest.mark.parametrize("classification", [True, False])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_sparse_and_dense_keep_the_same(classification, criterion):
    rng = np.random.default_rng(0)
    X = np.where(rng.random((300, 40)) < 0.2, rng.normal(3, 1, (300, 40)), 0)
    X[:, 3] = rng.normal(size=300)
    X[rng.random(X.shape) < 0.02] = np.nan
    y = np.nan_to_num(X[:, 3] + X[:, 7] - X[:, 9])
    y = np.digitize(y, [-1, 1]).astype(str) if classification else y
    options = {"classification": classification, "criterion": criterion}
    dense, thin = KBest(5, **options).fit(X, y), KBest(5, **options).fit(sparse.csr_matrix(X), y)
    np.testing.assert_allclose(thin.scores_, dense.scores_, rtol=1e-9, atol=1e-12)
    kept = thin.transform(sparse.csr_matrix(X))
    assert sparse.issparse(kept)
    np.testing.assert_array_equal(kept.toarray(), dense.transform(X))
    assert {3, 7, 9} <= set(thin.get_support(indices=True)) or criterion == "f"


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_sparse_matrix_is_never_filled(criterion):
    X = sparse.random(2_000, 5_000, density=1e-4, random_state=0, format="csr")
    y = np.arange(2_000) % 2
    tracemalloc.start()
    kept = KBest(10, criterion=criterion).fit(X, y).transform(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.shape == (2_000, 10)
    assert peak < 2_000 * 5_000  # bytes: an eighth of the dense matrix


def test_information_of_levels_equals_scikit_learn():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 5, (200, 6)).astype(float)
    y = np.where(rng.random(200) < 0.5, X[:, 2], rng.integers(0, 5, 200)).astype(str)
    fitted = KBest(1, criterion="mutual-info").fit(X, y)
    np.testing.assert_allclose(fitted.scores_, mutual_info_classif(X, y, discrete_features=True), atol=1e-12)
    assert fitted.get_support(indices=True).tolist() == [2]


def test_information_of_continuous_features_equals_scikit_learn():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 6))
    X[:, 1] = rng.permutation(np.linspace(-2, 2, 200))
    y = X[:, 1] ** 2 + rng.normal(size=200) * 0.1
    fitted = KBest(1, classification=False, criterion="mutual-info").fit(X, y)
    deciles = np.digitize(y, np.quantile(y, np.arange(1, 10) / 10), right=True)
    np.testing.assert_allclose(fitted.scores_, mutual_info_classif(X, deciles, random_state=0), rtol=1e-6)
    assert fitted.get_support(indices=True).tolist() == [1]
    assert KBest(1, classification=False).fit(X, y).scores_.argmax() != 1


def test_what_is_mostly_zero_counts_as_zero_and_quarters():
    rng = np.random.default_rng(0)
    amounts = np.where(rng.random(400) < 0.3, rng.lognormal(size=400), 0)
    y = (amounts > np.median(amounts[amounts > 0])).astype(int)
    filled = amounts[amounts > 0]
    quarters = np.where(amounts == 0, 0, 1 + np.digitize(amounts, np.quantile(filled, [0.25, 0.5, 0.75]), right=True))
    score = KBest(1, criterion="mutual-info").fit(amounts[:, None], y).scores_[0]
    assert score == pytest.approx(mutual_info_score(quarters, y))


def test_information_of_many_rows_is_that_of_a_seeded_sample(monkeypatch):
    monkeypatch.setattr(mutual_information, "ROWS", 100)
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 3, (1000, 4)).astype(float), rng.integers(0, 2, 1000)
    fits = [KBest(criterion="mutual-info", random_state=seed).fit(X, y).scores_ for seed in (1, 1, 2)]
    np.testing.assert_array_equal(fits[0], fits[1])
    assert (fits[0] != fits[2]).all()
    rows = np.sort(np.random.default_rng(1).choice(1000, 100, replace=False))
    expected = [mutual_info_score(column, y[rows]) for column in X[rows].T]
    np.testing.assert_allclose(fits[0], expected, atol=1e-12)


def test_an_unknown_criterion_is_refused():
    with pytest.raises(ValueError, match="chi2"):
        KBest(criterion="chi2").fit([[1.0], [2.0]], [0, 1])  # type: ignore[arg-type]  # refused on purpose


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_constant_features_with_gaps_score_nothing(criterion, form):
    X = np.column_stack([np.full(50, 0.1), np.full(50, np.nan), np.arange(50.0)])
    X[::3, 0] = np.nan
    scores = KBest(2, criterion=criterion).fit(form(X), np.arange(50) % 3 == 0).scores_
    assert scores[:2].tolist() == [0, 0]


def test_a_term_that_no_sampled_row_has_scores_nothing(monkeypatch):
    monkeypatch.setattr(mutual_information, "ROWS", 100)
    X = np.random.default_rng(0).integers(0, 3, (1000, 2)).astype(float)
    sampled = np.random.default_rng(0).choice(1000, 100, replace=False)
    X[:, 1] = ~np.isin(np.arange(1000), sampled)
    y = X[:, 0] > 0
    for form in (np.asarray, sparse.csr_matrix):
        scores = KBest(2, criterion="mutual-info").fit(form(X), y).scores_
        assert scores[0] > 0.5
        assert scores[1] == 0


@pytest.mark.parametrize("classification", [True, False])
@pytest.mark.parametrize("n_rows", [2, 10, 11, 30])
def test_information_of_rows_that_are_each_a_class(classification, n_rows):
    X = np.random.default_rng(0).normal(size=(n_rows, 3))
    fitted = KBest(2, classification=classification, criterion="mutual-info").fit(X, np.arange(n_rows))
    assert np.isfinite(fitted.scores_).all()
    assert fitted.transform(X).shape == (n_rows, 2)
