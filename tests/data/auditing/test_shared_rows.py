"""Rows on both sides against a plain loop, on the edges of chance."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.data.auditing.pair import Pair
from mlpipe.data.auditing.shared_rows import find_shared_ids, find_shared_rows
from mlpipe.data.schema import Column, Kind, Role

NAMES = ("size", "town", "price", "answer")
COLUMNS = (
    Column(name="key", role=Role.ID, kind=Kind.STRING),
    Column(name="size", role=Role.NUMERIC, kind=Kind.NUMBER),
    Column(name="town", role=Role.CATEGORICAL, kind=Kind.STRING),
    Column(name="price", role=Role.NUMERIC, kind=Kind.NUMBER),
    Column(name="answer", role=Role.TARGET, kind=Kind.STRING),
)


def table(rows: Sequence[tuple[float | None, str | None, float, str]], first: int = 0) -> pa.Table:
    columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    return pa.table({"key": [f"k{first + i}" for i in range(len(rows))], **{n: list(c) for n, c in columns.items()}})


def distinct(n: int, seed: int = 0) -> list[tuple[float | None, str | None, float, str]]:
    rng = np.random.default_rng(seed)
    return [(x, t, p, a) for x, t, p, a in zip(rng.normal(size=n).tolist(), rng.choice(["a", "b"], n).tolist(),
            rng.normal(size=n).tolist(), rng.choice(["yes", "no"], n).tolist(), strict=True)]  # fmt: skip


def codes(train: pa.Table, test: pa.Table) -> list[tuple[str, float | None]]:
    return [(one.finding.code, one.figure) for one in find_shared_rows(Pair(train=train, test=test, columns=COLUMNS))]


def test_copies_are_found_with_their_ids_whatever_their_order() -> None:
    rows = distinct(60)
    test = table([*distinct(20, seed=1), *rows[7:10][::-1]], first=100)
    (one,) = find_shared_rows(Pair(train=table(rows), test=test, columns=COLUMNS))
    assert (one.finding.code, one.figure, one.rows) == ("MLP511", 3, ("k120", "k121", "k122"))


def test_rows_that_differ_in_one_feature_are_near_and_in_the_target_are_not() -> None:
    rows = distinct(60)
    changed = [(x, "elsewhere", p, a) for x, _, p, a in rows[:4]]
    other = [(x, t, p, {"yes": "no", "no": "yes"}[a]) for x, t, p, a in rows[:4]]
    assert codes(table(rows), table([*distinct(9, seed=1), *changed])) == [("MLP512", 4)]
    assert codes(table(rows), table([*distinct(9, seed=1), *other])) == []


def test_a_table_of_few_distinct_rows_is_no_leak() -> None:
    rng = np.random.default_rng(0)
    rows = [(float(x), "a", float(x), "yes") for x in rng.integers(0, 5, 400)]
    assert {code for code, _ in codes(table(rows[:300]), table(rows[300:]))} == {"MLP523"}


def test_missing_equals_missing_and_zero_has_no_sign() -> None:
    old = [*distinct(30), (None, None, 0.0, "yes")]
    assert codes(table(old), table([*distinct(9, seed=1), (None, None, -0.0, "yes")])) == [("MLP511", 1)]


rows_of = st.lists(
    st.tuples(st.sampled_from([0.0, 1.5, None]), st.sampled_from(["a", "b", None]), st.sampled_from([0.0, 2.0, 3.0]),
              st.sampled_from(["yes", "no"])), min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows_of, rows_of)
def test_the_counts_are_those_of_a_loop(old: list[tuple[object, ...]], new: list[tuple[object, ...]]) -> None:
    def near(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
        return a[3] == b[3] and sum(x != y for x, y in zip(a[:3], b[:3], strict=True)) == 1

    same = sum(row in old for row in new)
    almost = sum(row not in old and any(near(row, other) for other in old) for row in new)
    found = [figure for _, figure in codes(table(old), table(new))]  # type: ignore[arg-type]
    assert found == [n for n in (same, almost) if n]


@pytest.mark.parametrize(("keys", "found"), [(["x1", "x2", "k3"], ["MLP513"]), (["x1", "x2", "x3"], [])])
def test_ids_on_both_sides(keys: list[str], found: list[str]) -> None:
    train, test = table(distinct(9)), table(distinct(3, seed=1)).set_column(0, "key", pa.array(keys))
    pair = Pair(train=train, test=test, columns=COLUMNS)
    assert [one.finding.code for one in find_shared_ids(pair)] == found


def test_ids_that_count_the_rows_of_their_file_say_nothing() -> None:
    train, test = (t.set_column(0, "key", pa.array([str(i) for i in range(t.num_rows)]))
                   for t in (table(distinct(9)), table(distinct(3, seed=1))))  # fmt: skip
    assert list(find_shared_ids(Pair(train=train, test=test, columns=COLUMNS))) == []


def test_a_single_near_row_may_be_chance_and_a_single_copy_is_none() -> None:
    rows = distinct(60)
    changed = [(x, "elsewhere", p, a) for x, _, p, a in rows[:1]]
    assert codes(table(rows), table([*distinct(30, seed=1), *changed])) == [("MLP523", 1)]
    assert codes(table(rows), table([*distinct(30, seed=1), *rows[:1]])) == [("MLP511", 1)]


@pytest.mark.parametrize(("copies", "code"), [(4, "MLP523"), (9, "MLP511")])
def test_copies_are_sure_by_fishers_test_where_training_rows_have_some(copies: int, code: str) -> None:
    """Of 60 training rows 4 have a twin: p is 0.12 for 4 of 21 test rows and 0.0004 for 9."""
    rows = distinct(58)
    train = [*rows, *rows[:2]]
    assert codes(table(train), table([*distinct(21 - copies, seed=1), *rows[5 : 5 + copies]])) == [(code, copies)]


def test_copies_within_the_training_rows_do_not_hide_near_ones() -> None:
    rows = distinct(60)
    changed = [(x, "elsewhere", p, a) for x, _, p, a in rows[:5]]
    assert codes(table([*rows, *rows]), table([*distinct(9, seed=1), *changed])) == [("MLP512", 5)]
