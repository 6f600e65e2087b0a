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
