"""Distances against their definitions, and how seldom they speak where nothing moved."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from mlpipe.metrics.drift.distances import (
    Distance,
    compare_levels,
    compare_numbers,
    missing_p_value,
    sure_ones,
    unseen_p_value,
)

FLAT = np.full(4, 100)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_distance_of_numbers_is_scipys_and_gaps_are_left_out() -> None:
    old, new = rng(1).normal(size=300), rng(2).normal(0.3, 1.2, size=170)
    moved = compare_numbers(np.append(old, np.nan), np.append(new, [np.nan, np.nan]), rng=rng())
    expected = ks_2samp(old, new, method="asymp")
    assert moved.distances["ks"].value == pytest.approx(expected.statistic)
    assert moved.p_value == pytest.approx(expected.pvalue, rel=0.05)


def test_the_index_of_a_normal_shift_is_its_square() -> None:
    """Jeffreys' divergence of two normal distributions half a deviation apart is 0.25, a little less in ten bins."""
    old, new = rng(1).normal(size=200_000), rng(2).normal(0.5, 1, size=200_000)
    assert compare_numbers(old, new, rng=rng()).distances["psi"].value == pytest.approx(0.24, abs=0.015)


def test_total_variation_is_half_the_sum_of_differences() -> None:
    moved = compare_levels(np.array([50, 50, 0]), np.array([30, 50, 20]), rng=rng())
    assert moved.distances["tv"].value == pytest.approx(0.2)


def test_the_smaller_the_sample_the_farther_chance_reaches() -> None:
    old = rng(1).normal(size=5_000)
    reach = [compare_numbers(old, rng(2).normal(size=n), rng=rng()).distances["ks"].high for n in (30, 300, 3_000)]
    assert reach[0] > 2 * reach[1] > 3 * reach[2]
    assert Distance(value=0.2, low=0.1, high=0.2).beyond_chance is False


def test_nothing_to_compare_is_no_move() -> None:
    empty = np.array([np.nan])
    assert compare_numbers(empty, np.arange(9.0), rng=rng()).p_value == 1.0
    assert compare_levels(np.zeros(2, int), FLAT[:2], rng=rng()).distances == {}


@pytest.mark.parametrize("size", [50, 500])
def test_tests_of_columns_that_did_not_move_are_rarely_sure(size: int) -> None:
    """100 tables of ten columns at the level that drift takes: at most 5 may speak."""
    spoke = 0
    for seed in range(100):
        draw = rng(seed)
        p_values = []
        for _ in range(5):
            p_values.append(compare_numbers(draw.normal(size=400), draw.normal(size=size), rng=draw).p_value)
            shares = [0.4, 0.3, 0.2, 0.08, 0.02]
            old, new = draw.multinomial(400, shares), draw.multinomial(size, shares)
            p_values.append(compare_levels(old, new, rng=draw).p_value)
        spoke += any(sure_ones(p_values, level=0.01))
    assert spoke <= 5


def test_missing_shares_and_unseen_levels_have_exact_tests() -> None:
    assert missing_p_value((0, 0), (500, 500)) == 1.0
    assert missing_p_value((0, 20), (500, 100)) < 1e-9
    # Where each second training row has a level of its own, unseen levels are the rule.
    assert unseen_p_value(50, 50, (100, 100)) > 0.4
    assert unseen_p_value(0, 10, (100, 100)) < 0.01
