"""Each preset does what the docstring of `presets` says, on a table made to show it."""

import numpy as np
import pandas as pd
import pytest

from mlpipe.data.schema import Role
from mlpipe.metrics.describing.scaling_effect import skewness
from mlpipe.models.fitting import fit_plan
from mlpipe.params import ColumnRecipe
from mlpipe.task import Task
from tests.features.tables import column, dates, labels, plan_of, strings

N = 1200
ROLES = {
    "even": Role.NUMERIC,
    "skewed": Role.NUMERIC,
    "few": Role.CATEGORICAL,
    "fifty": Role.CATEGORICAL,
    "some": Role.CATEGORICAL,
    "many": Role.CATEGORICAL,
    "day": Role.DATETIME,
    "note": Role.TEXT,
}
COLUMNS = tuple(column(name, role) for name, role in ROLES.items())


def rows():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "even": np.r_[rng.normal(size=N - 2), 500, -500],
            "skewed": rng.lognormal(size=N),
            "few": strings(rng.choice(["a", "b", "c"], N)),
            "fifty": strings(f"l{i % 50}" for i in range(N)),
            "some": strings(f"l{i % 51}" for i in range(N)),
            "many": strings(f"l{i % 255}" for i in range(N)),
            "day": dates(np.datetime64("2020-01-01") + rng.integers(0, 900, N)),
            "note": strings(" ".join(rng.choice(["free", "call", "now", "lunch"], 3)) for _ in range(N)),
        }
    )
    for name in ("even", "few", "day"):
        frame.loc[rng.random(N) < 0.1, name] = np.nan
    return frame


X, Y = rows(), labels(N)
LEFT = ("year", "month", "day", "weekday", "dayofyear", "days")


def plans(preset, **options):
    return {c.name: c for c in plan_of(X, Y, COLUMNS, preset=preset, **options).columns}


def plans_with(preset, recipe, **options):
    return plans(preset, recipes=(recipe,), **options)


def told(preset, *names):
    return {name: tuple(getattr(c, field) for field in names) for name, c in plans(preset).items()}


def test_general():
    assert told("general", "impute", "indicator", "scale", "outliers", "encode", "text") == {
        "even": ("median", True, "standard", "none", None, None),
        "skewed": ("median", False, "standard", "none", None, None),
        "few": ("most-frequent", True, "none", "none", "onehot", None),
        "fifty": ("most-frequent", False, "none", "none", "onehot", None),
        "some": ("most-frequent", False, "standard", "none", "target", None),
        "many": ("most-frequent", False, "standard", "none", "target", None),
        "day": ("median", True, "standard", "none", None, None),
        "note": ("none", False, "none", "none", None, "tfidf"),
    }
    assert (plans("general")["day"].parts, plans("general")["note"].analyzer) == (LEFT, "word")


def test_linear_clips_turns_skewed_numbers_and_puts_dates_on_circles():
    linear, general = plans("linear"), plans("general")
    assert abs(skewness(X["skewed"].to_numpy())) > 1
    assert (linear["even"].outliers, linear["skewed"].outliers) == ("clip", "clip")
    assert (linear["even"].scale, linear["skewed"].scale) == ("standard", "power")
    assert "skewness" in linear["skewed"].reason
    circles = [f"{part}_{wave}" for part in ("month", "day", "weekday", "dayofyear") for wave in ("sin", "cos")]
    assert linear["day"].parts == ("year", *circles, "days")
    for name in ("few", "fifty", "some", "many", "note"):
        assert linear[name] == general[name]
    even = fit_plan(plan_of(X, Y, COLUMNS, preset="linear", text="drop"), X, Y, task=Task.BINARY).X[:, 0]
    known = X["even"].dropna()
    low, high = known.quantile([0.25, 0.75])
    clipped = X["even"].clip(low - 3 * (high - low), high + 3 * (high - low)).fillna(known.median())
    np.testing.assert_allclose(even, (clipped - clipped.mean()) / clipped.std(ddof=0), rtol=1e-9)


def test_a_scale_that_is_asked_for_leaves_no_room_for_the_power_transform():
    assert plans("linear", scale="standard")["skewed"].scale == "standard"
    recipe = ColumnRecipe(name="skewed", scale="robust")
    assert plans_with("linear", recipe)["skewed"].scale == "robust"


def test_tree_keeps_gaps_and_categories():
    tree = plans("tree")
    assert told("tree", "impute", "indicator", "scale", "encode") == {
        "even": ("none", False, "none", None),
        "skewed": ("median", False, "none", None),
        "few": ("none", False, "none", "ordinal"),
        "fifty": ("none", False, "none", "ordinal"),
        "some": ("none", False, "none", "ordinal"),
        "many": ("none", False, "none", "target"),
        "day": ("none", False, "none", None),
        "note": ("none", False, "none", None),
    }
    assert "the median stands in for gaps in later rows" in tree["skewed"].reason
    assert "more than the 254" in tree["many"].reason
    fitted = fit_plan(plan_of(X, Y, COLUMNS, preset="tree", text="drop"), X, Y, task=Task.BINARY)
    kinds = {f.name: f.kind for f in fitted.features}
    assert {kinds[f"{name}_code"] for name in ("few", "fifty", "some")} == {"category"}
    np.testing.assert_array_equal(fitted.X[:, 0], X["even"])
    codes = fitted.X[:, list(kinds).index("few_code")]
    np.testing.assert_array_equal(codes, X["few"].map({"a": 0, "b": 1, "c": 2}).fillna(-2))
    gaps = {f.column for f in fitted.features if f.gaps}
    assert (
        gaps
        == {"even", "day"}
        == {f.column for f, x in zip(fitted.features, fitted.X.T, strict=True) if np.isnan(x).any()}
    )


def test_minimal_is_the_least():
    minimal = told("minimal", "impute", "indicator", "scale", "encode", "parts")
    assert minimal["even"] == ("median", False, "none", None, ())
    assert minimal["few"] == ("most-frequent", False, "none", "onehot", ())
    assert minimal["some"] == ("most-frequent", False, "none", "target", ())
    assert minimal["day"] == ("median", False, "none", None, ("days",))
    assert "note" not in minimal
    columns = (COLUMNS[6],)
    days = fit_plan(plan_of(X, Y, columns, preset="minimal"), X, Y, task=Task.BINARY).X[:, 0]
    elapsed = (X["day"] - X["day"].min()) / pd.Timedelta(days=1)
    np.testing.assert_array_equal(days, elapsed.fillna(elapsed.median()))


@pytest.mark.parametrize("datetime", ["expand", "cyclic"])
def test_dates_that_are_asked_for_have_all_their_parts_in_minimal_too(datetime):
    same = {"expand": "general", "cyclic": "linear"}[datetime]
    assert plans("minimal", datetime=datetime)["day"].parts == plans(same)["day"].parts
    assert plans_with("minimal", ColumnRecipe(name="day", datetime=datetime))["day"].parts == plans(same)["day"].parts


def test_text_that_is_asked_for_is_used_in_minimal_too():
    assert plans("minimal", text="bow")["note"].text == "bow"


@pytest.mark.parametrize("preset", ["general", "linear", "tree", "minimal"])
def test_options_go_over_the_preset_and_a_recipe_over_the_options(preset):
    options = {"scale": "minmax", "impute_numeric": "mean", "encode": "count", "missing_indicator": True}
    given = plans(preset, **options)
    numbers = {(given[name].scale, given[name].impute) for name in ("even", "skewed", "day")}
    assert numbers == {("minmax", "mean")}
    assert {given[name].encode for name in ("few", "fifty", "some", "many")} == {"count"}
    assert {name for name, c in given.items() if c.indicator} == {"even", "few", "day"}
    recipe = ColumnRecipe(name="even", scale="robust", impute="constant", fill_value=3, indicator=False)
    one = plans_with(preset, recipe, **options)
    assert (one["even"].scale, one["even"].fill_value, one["even"].indicator) == ("robust", 3.0, False)
    assert all(one[name] == given[name] for name in given if name != "even")
