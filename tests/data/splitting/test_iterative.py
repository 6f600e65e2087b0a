"""Iterative stratification: every label, and every combination of labels, on both sides."""

import numpy as np
import pytest

from mlpipe.data.splitting.iterative import deal_labels


def some_labels(n_rows=600, n_labels=6, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.random((n_rows, n_labels)) < np.linspace(0.02, 0.6, n_labels)).astype(np.int64)


def deal(labels, shares=(0.8, 0.2), seed=0, sizes=None):
    sizes = np.ones(len(labels), np.int64) if sizes is None else sizes
    return deal_labels(labels, sizes, shares, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_every_label_and_every_combination_of_two_rows_is_on_both_sides(seed):
    labels = some_labels(seed=seed)
    parts = deal(labels, seed=seed)
    assert abs((parts == 1).mean() - 0.2) < 0.01
    _, code, counts = np.unique(labels, axis=0, return_inverse=True, return_counts=True)
    for k in np.flatnonzero(counts > 1):
        assert set(parts[code.ravel() == k]) == {0, 1}
    for column in labels.T:
        assert set(parts[column == 1]) == set(parts[column == 0]) == {0, 1}
        assert abs(column[parts == 1].mean() - column.mean()) < 0.02


def test_it_comes_nearer_than_chance():
    labels = some_labels(300, 4, seed=3)

    def off(test):
        return np.abs(labels[test].mean(axis=0) - labels.mean(axis=0)).max()

    chance = [off(np.random.default_rng(seed).permutation(300) < 60) for seed in range(20)]
    assert np.mean([off(deal(labels, seed=seed) == 1) for seed in range(20)]) < 0.6 * np.mean(chance)


def test_a_label_of_one_row_is_in_training():
    labels = np.zeros((50, 2), np.int64)
    labels[::2, 0], labels[7, 1] = 1, 1
    for seed in range(10):
        assert deal(labels, seed=seed)[7] == 0


def test_the_rare_side_of_a_common_label_counts():
    labels = np.ones((100, 1), np.int64)
    labels[:2] = 0
    assert set(deal(labels)[:2]) == {0, 1}


def test_rows_that_stay_together_are_one_unit():
    labels = np.array([[30, 0], [0, 1], [0, 1], [1, 0], [1, 0], [0, 0]])
    sizes = np.array([30, 1, 1, 1, 1, 1])
    parts = deal(labels, (0.8, 0.2), sizes=sizes)
    assert parts[0] == 0
    assert set(parts[1:3]) == set(parts[3:5]) == {0, 1}


def test_folds_are_of_one_size_and_chance_is_the_seeds():
    labels = some_labels(500, 5)
    parts = deal(labels, [0.2] * 5)
    assert np.ptp(np.bincount(parts)) <= 3
    assert np.array_equal(parts, deal(labels, [0.2] * 5))
    assert not np.array_equal(parts, deal(labels, [0.2] * 5, seed=1))
