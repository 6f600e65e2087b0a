"""What a plan cannot be made of is refused, and the refusal names the column."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError, UsageError
from mlpipe.features.plan import table_rules
from mlpipe.params import ColumnRecipe
from mlpipe.words.parameters import param
from tests.features.tables import MIXED, column, labels, mixed_rows, plan_of, strings

N = 120
WORDS = np.array(["free", "call", "now", "prize", "lunch"])
COLUMNS = (*MIXED, column("note", Role.TEXT), column("rooms", Role.CATEGORICAL, Kind.NUMBER))


def rows():
    rng = np.random.default_rng(0)
    notes = strings(" ".join(rng.choice(WORDS, 3)) for _ in range(N))
    return mixed_rows(N).assign(note=notes, rooms=rng.integers(1, 4, N).astype(float))


X, Y = rows(), labels(N)


def plan(columns=COLUMNS, **options):
    return plan_of(X, Y, columns, **options)


MISFITS = [
    ("age", {"encode": "onehot"}, "encode = 'onehot'", "it is a number"),
    ("age", {"datetime": "cyclic"}, "datetime = 'cyclic'", "it is a number"),
    ("age", {"impute": "nearest"}, "impute = 'nearest'", "a number takes median, mean"),
    ("age", {"impute": "constant", "fill_value": "abc"}, "fill_value = 'abc'", "its cells are numbers"),
    ("city", {"outliers": "clip"}, "outliers = 'clip'", "it is a category"),
    ("city", {"bins": 3}, "bins = 3", "it is a category"),
    ("city", {"impute": "median"}, "impute = 'median'", "a category takes most-frequent, constant, none"),
    (
        "city",
        {"encode": "onehot", "scale": "robust"},
        "scale = 'robust'",
        "it has nothing to act on, since its features are one-hot",
    ),
    ("city", {"scale": "robust"}, "scale = 'robust'", "it has nothing to act on, since its features are one-hot"),
    (
        "age",
        {"bins": 3, "scale": "robust"},
        "scale = 'robust'",
        "it has nothing to act on, since its features are one-hot",
    ),
    ("age", {"outlier_rule": "iqr"}, "outlier_rule = 'iqr'", "it has nothing to act on, since outliers"),
    (
        "shop",
        {"min_frequency": 0.1},
        "min_frequency = 0.1",
        "it has nothing to act on, since the column is not one-hot",
    ),
    ("city", {"encode": "target", "order": ("a",)}, "order = ['a']", "encode = 'target' has no order"),
    ("city", {"order": ("north", "south", "north")}, "order = ", "a level has one place"),
    ("rooms", {"order": ("3", "2", "1")}, "order = ['3', '2', '1']", "its levels are numbers"),
    ("rooms", {"order": ("one", "two")}, "order = ", "its levels are numbers"),
    ("rooms", {"impute": "constant", "fill_value": "many"}, "fill_value = 'many'", "its cells are numbers"),
    ("member", {"ngrams": "1,2"}, "ngrams = '1,2'", "it is a category"),
    ("joined", {"encode": "count"}, "encode = 'count'", "it is a date"),
    ("joined", {"outliers": "drop"}, "outliers = 'drop'", "it is a date"),
    ("note", {"impute": "constant"}, "impute = 'constant'", "it is text"),
    ("note", {"scale": "standard"}, "scale = 'standard'", "it is text"),
    ("note", {"parts": ("year",)}, "parts = ", "it is text"),
]


@pytest.mark.parametrize(("name", "given", "setting", "why"), MISFITS, ids=lambda value: str(value)[:30])
def test_a_recipe_that_does_not_fit_its_column(name, given, setting, why):
    with pytest.raises(UsageError, match="does not fit the column") as caught:
        plan(recipes=(ColumnRecipe(name=name, **given),))
    role = next(c.role.value for c in COLUMNS if c.name == name)
    assert caught.value.what.startswith(setting)
    assert f"the column {name!r}: {why}" in caught.value.what
    assert caught.value.where == f"columns.{name} (role {role})"
    assert "use, " in caught.value.remedy


def test_a_column_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match=r"(?s)'citty'.*Did you mean 'city'"):
        plan(recipes=(ColumnRecipe(name="citty", use=False),))
    with pytest.raises(UsageError, match="The features are 'age', 'income'"):
        plan(recipes=(ColumnRecipe(name="zzzzzz", use=False),))


def test_an_order_that_leaves_levels_out_names_them():
    with pytest.raises(UsageError, match="'city' leaves out 'south', 'west'\\.") as caught:
        plan(recipes=(ColumnRecipe(name="city", order=("north", "east")),))
    assert caught.value.where == "columns.city.order"
    with pytest.raises(UsageError, match="'rooms' leaves out '3'"):
        plan(recipes=(ColumnRecipe(name="rooms", order=("1", "2")),))


@pytest.mark.parametrize("text", ["0,2", "3,2", "a", "1,2,3", "1,11", "-1,2", "", "1.5"])
def test_runs_that_are_none(text):
    recipe = ColumnRecipe(name="note", ngrams=text) if text else ColumnRecipe(name="note", ngrams=" ")
    with pytest.raises(UsageError, match="no range of lengths"):
        plan(recipes=(recipe,))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"parts": ("year", "century")}, "century"),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"parts": ()}, "Parts of a date"),
    ],
)
def test_parts_and_zones_that_do_not_exist(given, words):
    with pytest.raises(UsageError, match=words) as caught:
        plan(recipes=(ColumnRecipe(name="joined", **given),))
    assert caught.value.where == "columns.joined"


@pytest.mark.parametrize(
    "options",
    [
        {"polynomial": 2},
        {"select": "l1"},
        {"select": "rfe"},
        {"select": "mutual-info"},
        {"reduce": "svd"},
        {"reduce": "pca"},
    ],
    ids=str,
)
def test_options_that_need_every_cell_name_the_columns_that_keep_gaps(options):
    (key, value) = next(iter(options.items()))
    with pytest.raises(UsageError, match=f"{param(key, value)} cannot work with missing cells") as caught:
        plan(MIXED, preset="tree", **options)
    assert caught.value.where == "Gaps stay in 'age', 'joined'."
    assert plan(MIXED, preset="tree", impute_numeric="median", **options)


@pytest.mark.parametrize("options", [{"select": "variance"}, {"select": "kbest"}], ids=str)
def test_options_that_live_with_gaps_are_let_through(options):
    assert plan(MIXED, preset="tree", **options).select == options["select"]


def test_products_need_numbers():
    with pytest.raises(UsageError, match="`polynomial=2` multiplies numbers"):
        plan(MIXED[2:4], polynomial=2)
    with pytest.raises(UsageError, match="`polynomial=2` multiplies numbers"):
        plan(MIXED[:4], polynomial=2, bins=3)


def test_principal_components_of_text_are_refused_by_the_column():
    with pytest.raises(UsageError, match=r"`reduce='pca'` .* the column 'note'"):
        plan(reduce="pca")
    assert plan(reduce="svd").sparse
    assert plan(reduce="pca", text="drop").reduce == "pca"


def test_too_many_levels_name_the_column(monkeypatch):
    monkeypatch.setattr(table_rules, "MOST_FEATURES", 60)
    with pytest.raises(DataError, match=r"(?s)'shop' alone makes up to 5\d\b.*`max_categories`") as caught:
        plan(MIXED, encode="onehot", max_categories=1000, datetime="drop")
    assert "more than the 60 that are allowed" in caught.value.what
    assert plan(MIXED, encode="onehot", max_categories=10)


def test_too_many_terms_name_the_column():
    with pytest.raises(DataError, match=r"(?s)2,000,\d\d\d columns.*'note' alone makes up to 2,000,001"):
        plan(max_features=2_000_000)


def test_too_many_products_name_the_degree():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 120)), columns=[f"x{i}" for i in range(120)])
    columns = tuple(column(name, Role.NUMERIC) for name in wide.columns)
    with pytest.raises(DataError, match=f"of 120 numbers makes {comb(124, 4) - 1 - 120:,}") as caught:
        plan_of(wide, labels(20), columns, polynomial=4)
    assert "Lower the degree" in caught.value.remedy
    assert plan_of(wide, labels(20), columns, polynomial=2)


def test_as_many_features_as_are_allowed_and_one_more(monkeypatch):
    rows = pd.DataFrame({"x": np.arange(10.0), "level": strings("abcde" * 2)})
    columns = (column("x", Role.NUMERIC), column("level", Role.CATEGORICAL))
    monkeypatch.setattr(table_rules, "MOST_FEATURES", 8)  # 5 levels and a gap, a number and a gap
    assert plan_of(rows, labels(10), columns, max_categories=8)
    monkeypatch.setattr(table_rules, "MOST_FEATURES", 7)
    with pytest.raises(DataError, match="makes up to 8 columns, more than the 7"):
        plan_of(rows, labels(10), columns, max_categories=8)


@pytest.mark.parametrize(
    ("letters", "named"), [("ab", "The column 'level' alone makes up to 3"), ("aa", "numbers makes 3")]
)
def test_products_are_to_blame_where_they_are_more_than_any_column_makes(letters, named, monkeypatch):
    rows = pd.DataFrame({"x": np.arange(10.0), "y": np.arange(10.0) ** 2, "level": strings(letters * 5)})
    columns = (column("x", Role.NUMERIC), column("y", Role.NUMERIC), column("level", Role.CATEGORICAL))
    monkeypatch.setattr(table_rules, "MOST_FEATURES", 4)
    with pytest.raises(DataError, match=named):
        plan_of(rows, labels(10), columns, polynomial=2)


@pytest.mark.parametrize(("texts", "bins", "most"), [(True, None, 5 + 1), (False, 5, 5 + 1)])
def test_a_column_may_become_its_terms_or_bins_and_a_gap(texts, bins, most, monkeypatch):
    rows = pd.DataFrame({"note": strings(["free call", "call now"] * 5)} if texts else {"note": np.arange(10.0)})
    columns = (column("note", Role.TEXT if texts else Role.NUMERIC),)
    monkeypatch.setattr(table_rules, "MOST_FEATURES", most)
    assert plan_of(rows, labels(10), columns, max_features=5, bins=bins)
    monkeypatch.setattr(table_rules, "MOST_FEATURES", most - 1)
    with pytest.raises(DataError, match=f"up to {most} columns"):
        plan_of(rows, labels(10), columns, max_features=5, bins=bins)


def test_levels_that_are_equal_numbers_have_no_order():
    with pytest.raises(UsageError, match="listed upwards"):
        plan(recipes=(ColumnRecipe(name="rooms", order=("1", "1.0", "2", "3")),))
