from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.errors import DataError
from mlpipe.models.folds import choose_folds


@given(n=st.integers(20, 60), k=st.integers(2, 5), seed=st.integers(0, 5))
def test_folds_are_a_disjoint_cover(n: int, k: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=n)
    folds = choose_folds(len(y), strata=None, n_folds=k, seed=seed)
    assert sorted(np.concatenate([f.valid for f in folds])) == list(range(n))
    assert all(not set(f.train) & set(f.valid) for f in folds)
    assert all(len(f.train) + len(f.valid) == n for f in folds)


def test_classes_keep_their_share() -> None:
    y = np.array(["a"] * 80 + ["b"] * 20)
    for fold in choose_folds(len(y), strata=y, n_folds=5, seed=0):
        assert (y[fold.valid] == "b").sum() == 4


@pytest.mark.parametrize("stratified", [True, False])
def test_groups_are_never_on_both_sides(*, stratified: bool) -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 30, 300)
    strata = rng.choice(["a", "b"], 300) if stratified else None
    for fold in choose_folds(300, strata=strata, n_folds=5, seed=0, groups=groups):
        assert not set(groups[fold.train]) & set(groups[fold.valid])


def test_copies_that_fill_a_fold_train_in_every_fold_and_are_scored_in_none() -> None:
    """With all copies held out, a forest took 3,000 rows for the class of the one row that contradicts them."""
    rng = np.random.default_rng(0)
    copies = np.concatenate([np.zeros(120, np.int64), np.arange(1, 201), np.arange(1, 41)])
    y = np.concatenate([np.full(120, "no"), rng.choice(["no", "yes"], 200), np.full(40, "no")])
    folds = choose_folds(len(y), strata=y, n_folds=5, seed=0, copies=copies)
    assert all((copies[fold.train] == 0).sum() == 120 for fold in folds)
    assert sorted(np.concatenate([fold.valid for fold in folds])) == np.flatnonzero(copies).tolist()
    assert all(not set(copies[fold.train]) & set(copies[fold.valid]) for fold in folds)


@pytest.mark.parametrize("scored_class", ["no", "yes"])
def test_copies_are_held_out_where_the_other_rows_say_too_little(scored_class: str) -> None:
    """Three large blocks in four are most of the table; without the block of "yes" there would be one class."""
    copies = np.concatenate([np.repeat([0, 1, 2, 3], 30), np.arange(4, 24)])
    y = np.concatenate([np.repeat(["no", "yes", "no", "yes"], 30), np.full(20, scored_class)])
    folds = choose_folds(len(y), strata=y, n_folds=5, seed=0, copies=copies)
    assert sorted(np.concatenate([fold.valid for fold in folds])) == list(range(len(y)))
    assert all(not set(copies[fold.train]) & set(copies[fold.valid]) for fold in folds)


def test_time_folds_are_scored_on_later_rows_and_ties_stay_together() -> None:
    order = np.random.default_rng(0).integers(0, 40, 200)
    folds = choose_folds(200, strata=None, n_folds=4, seed=0, order=order)
    assert len(folds) == 4
    for fold in folds:
        assert order[fold.train].max() < order[fold.valid].min()


def test_too_many_folds_say_how_many_there_can_be() -> None:
    with pytest.raises(DataError, match="there are 3"):
        choose_folds(3, strata=None, n_folds=5, seed=0)
    with pytest.raises(DataError, match="rows of a class"):
        choose_folds(6, strata=np.array(list("abcdef")), n_folds=3, seed=0)
    with pytest.raises(DataError, match="groups"):
        choose_folds(9, strata=None, n_folds=4, seed=0, groups=np.repeat([1, 2, 3], 3))


def test_class_rarer_than_the_folds_is_no_error() -> None:
    y = np.array(["a"] * 20 + ["b"] * 20 + ["c"])
    assert len(choose_folds(len(y), strata=y, n_folds=5, seed=0)) == 5


def test_as_many_folds_as_rows_members_or_later_times_are_allowed_and_no_more() -> None:
    assert len(choose_folds(5, strata=None, n_folds=5, seed=0)) == 5
    with pytest.raises(DataError, match="there are 4"):
        choose_folds(4, strata=None, n_folds=5, seed=0)
    assert len(choose_folds(8, strata=np.array(list("aaaaabbb")), n_folds=5, seed=0)) == 5
    with pytest.raises(DataError, match="rows of a class; there are 4"):
        choose_folds(8, strata=np.array(list("aaaabbbb")), n_folds=5, seed=0)
    assert len(choose_folds(10, strata=None, n_folds=4, seed=0, order=np.arange(10) % 5)) == 4
    with pytest.raises(DataError, match="points in time after the first; there are 3"):
        choose_folds(8, strata=None, n_folds=4, seed=0, order=np.arange(8) % 4)


@pytest.mark.parametrize(
    ("block", "n_rows", "scored"), [(10, 50, True), (11, 50, False), (20, 40, False), (21, 40, True)]
)
def test_copies_are_scored_where_a_fold_holds_them_or_the_others_are_under_half(
    block: int, n_rows: int, *, scored: bool
) -> None:
    copies = np.concatenate([np.zeros(block, np.int64), np.arange(1, n_rows - block + 1)])
    folds = choose_folds(n_rows, strata=None, n_folds=5, seed=0, copies=copies)
    assert np.isin(np.arange(block), np.concatenate([fold.valid for fold in folds])).all() == scored
