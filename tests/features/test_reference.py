import json
import statistics

import numpy as np
import pandas as pd

from mlpipe.data.schema import Kind, Role
from mlpipe.features import reference
from mlpipe.features.reference import Reference, training_reference
from tests.features.tables import MIXED, column, dates, mixed_rows, strings


def by_name(rows, columns=MIXED):
    return {c.name: c for c in training_reference(rows, columns).columns}


def test_numbers():
    rows = mixed_rows()
    age = by_name(rows)["age"]
    values = sorted(rows["age"].dropna())
    assert (age.rows, age.missing) == (200, 200 - len(values))
    assert (age.min, age.max) == (values[0], values[-1])
    assert np.isclose(age.mean, statistics.fmean(values))
    assert np.isclose(age.std, statistics.stdev(values))
    assert np.allclose(age.quantiles, [values[0], *statistics.quantiles(values, n=20, method="inclusive"), values[-1]])


def test_levels_most_frequent_first():
    rows = pd.DataFrame({"c": strings(["b", "a", None, "a", "c", "b"])})
    c = by_name(rows, [column("c", Role.CATEGORICAL)])["c"]
    assert c.levels == (("a", 2), ("b", 2), ("c", 1))
    assert (c.missing, c.levels_cut) == (1, False)


def test_too_many_levels_are_cut_and_flagged(monkeypatch):
    monkeypatch.setattr(reference, "MOST_LEVELS", 2)
    rows = pd.DataFrame({"c": strings(["a", "b", "c", "c"])})
    c = by_name(rows, [column("c", Role.CATEGORICAL)])["c"]
    assert (c.levels, c.levels_cut) == ((("c", 2), ("a", 1)), True)


def test_dates_text_and_numbers_as_categories():
    rows = pd.DataFrame(
        {"d": dates(["2024-03-01", "NaT", "2023-01-01T10:00"]), "t": strings(["x", "y", None]), "g": [1.0, 2.0, 1.0]}
    )
    columns = [column("d", Role.DATETIME), column("t", Role.TEXT), column("g", Role.BOOLEAN, Kind.NUMBER)]
    found = by_name(rows, columns)
    assert (found["d"].min, found["d"].max) == ("2023-01-01T10:00:00", "2024-03-01T00:00:00")
    assert (found["t"].missing, found["t"].levels) == (1, ())
    assert (found["g"].levels, found["g"].max) == ((("1", 2), ("2", 1)), 2.0)


def test_empty_single_and_huge_columns():
    rows = pd.DataFrame({"empty": [np.nan] * 2, "single": [1.0, np.nan], "huge": [-1.7e308, 1.7e308]})
    columns = [column(name, Role.NUMERIC) for name in rows.columns]
    found = by_name(rows, columns)
    assert (found["empty"].min, found["empty"].quantiles) == (None, ())
    assert (found["single"].mean, found["single"].std) == (1.0, None)
    assert (found["huge"].max, found["huge"].std) == (1.7e308, None)
    json.dumps(training_reference(rows, columns).to_json(), allow_nan=False)


def test_round_trip():
    rows = mixed_rows()
    found = training_reference(rows, MIXED)
    assert Reference.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
