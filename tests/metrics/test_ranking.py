"""Ranks and areas beside each other and beside scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from mlpipe.metrics.ranking import area_by_ranks, areas_by_ranks, count_steps, rank, roc_auc, scaled_ranks


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40))
def test_both_ways_to_an_area_agree(rows):
    score, positive = np.array([float(value) for value, _ in rows]), np.array([flag for _, flag in rows])
    if positive.all() or not positive.any():
        assert area_by_ranks(score, positive) == 0.5
        return
    area = area_by_ranks(score, positive)
    assert area == pytest.approx(roc_auc_score(positive, score), abs=1e-12)
    assert area == pytest.approx(roc_auc(count_steps(rank(positive, score), np.ones((1, len(rows)))))[0], abs=1e-12)


@pytest.mark.parametrize("n_scores", [1, 2, 40])
@pytest.mark.parametrize("n_rows", [1, 7, 900])
def test_many_areas_are_those_of_each_score_to_the_last_digit(n_scores, n_rows):
    rng = np.random.default_rng(0)
    scores, positive = rng.normal(size=(n_scores, n_rows)).round(1), rng.random(n_rows) < 0.3
    assert areas_by_ranks(scores, positive).tolist() == [area_by_ranks(score, positive) for score in scores]


def test_there_are_no_ranks_of_nothing():
    assert scaled_ranks(np.array([])).tolist() == []
