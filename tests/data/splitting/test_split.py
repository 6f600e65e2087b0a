"""Parts: a disjoint cover, nothing shared that must not be, sizes and classes as asked, always the same."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlpipe.data.duplicate_rows import compared_columns, identical_rows
from mlpipe.data.inference.column_store import ColumnStore
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.splitting.allocation import apportion
from mlpipe.data.splitting.split import SplitKeys, choose_parts, gather_keys
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.params import SplitParams
from tests.optional import some
from tests.targets import NUMBER, classes

quick = settings(max_examples=80, deadline=None)


def column(values, kind=None):
    return pa.chunked_array([pa.array(values, kind)])


def keys(n=None, *, classes=None, same_as=None, labelled=None, labels=None, **columns):
    n = n if classes is None else len(classes)
    return SplitKeys(
        labelled=np.ones(n, bool) if labelled is None else np.asarray(labelled),
        strata=None if classes is None else np.asarray(classes, dtype=np.int64),
        labels=labels,
        same_as=np.arange(n) if same_as is None else np.asarray(same_as, dtype=np.int64),
        **{name: tuple(map(column, values)) if name == "ids" else column(values) for name, values in columns.items()},
    )


def parts_of(given_keys, **options):
    return choose_parts(given_keys, SplitParams(target="y", **options))


def counts(parts):
    return [len(parts.rows(name)) for name in ("train", "valid", "test", "aside")]


def first_of(marks):
    """For each row the first row with its mark."""
    _, first, member = np.unique(marks, return_index=True, return_inverse=True)
    return first[member]


@pytest.mark.parametrize("strategy", ["random", "group", "time", "hash"])
@quick
@given(
    st.integers(12, 120),
    st.floats(0.1, 0.6),
    st.sampled_from([0, 0.2, 0.3]),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
def test_parts_cover_the_labelled_rows_once(strategy, n, test_size, valid_size, seed, random):
    labelled = np.array([random.random() < 0.9 for _ in range(n)])
    marks = [random.randrange(n) for _ in range(n)]
    given_keys = keys(
        n,
        labelled=labelled,
        same_as=first_of(marks),
        group=[str(mark % 9) for mark in marks],
        time=[mark % 11 for mark in marks],
        ids=[[str(i) for i in range(n)]],
    )
    try:
        parts = parts_of(given_keys, strategy=strategy, test_size=test_size, valid_size=valid_size, seed=seed)
    except DataError:
        assume(False)
    assert set(parts.part) <= {"train", "valid", "test", "aside"}
    assert (parts.part[~labelled] == "aside").all()
    assert strategy == "hash" or (parts.part[labelled] != "aside").all()
    for mark in set(marks):
        rows = np.flatnonzero((np.array(marks) == mark) & labelled)
        assert len(set(parts.part[rows]) - {"aside"}) <= 1, "identical rows straddle"
    again = parts_of(given_keys, strategy=strategy, test_size=test_size, valid_size=valid_size, seed=seed)
    assert (again.part == parts.part).all()


@quick
@given(st.lists(st.integers(6, 60), min_size=2, max_size=6), st.floats(0.05, 0.6), st.sampled_from([0, 0.15]))
def test_classes_are_shared_out_to_the_row(members, test_size, valid_size):
    classes = np.repeat(np.arange(len(members)), members)
    parts = parts_of(keys(classes=classes), test_size=test_size, valid_size=valid_size)
    assert parts.strategy == "stratified"
    tested = np.bincount(classes[parts.rows("test")], minlength=len(members))
    asked = max(1, int(sum(members) * test_size + 0.5))
    assert tested.sum() == min(asked, sum(members) - len(members))
    room = np.array(members) - 1
    assert (np.abs(tested - np.array(members) * asked / sum(members)) < 1 + (tested >= room) * len(members)).all()
    assert (np.bincount(classes[parts.rows("train")], minlength=len(members)) >= 1).all()


def test_the_textbook_split():
    classes = np.repeat([0, 1], [500, 225])
    parts = parts_of(keys(classes=classes))
    assert np.bincount(classes[parts.rows("train")]).tolist() == [400, 180]


def test_a_single_member_of_a_class_is_for_training():
    classes = [0] * 50 + [1] * 50 + [2]
    for seed in range(20):
        assert parts_of(keys(classes=classes), seed=seed, test_size=0.5).part[-1] == "train"


def test_seeds_give_other_parts_and_hash_seeds_do_not():
    assert (parts_of(keys(200), seed=1).part != parts_of(keys(200), seed=2).part).any()
    code = (
        "from tests.data.splitting.test_split import *\n"
        "k = keys(classes=[0, 1] * 60, group=[str(i % 40) for i in range(120)], ids=[[str(i) for i in range(120)]])\n"
        "print([''.join(p[:2] for p in parts_of(k, strategy=s, valid_size=.2).part) for s in ('group', 'hash')])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": s}, capture_output=True, text=True, check=True
        )
        for s in "12"
    ]
    assert runs[0].stdout == runs[1].stdout
    assert {"tr", "va", "te"} <= {runs[0].stdout[i : i + 2] for i in range(len(runs[0].stdout))}


def test_every_test_row_is_as_likely_as_any():
    """Over many seeds each row is tested in about a fifth, wherever it stands and whatever is bound to it."""
    same_as = np.concatenate([np.repeat(np.arange(0, 40, 2), 2), np.arange(40, 100)])
    times = sum((parts_of(keys(100, same_as=same_as), seed=seed).part == "test").astype(int) for seed in range(400))
    assert (np.abs(times / 400 - 0.2) < 0.085).all()


@quick
@given(st.integers(30, 200), st.integers(3, 40), st.integers(0, 3))
def test_groups_are_never_shared(n, n_groups, seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, n_groups, n).astype(str)
    assume(len(set(groups)) >= 3)
    parts = parts_of(keys(n, group=groups.tolist()), valid_size=0.2, seed=seed)
    assert parts.strategy == "group"
    sides = pd.Series(parts.part).groupby(groups).nunique()
    assert sides.max() == 1
    assert min(counts(parts)[:3]) >= 1


def test_groups_keep_sizes_and_classes_in_proportion():
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 100, 2000)
    classes = (rng.random(2000) < np.where(groups < 30, 0.6, 0.05)).astype(int)
    parts = parts_of(keys(classes=classes, group=groups.astype(str).tolist()), valid_size=0.1)
    assert np.allclose(np.array(counts(parts)[:3]) / 2000, [0.7, 0.1, 0.2], atol=0.02)
    shares = [classes[parts.rows(name)].mean() for name in ("train", "valid", "test")]
    assert np.ptp(shares) < 0.08


def test_a_group_column_binds_rows_under_any_random_strategy():
    groups = [str(i % 20) for i in range(100)]
    assert parts_of(keys(100, group=groups), strategy="random").strategy == "group"


def test_rows_without_a_group_are_their_own():
    parts = parts_of(keys(100, group=[None] * 90 + ["a"] * 10))
    assert counts(parts) == [80, 0, 20, 0]
    assert parts.notes == ("90 rows have no group: each is one of its own",)


def test_the_newest_rows_test():
    times = np.random.default_rng(0).permutation(1000) // 3
    parts = parts_of(keys(1000, time=times.tolist()), valid_size=0.1)
    train, valid, test = (times[parts.rows(name)] for name in ("train", "valid", "test"))
    assert parts.strategy == "time"
    assert train.max() < valid.min()
    assert valid.max() < test.min()
    assert np.allclose(counts(parts)[:3], [700, 100, 200], atol=2)


def test_rows_without_a_time_train():
    parts = parts_of(keys(100, time=[None] * 10 + list(range(90))))
    assert (parts.part[:10] == "train").all()
    assert counts(parts) == [80, 0, 20, 0]
    assert parts.notes == ("10 rows have no time: kept for training",)


def test_ties_in_time_that_change_the_sizes_are_said():
    parts = parts_of(keys(100, time=[0] * 50 + [1] * 50))
    assert counts(parts) == [50, 0, 50, 0]
    assert parts.notes == ("the test part has 50 % of the rows, not 20 %: rows of the same time stay together",)


def test_rows_keep_their_side_when_the_file_grows():
    ids = [f"u{i}" for i in range(10_000)]
    before = parts_of(keys(10_000, ids=[ids]), strategy="hash", valid_size=0.1)
    more = [*(f"new{i}" for i in range(500)), *ids]
    after = parts_of(keys(10_500, ids=[more]), strategy="hash", valid_size=0.1)
    assert (after.part[500:] == before.part).all()
    assert np.allclose(np.array(counts(before)[:3]) / 10_000, [0.7, 0.1, 0.2], atol=0.02)


def test_identical_rows_under_other_ids_do_not_straddle_by_hash():
    ids = [f"u{i}" for i in range(1000)]
    same_as = np.arange(1000) // 2 * 2
    parts = parts_of(keys(1000, ids=[ids], same_as=same_as), strategy="hash")
    sides = pd.Series(parts.part)[parts.part != "aside"].groupby(same_as[parts.part != "aside"]).nunique()
    assert sides.max() == 1
    assert (parts.part[::2] == parts_of(keys(1000, ids=[ids]), strategy="hash").part[::2]).all()
    assert any("set aside" in note for note in parts.notes)


def test_several_ids_are_told_apart():
    one = parts_of(keys(500, ids=[["a"] * 500, [f"b{i}" for i in range(500)]]), strategy="hash").part
    other = parts_of(keys(500, ids=[["ab"] * 500, [f"{i}" for i in range(500)]]), strategy="hash").part
    assert (one != other).any()


def test_parts_by_column():
    names = ["train", " Training", "VALID", "validation", "test", "Test "] * 5
    given_keys = keys(classes=[0, 1, 0, 1, 0, 1] * 5, part=names)
    parts = parts_of(given_keys, strategy="column", split_column="p")
    assert counts(parts) == [10, 10, 10, 0]
    assert parts_of(given_keys, split_column="p").strategy == "column"


def test_other_words_in_the_split_column_are_named():
    with pytest.raises(DataError, match=r"'p' should name .* in 2 rows it is 'dev', ''"):
        parts_of(keys(4, part=["train", "dev", "", "test"]), strategy="column", split_column="p")


def test_duplicates_may_be_dropped_or_ignored():
    same_as = np.arange(200) // 4 * 4
    dropped = parts_of(keys(200, same_as=same_as), duplicates="drop")
    assert counts(dropped) == [40, 0, 10, 150]
    assert (np.flatnonzero(dropped.part != "aside") % 4 == 0).all()
    assert dropped.notes == ("150 rows repeat an earlier row: dropped",)
    ignored = parts_of(keys(200, same_as=same_as), duplicates="ignore")
    assert pd.Series(ignored.part).groupby(same_as).nunique().max() == 2
    together = parts_of(keys(200, same_as=same_as))
    assert pd.Series(together.part).groupby(same_as).nunique().max() == 1
    assert counts(together) == [160, 0, 40, 0]


def test_duplicates_in_odd_numbers_leave_the_sizes():
    rng = np.random.default_rng(0)
    marks = np.minimum(rng.zipf(1.8, 3000), 2500)
    classes = (marks % 5 == 0).astype(int)
    parts = parts_of(keys(classes=classes, same_as=first_of(marks)), valid_size=0.1)
    assert np.allclose(np.array(counts(parts)[:3]) / 3000, [0.7, 0.1, 0.2], atol=0.05)


def test_a_test_file_of_its_own_leaves_no_test_part_here():
    parts = parts_of(keys(100), test_data="other.csv", valid_size=0.25)
    assert counts(parts) == [75, 25, 0, 0]


@pytest.mark.parametrize(
    ("given_keys", "options", "error", "words"),
    [
        (
            keys(10),
            {"strategy": "group"},
            UsageError,
            "`strategy='group'` needs a column to go by (`group`). Name it with `group` COLUMN.",
        ),
        (keys(10), {"strategy": "time"}, UsageError, "Name it with `time` COLUMN."),
        (keys(10), {"strategy": "hash"}, UsageError, "Name it with `id` COLUMN."),
        (keys(10), {"strategy": "column"}, UsageError, "Name it with `split_column` COLUMN."),
        (
            keys(10),
            {"strategy": "stratified"},
            UsageError,
            "needs classes. For a target of numbers use `strategy='random'`",
        ),
        (keys(2), {"valid_size": 0.2}, DataError, "Too few rows with a target for 3 parts: 2"),
        (keys(9, same_as=[0] * 9), {}, DataError, "Too few rows with a target that differ for 2 parts: 1"),
        (keys(9, group=["a"] * 9), {}, DataError, "Too few groups for 2 parts: 1"),
        (keys(9, time=[1] * 9), {}, DataError, "Too few points in time"),
        (keys(classes=[0, 1]), {}, DataError, "test part is empty"),
        (keys(classes=[0, 0, 0, 1], time=[1, 2, 3, 4]), {}, DataError, "same class after dividing the rows by time"),
        (keys(4, part=["train"] * 4), {"strategy": "column"}, DataError, "test part is empty"),
        (keys(4, part=["test"] * 4), {"strategy": "column"}, DataError, "train part is empty"),
    ],
)
def test_what_cannot_be_divided_is_said(given_keys, options, error, words):
    with pytest.raises(error) as caught:
        parts_of(given_keys, **options)
    assert words in str(caught.value).replace("\n", " ")
    assert caught.value.remedy


@pytest.mark.parametrize("n", range(2, 12))
def test_tiny_tables_fill_every_part(n):
    assert min(counts(parts_of(keys(n)))[::2]) >= 1
    if n >= 4:
        assert counts(parts_of(keys(classes=[0, 1] * (n // 2))))[2] >= 1


def test_classes_never_seen_in_training_are_said():
    given_keys = keys(classes=[0, 1] * 40 + [2] * 20, time=list(range(100)))
    assert "1 class is in no training row" in choose_parts(given_keys, SplitParams(target="y")).notes


def test_groups_shared_by_wish_are_said():
    given_keys = keys(100, group=[str(i % 5) for i in range(100)], time=list(range(100)))
    assert parts_of(given_keys, strategy="time").notes == (
        "5 groups are both in training and in another part (`strategy='time'`)",
    )
    apart = keys(100, group=[str(i // 10) for i in range(100)], time=list(range(100)))
    assert parts_of(apart, strategy="time").notes == ()


@quick
@given(st.lists(st.integers(1, 500), min_size=1, max_size=8), st.floats(0, 0.9))
def test_shares_are_whole_and_near(members, share):
    sizes = np.array(members)
    total = int(share * sizes.sum())
    shares = apportion(sizes, total, sizes)
    assert shares.sum() == total
    assert (np.abs(shares - sizes * total / sizes.sum()) < 1).all()


rows = st.lists(
    st.tuples(st.sampled_from([1.5, -0.0, 0.0, None]), st.sampled_from(["a", "b", None]), st.integers(0, 2)),
    min_size=1,
    max_size=40,
)


@quick
@given(rows, st.integers(1, 4))
def test_identical_rows_are_found_however_the_table_is_cut(cells, pieces):
    types = {"x": pa.float64(), "s": pa.string(), "n": pa.int64()}
    whole = pa.table({name: pa.array([row[i] for row in cells], t) for i, (name, t) in enumerate(types.items())})
    size = -(-len(cells) // pieces)
    cut = pa.concat_tables([whole.slice(start, size) for start in range(0, len(cells), size)])
    naive = [cells.index(row) for row in cells]
    assert identical_rows(cut, ["x", "s", "n"]).tolist() == naive
    assert identical_rows(cut, []).tolist() == list(range(len(cells)))
    store = ColumnStore()
    for start in range(0, len(cells), size):
        store.add({name: whole[name].slice(start, size) for name in types})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlpipe.data.duplicate_rows._MANY_ROWS", 0)  # by their hashes first
        assert identical_rows(store, ["x", "s", "n"]).tolist() == naive


def test_keys_from_a_typed_table():
    columns = [
        Column(name="id", role=Role.ID, kind=Kind.STRING),
        Column(name="x", role=Role.NUMERIC, kind=Kind.NUMBER),
        Column(name="p", role=Role.IGNORE, kind=Kind.STRING),
        Column(name="y", role=Role.TARGET, kind=Kind.STRING),
    ]
    table = pa.table(
        {"id": ["a", "b", "c"], "x": [1.0, 1.0, 2.0], "p": ["train", "test", "test"], "y": ["u", "u", None]}
    )
    found = gather_keys(table, columns, target=classes("u", "v"), split_column="p")
    assert compared_columns(columns) == ("x", "y")
    assert found.same_as.tolist() == [0, 0, 2]
    assert found.labelled.tolist() == [True, True, False]
    assert some(found.strata).tolist() == [0, 0, -1]
    assert some(found.part).to_pylist() == ["train", "test", "test"]
    assert replace(found, part=None).group is None


def test_keys_of_groups_times_and_several_ids():
    roles = {"g": Role.GROUP, "t": Role.TIME, "i": Role.ID, "j": Role.ID, "y": Role.TARGET}
    columns = [Column(name=name, role=role, kind=Kind.STRING) for name, role in roles.items()]
    table = pa.table({name: [f"{name}1", f"{name}2"] for name in roles} | {"y": [1.0, 2.0]})
    found = gather_keys(table, columns, target=NUMBER)
    assert some(found.group).to_pylist() == ["g1", "g2"]
    assert some(found.time).to_pylist() == ["t1", "t2"]
    assert [one.to_pylist() for one in found.ids] == [["i1", "i2"], ["j1", "j2"]]
    assert (found.strata, found.part) == (None, None)
    assert found.same_as.tolist() == [0, 1]


SOME = {"group": list("aabbccdd"), "time": list(range(8)), "ids": [list("abcdefgh")]}


@pytest.mark.parametrize(
    ("columns", "asked", "used"),
    [
        ((), "auto", "random"),
        (("time",), "auto", "time"),
        (("group", "time"), "auto", "group"),
        (("ids",), "auto", "random"),
        (("ids",), "hash", "hash"),
        (("group", "time"), "random", "group"),
        (("group", "time"), "time", "time"),
    ],
)
def test_the_usual_strategy_is_that_of_the_columns(columns, asked, used):
    given_keys = keys(8, **{name: SOME[name] for name in columns})
    assert parts_of(given_keys, strategy=asked, test_size=0.5, seed=1).strategy == used


def test_classes_are_stratified_unless_a_column_says_otherwise():
    classes = [0, 1] * 4
    assert parts_of(keys(classes=classes)).strategy == "stratified"
    assert parts_of(keys(classes=classes, group=SOME["group"]), strategy="stratified").strategy == "group"
    with pytest.raises(UnknownNameError, match="no strategy 'stratify'"):
        parts_of(keys(classes=classes), strategy="stratify")


@pytest.mark.parametrize(("newest", "told"), [(220, False), (221, True), (181, False), (179, True)])
def test_a_size_is_told_from_two_hundredths_on(newest, told):
    notes = parts_of(keys(1000, time=[0] * (1000 - newest) + [1] * newest)).notes
    assert [note.partition(" has ")[0] for note in notes] == ["the test part"] * told


def test_a_size_is_told_in_a_small_table_where_a_row_too_many_is_in_it():
    assert parts_of(keys(10, time=[0] * 7 + [1] * 3)).notes == ()
    assert len(parts_of(keys(10, time=[0] * 6 + [1] * 4)).notes) == 1
    bound = parts_of(keys(12, same_as=[0] * 6 + [6] * 6), valid_size=0, test_size=0.2)
    assert "the test part has 50 % of the rows, not 20 %: identical rows stay together" in bound.notes


@pytest.mark.parametrize(
    ("same_as", "duplicates", "told"),
    [
        ([0, 0, *range(2, 9)], "together", ("1 row repeats an earlier row: each in the part of that row",)),
        ([0, 0, 0, *range(3, 9)], "together", ("2 rows repeat an earlier row: each in the part of that row",)),
        ([0, 0, *range(2, 9)], "drop", ("1 row repeats an earlier row: dropped",)),
        ([0, 0, *range(2, 9)], "ignore", ()),
        (range(9), "together", ()),
    ],
)
def test_repeated_rows_are_told(same_as, duplicates, told):
    assert parts_of(keys(9, same_as=list(same_as)), test_size=0.3, duplicates=duplicates).notes == told
    names = ["train"] * 6 + ["test"] * 3
    by_column = parts_of(keys(9, same_as=list(same_as), part=names), split_column="p", duplicates=duplicates)
    assert by_column.notes == (told if duplicates == "drop" else ())


@pytest.mark.parametrize(("rare", "told"), [([2], "1 class is"), ([2, 3], "2 classes are"), ([], "")])
def test_classes_that_no_training_row_has_are_counted(rare, told):
    classes = [0, 1] * 10 + rare * 3
    given_keys = keys(classes=classes, time=[*range(20), *[20] * (3 * len(rare))])
    notes = choose_parts(given_keys, SplitParams(target="y", test_size=0.2)).notes
    assert [note for note in notes if "training row" in note] == ([f"{told} in no training row"] if told else [])


def test_what_makes_a_part_empty_is_told_with_what_mends_it():
    bound = keys(classes=[0] * 6 + [1] * 6, same_as=[0] * 6 + [6] * 6)
    with pytest.raises(DataError) as caught:
        parts_of(bound)
    assert caught.value.what == "The test part is empty after dividing the rows by stratified."
    assert caught.value.remedy == ("Give more rows, other sizes, or another `strategy`, or `duplicates='ignore'`.")
    with pytest.raises(DataError) as caught:
        parts_of(keys(2, ids=[["u2", "u3"]]), strategy="hash", test_size=0.01)
    assert caught.value.what == "The test part is empty after dividing the rows by hash of the id."
    assert caught.value.remedy == "Give more rows, other sizes, or another `strategy`."
    with pytest.raises(DataError, match="by the split column"):
        parts_of(keys(4, part=["train"] * 4), split_column="p")


def test_the_rows_of_a_part_are_its_numbers_in_order():
    parts = parts_of(keys(9, part=["test", "train", "valid"] * 3, labelled=[True] * 8 + [False]), split_column="p")
    assert [parts.rows(name).tolist() for name in ("train", "valid", "test", "aside")] == [
        [1, 4, 7], [2, 5], [0, 3, 6], [8],
    ]  # fmt: skip
