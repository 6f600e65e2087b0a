"""Each finding on columns made to show it, on both sides of what matters."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.drift.columns import ColumnDrift, as_matrix, compare_column, compare_columns
from mlpipe.data.drift.findings import Compared, find_drift
from mlpipe.data.drift.scores import compare_scores
from mlpipe.data.profiling.findings import Severity
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.metrics.drift.relations import Relation
from mlpipe.metrics.drift.telling_apart import ToldApart, tell_apart
from mlpipe.metrics.results import Measure
from mlpipe.target import ClassTarget

N = 500
NUMBER = Column(name="size", role=Role.NUMERIC, kind=Kind.NUMBER)
LEVELS = Column(name="town", role=Role.CATEGORICAL, kind=Kind.STRING)
DAYS = Column(name="day", role=Role.DATETIME, kind=Kind.DATETIME)
TEXT = Column(name="note", role=Role.TEXT, kind=Kind.STRING)


def numbers(seed: int = 0, n: int = N) -> np.ndarray:
    return np.random.default_rng(seed).normal(100, 10, n)


def towns(seed: int = 0, n: int = N, shares: tuple[float, ...] = (0.6, 0.3, 0.1)) -> np.ndarray:
    return np.random.default_rng(seed).choice(["Ash", "Bray", "Clay"], n, p=shares)


def cells(values: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, from_pandas=True)])


def days(start: str) -> np.ndarray:
    return np.datetime64(start, "us") + np.arange(N) * np.timedelta64(1, "m")


def codes(old: object, new: object, column: Column = NUMBER) -> list[str]:
    drift = compare_column(cells(old), cells(new), column, seed=(0, 0))
    return [finding.code for finding in find_drift(Compared(columns=(drift,)), unread={}, n_rows=N)]


def test_rows_of_the_same_kind_give_no_finding() -> None:
    assert codes(numbers(1), numbers(2)) == []
    assert codes(towns(1), towns(2), LEVELS) == []


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (numbers(2) + 5, "MLP601"),
        (numbers(2) * 1000, "MLP605"),
        (numbers(2) - 500, "MLP605"),
        (np.where(np.arange(N) % 5 == 0, np.nan, numbers(2)), "MLP603"),
    ],
)
def test_numbers_that_moved(new: np.ndarray, code: str) -> None:
    assert codes(numbers(1), new) == [code]


@pytest.mark.parametrize(
    ("column", "old", "new", "told"),
    [
        (NUMBER, numbers(1), numbers(2) + 5, r"Median 10\d\.\d, was \d{2,3}\.\d;"),
        (DAYS, days("2024-01-01"), days("2025-01-01"), r"Median 2025-\d\d-\d\d, was 2024-\d\d-\d\d;"),
        (DAYS, days("2024-01-01"), days("2024-01-01T06:00:00"), r"Median \S+T\d\d:\d\d:\d\d, was 2024-"),
    ],
)
def test_medians_have_the_digits_that_are_sure(column: Column, old: object, new: object, told: str) -> None:
    drift = compare_column(cells(old), cells(new), column, seed=(0, 0))
    findings = find_drift(Compared(columns=(drift,)), unread={}, n_rows=N)
    assert re.match(told, findings[0].message), findings[0].message


def test_a_change_of_unit_is_told_with_its_factor() -> None:
    drift = compare_column(cells(numbers(1)), cells(numbers(2) / 1000), NUMBER, seed=(0, 0))
    (finding,) = find_drift(Compared(columns=(drift,)), unread={}, n_rows=N)
    assert "1,000 times smaller" in finding.message


def test_levels_that_moved_and_levels_that_are_new() -> None:
    assert codes(towns(1), towns(2, shares=(0.3, 0.6, 0.1)), LEVELS) == ["MLP602"]
    assert "MLP604" in codes(towns(1), np.where(np.arange(N) % 10 == 0, "Atlantis", towns(2)), LEVELS)


def test_names_of_which_each_row_has_its_own_are_not_unseen_levels() -> None:
    assert codes([f"n{i}" for i in range(N)], [f"m{i}" for i in range(N)], LEVELS) == []


def test_which_of_rare_levels_are_told_one_by_one_leans_to_no_side() -> None:
    rng = np.random.default_rng(3)
    old, new = (rng.zipf(1.6, n) % 5000 for n in (2_000, 20_000))
    assert codes(old.astype(str), new.astype(str), LEVELS) == []


WIDE = tuple(Column(name=f"c{place}", role=Role.NUMERIC, kind=Kind.NUMBER) for place in range(200))


def wide_table(seed: int, n: int) -> dict[str, np.ndarray]:
    """Two hundred columns: normal, tied, mostly zero, with heavy tails."""
    rng = np.random.default_rng(seed)
    kinds = (rng.normal, rng.poisson, lambda size: np.maximum(rng.normal(size=size) - 1, 0), rng.standard_cauchy)
    return {column.name: kinds[place % 4](size=n) for place, column in enumerate(WIDE)}


@pytest.fixture(scope="module")
def idle() -> tuple[ColumnDrift, ...]:
    """500 new rows of the same kind beside 3,000 old ones."""
    old, new = (pa.table({name: cells(values) for name, values in wide_table(*side).items()})
                for side in ((1, 3_000), (2, 500)))  # fmt: skip
    return compare_columns(old, new, WIDE, seed=0)


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (lambda new: new, []),
        (lambda new: new + 0.5, ["MLP601"]),
        (lambda new: np.where(np.arange(500) % 5 == 0, np.nan, new), ["MLP603"]),
        (lambda new: 1000 * (new + 9), ["MLP605"]),
    ],
    ids=["nothing", "half a deviation", "a fifth missing", "another unit"],
)
def test_one_column_of_two_hundred_is_found_and_no_other_alarms(
    idle: tuple[ColumnDrift, ...], plant: Callable[[np.ndarray], np.ndarray], expected: list[str]
) -> None:
    old, new = wide_table(1, 3_000)["c0"], plant(wide_table(2, 500)["c0"])
    drifts = (compare_column(cells(old), cells(new), WIDE[0], seed=(0, 0)), *idle[1:])
    found = find_drift(Compared(columns=drifts), unread={}, n_rows=500)
    assert [finding.code for finding in found if finding.severity is not Severity.INFO] == expected


@pytest.mark.parametrize(("shift", "code"), [(1.0, "MLP610"), (5.0, "MLP601")])
def test_what_is_sure_and_small_is_a_note(shift: float, code: str) -> None:
    assert codes(numbers(1, 50_000), numbers(2, 50_000) + shift) == [code]


def test_the_target_is_judged_more_strictly_and_predictions_as_columns_are() -> None:
    moved = compare_column(cells(towns(1, 5_000)), cells(towns(2, 5_000, (0.53, 0.37, 0.1))), LEVELS, seed=(0, 0))
    found = find_drift(Compared(columns=(), target=(moved,), predictions=(moved,)), unread={}, n_rows=N)
    assert [finding.code for finding in found] == ["MLP608", "MLP610"]


def test_predictions_that_moved_by_more_than_a_little_are_a_warning() -> None:
    moved = compare_column(cells(towns(1, 5_000)), cells(towns(2, 5_000, (0.2, 0.7, 0.1))), LEVELS, seed=(0, 0))
    found = find_drift(Compared(columns=(), predictions=(moved,)), unread={}, n_rows=N)
    assert [finding.code for finding in found] == ["MLP607"]


def test_time_that_went_on_is_a_note() -> None:
    days = np.arange(N).astype("datetime64[D]").astype("datetime64[us]")
    column = Column(name="day", role=Role.TIME, kind=Kind.DATETIME)
    assert codes(days, days + np.timedelta64(N, "D"), column) == ["MLP613"]
    dated = Column(name="day", role=Role.DATETIME, kind=Kind.DATETIME)
    assert codes(days, days + np.timedelta64(N, "D"), dated) == ["MLP601"]


def test_text_is_compared_by_its_length() -> None:
    short, long = ["good"] * 50 + ["bad"] * 50, ["rather a long complaint"] * 100
    drift = compare_column(cells(short), cells(long), TEXT, seed=(0, 0))
    (finding,) = find_drift(Compared(columns=(drift,)), unread={}, n_rows=N)
    assert finding.message.startswith("Median length 23")


def apart(auc: float, p_value: float) -> list[str]:
    told = ToldApart(auc=auc, low=auc - 0.02, high=auc + 0.02, p_value=p_value, by=(("size", 0.1),))
    return [finding.code for finding in find_drift(Compared(columns=(), told_apart=told), unread={}, n_rows=N)]


def test_telling_apart_has_to_be_sure_and_to_matter() -> None:
    assert apart(0.56, 0.001) == ["MLP606"]
    assert apart(0.54, 0.001) == []
    assert apart(0.56, 0.01) == []


@pytest.mark.parametrize(("n_rows", "found"), [(99, ["MLP611", "MLP612"]), (100, ["MLP612"])])
def test_few_rows_and_unread_cells_are_told(n_rows: int, found: list[str]) -> None:
    assert [f.code for f in find_drift(Compared(columns=()), unread={"size": 2, "age": 0}, n_rows=n_rows)] == found


def scores(**values: tuple[float, float, float]) -> Mapping[str, Measure]:
    return {name: Measure(value=value, low=low, high=high) for name, (value, low, high) in values.items()}


def test_a_metric_is_worse_beyond_what_two_draws_give() -> None:
    target = ClassTarget(column="y", classes=("no", "yes"), positive="yes")
    old = scores(accuracy=(0.9, 0.88, 0.92), log_loss=(0.3, 0.28, 0.32))
    (worse, loss) = compare_scores(old, scores(accuracy=(0.8, 0.77, 0.83), log_loss=(0.2, 0.18, 0.22)), target)
    assert (worse.worse, worse.sure, loss.worse, loss.sure) == (True, True, False, True)
    (near, _) = compare_scores(old, scores(accuracy=(0.89, 0.87, 0.91), log_loss=(0.31, 0.29, 0.33)), target)
    assert not near.sure
    found = find_drift(Compared(columns=(), scores=(worse, loss, near)), unread={}, n_rows=N)
    assert [finding.code for finding in found] == ["MLP609"]


def test_columns_become_numbers_for_the_classifier() -> None:
    """Levels by how frequent they are on both sides; the rare and the unseen ones share a number."""
    old = pa.table({"size": [1.0, None] * 15, "town": ["b", None] * 15, "note": ["ab", None] * 15})
    new = pa.table({"size": [3.0] * 26, "town": ["zz"] * 20 + ["b"] * 5 + ["seldom"], "note": ["abc"] * 26})
    other = pa.table({"size": [3.0], "town": ["nowhere"], "note": pa.array([None], pa.string())})
    first, second, third = as_matrix(old, [new, other], (NUMBER, LEVELS, TEXT))
    np.testing.assert_array_equal(first[:2], [[1, 0, 2], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(second[[0, 20, 25]], [[3, 1, 3], [3, 0, 3], [3, 2, 3]])
    np.testing.assert_array_equal(third, [[3, 2, np.nan]])
    assert len(compare_columns(old, new, (NUMBER, LEVELS, TEXT), seed=0)) == 3


def test_very_many_levels_do_not_tell_new_rows_from_old() -> None:
    """Each side has hundreds of levels that the other has not: by their names alone they would be told apart."""
    rng = np.random.default_rng(0)
    sides = [pa.table({"town": (rng.zipf(1.5, 3_000) % 100_000).astype(str)}) for _ in range(2)]
    old, new = as_matrix(sides[0], [sides[1]], (LEVELS,))
    told = tell_apart(old, new, ("town",), seed=0)
    assert told is not None
    assert told.low < 0.5 < told.high


def untied(now: float, p_value: float) -> list[str]:
    relation = Relation(names=("size", "town"), was=0.5, now=now, p_value=p_value)
    return [finding.code for finding in find_drift(Compared(columns=(), relation=relation), unread={}, n_rows=N)]


def test_a_pair_that_goes_together_otherwise_has_to_be_sure_and_to_matter() -> None:
    assert untied(0.39, 0.005) == ["MLP614"]
    assert untied(0.41, 0.005) == ["MLP610"]
    assert untied(0.1, 0.0051) == []
