from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.models.errors import TooFewRowsForFoldsError
from mlpipe.models.folds import choose_folds
from mlpipe.task import Task


@given(n=st.integers(20, 60), k=st.integers(2, 5), seed=st.integers(0, 5))
def test_folds_are_a_disjoint_cover(n: int, k: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=n)
    folds = choose_folds(y, task=Task.REGRESSION, n_folds=k, seed=seed)
    assert sorted(np.concatenate([f.valid for f in folds])) == list(range(n))
    assert all(not set(f.train) & set(f.valid) for f in folds)
    assert all(len(f.train) + len(f.valid) == n for f in folds)


def test_classes_keep_their_share() -> None:
    y = np.array(["a"] * 80 + ["b"] * 20)
    for fold in choose_folds(y, task=Task.BINARY, n_folds=5, seed=0):
        assert (y[fold.valid] == "b").sum() == 4


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_groups_are_never_on_both_sides(task: Task) -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 30, 300)
    y = rng.choice(["a", "b"], 300) if task is Task.BINARY else rng.normal(size=300)
    for fold in choose_folds(y, task=task, n_folds=5, seed=0, groups=groups):
        assert not set(groups[fold.train]) & set(groups[fold.valid])


def test_time_folds_are_scored_on_later_rows_and_ties_stay_together() -> None:
    order = np.random.default_rng(0).integers(0, 40, 200)
    folds = choose_folds(np.zeros(200), task=Task.REGRESSION, n_folds=4, seed=0, order=order)
    assert len(folds) == 4
    for fold in folds:
        assert order[fold.train].max() < order[fold.valid].min()


def test_too_many_folds_say_how_many_there_can_be() -> None:
    with pytest.raises(TooFewRowsForFoldsError, match="there are 3"):
        choose_folds(np.arange(3.0), task=Task.REGRESSION, n_folds=5, seed=0)
    with pytest.raises(TooFewRowsForFoldsError, match="rows of a class"):
        choose_folds(np.array(list("abcdef")), task=Task.MULTICLASS, n_folds=3, seed=0)
    with pytest.raises(TooFewRowsForFoldsError, match="groups"):
        choose_folds(np.arange(9.0), task=Task.REGRESSION, n_folds=4, seed=0, groups=np.repeat([1, 2, 3], 3))


def test_class_rarer_than_the_folds_is_no_error() -> None:
    y = np.array(["a"] * 20 + ["b"] * 20 + ["c"])
    assert len(choose_folds(y, task=Task.MULTICLASS, n_folds=5, seed=0)) == 5
