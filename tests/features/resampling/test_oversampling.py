"""What is made up, against imbalanced-learn used by hand."""

import tracemalloc

import numpy as np
import pytest
from imblearn.over_sampling import ADASYN, SMOTE, SMOTEN, SMOTENC, SVMSMOTE, BorderlineSMOTE, RandomOverSampler
from scipy import sparse

from mlpipe.errors import DataError, UsageError
from mlpipe.features.resampling import oversampling
from tests.features.labelled_rows import (
    BLOCKS,
    DISCRETE,
    MIXED,
    NUMBERS,
    balance,
    classes,
    dense,
    mixed_matrix,
    number_rows,
)

Y2, Y3 = classes(90, 40), classes(80, 50, 30)
BY_HAND = {
    "smote": SMOTE,
    "borderline-smote": BorderlineSMOTE,
    "svm-smote": SVMSMOTE,
    "adasyn": ADASYN,
    "random-over": RandomOverSampler,
}
CONTINUOUS = [0, 1, 5, 15]


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("y", [Y2, Y3])
@pytest.mark.parametrize("method", BY_HAND)
def test_numbers_as_imbalanced_learn_makes_them(method, y, kind):
    X, labels = BY_HAND[method](random_state=3).fit_resample(number_rows(y), y)
    result = balance(method, NUMBERS, kind(number_rows(y)), y, 3)
    np.testing.assert_allclose(dense(result.X), X, atol=1e-12)
    np.testing.assert_array_equal(result.y, labels)
    assert result.sampler == method


@pytest.mark.parametrize("method", ["borderline-smote", "svm-smote", "adasyn"])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_discrete_features_become_the_nearest_pattern(method, kind):
    X = mixed_matrix(Y3)
    expected, _ = BY_HAND[method](random_state=3).fit_resample(X, Y3)
    for block in BLOCKS:
        known = np.unique(X[:, block], axis=0)
        between = expected[160:, block]
        nearest = [np.square(known - row).sum(axis=1).argmin() for row in between]
        assert not np.array_equal(between, known[nearest])
        expected[160:, block] = known[nearest]
    np.testing.assert_allclose(dense(balance(method, MIXED, kind(X), Y3, 3).X), expected, atol=1e-12)


def by_first_row(X, blocks):
    """A code for the pattern of each block: the first row that has it."""
    patterns = [[tuple(row) for row in X[:, block]] for block in blocks]
    return np.array([[rows.index(row) for row in rows] for rows in patterns]).T


@pytest.mark.parametrize("method", ["smote", "smotenc"])
def test_categories_beside_numbers_use_smotenc(method):
    X = mixed_matrix(Y2)
    result = balance(method, MIXED, X, Y2, 3)
    assert result.sampler == "smotenc"
    table = np.column_stack([X[:, CONTINUOUS], by_first_row(X, BLOCKS)])
    made, _ = SMOTENC(categorical_features=[4, 5, 6], random_state=3).fit_resample(table, Y2)
    expected = np.zeros((50, 16))
    expected[:, CONTINUOUS] = made[130:, :4]
    for i, block in enumerate(BLOCKS):
        expected[:, block] = X[np.ix_(made[130:, 4 + i].astype(int), block)]
    np.testing.assert_array_equal(result.X[130:], expected)


@pytest.mark.parametrize("method", ["smote", "smotenc"])
def test_categories_alone_use_smoten(method):
    X = np.delete(mixed_matrix(Y2), CONTINUOUS, axis=1)
    blocks = [[0, 1, 2, 4], [3], list(range(5, 12))]
    result = balance(method, DISCRETE, X, Y2, 3)
    assert result.sampler == "smoten"
    made, _ = SMOTEN(random_state=3).fit_resample(by_first_row(X, blocks), Y2)
    for i, block in enumerate(blocks):
        np.testing.assert_array_equal(result.X[130:, block], X[np.ix_(made[130:, i], block)])


def test_one_category_of_numbers_only_in_the_small_class():
    """A class whose numbers are all the same has no spread to weigh its levels by."""
    X = mixed_matrix(Y2)
    X[np.ix_(Y2 == "b", CONTINUOUS)] = 1.0
    result = balance("smote", MIXED, X, Y2)
    assert result.counts_after == {"a": 90, "b": 90}
    np.testing.assert_array_equal(result.X[130:, CONTINUOUS], np.ones((50, 4)))


def test_sparse_categories_are_left_to_smote():
    X = sparse.csr_array(mixed_matrix(Y2))
    result = balance("smote", MIXED, X, Y2)
    assert result.sampler == "smote"
    assert balance("smote-enn", MIXED, X, Y2).sampler == "smote + enn"
    expected, _ = SMOTE(random_state=0).fit_resample(mixed_matrix(Y2), Y2)
    np.testing.assert_allclose(dense(result.X)[:, CONTINUOUS], expected[:, CONTINUOUS], atol=1e-12)


def test_so_are_categories_of_a_large_table(monkeypatch):
    X = mixed_matrix(Y2)
    # 50 new rows with 5 neighbours each, of 4 numbers and 4, 4 and 7 patterns; or 40 members squared
    for features, cells, sampler in ((MIXED, 50 * 5 * 19, "smotenc"), (DISCRETE, 1600, "smoten")):
        table = X if features is MIXED else np.delete(X, CONTINUOUS, axis=1)
        monkeypatch.setattr(oversampling, "QUICK_CELLS", cells)
        assert balance("smote", features, table, Y2).sampler == sampler
        monkeypatch.setattr(oversampling, "QUICK_CELLS", cells - 1)
        assert balance("smote", features, table, Y2).sampler == "smote"
        assert balance("smotenc", features, table, Y2).sampler == sampler
        monkeypatch.setattr(oversampling, "MOST_CELLS", cells - 1)
        with pytest.raises(UsageError, match=f"{cells:,} numbers of neighbours; the limit is {cells - 1:,}"):
            balance("smotenc", features, table, Y2)
        monkeypatch.undo()


def test_the_class_that_grows_most_decides_what_is_large(monkeypatch):
    X = mixed_matrix(Y3)
    # 50 and 30 new rows, or 50 and 30 members squared
    for features, cells, sampler in ((MIXED, 50 * 5 * 19, "smotenc"), (DISCRETE, 2500, "smoten")):
        table = X if features is MIXED else np.delete(X, CONTINUOUS, axis=1)
        monkeypatch.setattr(oversampling, "QUICK_CELLS", cells)
        assert balance("smote", features, table, Y3).sampler == sampler
        monkeypatch.setattr(oversampling, "QUICK_CELLS", cells - 1)
        assert balance("smote", features, table, Y3).sampler == "smote"


def test_a_wide_sparse_matrix_with_long_indices():
    X = sparse.csr_array(number_rows(Y2))
    X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    result = balance("svm-smote", NUMBERS, X, Y2)
    np.testing.assert_allclose(dense(result.X), balance("svm-smote", NUMBERS, number_rows(Y2), Y2).X, atol=1e-12)


def test_text_terms_stay_sparse():
    """A hundred thousand terms of a thousand rows would be 800 MB."""
    y = classes(900, 100)
    X = sparse.random_array((1000, 100_000), density=1e-4, format="csr", rng=0)
    levels = sparse.csr_array(np.eye(2)[np.arange(1000) % 2])
    X = sparse.hstack([levels, X], format="csr")
    features = [*MIXED[2:4], *[NUMBERS[0]] * 100_000]
    for method in ("smote", "adasyn", "smote-tomek"):
        tracemalloc.start()
        result = balance(method, features, X, y)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2e8
        assert result.X.nnz < 10 * X.nnz
        assert {tuple(row) for row in result.X[:, [0, 1]].toarray()} == {(0.0, 1.0), (1.0, 0.0)}


def test_smotenc_needs_a_category():
    with pytest.raises(UsageError, match="'smotenc'` needs at least one category"):
        balance("smotenc", NUMBERS, number_rows(Y2), Y2)


@pytest.mark.parametrize(
    "method", ["smote", "smotenc", "borderline-smote", "svm-smote", "adasyn", "smote-tomek", "smote-enn"]
)
def test_a_class_too_small_for_neighbours(method):
    y = classes(60, 5, 20)
    with pytest.raises(DataError, match="Class 'b' has 5 of the 6 training rows that") as caught:
        balance(method, MIXED, mixed_matrix(y), y)
    assert "random-over" in caught.value.remedy
    assert balance("random-over", MIXED, mixed_matrix(y), y).counts_after == {"a": 60, "b": 60, "c": 60}
    y = classes(60, 6, 20)
    after = balance(method, MIXED, mixed_matrix(y), y).counts_after
    assert after["b"] > 6


def test_only_classes_that_grow_need_neighbours():
    y = classes(60, 5, 20)
    result = balance("smote", NUMBERS, number_rows(y), y, resample_ratio=0.08)
    assert not result.synthetic.any()


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("method", ["borderline-smote", "adasyn"])
def test_classes_that_do_not_meet_have_no_border(method, kind):
    X = number_rows(Y2)
    X[Y2 == "b"] += 1000
    with pytest.raises(DataError, match=rf"'{method}'` makes rows .* made none of class 'b'\.") as caught:
        balance(method, NUMBERS, kind(X), Y2)
    assert "`resample='smote'`," in caught.value.remedy
    assert ("Use SMOTE instead" in caught.value.where) == (method == "adasyn")


def test_one_class_of_three_without_a_border():
    X = number_rows(Y3)
    X[Y3 == "b"] += 1000
    with pytest.raises(DataError, match=r"made none of class 'b'\."):
        balance("borderline-smote", NUMBERS, X, Y3)


def test_support_vectors_that_are_all_noise():
    """Each member of the small class is alone among the other."""
    y = classes(400, 8)
    X = np.r_[np.arange(400.0), np.arange(25.1, 400, 50)][:, np.newaxis]
    with pytest.raises(DataError, match="'svm-smote'` makes rows where classes meet") as caught:
        balance("svm-smote", NUMBERS[:1], X, y)
    assert "considered as noise" in caught.value.where


def test_adasyn_with_nothing_to_share_out():
    y = classes(62, 60)
    X = number_rows(y, apart=0)
    with pytest.raises(DataError, match="'adasyn'` makes rows where classes meet") as caught:
        balance("adasyn", NUMBERS, X, y)
    assert "No samples will be generated" in caught.value.where
