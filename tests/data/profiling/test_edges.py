"""Every threshold of a finding, on its edge: what just makes it, and what just does not."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm, skew

from mlpipe.data.schema import Role
from mlpipe.task import Task
from tests.data.typed import column, profile


def codes(*pairs, **options):
    return {finding.code for finding in profile(*pairs, **options).findings}


def even(n):
    """Numbers that nothing is remarked on: normal, no two alike, none far out."""
    return norm.ppf((np.arange(n) + 0.5) / n)[np.random.default_rng(0).permutation(n)]


def gaps(n, missing):
    return pa.array(even(n), mask=np.arange(n) < missing)


def words(n, kind="w"):
    return [f"{kind}{'abcdefghij'[i // 10 % 10]}{'abcdefghij'[i % 10]}{'abcdefghij'[i // 100]}" for i in range(n)]


def days(*offsets, first="2024-01-01"):
    start = dt.datetime.fromisoformat(first)
    return pa.array([start + dt.timedelta(days=int(offset)) for offset in offsets])


def ends(*far, n=41, tail=()):
    """Quartiles at 0 and 1, so that the fences are at -3 and 4; then `tail` and `far` values in place of the last."""
    lower, middle = -0.1 * np.arange(10, 0, -1), np.linspace(0, 1, 21)
    upper = np.linspace(1.05, 1.45, n - 31 - len(tail) - len(far))
    return np.concatenate([lower, middle, upper, tail, far])


def numbers_in(n_cells, n_numbers, distinct=10):
    return [f"{10 + i % distinct}.5" for i in range(n_numbers)] + words(n_cells - n_numbers)


def in_classes(*sizes, first=0):
    return [f"C-{k + first:03d}" for k, size in enumerate(sizes) for _ in range(size)]


ONE = {
    "rows for missing cells": ("MLP111", gaps(20, 6), gaps(19, 6)),
    "share of missing cells": ("MLP111", gaps(100, 30), gaps(100, 29)),
    "rows for names": ("MLP103", words(20), words(19)),
    "range of an id": ("MLP103", [39, 0, *range(18, 0, -1)], [40, 0, *range(18, 0, -1)]),
    "rows for a counter": ("MLP104", list(range(20)), list(range(19))),
    "step of a counter": ("MLP104", list(range(7, 37)), list(range(7, 67, 2))),
    "numbers in text": ("MLP107", numbers_in(40, 40, 10), numbers_in(40, 40, 9)),
    "share of numbers": ("MLP106", numbers_in(100, 80), numbers_in(100, 79)),
    "distinct numbers beside words": ("MLP106", numbers_in(100, 90, 10), numbers_in(100, 90, 9)),
    "levels": ("MLP114", words(51) * 4, words(50) * 4),
    "share of one value": ("MLP121", ["aaa"] * 398 + ["b", "c"], ["aaa"] * 397 + ["b", "c", "d"]),
    "letters of a spelling": ("MLP118", ["yes", "Yes", "no"] * 9, ["ye", "Ye", "no"] * 9),
    "values searched for spellings": (
        "MLP118",
        ["word", "Word", *(f"w{i}" for i in range(19_998))],
        ["word", "Word", *(f"w{i}" for i in range(19_999))],
    ),
    "codes": ("MLP122", in_classes(*[10] * 20), in_classes(*[10] * 19)),
    "rows of a code": ("MLP122", in_classes(*[2] * 30), in_classes(*[2] * 29, 1)),
    "largest code": ("MLP122", in_classes(10, *[3] * 30), in_classes(11, *[3] * 29, 2)),
    "dates beside a stand-in": (
        "MLP120",
        days(0, *range(9000, 9020), first="1970-01-01"),
        days(0, *range(9000, 9019), first="1970-01-01"),
    ),
    "way to a stand-in": (
        "MLP120",
        days(0, *range(100, 201), first="1970-01-01"),
        days(0, *range(100, 202), first="1970-01-01"),
    ),
    "cells of a column of numbers": ("MLP115", [*even(17), *[999] * 3], [*even(16), *[999] * 3]),
    "repeats of a sentinel": ("MLP115", [*even(40), *[999] * 3], [*even(40), *[999] * 2]),
    "values beside a sentinel": ("MLP115", [1, 2, 3, 4, 5] * 6 + [999] * 3, [1, 2, 3, 4] * 6 + [999] * 3),
    "way to a sentinel": ("MLP115", [*range(101), *[200] * 3], [*range(101), *[199] * 3]),
    "far cells": ("MLP112", [*even(91), *range(900, 909)], [*even(90), *range(900, 910)]),
    "upper fence": ("MLP112", ends(np.nextafter(4.0, 5.0)), ends(4.0)),
    "lower fence": ("MLP112", 1 - ends(np.nextafter(4.0, 5.0)), 1 - ends(4.0)),
    "gap behind the fence": (
        "MLP112",
        ends(5.0, tail=(1.75, 2.5, 3.25, 4.0)),
        ends(4.75, tail=(1.75, 2.5, 3.25, 4.0)),
    ),
    "values of a capped column": ("MLP117", [*even(50), *[3.0] * 5], [*even(49), *[3.0] * 5]),
    "repeats of a cap": ("MLP117", [*even(60), *[3.0] * 5], [*even(60), *[3.0] * 4]),
    "share of a cap": ("MLP117", [*even(594), *[4.0] * 6], [*even(595), *[4.0] * 6]),
    "days in order": ("MLP204", days(*range(20)), days(*range(19))),
}


@pytest.mark.parametrize("edge", ONE)
def test_of_one_column(edge):
    code, at, before = ONE[edge]
    assert code in codes(column("x", at))
    assert code not in codes(column("x", before))


@pytest.mark.parametrize(("far", "found"), [(2.893, True), (2.891, False)])
def test_skew_counts_from_two_and_from_eleven_values(far, found):
    values = np.append(np.repeat(np.arange(10) / 9, 10), far)
    assert bool(skew(values) > 2) is found
    assert ("MLP113" in codes(column("x", values))) is found
    fewer = np.append(np.repeat(np.arange(9) / 8, 10), 100.0)
    assert "MLP113" not in codes(column("x", fewer))


@pytest.mark.parametrize(("top", "found"), [(100, True), (101, False)])
def test_a_sentinel_proven_elsewhere_is_one_a_tenth_of_the_spread_away(top, found):
    """The rest from 0 to `top`, the sentinel at 110."""
    proven = column("proven", [*[1, 2, 3, 4, 5] * 20, *[110] * 3])
    other = column("x", [*np.linspace(0, top, 100), *[110] * 3])
    seen = {(finding.code, finding.column) for finding in profile(proven, other).findings}
    assert ("MLP115", "proven") in seen
    assert (("MLP115", "x") in seen) is found


@pytest.mark.parametrize(("n", "distinct", "found"), [(20, 10, True), (19, 9, False), (30, 15, True), (30, 16, False)])
def test_columns_go_together_from_two_cells_a_value_and_twenty_in_all(n, distinct, found):
    numbers = [float(i % distinct) for i in range(n)]
    named = column("name", words(distinct) * (n // distinct) + words(distinct)[: n % distinct])
    assert ("MLP105" in codes(column("x", numbers), named)) is found


@pytest.mark.parametrize(
    ("values", "task", "found"),
    [
        (in_classes(10, 10), Task.BINARY, True),
        (in_classes(10, 9), Task.BINARY, False),
        (in_classes(*[2] * 10), Task.MULTICLASS, True),
        (in_classes(*[2] * 10, 1), Task.MULTICLASS, False),
        (list(range(0, 40, 2)), Task.REGRESSION, True),
        (list(range(0, 38, 2)), Task.REGRESSION, False),
    ],
)
def test_rows_are_in_order_of_a_target_from_twenty_on(values, task, found):
    assert ("MLP203" in codes(column("y", values, Role.TARGET), target="y", task=task)) is found


@pytest.mark.parametrize(
    ("sizes", "code", "found"),
    [
        ((19, 100), "MLP301", True),
        ((20, 100), "MLP301", False),
        ((9, 20), "MLP302", True),
        ((10, 20), "MLP302", False),
    ],
)
def test_classes(sizes, code, found):
    assert (code in codes(column("y", in_classes(*sizes), Role.TARGET), target="y", task=Task.BINARY)) is found


def test_no_table_is_sampled_in_messages_about_repeated_rows():
    """One row alone repeats none, two equal rows do."""
    assert profile(column("x", [1.5])).duplicate_rows == 0
    assert profile(column("x", [1.5, 1.5])).duplicate_rows == 1
