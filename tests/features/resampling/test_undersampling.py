"""What is removed, against the definitions written out."""

import numpy as np
import pytest
from imblearn.under_sampling import NearMiss, RandomUnderSampler, TomekLinks
from scipy import sparse
from scipy.spatial.distance import cdist

from mlpipe.errors import DataError
from tests.features.labelled_rows import MIXED, NUMBERS, balance, classes, dense, mixed_matrix, number_rows

Y2, Y3 = classes(90, 40), classes(80, 50, 30)


def distances(X):
    gaps = cdist(X, X)
    np.fill_diagonal(gaps, np.inf)
    return gaps


def links(X, y):
    """Rows whose nearest neighbour is of another class and has them as its own nearest."""
    nearest = distances(X).argmin(axis=1)
    return np.array([nearest[nearest[i]] == i and y[nearest[i]] != y[i] for i in range(len(y))])


def contradicted(X, y):
    return (y[distances(X).argsort(axis=1)[:, :3]] != y[:, np.newaxis]).any(axis=1)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(("y", "smallest"), [(Y2, "b"), (Y3, "c")])
def test_tomek_removes_the_links_but_not_from_the_smallest_class(y, smallest, kind):
    X = mixed_matrix(y)
    X[:, 0] += np.random.default_rng(1).normal(size=len(y)) / 100  # no ties
    expected = links(X, y) & (y != smallest)
    assert expected.sum() >= 5
    result = balance("tomek", MIXED, kind(X), y)
    np.testing.assert_array_equal(result.kept, np.flatnonzero(~expected))
    assert result.n_removed == expected.sum()
    assert result.sampler == "tomek"
    np.testing.assert_array_equal(dense(result.X), TomekLinks().fit_resample(X, y)[0])


@pytest.mark.parametrize(("method", "removed"), [("smote-tomek", links), ("smote-enn", contradicted)])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_cleaning_follows_over_sampling_and_spares_no_class(method, removed, kind):
    X = number_rows(Y3, seed=3)
    X += np.random.default_rng(1).normal(size=X.shape) / 100
    grown = balance("smote", NUMBERS, kind(X), Y3)
    gone = removed(dense(grown.X), grown.y)
    result = balance(method, NUMBERS, kind(X), Y3)
    np.testing.assert_allclose(dense(result.X), dense(grown.X)[~gone])
    np.testing.assert_array_equal(result.y, grown.y[~gone])
    np.testing.assert_array_equal(result.synthetic, grown.synthetic[~gone])
    np.testing.assert_array_equal(result.kept, np.flatnonzero(~gone[:160]))
    assert 0 < result.n_removed == gone[:160].sum()
    assert gone[160:].any()
    assert result.sampler == {"smote-tomek": "smote + tomek", "smote-enn": "smote + enn"}[method]


def test_cleaning_after_smotenc():
    result = balance("smote-enn", MIXED, mixed_matrix(Y2), Y2)
    assert result.sampler == "smotenc + enn"
    assert balance("smote-tomek", MIXED[2:5], mixed_matrix(Y2)[:, 2:5], Y2).sampler == "smoten + tomek"


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_near_miss_keeps_what_is_nearest_to_the_smallest_class(kind):
    X = number_rows(Y3)
    result = balance("near-miss", NUMBERS, kind(X), Y3)
    for label in "ab":
        members = np.flatnonzero(label == Y3)
        means = np.sort(cdist(X[members], X[Y3 == "c"]), axis=1)[:, :3].mean(axis=1)
        expected = np.sort(members[np.argsort(means)[:30]])
        np.testing.assert_array_equal(result.kept[Y3[result.kept] == label], expected)
    by_hand = NearMiss().fit(X, Y3)
    by_hand.fit_resample(X, Y3)
    np.testing.assert_array_equal(result.kept, np.sort(by_hand.sample_indices_))


def test_random_under_draws_as_imbalanced_learn_does():
    sampler = RandomUnderSampler(random_state=7)
    sampler.fit_resample(number_rows(Y3), Y3)
    np.testing.assert_array_equal(
        balance("random-under", NUMBERS, number_rows(Y3), Y3, 7).kept, np.sort(sampler.sample_indices_)
    )


def test_near_miss_needs_three_members():
    y = classes(20, 2)
    with pytest.raises(DataError, match="'b' has 2 of the 3 training rows that near-miss") as caught:
        balance("near-miss", NUMBERS, number_rows(y), y)
    assert "random-under" in caught.value.remedy
    y = classes(20, 3)
    assert balance("near-miss", NUMBERS, number_rows(y), y).counts_after == {"a": 3, "b": 3}


def test_a_class_is_not_cleaned_away():
    y = classes(60, 60, 60)
    X = number_rows(y)
    X[y == "a"] += 1000
    X[y == "c"] = X[y == "b"] + 1e-6  # each next to a row of the other class
    with pytest.raises(DataError, match="'smote-enn'` would remove classes 'b', 'c' entirely"):
        balance("smote-enn", NUMBERS, X, y)
    with pytest.raises(DataError, match="'smote-tomek'` would remove classes"):
        balance("smote-tomek", NUMBERS, X, y)


def test_tomek_does_not_clean_a_class_away_either():
    y = classes(10, 5, 4)
    X = number_rows(y) + 100
    X[y == "b"] = np.eye(5, 4) * 40 - 200
    X[y == "c"] = 0
    X[10:14] = np.eye(4) * 1000
    X[15:] = np.eye(4) * 1000.5
    X[14] = X[0] + 1e-9
    with pytest.raises(DataError, match="'tomek'` would remove class 'b' entirely"):
        balance("tomek", NUMBERS, X, y)
