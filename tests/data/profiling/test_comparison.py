"""Each change is told between two tables made to show it, and none between two samples of one source."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.profiling.comparison import compare_profiles
from mlpipe.data.profiling.findings import SPECS
from mlpipe.data.profiling.profile import Profile
from mlpipe.data.schema import Dialect, Role
from mlpipe.task import Task
from tests.data.typed import column, profile

N = 600


def rng(seed):
    return np.random.default_rng(seed)


def table(seed=0, n=N, **changed):
    draw = rng(seed)
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=int(d)) for d in draw.integers(0, 30, n)]
    pairs = {
        "height": column("height", draw.normal(170, 9, n)),
        "visits": column("visits", draw.poisson(6, n), integer=True),
        "city": column("city", pa.array(draw.choice(["north", "south", "east"], n))),
        "joined": column("joined", pa.array([dt.datetime(2024, 1, 1), *days[2:], dt.datetime(2024, 1, 31)])),
        "bought": column("bought", pa.array(draw.choice(["no", "yes"], n)), Role.TARGET),
    } | changed
    present = [pair for pair in pairs.values() if pair is not None]
    return profile(
        *present, target="bought" if pairs["bought"] else None, task=Task.BINARY if pairs["bought"] else None
    )


def changes(new, old=None, **options):
    return {(c.code, c.column): c for c in compare_profiles(new, old or table(), **options)}


HEIGHT = rng(5).normal(170, 9, N)
CITIES = ["north", "south", "east"]
BALANCE = pa.array(["no"] * 420 + ["yes"] * 180)
SHARES = pa.array(["north"] * 400 + ["south", "east"] * 100)
GAPS = rng(6).random(N)
DAYS = pa.array([dt.datetime(2025, 1, 1 + i % 28) for i in range(N)])
CASES = {
    "gone": ({"city": None}, "MLP401", "city", "not in the new"),
    "added": ({"extra": column("extra", HEIGHT)}, "MLP402", "extra", "was not in the old"),
    "kind": ({"visits": column("visits", pa.array(["a", "b", "c"] * 200))}, "MLP404", "visits", "were number"),
    "role": ({"city": column("city", pa.array(["north", "south", "east"] * 200), Role.ID)}, "MLP405", "city", "id now"),
    "fractions": ({"visits": column("visits", rng(3).poisson(6, N) + 0.0, integer=False)}, "MLP406", "visits", "frac"),
    "missing": ({"height": column("height", pa.array(HEIGHT, mask=GAPS < 0.2))}, "MLP407", "height", "it was 0"),
    "range": ({"height": column("height", np.append(HEIGHT[1:], 203.0))}, "MLP408", "height", "203"),
    "far": ({"height": column("height", np.append(HEIGHT[1:], 999.0))}, "MLP409", "height", "999"),
    "mean": ({"height": column("height", HEIGHT + 5)}, "MLP410", "height", "Mean 17"),
    "spread": ({"height": column("height", (HEIGHT - 170) * 2 + 170)}, "MLP410", "height", "Middle half"),
    "level": (
        {"city": column("city", pa.array([*CITIES * 199, *["west"] * 3]))},
        "MLP411",
        "city",
        "'west', in 3 cells",
    ),
    "level gone": ({"city": column("city", pa.array(["north", "south"] * 300))}, "MLP412", "city", "'east' no more"),
    "shares": (
        {"city": column("city", SHARES)},
        "MLP413",
        "city",
        "'north' 67 %",
    ),
    "dates": ({"joined": column("joined", DAYS)}, "MLP414", "joined", "2025-01-28; was 2024"),
    "balance": (
        {"bought": column("bought", BALANCE, Role.TARGET)},
        "MLP416",
        "bought",
        "70 %",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_told(case):
    changed, code, name, words = CASES[case]
    seen = changes(table(**changed))
    assert words in seen[code, name].message
    assert seen[code, name].severity is SPECS[code].severity
    assert {column for _, column in seen} <= {name, "height", "visits"}


@pytest.mark.parametrize("seed", range(1, 9))
def test_two_samples_of_one_source_differ_in_nothing_that_matters(seed):
    assert {code for code, _ in changes(table(seed))} <= {"MLP408"}


def test_a_table_held_against_itself():
    assert changes(table()) == {}


def test_rows_order_and_dialect():
    assert ("MLP415", None) in changes(table(n=250))
    assert ("MLP415", None) not in changes(table(n=350))
    moved = dict(reversed([(c.name, c) for c in table().columns]))
    back = Profile(**{**vars(table()), "columns": tuple(moved.values())})
    assert changes(back)["MLP403", None].message.endswith("from 'bought' on.")
    written = changes(table(), dialects=(Dialect(encoding="cp1252"), Dialect()))
    assert written["MLP417", None].message == "Encoding 'cp1252', was 'utf-8'."


def test_few_rows_shift_nothing_by_chance():
    small = profile(column("x", np.array([1.0, 2.0, 90.0])))
    assert {c for c, _ in changes(small, profile(column("x", np.array([1.0, 2.0, 3.0]))))} == {"MLP408"}


def test_empty_tables_compare():
    assert (
        changes(profile(column("x", pa.array([], pa.string()))), profile(column("x", pa.array([], pa.string())))) == {}
    )


def test_a_profile_comes_back_from_json():
    import json

    seen = table()
    assert Profile.from_json(json.loads(json.dumps(seen.to_json()))) == seen


def two(now, was, **options):
    """Codes of what changed in one column between two tables of it."""
    new, old = (profile(column("x", values, **options)) for values in (now, was))
    return {change.code for change in compare_profiles(new, old)}


def share_missing(missing, n):
    return pa.array(np.arange(n) % 50 + 0.5, mask=np.arange(n) < missing)


def levels(*counts):
    return pa.array([f"level {k}" for k, count in enumerate(counts) for _ in range(count)])


EVEN = np.arange(-150.0, 151.0)
"""Quartiles at -75 and 75."""
UNIT = EVEN / EVEN.std(ddof=1)
EDGES = {
    "rows": ("MLP415", (np.arange(201.0), np.arange(100.0)), (np.arange(200.0), np.arange(100.0))),
    "fewer rows": ("MLP415", (np.arange(100.0), np.arange(201.0)), (np.arange(100.0), np.arange(200.0))),
    "missing": (
        "MLP407",
        (share_missing(500, 10_000), share_missing(0, 10_000)),
        (share_missing(499, 10_000), share_missing(0, 10_000)),
    ),
    "missing by chance": (
        "MLP407",
        (share_missing(15, 100), share_missing(0, 100)),
        (share_missing(14, 100), share_missing(0, 100)),
    ),
    "far": ("MLP409", ([*range(100), 149.75], [*range(100)]), ([*range(100), 148.5], [*range(100)])),
    "far below": ("MLP409", ([-49.75, *range(100)], [*range(100)]), ([-49.5, *range(100)], [*range(100)])),
    "cells of far": ("MLP409", ([*range(19), 99], [*range(20)]), ([*range(18), 99], [*range(20)])),
    "effect": ("MLP410", (np.tile(UNIT, 9) + 0.201, np.tile(UNIT, 9)), (np.tile(UNIT, 9) + 0.199, np.tile(UNIT, 9))),
    "sure": ("MLP410", (UNIT + 0.327, UNIT), (UNIT + 0.325, UNIT)),
    "cells of a shift": ("MLP410", (np.arange(20.0) + 90, np.arange(30.0)), (np.arange(19.0) + 90, np.arange(30.0))),
    "spread": ("MLP410", (EVEN * 1.5, EVEN), (EVEN * 1.49, EVEN)),
    "smaller spread": ("MLP410", (EVEN, EVEN * 1.5), (EVEN, EVEN * 1.49)),
    "cells of a spread": ("MLP410", (EVEN[:-1] * 2, EVEN), (EVEN[1:-1] * 2, EVEN)),
    "moved": ("MLP413", (levels(6001, 3999), levels(5000, 5000)), (levels(5999, 4001), levels(5000, 5000))),
    "moved by chance": ("MLP413", (levels(78, 22), levels(50, 50)), (levels(77, 23), levels(50, 50))),
    "rare levels": ("MLP413", (levels(50, 10, 0), levels(50, 0, 10)), (levels(51, 9, 0), levels(51, 0, 9))),
}


@pytest.mark.parametrize("edge", EDGES)
def test_a_change_counts_from_its_edge_on(edge):
    code, at, before = EDGES[edge]
    assert code in two(*at)
    assert code not in two(*before)


@pytest.mark.parametrize(("moved", "found"), [(501, True), (499, False)])
def test_the_balance_of_a_target_counts_from_a_twentieth_on(moved, found):
    tables = [
        profile(column("y", levels(5000 + by, 5000 - by), Role.TARGET), target="y", task=Task.BINARY)
        for by in (moved, 0)
    ]
    assert ({change.code for change in compare_profiles(*tables)} == {"MLP416"}) is found
