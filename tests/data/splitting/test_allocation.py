"""Units dealt to parts: sizes to the row, caps kept, and a class that is tested has been seen."""

import numpy as np
import pytest

from mlpipe.data.splitting import allocation
from mlpipe.data.splitting.allocation import (
    TEST,
    TRAIN,
    VALID,
    Sizes,
    apportion,
    cut_in_order,
    deal_groups,
    deal_units,
    wanted_sizes,
)


@pytest.mark.parametrize(
    ("n_rows", "share", "wanted"),
    [(10, 0.0, 0), (10, 0.25, 3), (10, 0.24, 2), (10, 0.05, 1), (10, 0.01, 1), (1, 0.2, 1), (1000, 0.2, 200)],
)
def test_shares_are_rounded_to_rows_and_one_at_least(n_rows: int, share: float, wanted: int) -> None:
    assert wanted_sizes(n_rows, valid=0, test=share) == Sizes(valid=0, test=wanted)
    assert wanted_sizes(n_rows, valid=share, test=0) == Sizes(valid=wanted, test=0)


def test_parts_are_counted_by_what_they_want() -> None:
    assert [Sizes(valid=v, test=t).n_parts for v, t in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 2))] == [1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("counts", "total", "caps", "shares"),
    [
        ([50, 30, 20], 10, [50, 30, 20], [5, 3, 2]),
        ([1, 1, 1], 2, [1, 1, 1], [1, 1, 0]),  # ties go to the first
        ([7, 2, 1], 5, [7, 2, 1], [4, 1, 0]),  # 3.5, 1.0, 0.5: the first of equal remainders
        ([60, 40], 10, [2, 40], [2, 8]),  # what a cap leaves goes on
        ([60, 40], 10, [60, 0], [10, 0]),
        ([60, 40], 10, [3, 4], [3, 4]),  # no more than there is
        ([3, 1], 0, [3, 1], [0, 0]),
        ([100, 100, 100], 100, [100, 100, 100], [34, 33, 33]),
        ([9, 9, 9], 20, [2, 9, 9], [2, 9, 9]),
    ],
)
def test_shares_follow_the_largest_remainders(
    counts: list[int], total: int, caps: list[int], shares: list[int]
) -> None:
    assert apportion(np.array(counts), total, np.array(caps)).tolist() == shares


def dealt(sizes: list[int], strata: list[int], *, valid: int = 0, test: int, seed: int = 0) -> list[int]:
    rng = np.random.default_rng(seed)
    parts: list[int] = deal_units(np.array(sizes), np.array(strata), Sizes(valid=valid, test=test), rng).tolist()
    return parts


@pytest.mark.parametrize("seed", range(5))
def test_the_last_unit_of_a_stratum_trains(seed: int) -> None:
    parts = dealt([1] * 6, [0, 0, 0, 1, 1, 1], valid=2, test=2, seed=seed)
    assert sorted(parts[:3]) == sorted(parts[3:]) == [TRAIN, VALID, TEST]
    assert dealt([1, 1], [0, 1], test=1, seed=seed) == [TRAIN, TRAIN]
    assert sorted(dealt([1, 1, 1], [0, 0, 0], test=3, seed=seed)) == [TRAIN, TEST, TEST]


@pytest.mark.parametrize("seed", range(5))
def test_bound_rows_come_as_near_to_the_size_as_they_can(seed: int) -> None:
    """Units of 3 for 4 rows: one unit lacks one row, two would be two too many; for 5 rows two are nearer."""
    for wanted, units in ((4, 1), (5, 2), (6, 2), (7, 2), (8, 3)):
        assert dealt([3] * 9, [0] * 9, test=wanted, seed=seed).count(TEST) == units
    # One too many is no nearer than one too few: the part stays small.
    assert dealt([2] * 9, [0] * 9, test=3, seed=seed).count(TEST) == 1


@pytest.mark.parametrize("seed", range(5))
def test_an_empty_part_gets_the_smallest_unit_that_training_can_spare(seed: int) -> None:
    parts = dealt([9, 9, 4, 9, 9], [0] * 5, test=1, seed=seed)
    assert parts.count(TEST) == 1
    trains_last = bool(np.random.default_rng(seed).permutation(5)[-1] == 2)
    assert (parts[2] == TEST) is not trains_last
    both = dealt([9, 9, 9, 9], [0] * 4, valid=1, test=1, seed=seed)
    assert sorted(both) == [TRAIN, TRAIN, VALID, TEST]


def test_small_units_fill_what_a_large_one_leaves() -> None:
    for seed in range(20):
        sizes = np.array([8, 1, 1, 1, 1, 8, 1, 1])
        parts = np.array(dealt(sizes.tolist(), [0] * 8, test=4, seed=seed))
        assert sizes[parts == TEST].sum() == 4


def groups(
    sizes: list[int], classes: dict[int, int], *, valid: int = 0, test: int, seed: int = 0
) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Parts of groups; `classes` names the class of single groups, 0 for the others."""
    units = np.repeat(np.arange(len(sizes)), sizes)
    strata = np.array([classes.get(int(unit), 0) for unit in units])
    return deal_groups(units, strata, Sizes(valid=valid, test=test), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(10))
def test_a_class_must_be_seen_in_training(seed: int) -> None:
    """With three fifths to be tested, its only group would serve proportion better there."""
    parts = groups([10] * 10, {4: 1}, test=60, seed=seed)
    assert parts[4] == TRAIN
    assert np.bincount(parts, minlength=3)[TEST] == 6


def test_a_class_number_that_no_row_has_is_not_missed() -> None:
    units = np.repeat(np.arange(10), 10)
    strata = np.where(units < 5, 0, 2)
    parts = deal_groups(units, strata, Sizes(valid=0, test=20), np.random.default_rng(0))
    assert sorted(np.flatnonzero(parts == TEST) // 5) == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_cut_where_the_rows_come_nearest(seed: int) -> None:
    parts = groups([10] * 10, {}, valid=20, test=30, seed=seed)
    assert np.bincount(parts).tolist() == [5, 2, 3]
    uneven = groups([50, 5, 5, 5, 5, 5, 5, 5, 5, 10], {}, test=20, seed=seed)
    assert uneven[0] == TRAIN
    assert groups([50, 50, 50], {}, valid=1, test=1, seed=seed).tolist().count(TRAIN) == 1


def test_the_number_of_draws_is_bounded_by_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = allocation._draws

    def counted(*args, n_draws, **options):
        drawn.append(n_draws)
        return real(*args, n_draws=n_draws, **options)

    monkeypatch.setattr(allocation, "_draws", counted)
    groups([10] * 10, {}, test=20)
    for most in (700, 100, 7 * 100):
        monkeypatch.setattr(allocation, "_DRAWN_ROWS", most)
        groups([10] * 10, {}, test=20)
    assert drawn == [100, 7, 5, 7]


@pytest.mark.parametrize(
    ("sizes", "quota", "taken"),
    [
        ([4, 1, 1], 4, [True, False, False]),
        ([1, 4, 1], 4, [True, False, True]),
        ([5, 1, 1], 4, [False, True, True]),
        ([3], 2, [True]),
        ([4], 2, [False]),
        ([4, 3], 2, [False, True]),
        ([3, 3], 0, [False, False]),
        ([1, 1], 2, [True, True]),
    ],
)
def test_units_are_taken_in_order_while_they_fit(sizes: list[int], quota: int, taken: list[bool]) -> None:
    assert allocation._fill(np.array(sizes), quota).tolist() == taken


def test_strata_that_no_unit_is_of_have_no_share() -> None:
    parts = np.array(dealt([1] * 20, [0] * 10 + [2] * 10, test=4))
    assert [np.count_nonzero(parts[rows] == TEST) for rows in (slice(0, 10), slice(10, 20))] == [2, 2]


@pytest.mark.parametrize("seed", range(3))
def test_the_first_of_equally_good_draws_is_taken(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(10)
    assert sorted(np.flatnonzero(groups([10] * 10, {}, test=20, seed=seed) == TEST)) == sorted(order[:2])


def test_groups_are_dealt_alike_whatever_type_their_classes_have() -> None:
    rng = np.random.default_rng(0)
    units, strata = np.unique(rng.integers(0, 200, 3000), return_inverse=True)[1], rng.integers(0, 100, 3000)
    wanted = wanted_sizes(3000, valid=0.1, test=0.2)
    small, large = (
        deal_groups(units, strata.astype(kind), wanted, np.random.default_rng(1)) for kind in (np.int8, np.int64)
    )
    assert small.tolist() == large.tolist()


@pytest.mark.parametrize(
    ("sizes", "wanted", "cut"),
    [
        ([2, 2, 2, 2], 3, 1),  # 2 and 4 are as near: the lower
        ([2, 2, 2, 2], 4, 2),
        ([1, 9, 1], 5, 1),
        ([1, 9, 1], 6, 2),
        ([9, 1, 1], 2, 1),  # a part has a unit at least
        ([1, 1, 1], 3, 2),  # and leaves one to train on
    ],
)
def test_units_in_order_are_cut_where_the_rows_come_nearest(sizes: list[int], wanted: int, cut: int) -> None:
    parts = cut_in_order(np.array(sizes, dtype=np.int32), Sizes(valid=0, test=wanted))
    assert parts.tolist() == [TEST] * cut + [TRAIN] * (len(sizes) - cut)
