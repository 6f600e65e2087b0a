from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError, UsageError
from mlpipe.features.levels import LARGEST
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.preprocessor.build import build_preprocessor
from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.metrics.describing.scaling_effect import skewness
from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.params.presets import PRESETS
from mlpipe.task import Task
from tests.features.tables import MIXED, column, dates, labels, mixed_rows, plan_of, strings


def one(values, role, **options):
    """The plan of a table with one column `c` (and one more that is always good)."""
    n = len(values)
    X = pd.DataFrame({"c": values, "good": np.arange(n, dtype=float)})
    kind = options.pop("kind", None)
    plan = plan_of(X, labels(n), (column("c", role, kind), column("good", Role.NUMERIC)), **options)
    used = {c.name: c for c in plan.columns}
    return used.get("c") or dict(plan.left_out)["c"]


def levels(n_levels, per_level=4):
    return strings(f"l{i}" for i in range(n_levels) for _ in range(per_level))


def test_the_defaults_of_each_kind_of_column():
    plan = plan_of(mixed_rows(), labels())
    told = {c.name: (c.impute, c.indicator, c.encode, c.scale) for c in plan.columns}
    assert told == {
        "age": ("median", True, None, "standard"),
        "income": ("median", False, None, "standard"),
        "city": ("most-frequent", True, "onehot", "none"),
        "shop": ("most-frequent", True, "target", "standard"),
        "member": ("most-frequent", False, "onehot", "none"),
        "joined": ("median", True, None, "standard"),
    }
    assert plan.left_out == ()


def test_a_category_is_one_hot_up_to_max_categories_and_target_encoded_beyond():
    assert one(levels(50), Role.CATEGORICAL).encode == "onehot"
    beyond = one(levels(51), Role.CATEGORICAL)
    assert beyond.encode == "target"
    assert "51 levels" in beyond.reason
    assert one(levels(11), Role.CATEGORICAL, max_categories=10).encode == "target"


@pytest.mark.parametrize("encode", ["onehot", "ordinal", "target"])
def test_encode_forces_every_category(encode):
    plan = plan_of(mixed_rows(), labels(), encode=encode)
    assert {c.encode for c in plan.columns if c.treatment == "category"} == {encode}


@pytest.mark.parametrize(
    ("values", "role", "words"),
    [
        (strings(["x y"] * 20), Role.TEXT, "constant: every training row has x y"),
        (pd.Series([1.0] * 20), Role.NUMERIC, "constant: every training row has 1"),
        (strings(["x"] * 20), Role.CATEGORICAL, "constant: every training row has x"),
        (pd.Series([np.nan] * 20), Role.NUMERIC, "all training cells are missing"),
        (strings([None] * 20), Role.CATEGORICAL, "all training cells are missing"),
        (dates(["NaT"] * 20), Role.DATETIME, "all training cells are missing"),
        (dates(["2024-01-01"] * 20), Role.DATETIME, "constant"),
        (pd.Series([1e200, 2.0] * 10), Role.NUMERIC, "1e+200"),
    ],
)
def test_what_cannot_serve_is_left_out_with_its_reason(values, role, words):
    assert words in one(values, role)


def test_a_single_value_with_gaps_counts_as_there_or_not():
    gappy = strings(["yes", None] * 10)
    plan = one(gappy, Role.BOOLEAN)
    assert (plan.value, plan.indicator) == (False, True)
    assert "constant" in one(gappy, Role.BOOLEAN, missing_indicator=False)


def test_dates_can_be_dropped():
    plan = plan_of(mixed_rows(), labels(), datetime="drop")
    assert plan.left_out == (("joined", "dates are left out (datetime = drop)"),)


def test_a_date_is_told_by_the_parts_that_vary():
    days = dates(np.datetime64("2024-03-01") + np.arange(20))
    assert one(days, Role.DATETIME).parts == ("day", "weekday", "dayofyear", "days")


def test_no_usable_column_names_them_all():
    X = pd.DataFrame({"a": [1.0] * 10, "b": strings(f"text {i}" for i in range(10))})
    with pytest.raises(DataError, match=r"(?s)'a': constant.*'b': text is left out") as caught:
        plan_of(X, labels(10), (column("a", Role.NUMERIC), column("b", Role.TEXT)), text="drop")
    assert "`numeric`, `categorical`" in caught.value.remedy


def test_missing_cells_that_stay_are_not_scaled():
    plan = one(pd.Series([1.0, 2.0, np.nan, 4.0] * 5), Role.NUMERIC, impute_numeric="none")
    assert (plan.impute, plan.scale, plan.indicator) == ("none", "none", True)
    assert "not scaled" in plan.reason


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (np.exp(np.linspace(0, 5, 40)), "power"),
        (np.r_[np.zeros(19), np.exp(np.linspace(0, 5, 21))], "power"),
        (np.r_[np.zeros(20), np.exp(np.linspace(0, 5, 20))], "standard"),
        (np.linspace(0, 5, 40), "standard"),
    ],
)
def test_skewed_numbers_get_the_power_transform_unless_half_of_them_are_one_value(values, scale):
    plan = one(pd.Series([*values, np.nan]), Role.NUMERIC, preset="linear")
    assert plan.scale == scale
    assert ("no power transform" in plan.reason) == (values[1] == 0 and scale == "standard")
    assert one(pd.Series(values), Role.NUMERIC, preset="linear", scale="robust").scale == "robust"


def test_a_constant_level_needs_no_second_flag_in_one_hot():
    gappy = strings(["a", "b", None, "c"] * 5)
    onehot = one(gappy, Role.CATEGORICAL, impute_categorical="constant")
    assert (onehot.fill_value, onehot.indicator) == ("missing", False)
    assert one(gappy, Role.CATEGORICAL, impute_categorical="constant", encode="target").indicator


def test_fill_value():
    gaps = pd.Series([1.0, np.nan, 3.0, 4.0] * 5)
    assert one(gaps, Role.NUMERIC, impute_numeric="constant").fill_value == 0
    assert one(gaps, Role.NUMERIC, impute_numeric="constant", fill_value="-1.5").fill_value == -1.5
    named = one(strings(["a", "b", None, "c"]), Role.CATEGORICAL, impute_categorical="constant", fill_value="?")
    assert named.fill_value == "?"
    with pytest.raises(UsageError, match="`fill_value='0'` has nothing to fill"):
        one(gaps, Role.NUMERIC, fill_value="0")
    with pytest.raises(UsageError, match="`fill_value='none'` is to stand in for missing numbers and is none"):
        one(gaps, Role.NUMERIC, fill_value="none", impute_numeric="constant")


def test_resampling_a_quantity_is_refused():
    with pytest.raises(UsageError, match="needs a target with classes"):
        plan_of(mixed_rows(), np.arange(200.0), task=Task.REGRESSION, resample="smote")


def test_numbers_that_are_categories_keep_their_kind():
    grades = pd.Series([1.0, 2.0, 3.0, np.nan] * 5)
    plan = one(grades, Role.CATEGORICAL, kind=Kind.NUMBER)
    assert (plan.treatment, plan.encode, plan.indicator) == ("category", "onehot", True)
    assert one(grades, Role.CATEGORICAL, kind=Kind.NUMBER, impute_categorical="constant").impute == "none"


@pytest.mark.parametrize(
    "options",
    [
        {"impute_numeric": "mean"},
        {"impute_numeric": "most-frequent"},
        {"impute_numeric": "constant"},
        {"impute_numeric": "constant", "fill_value": "7"},
        {"impute_numeric": "none"},
        {"impute_categorical": "constant"},
        {"impute_categorical": "constant", "fill_value": "nowhere"},
        {"missing_indicator": False},
        {"scale": "minmax"},
        {"scale": "robust"},
        {"scale": "none"},
        {"encode": "onehot"},
        {"encode": "ordinal"},
        {"encode": "target"},
        {"min_frequency": 0.4},
        {"max_categories": 2},
        {"datetime": "drop"},
        {"select": "kbest"},
        {"select": "kbest", "select_k": 2},
        {"resample": "smote"},
        {"resample": "random-under", "resample_ratio": 0.5},
        {"seed": 1},
    ],
    ids=str,
)
def test_each_option_changes_the_plan(options):
    X, y = mixed_rows(), labels()
    assert plan_of(X, y, **options) != plan_of(X, y)


def test_the_plan_does_not_depend_on_the_order_of_rows():
    X, y = mixed_rows(), labels()
    shuffled = X.sample(frac=1, random_state=3).reset_index(drop=True)
    assert choose_plan(shuffled, y, MIXED, PreprocessParams(), Task.BINARY) == plan_of(X, y)


@pytest.mark.parametrize(("n_rows", "folds"), [(4, 2), (11, 2), (12, 3), (19, 4), (20, 5), (24, 5), (100, 5)])
def test_target_means_are_cross_fitted_in_up_to_five_folds_of_at_least_four_rows(n_rows, folds):
    plan = plan_of(mixed_rows(200)[:n_rows], labels(200)[:n_rows], (MIXED[1],))
    assert plan.folds == folds


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (pd.Series([1.0, 2.0, 3.0, np.nan]), Role.NUMERIC),
        (strings(["a", "b", "c", None]), Role.CATEGORICAL),
        (dates(["2024-01-01", "2024-02-02", "2024-03-04", "NaT"]), Role.DATETIME),
        (strings(["a b", "b c", "c d", None]), Role.TEXT),
        (strings(["a", "a", "a", None]), Role.CATEGORICAL),
    ],
)
def test_one_gap_is_marked_and_none_is_not(values, role):
    assert one(values, role).indicator
    full = one(values.fillna(values[1]), role)
    assert isinstance(full, str) or not full.indicator


@pytest.mark.parametrize(("largest", "is_used"), [(LARGEST, True), (np.nextafter(LARGEST, np.inf), False)])
def test_numbers_that_overflow_when_squared_are_left_out(largest, is_used):
    found = one(pd.Series([1.0, 2.0, -largest, 3.0]), Role.NUMERIC)
    assert isinstance(found, str) != is_used


def test_two_values_are_no_constant():
    assert one(pd.Series([1.0] * 19 + [2.0]), Role.NUMERIC).treatment == "number"


def test_the_power_transform_is_for_a_larger_skewness_than_the_limit(monkeypatch):
    values = pd.Series(np.linspace(1, 3, 30) ** 4)
    skew = skewness(np.asarray(values, dtype=np.float64))
    for limit, scale in ((skew, "standard"), (np.nextafter(skew, 0), "power")):
        monkeypatch.setitem(PRESETS, "linear", replace(PRESETS["linear"], skew_limit=float(limit)))
        assert one(values, Role.NUMERIC, preset="linear").scale == scale
        assert one(-values, Role.NUMERIC, preset="linear").scale == scale


@pytest.mark.parametrize(("power", "scale"), [(4.4, "standard"), (4.45, "power")])
def test_the_limit_of_the_preset_is_a_skewness_of_one(power, scale):
    values = pd.Series(np.linspace(1.0, 3.0, 200) ** power)
    assert 0.98 < skewness(np.asarray(values, dtype=np.float64)) < 1.02
    assert one(values, Role.NUMERIC, preset="linear").scale == scale


def test_tree_takes_254_levels_as_they_are():
    assert one(levels(254, 2), Role.CATEGORICAL, preset="tree").encode == "ordinal"
    assert one(levels(255, 2), Role.CATEGORICAL, preset="tree").encode == "target"


def test_a_number_that_keeps_its_gaps_gets_no_power_transform_either():
    skewed = pd.Series([*np.exp(np.linspace(0, 5, 40)), np.nan])
    plan = one(skewed, Role.NUMERIC, preset="linear", impute_numeric="none")
    assert plan.scale == "none"
    assert "skewness" not in plan.reason


@pytest.mark.parametrize(("impute", "is_level"), [("none", True), ("constant", True), ("most-frequent", False)])
def test_a_gap_that_is_a_level_of_its_own_is_said_to_be_one_and_not_marked_again(impute, is_level):
    plan = one(strings(["a", "b", None, "c"] * 5), Role.CATEGORICAL, impute_categorical=impute)
    assert ("a level of its own" in plan.reason, plan.indicator) == (is_level, not is_level)


TIMES = np.arange(40, dtype=float) * 600


@pytest.mark.parametrize(
    ("preset", "treatment", "parts"),
    [
        ("general", "time", ("time", "time_sin", "time_cos")),
        ("linear", "time", ("time", "time_sin", "time_cos")),
        ("tree", "number", ()),
        ("minimal", "number", ()),
    ],
)
def test_a_time_of_day_goes_on_a_circle_where_the_estimator_may_need_it(preset, treatment, parts):
    plan = one(TIMES, Role.NUMERIC, kind=Kind.TIME, preset=preset)
    assert (plan.treatment, plan.parts) == (treatment, parts)
    assert "a time of day" in plan.reason


def test_a_duration_is_a_number():
    plan = one(TIMES, Role.NUMERIC, kind=Kind.DURATION)
    assert plan.treatment == "number"
    assert "a duration, in seconds" in plan.reason


@pytest.mark.parametrize("preset", PRESETS)
def test_a_recipe_chooses_the_parts_of_a_time(preset):
    X = pd.DataFrame({"c": TIMES})
    asked = {
        parts: PreprocessParams(preset=preset, columns=(ColumnRecipe(name="c", parts=parts),))
        for parts in (("time_cos", "time_sin"), ("year",))
    }
    c = column("c", Role.NUMERIC, Kind.TIME)
    plan = choose_plan(X, labels(40), (c,), asked["time_cos", "time_sin"], Task.BINARY)
    assert plan.columns[0].parts == ("time_sin", "time_cos")
    with pytest.raises(UsageError, match="A time of day has no year"):
        choose_plan(X, labels(40), (c,), asked["year",], Task.BINARY)


@pytest.mark.parametrize("preset", ["general", "tree"])
def test_gaps_among_times_are_marked_or_stay(preset):
    X = pd.DataFrame({"c": [*TIMES[:-1], np.nan]})
    fields = (column("c", Role.NUMERIC, Kind.TIME),)
    fitted = build_preprocessor(plan_of(X, labels(40), fields, preset=preset), Task.BINARY, 0).fit(X, labels(40))
    named = {feature.name: feature.gaps for feature in describe_features(fitted)}
    expected = {"c_time": False, "c_time_sin": False, "c_time_cos": False, "c_missing": False}
    assert named == (expected if preset == "general" else {"c": True})
