"""The classifier sees what no column shows alone, and nothing where there is nothing."""

import numpy as np
import pytest

from mlpipe.metrics.drift.telling_apart import LEAST_ROWS, density_ratio, tell_apart

NAMES = ("a", "b", "c")


def rows(n: int, *, seed: int, bond: float) -> np.ndarray:
    draw = np.random.default_rng(seed).normal(size=(n, 3))
    draw[:, 1] = bond * draw[:, 0] + np.sqrt(1 - bond**2) * draw[:, 1]
    return draw


def test_a_broken_relation_between_columns_that_stay_is_seen() -> None:
    told = tell_apart(rows(800, seed=1, bond=0.8), rows(500, seed=2, bond=0.0), NAMES, seed=0)
    assert told is not None
    assert told.auc > 0.6
    assert told.p_value < 1e-6
    assert {name for name, _ in told.by[:2]} == {"a", "b"}
    assert told.low < told.auc < told.high


def test_rows_of_one_kind_are_not_told_apart() -> None:
    told = tell_apart(rows(600, seed=3, bond=0.5), rows(300, seed=4, bond=0.5), NAMES, seed=0)
    assert told is not None
    assert told.p_value > 0.01


def test_copies_of_old_rows_are_told_worse_than_by_a_coin() -> None:
    old = rows(600, seed=3, bond=0.5)
    told = tell_apart(old, old[:300], NAMES, seed=0)
    assert told is not None
    assert told.copied
    assert told.auc < 0.45


@pytest.mark.parametrize(("n", "found"), [(LEAST_ROWS - 1, False), (LEAST_ROWS, True)])
def test_it_needs_rows(n: int, found: bool) -> None:
    assert (tell_apart(rows(100, seed=5, bond=0), rows(n, seed=6, bond=0), NAMES, seed=0) is not None) is found


def test_ratios_lean_towards_where_new_rows_lie() -> None:
    old, new = rows(800, seed=7, bond=0), rows(800, seed=8, bond=0) + np.array([1.5, 0, 0])
    ratios = density_ratio(old, new, np.array([[-1.5, 0, 0], [2.5, 0, 0]]), seed=0)
    assert ratios[0] < 0.5
    assert ratios[1] > 2
