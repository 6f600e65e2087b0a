"""Pairs of columns that go together otherwise: found among very many, and quiet where nothing moved."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from mlpipe.metrics.drift.relations import CHANCE, LEAST_ROWS, compare_relations


def names(width: int) -> list[str]:
    return [f"c{i}" for i in range(width)]


def rows(n: int, *, seed: int, bond: float = 0.7, width: int = 4) -> np.ndarray:
    draw = np.random.default_rng(seed).normal(size=(n, width))
    draw[:, 1] = bond * draw[:, 0] + np.sqrt(1 - bond**2) * draw[:, 1]
    return draw


def test_the_correlations_are_spearmans_and_gaps_are_left_out() -> None:
    old, new = rows(900, seed=1), np.round(rows(400, seed=2, bond=-0.2))
    new[::7, 0] = np.nan
    found = compare_relations(old, new, names(4), seed=0)
    assert found is not None
    there = ~np.isnan(new[:, 0])
    assert found.names == ("c0", "c1")
    assert found.was == pytest.approx(spearmanr(old[:, 0], old[:, 1]).statistic, abs=1e-5)
    assert found.now == pytest.approx(spearmanr(new[there, 0], new[there, 1]).statistic, abs=0.01)
    assert found.p_value <= CHANCE


def test_one_pair_among_two_hundred_columns_is_found_in_500_rows() -> None:
    old = rows(3_000, seed=1, width=200)
    found = compare_relations(old, rows(500, seed=2, width=200, bond=0), names(200), seed=0)
    assert found is not None
    assert found.names == ("c0", "c1")
    assert found.p_value <= CHANCE


def test_columns_that_move_together_have_not_come_apart() -> None:
    found = compare_relations(rows(900, seed=1), np.exp(3 + 2 * rows(500, seed=2)), names(4), seed=0)
    assert found is not None
    assert found.p_value > CHANCE


def test_rare_levels_and_ties_seldom_look_like_a_change() -> None:
    """60 idle comparisons with columns of a few cells that are not zero, where normal tails are far too thin."""
    sure = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        old, new = (
            np.where(draw.random((n, 12)) < 0.03, draw.integers(1, 4, (n, 12)).astype(float), 0.0) for n in (600, 60)
        )
        found = compare_relations(old, new, names(12), seed=seed)
        sure += found is not None and found.p_value <= CHANCE
    assert sure <= 2


@pytest.mark.parametrize(("n", "found"), [(LEAST_ROWS - 1, False), (LEAST_ROWS, True)])
def test_it_needs_rows_in_which_both_columns_are_there(n: int, found: bool) -> None:
    new = rows(80, seed=3, width=2)
    new[n:, 1] = np.nan
    assert (compare_relations(rows(80, seed=4, width=2), new, names(2), seed=0) is not None) is found


def test_a_constant_column_goes_together_with_none() -> None:
    new = rows(80, seed=3, width=2)
    new[:, 1] = 5.0
    assert compare_relations(rows(80, seed=4, width=2), new, names(2), seed=0) is None
