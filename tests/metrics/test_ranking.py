"""Ranks and areas beside each other and beside scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from mlpipe.metrics.ranking import area_by_ranks, count_steps, rank, roc_auc, scaled_ranks


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


def test_there_are_no_ranks_of_nothing():
    assert scaled_ranks(np.array([])).tolist() == []
