"""What all methods promise alike."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from mlpipe.errors import DataError, UsageError
from mlpipe.features.resampling.labelled import Labelled
from tests.features.labelled_rows import BLOCKS, MIXED, NUMBERS, balance, classes, dense, mixed_matrix, number_rows

INTERPOLATING = ["smote", "smotenc", "borderline-smote", "svm-smote", "adasyn", "smote-tomek", "smote-enn"]
REMOVING = ["random-under", "near-miss", "tomek"]
METHODS = [*INTERPOLATING, "random-over", *REMOVING]
EXACT = ["smote", "smotenc", "borderline-smote", "random-over"]

Y2, Y3 = classes(90, 40), classes(80, 50, 30)
TABLES = {
    "numbers, two classes": (NUMBERS, number_rows(Y2), Y2),
    "numbers, three classes": (NUMBERS, number_rows(Y3), Y3),
    "mixed, two classes": (MIXED, mixed_matrix(Y2), Y2),
    "mixed, three classes": (MIXED, mixed_matrix(Y3), Y3),
}
KINDS = {"dense": np.asarray, "csr_array": sparse.csr_array, "csr_matrix": sparse.csr_matrix}


def applies(method, table, kind):
    if method == "smotenc":
        return table.startswith("mixed") and kind == "dense"
    return kind != "csr_matrix" or table == "mixed, two classes"


CASES = [
    pytest.param(method, table, kind, id=f"{method}, {table}, {kind}")
    for method in METHODS
    for table in TABLES
    for kind in KINDS
    if applies(method, table, kind)
]


def counted(y):
    return {str(label): int(n) for label, n in zip(*np.unique(y, return_counts=True), strict=True)}


@pytest.mark.parametrize(("method", "table", "kind"), CASES)
def test_every_row_is_accounted_for(method, table, kind):
    features, rows, y = TABLES[table]
    X = KINDS[kind](rows)
    result = balance(method, features, X, y)
    assert type(result.X) is type(X)
    n_kept = len(result.kept)
    np.testing.assert_array_equal(result.kept, np.unique(result.kept))
    np.testing.assert_array_equal(dense(result.X)[:n_kept], rows[result.kept])
    np.testing.assert_array_equal(result.y[:n_kept], y[result.kept])
    np.testing.assert_array_equal(result.synthetic, np.arange(len(result.y)) >= n_kept)
    assert result.X.shape == (len(result.y), len(features))
    assert result.y.dtype == y.dtype
    assert (result.counts_before, result.counts_after) == (counted(y), counted(result.y))
    assert result.n_removed == len(y) - n_kept
    assert len(result.y) == len(y) - result.n_removed + result.n_synthetic
    np.testing.assert_array_equal(rows, dense(X))


@pytest.mark.parametrize(("method", "table", "kind"), [case for case in CASES if case.values[0] in INTERPOLATING])
def test_made_up_rows_have_levels_that_exist(method, table, kind):
    features, rows, y = TABLES[table]
    result = balance(method, features, KINDS[kind](rows), y)
    made_up = dense(result.X)[result.synthetic]
    assert len(made_up) >= 20
    known = {tuple(row) for row in rows}
    assert not {tuple(row) for row in made_up} & known
    if features is MIXED:
        for block in BLOCKS:
            assert {tuple(row) for row in made_up[:, block]} <= {tuple(row) for row in rows[:, block]}
            assert len({tuple(row) for row in made_up[:, block]}) > 2


@pytest.mark.parametrize(
    ("method", "table"),
    [(method, "numbers, three classes") for method in METHODS if method != "smotenc"]
    + [(method, "mixed, three classes") for method in METHODS if "smote" not in method.split("-")[0]]
    + [(method, "mixed, three classes") for method in ("borderline-smote", "svm-smote", "adasyn")],
)
def test_sparse_and_dense_are_alike(method, table):
    features, rows, y = TABLES[table]
    by_dense = balance(method, features, rows, y)
    by_sparse = balance(method, features, sparse.csr_array(rows), y)
    np.testing.assert_allclose(dense(by_sparse.X), by_dense.X, atol=1e-12)
    np.testing.assert_array_equal(by_sparse.y, by_dense.y)


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(
    ("ratio", "after"),
    [(None, {"a": 100, "b": 100, "c": 100}), (0.5, {"a": 100, "b": 60, "c": 50}), (0.1, {"a": 100, "b": 60, "c": 20})],
)
def test_small_classes_grow_to_their_share_of_the_largest(method, ratio, after):
    y = classes(100, 60, 20)
    assert balance(method, MIXED, mixed_matrix(y), y, resample_ratio=ratio).counts_after == after


@pytest.mark.parametrize("method", ["random-under", "near-miss"])
@pytest.mark.parametrize(
    ("ratio", "after"),
    [(None, {"a": 20, "b": 20, "c": 20}), (0.25, {"a": 80, "b": 60, "c": 20}), (0.1, {"a": 100, "b": 60, "c": 20})],
)
def test_large_classes_shrink_until_the_smallest_is_their_share(method, ratio, after):
    y = classes(100, 60, 20)
    assert balance(method, MIXED, mixed_matrix(y), y, resample_ratio=ratio).counts_after == after


@pytest.mark.parametrize("method", ["adasyn", "svm-smote", "smote-tomek", "smote-enn"])
def test_ratio_tells_the_others_how_much_to_make(method):
    y = classes(100, 60, 20)
    low, high = (balance(method, MIXED, mixed_matrix(y), y, resample_ratio=ratio) for ratio in (0.4, 1.0))
    assert low.counts_after["c"] < high.counts_after["c"]


@pytest.mark.parametrize("method", [method for method in METHODS if method not in {"near-miss", "tomek"}])
def test_the_seed_decides(method):
    first, again, other = (balance(method, MIXED, mixed_matrix(Y2), Y2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.X, again.X)
    assert not np.array_equal(first.X, other.X)


@pytest.mark.parametrize(
    "method", [method for method in METHODS if method not in {"tomek", "smote-tomek", "smote-enn"}]
)
def test_a_balanced_set_stays_as_it_is(method):
    y = classes(30, 30)
    result = balance(method, MIXED, mixed_matrix(y), y)
    np.testing.assert_array_equal(result.X, mixed_matrix(y))
    assert not result.synthetic.any()
    assert result.n_removed == 0


@pytest.mark.parametrize("labels", [np.array([0, 1]), np.array([False, True]), np.array(["no", "yes"], dtype=object)])
def test_labels_of_any_type(labels):
    y = labels[(Y2 == "b").astype(int)]
    result = balance("smote", NUMBERS, number_rows(Y2), y)
    assert result.counts_after == {str(label): 90 for label in labels}
    assert result.y.dtype == y.dtype


def test_what_the_artifact_tells():
    result = balance("random-under", NUMBERS, number_rows(Y2), Y2, augment="jitter", augment_copies=2)
    assert result.to_json() == {
        "sampler": "random-under",
        "before": {"a": 90, "b": 40},
        "after": {"a": 120, "b": 120},
        "n_synthetic": 160,
        "n_removed": 50,
        "n_augmented": 160,
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_quantity_has_no_classes(method):
    with pytest.raises(UsageError, match=f"`resample='{method}'` needs a target with classes"):
        balance(method, NUMBERS, number_rows(Y2), np.arange(130.0))


@pytest.mark.parametrize("method", METHODS)
def test_one_class_cannot_be_balanced(method):
    y = classes(30)
    with pytest.raises(DataError, match=f"'{method}'` needs two classes; all training rows are of class 'a'"):
        balance(method, MIXED, mixed_matrix(y), y)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("method", METHODS)
def test_missing_cells_matter_where_there_are_distances(method, kind):
    rows = mixed_matrix(Y2)
    rows[3, 1] = rows[4, 5] = np.nan
    X = kind(rows)
    if method in {"random-over", "random-under"}:
        result = balance(method, MIXED, X, Y2)
        np.testing.assert_array_equal(dense(result.X)[: len(result.kept)], rows[result.kept])
        return
    with pytest.raises(UsageError, match=f"'{method}'` cannot work with missing cells") as caught:
        balance(method, MIXED, X, Y2)
    assert caught.value.where == "Missing cells are left in 'x1', 'x2'."


def test_tomek_takes_no_ratio():
    with pytest.raises(UsageError, match=r"'tomek'` takes no `resample_ratio` \(0.5\)"):
        balance("tomek", NUMBERS, number_rows(Y2), Y2, resample_ratio=0.5)


def test_smotenc_does_not_make_text_dense():
    with pytest.raises(UsageError, match="sparse matrix: it would make 16 features dense") as caught:
        balance("smotenc", MIXED, sparse.csr_array(mixed_matrix(Y2)), Y2)
    assert "`resample='smote'`," in caught.value.remedy


@pytest.mark.parametrize("method", ["smote", "random-over", "smote-enn"])
def test_no_more_rows_are_made_than_allowed(method):
    X = number_rows(Y3)
    assert balance("smote", NUMBERS, X, Y3, max_synthetic=80).n_synthetic == 80
    with pytest.raises(UsageError, match="80 rows would be made; `max_synthetic` allows 79") as caught:
        balance(method, NUMBERS, X, Y3, max_synthetic=79)
    assert "`resample_ratio`, or give `max_synthetic=80`" in caught.value.remedy


def test_adasyn_makes_no_more_either():
    """It shares rows out among the members and rounds each share."""
    y = classes(90, 30)
    X = number_rows(y, seed=1)
    assert balance("adasyn", NUMBERS, X, y, max_synthetic=66).n_synthetic == 66
    with pytest.raises(UsageError, match="66 rows would be made; `max_synthetic` allows 65"):
        balance("adasyn", NUMBERS, X, y, max_synthetic=65)


def test_copies_count_as_made():
    X = number_rows(Y3)
    options: dict[str, Any] = {"augment": "jitter", "augment_copies": 2}
    assert balance("smote", NUMBERS, X, Y3, max_synthetic=560, **options).n_synthetic == 560
    with pytest.raises(UsageError, match="560 rows would be made") as caught:
        balance("smote", NUMBERS, X, Y3, max_synthetic=559, **options)
    assert "480 copies after 80 from `resample='smote'`" in caught.value.where
    assert "`augment_copies`" in caught.value.remedy
    with pytest.raises(UsageError, match="320 rows would be made"):
        balance("none", NUMBERS, X, Y3, max_synthetic=319, **options)


@pytest.mark.parametrize(
    ("method", "ratio", "after"),
    [
        ("random-over", 0.36, {"a": 10, "b": 4}),
        ("random-over", 0.34, {"a": 10, "b": 3}),
        ("random-under", 0.8, {"a": 4, "b": 3}),
        ("random-under", 0.9, {"a": 3, "b": 3}),
    ],
)
def test_sizes_are_rounded_to_the_nearest(method, ratio, after):
    y = classes(10, 3)
    assert balance(method, NUMBERS, number_rows(y), y, resample_ratio=ratio).counts_after == after


def test_a_class_that_has_its_size_already_is_not_among_those_that_change():
    y = classes(10, 3, 10)
    rows = Labelled.of(NUMBERS, number_rows(y), y)
    assert (rows.grown(1.0), rows.shrunk(1.0)) == ({1: 10}, {0: 3, 2: 3})
    assert (rows.grown(0.3), rows.shrunk(0.3)) == ({}, {})
