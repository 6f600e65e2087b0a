"""Each way of dividing rows, to the row; and what it says where rows cannot be divided so."""

import numpy as np
import pytest

from mlpipe.data.splitting.strategies import Problem, _place
from mlpipe.errors import DataError
from tests.data.splitting.test_split import column, counts, keys, parts_of


def marks(parts):
    """One letter a row: r for training, v, e for test, a for aside."""
    return "".join({"train": "r", "valid": "v", "test": "e", "aside": "a"}[part] for part in parts.part)


@pytest.mark.parametrize(
    ("cells", "salt", "place"),
    [
        (("u1",), b"0", 0.024489360419),
        (("u1",), b"7", 0.285034980033),
        (("u", "1"), b"0", 0.336056919614),
        (("",), b"0", 0.898716238926),
        (("客户",), b"0", 0.441611237519),
    ],
)
def test_a_row_has_the_place_that_it_had_in_every_version(cells, salt, place):
    """Otherwise rows that were tested become training rows when mlpipe is renewed."""
    assert _place(cells, salt) == pytest.approx(place, abs=1e-12)


def test_hash_parts_follow_the_places_and_the_seed():
    ids = [f"u{i}" for i in range(200)]
    for seed in (0, 7):
        found = parts_of(keys(200, ids=[ids]), strategy="hash", valid_size=0.2, test_size=0.3, seed=seed)
        places = [_place((one,), str(seed).encode()) for one in ids]
        assert marks(found) == "".join("e" if place < 0.3 else "v" if place < 0.5 else "r" for place in places)
        assert not [note for note in found.notes if "set aside" in note]
    assert marks(parts_of(keys(3, ids=[[None, "", "u1"]]), strategy="hash", test_size=0.3)) == "rre"


def test_identical_rows_by_hash_are_set_aside_where_they_stray():
    ids = [f"u{i}" for i in range(200)]
    same_as = np.arange(200) // 2 * 2
    free, bound = (parts_of(keys(200, ids=[ids], **more), strategy="hash") for more in ({}, {"same_as": same_as}))
    straying = free.part != free.part[same_as]
    assert (bound.part == np.where(straying, "aside", free.part)).all()
    assert f"{straying.sum()} rows identical to a row of another part: set aside" in bound.notes


def test_random_parts_are_those_of_the_seed():
    one, again, other = (marks(parts_of(keys(200), seed=seed)) for seed in (3, 3, 4))
    assert one == again != other


@pytest.mark.parametrize(
    ("times", "parts"),
    [
        ([0] * 5 + [1] * 3 + [2] + [3] * 2 + [4] * 4, "rrrrrrrrvvveeee"),
        ([4] * 4 + [3] * 2 + [2] + [1] * 3 + [0] * 5, "eeeevvvrrrrrrrr"),
        ([0, 0, 1, 1, 2, 2], "rrvvee"),
        ([1, 2, 2, 2, 2, 3], "rvvvve"),
        ([1, 2, *[3] * 8], "rveeeeeeee"),
        ([*[1] * 8, 2, 3], "rrrrrrrrve"),
    ],
)
def test_parts_by_time_end_where_the_rows_come_nearest(times, parts):
    """Three parts need three points in time: one that holds too much is not divided, and none is left empty."""
    assert marks(parts_of(keys(len(times), time=times), valid_size=0.2, test_size=0.3)) == parts


def test_parts_by_time_without_a_part_to_validate():
    assert marks(parts_of(keys(6, time=[1, 2, 3, 4, 5, 6]), test_size=0.34)) == "rrrree"
    assert marks(parts_of(keys(2, time=[2, 1]), test_size=0.9)) == "er"
    assert marks(parts_of(keys(6, time=[6, 5, 4, 3, 2, 1]), test_data="other.csv", valid_size=0.34)) == "vvrrrr"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (["train", "dev", None, "test"], "in 2 rows it is 'dev', ''."),
        (["train", "dev", "test", "test"], "in 1 row it is 'dev'."),
        ([*"abcde", "train"], "in 5 rows it is 'a', 'b', 'c', 'd', 'e'."),
        ([*"abcdef", "train"], "in 6 rows it is 'a', 'b', 'c', 'd', 'e' and 1 more."),
    ],
)
def test_what_names_no_part_is_listed(part, told):
    with pytest.raises(DataError) as caught:
        parts_of(keys(len(part), part=part), strategy="column", split_column="p")
    assert caught.value.what == f"Column 'p' should name the part of each row, but {told}"
    assert caught.value.remedy == "Write train, valid or test in every row."


def test_a_column_may_part_identical_rows_and_says_so():
    names = ["train", "test", "train", "train", "test"]
    apart = parts_of(keys(5, part=names, same_as=[0, 0, 2, 2, 4]), split_column="p")
    assert apart.notes == ("1 row is identical to a row of another part, as the split column says",)
    assert marks(apart) == "rerre"
    assert parts_of(keys(5, part=names), split_column="p").notes == ()


@pytest.mark.parametrize(
    ("given", "options", "what", "remedy"),
    [
        (
            keys(2),
            {"valid_size": 0.2},
            "Too few rows with a target for 3 parts: 2.",
            "Give more rows or fewer parts.",
        ),
        (
            keys(9, group=["a", "b"] * 4 + ["b"]),
            {"valid_size": 0.2},
            "Too few groups for 3 parts: 2.",
            "Each part needs a group: use another column or fewer parts.",
        ),
        (
            keys(9, time=[1] * 9),
            {},
            "Too few points in time for 2 parts: 1.",
            "Each part needs one of its own: use another `strategy`.",
        ),
    ],
)
def test_too_little_to_divide(given, options, what, remedy):
    with pytest.raises(DataError) as caught:
        parts_of(given, **options)
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


def test_as_many_units_as_parts_are_enough():
    assert counts(parts_of(keys(3), valid_size=0.3, test_size=0.3)) == [1, 1, 1, 0]
    assert sorted(counts(parts_of(keys(9, group=list("aaabbbccc")), valid_size=0.3, test_size=0.3))) == [0, 3, 3, 3]
    assert counts(parts_of(keys(3, time=[1, 2, 3]), valid_size=0.3, test_size=0.3)) == [1, 1, 1, 0]


def test_rows_without_a_group_go_with_those_that_say_the_same():
    same_as = np.arange(100) // 2 * 2
    parts = parts_of(keys(100, group=[None] * 100, same_as=same_as))
    assert (parts.part == parts.part[same_as]).all()
    assert "100 rows have no group: each is one of its own" in parts.notes


@pytest.mark.parametrize(
    ("alone", "told"),
    [
        (0, ()),
        (1, ("1 row has no group: each is one of its own",)),
        (2, ("2 rows have no group: each is one of its own",)),
    ],
)
def test_rows_without_a_group_are_told(alone, told):
    groups = [None] * alone + [str(i) for i in range(20 - alone)]
    assert parts_of(keys(20, group=groups)).notes == told


def test_rows_without_a_group_join_no_named_one():
    n = 40
    problem = Problem(
        rows=np.arange(n), strata=np.zeros(n, np.int64), labels=None,
        same_as=np.append(np.arange(n - 1), n - 2),
        group=column([f"g{i}" for i in range(20)] + [None] * 20), time=None, part=None, ids=(), valid=0.0, test=0.2,
        split_column="", seed=0,
    )  # fmt: skip
    assert problem.group_codes().tolist() == [*range(39), 38]
