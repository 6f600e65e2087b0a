"""Findings about spellings, garbled letters, stand-in dates, near-constants, codes and the order of rows."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.schema import Role
from mlpipe.task import Task
from tests.data.typed import column, profile

N = 400
RNG = np.random.default_rng(0)
DAYS = [dt.datetime(2024, 1, 1) + dt.timedelta(days=int(d)) for d in RNG.integers(0, 300, N)]
NEARLY = [day for pair in zip(sorted(DAYS)[1::2], sorted(DAYS)[::2], strict=True) for day in pair]
CODES = [f"C-{i:04d}" for i in RNG.integers(0, 60, N)]


def codes(pair, **options):
    return {finding.code: finding for finding in profile(pair, **options).findings}


FIRES = {
    "case": (["Yes", "yes", "no"] * 100, "MLP118", "'Yes' and 'yes'"),
    "blanks inside": (["New York", "new  york", "Rome"] * 100, "MLP118", "1 level"),
    "latin-1": (["MÃ¤rz", "April", "Mai"] * 100, "MLP119", "100 cells"),
    "replacement": (["M\ufffdrz", "April", "Mai"] * 100, "MLP119", "100 cells"),
    "1900": ([dt.datetime(1900, 1, 1)] * 3 + DAYS, "MLP120", "3 cells on 1900-01-01"),
    "9999": ([dt.datetime(9999, 12, 31), *DAYS], "MLP120", "1 cell on 9999-12-31"),
    "one other cell": (["a"] * 399 + ["b"], "MLP121", "'a' in 399 of 400 cells"),
    "one other number": ([1.0] * 399 + [2.0], "MLP121", "1.0 in 399"),
    "customers": (CODES, "MLP122", "such as 'C-"),
    "sorted days": (sorted(DAYS), "MLP204", "stand in order"),
    "newest first": (sorted(DAYS, reverse=True), "MLP204", "in falling order"),
    "nearly sorted days": (NEARLY, "MLP204", "nearly in order"),
}
QUIET = {
    "letters that differ in case": ["a", "A", "b"] * 100,
    "levels": ["Yes", "No", "Maybe"] * 100,
    "French and Portuguese": ["Âge", "São", "Ãgora"] * 100,
    "old birthdays": [
        dt.datetime(1900, 1, 1),
        *[dt.datetime(1900, 1, 1) + dt.timedelta(days=40 * (i * 7 % N)) for i in range(N)],
    ],
    "days": DAYS,
    "days of which a seventh are late": [*sorted(DAYS)[N // 7 :], *sorted(DAYS)[: N // 7]],
    "a few others": ["a"] * 390 + ["b"] * 10,
    "names": [f"street {'abcdefgh'[i % 8]}{'klmnopqr'[i // 8 % 8]}" for i in range(N)],
    "few codes": [f"k{i % 9}1" for i in range(N)],
    "codes once each": [f"C-{i:04d}" for i in RNG.permutation(N)],
}
OURS = {"MLP118", "MLP119", "MLP120", "MLP121", "MLP122", "MLP203", "MLP204"}


@pytest.mark.parametrize("case", FIRES)
def test_it_is_found(case):
    values, code, words = FIRES[case]
    seen = codes(column("x", pa.array(values)))
    assert words in seen[code].message
    assert OURS & set(seen) == {code}


@pytest.mark.parametrize("case", QUIET)
def test_it_is_no_alarm(case):
    assert OURS & set(codes(column("x", pa.array(QUIET[case])))) == set()


@pytest.mark.parametrize(
    ("values", "task", "found"),
    [
        (["a"] * 30 + ["b"] * 30, Task.BINARY, True),
        (["a"] * 30 + ["b"] * 30 + ["a"], Task.BINARY, False),
        ([float(i) for i in range(60, 0, -1)], Task.REGRESSION, True),
        ([float(i) for i in range(60)], Task.REGRESSION, True),
        ([float(i * 7 % 60) for i in range(60)], Task.REGRESSION, False),
    ],
)
def test_rows_in_order_of_the_target(values, task, found):
    pair = column("y", pa.array(values), Role.TARGET)
    assert ("MLP203" in codes(pair, target="y", task=task)) is found
