import numpy as np
import pytest
from scipy import sparse

from mlpipe.features.resampling.augment import spreads
from tests.features.labelled_rows import (
    BLOCKS,
    MIXED,
    NUMBERS,
    balance,
    classes,
    dense,
    mixed_matrix,
    number_rows,
    numbers,
)

CONTINUOUS = [0, 1, 5, 15]
Y = classes(90, 40)


def shaken(X, y=Y, seed=0, features=MIXED, **options):
    return balance("none", features, X, y, seed, augment="jitter", **options)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array, sparse.csr_matrix])
def test_copies_follow_the_rows_as_they_were(kind):
    X = kind(mixed_matrix(Y))
    result = shaken(X, augment_copies=3)
    assert type(result.X) is type(X)
    assert result.X.shape == (4 * 130, 16)
    np.testing.assert_array_equal(dense(result.X)[:130], mixed_matrix(Y))
    np.testing.assert_array_equal(result.y, np.tile(Y, 4))
    np.testing.assert_array_equal(result.synthetic, np.arange(520) >= 130)
    np.testing.assert_array_equal(result.kept, np.arange(130))
    assert (result.sampler, result.n_augmented, result.n_synthetic, result.n_removed) == ("none", 390, 390, 0)
    assert (result.counts_before, result.counts_after) == ({"a": 90, "b": 40}, {"a": 360, "b": 160})


@pytest.mark.parametrize("scale", [0.1, 0.5])
def test_noise_is_a_share_of_the_spread_of_continuous_features(scale):
    y = classes(3000, 1000)
    rows = mixed_matrix(y) * np.where(np.isin(np.arange(16), CONTINUOUS), 50.0, 1.0)
    noise = shaken(rows, y, augment_scale=scale).X[4000:] - rows
    np.testing.assert_allclose(noise.std(axis=0)[CONTINUOUS], scale * rows.std(axis=0)[CONTINUOUS], rtol=0.05)
    np.testing.assert_allclose(noise.mean(axis=0)[CONTINUOUS], 0, atol=5 * scale)
    for block in BLOCKS:
        assert not noise[:, block].any()


def test_zeros_of_a_sparse_matrix_stay():
    rows = mixed_matrix(Y)
    X = sparse.csr_array(rows)
    X.data[:3] = 0  # written down as a value, and zero all the same
    noise = dense(shaken(X).X)[130:] - dense(X)
    cells = np.zeros(rows.shape, dtype=bool)
    cells[:, CONTINUOUS] = dense(X)[:, CONTINUOUS] != 0
    np.testing.assert_array_equal(noise != 0, cells)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_spread_of_the_cells_that_are_there(kind):
    rows = number_rows(Y, width=6)
    rows[::7, 1] = rows[:, 2] = np.nan
    rows[:, 3] = 0.1
    rows[:, 4] *= 1e200
    rows[:, 5] *= 1e-100
    spread = spreads(numbers(6), kind(rows))
    np.testing.assert_allclose(spread[[0, 1]], [rows[:, 0].std(), np.nanstd(rows[:, 1])])
    assert spread[2] == 0
    assert spread[3] < 1e-15
    np.testing.assert_allclose(spread[4], 1e200 * (rows[:, 4] / 1e200).std())
    np.testing.assert_allclose(spread[5], 1e-100 * (rows[:, 5] / 1e-100).std())


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_missing_cells_stay_missing(kind):
    rows = number_rows(Y)
    rows[::3, 1] = rows[:, 2] = np.nan
    result = shaken(kind(rows), features=NUMBERS)
    np.testing.assert_array_equal(np.isnan(dense(result.X)), np.isnan(np.tile(rows, (2, 1))))


def test_rows_of_a_quantity_keep_their_target():
    target = np.random.default_rng(0).normal(size=130)
    result = shaken(mixed_matrix(Y), target, augment_copies=2)
    np.testing.assert_array_equal(result.y, np.tile(target, 3))
    assert (result.counts_before, result.counts_after) == ({}, {})


def test_made_up_rows_are_copied_too_so_that_classes_stay_balanced():
    result = balance("smote", MIXED, mixed_matrix(Y), Y, augment="jitter", augment_scale=0.2)
    alone = balance("smote", MIXED, mixed_matrix(Y), Y)
    assert result.sampler == alone.sampler
    np.testing.assert_array_equal(result.X[:180], alone.X)
    assert result.counts_after == {"a": 180, "b": 180}
    assert (result.n_synthetic, result.n_augmented) == (50 + 180, 180)
    # The noise is that of the training rows, not of what balancing made of them.
    far = balance("random-under", MIXED, mixed_matrix(Y), Y, augment="jitter", augment_scale=0.2, augment_copies=99)
    noise = (far.X[80:] - np.tile(far.X[:80], (99, 1)))[:, CONTINUOUS]
    np.testing.assert_allclose(noise.std(axis=0), 0.2 * mixed_matrix(Y).std(axis=0)[CONTINUOUS], rtol=0.03)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_the_seed_decides(kind):
    first, again, other = (dense(shaken(kind(mixed_matrix(Y)), seed=seed, augment_copies=2).X) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[130:260], first[260:])


def test_nothing_to_shake():
    result = shaken(mixed_matrix(Y)[:, 8:15], features=MIXED[8:15])
    np.testing.assert_array_equal(result.X[130:], result.X[:130])
