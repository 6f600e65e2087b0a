"""What scaling does to a column, against numpy and scipy."""

import numpy as np
import pytest
from scipy import stats

from mlpipe.metrics.describing.scaling_effect import compare_shapes, order_by_change


@pytest.fixture
def skewed():
    return np.random.default_rng(0).lognormal(0, 1, 400)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_a_new_unit_keeps_the_shape(skewed, size):
    found = compare_shapes(skewed, (skewed - 3) * size)
    assert found.bend == 0
    assert found.spread == pytest.approx((skewed.std(), skewed.std() * size))
    assert found.skew == pytest.approx((stats.skew(skewed),) * 2)


def test_a_bent_column_is_seen_and_a_mirrored_one_most(skewed):
    found = compare_shapes(skewed, np.log(skewed))
    assert found.bend == pytest.approx(1 - np.corrcoef(skewed, np.log(skewed))[0, 1])
    assert found.skew == pytest.approx((stats.skew(skewed), stats.skew(np.log(skewed))))
    assert compare_shapes(skewed, -skewed).bend == pytest.approx(2)


def test_the_bend_is_over_cells_that_both_have_and_the_rest_over_each_ones_own(skewed):
    before, after = skewed.copy(), np.log(skewed)
    before[:50], after[50:90], after[90] = np.nan, np.nan, np.inf
    found = compare_shapes(before, after)
    assert found.bend == compare_shapes(skewed[91:], np.log(skewed[91:])).bend
    own = after[np.isfinite(after)]
    assert found.spread == pytest.approx((skewed[50:].std(), own.std()))
    assert found.skew == pytest.approx((stats.skew(skewed[50:]), stats.skew(own)))


def test_a_standardised_column_has_spread_1_whatever_stood_in_for_its_gaps(skewed):
    before = skewed.copy()
    before[::5] = np.nan
    filled = np.where(np.isnan(before), np.nanmedian(before), before)
    assert compare_shapes(before, (filled - filled.mean()) / filled.std()).spread[1] == pytest.approx(1)


@pytest.mark.parametrize("values", [[], [0.0], [5.0, 5.0], [0.1] * 10, [0.0, 0.0], [np.nan]])
def test_columns_that_do_not_vary_do_not_change(values):
    column = np.array(values)
    found = compare_shapes(column, column + 1)
    assert (found.bend, found.spread, found.skew, found.stretch) == (0.0, (0.0, 0.0), (0.0, 0.0), 0.0)


def test_bent_columns_come_first_then_those_of_another_spread(skewed):
    pairs = [(skewed, skewed), (skewed, skewed / 1000), (skewed, np.log(skewed)), (skewed, skewed * 10)]
    assert order_by_change([compare_shapes(*pair) for pair in pairs]) == [2, 1, 3, 0]
