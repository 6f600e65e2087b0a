"""Measures of association against naive versions."""

import numpy as np
import pytest
from scipy.stats import kruskal, spearmanr

from mlpipe.metrics.describing.association import Variable, associate, cramers_v, order_by_blocks


def test_two_numbers_have_spearmans_correlation():
    rng = np.random.default_rng(0)
    x = rng.normal(size=200).round(1)
    y = np.exp(x) + rng.normal(size=200)
    found = associate([Variable(values=x, is_number=True), Variable(values=-y, is_number=True)])
    assert found.strength[0, 1] == pytest.approx(spearmanr(x, -y).statistic)
    assert found.signed[0, 1]
    y[:50] = np.nan
    both = associate([Variable(values=x, is_number=True), Variable(values=y, is_number=True)]).strength[0, 1]
    assert both == pytest.approx(spearmanr(x[50:], y[50:]).statistic, abs=0.02)


def test_a_number_and_a_category_have_kelleys_ratio_of_ranks():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 4, 300)
    x = codes + rng.normal(size=300)
    codes[:20] = -1
    found = associate([Variable(values=codes, is_number=False), Variable(values=x, is_number=True)]).strength[0, 1]
    explained = kruskal(*(x[codes == k] for k in range(4))).statistic / 279
    assert found == pytest.approx(np.sqrt(1 - (1 - explained) * 279 / 276), abs=0.01)


def test_two_categories_have_bergsmas_v():
    rng = np.random.default_rng(2)
    a = rng.integers(0, 3, 400)
    b = np.where(rng.random(400) < 0.5, a, rng.integers(0, 3, 400))
    table = np.array([[np.sum((a == i) & (b == j)) for j in range(3)] for i in range(3)])
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / 400
    phi2 = ((table - expected) ** 2 / expected).sum() / 400 - 4 / 399
    assert cramers_v(a, b) == pytest.approx(np.sqrt(phi2 / (3 - 4 / 399 - 1)))
    assert cramers_v(a, rng.permutation(a)) < 0.15
    assert np.isnan(cramers_v(a, np.zeros(400, dtype=int)))


def test_columns_that_go_together_stand_together():
    strength = np.array([[0, 0, 0.9, 0], [0, 0, 0, 0.8], [0.9, 0, 0, 0], [0, 0.8, 0, 0]])
    order = order_by_blocks(strength)
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
