"""A plan written as a recipe, read again, leads to the same plan."""

from dataclasses import replace

import numpy as np
import pytest

from mlpipe.errors import UsageError
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.plan.plan import DATE_PARTS
from mlpipe.features.plan.recipe_text import render_recipe
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.models.fitting import fit_plan
from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.steps.config.recipe import parse_preparation, read_recipe
from mlpipe.task import Task
from tests.features.every_kind import GRADES, every_kind
from tests.features.tables import labels

X, COLUMNS = every_kind()
Y = labels(len(X))

OPTIONS = [
    {"preset": "general"},
    {"preset": "linear"},
    {"preset": "tree"},
    {"preset": "minimal"},
    {"impute_numeric": "constant", "impute_categorical": "constant", "fill_value": "7"},
    {"impute_numeric": "none", "impute_categorical": "none", "missing_indicator": False},
    {"impute_numeric": "knn", "scale": "quantile", "encode": "count", "datetime": "cyclic"},
    {"outliers": "drop", "outlier_rule": "quantile", "bins": 4, "encode": "ordinal"},
    {"outlier_rule": "quantile", "encode": "onehot", "min_frequency": 0.1, "max_categories": 3},
    {"text": "bow", "analyzer": "char", "ngrams": "2,3", "stop_words": "english", "min_df": 0.2, "max_df": 30.0},
    {"text": "hash", "max_features": 64, "datetime": "drop"},
    {"text": "drop", "polynomial": 2, "interactions": True, "select": "l1", "select_k": 3},
    {"reduce": "svd", "components": 3, "resample": "random-over", "resample_ratio": 1 / 3, "max_synthetic": 99},
    {"augment": "jitter", "augment_copies": 2, "augment_scale": 0.3, "seed": 5},
    {
        "preset": "linear",
        "columns": (
            ColumnRecipe(name="grade", order=(*GRADES, 'very "good"')),
            ColumnRecipe(name="rooms.n", encode="ordinal", order=("1", "2", "3", "4", "5.5")),
            ColumnRecipe(name="joined", parts=DATE_PARTS, timezone="Europe/Paris", impute="mean"),
            ColumnRecipe(name="note", use=False),
            ColumnRecipe(name="收入", outliers="drop", impute="iterative", scale="robust"),
            ColumnRecipe(name='age "years"', bins=3, indicator=False),
            ColumnRecipe(name="rarely", impute="constant", fill_value='a\t"b"\x7f\\'),
        ),
    },
]


def without_reasons(plan):
    columns = tuple(replace(column, reason="") for column in plan.columns)
    return replace(plan, columns=columns, left_out=tuple((name, "") for name, _ in plan.left_out))


def written(plan, params, folder):
    path = folder / "recipe.toml"
    path.write_text(render_recipe(plan, params), encoding="utf-8")
    return path


@pytest.mark.parametrize("options", OPTIONS, ids=",".join)
def test_the_recipe_of_a_plan_leads_to_it_again(options, tmp_path):
    params = PreprocessParams(**options)
    plan = choose_plan(X, Y, COLUMNS, params, Task.BINARY)
    again = choose_plan(X, Y, COLUMNS, read_recipe(written(plan, params, tmp_path), {}), Task.BINARY)
    assert without_reasons(again) == without_reasons(plan)


def test_a_recipe_gives_the_reason_for_each_column(tmp_path):
    params = PreprocessParams(text="drop")
    plan = choose_plan(X, Y, COLUMNS, params, Task.BINARY)
    text = render_recipe(plan, params)
    for column in plan.columns:
        assert f"# {column.role.value}: {column.reason}\n" in text
    assert "# left out: text is left out (text = drop)\n[columns.note]\nuse = false\n" in text
    assert '# left out: constant: every training row has 1\n[columns."always [1]"]\nuse = false\n' in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "models that take no sparse matrix get its terms and levels as 100 components"),
        ({"preset": "tree"}, "sparse: models get its terms"),
        ({"reduce": "svd"}, ""),
        ({"text": "drop"}, ""),
    ],
)
def test_a_plan_tells_who_gets_components_where_its_matrix_is_sparse(options, told):
    params = PreprocessParams(**options)
    text = render_recipe(choose_plan(X, Y, COLUMNS, params, Task.BINARY), params)
    assert (told in text) if told else ("sparse" not in text)


def test_options_go_over_the_top_of_a_recipe_and_not_over_its_columns(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text('preset = "minimal"\nscale = "robust"\n[columns.grade]\nencode = "count"\n', encoding="utf-8")
    read = read_recipe(path, {"scale": "maxabs", "encode": "target"})
    assert (read.preset, read.scale, read.encode) == ("minimal", "maxabs", "target")
    assert read.columns == (ColumnRecipe(name="grade", encode="count"),)


def test_the_section_of_a_larger_file_goes_over_the_recipe_that_it_names(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(
        'scale = "robust"\nselect_k = 3\n[columns.a]\nuse = false\n[columns.b]\nbins = 3\n', encoding="utf-8"
    )
    section = {"recipe": str(path), "select_k": 9, "columns": {"b": {"bins": 4}}}
    read = parse_preparation(tmp_path / "mlpipe.toml", "preprocess", section, {})
    assert (read.scale, read.select_k) == ("robust", 9)
    assert read.columns == (ColumnRecipe(name="a", use=False), ColumnRecipe(name="b", bins=4))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scael = 1", "scale"),
        ("[columns.a]\nimptue = 1", "columns.a.impute"),
        ('[columns.a]\nscale = "big"', r"columns\.a\.scale"),
        ("[columns.a]\nuse = 3", r"columns\.a\.use"),
        ("columns = 3", "columns"),
        ("columns.a = 3", r"columns\.a"),
        ("[columns.a]\norder = [1, 2]", r"columns\.a\.order"),
        ("scale = ", "not TOML"),
    ],
)
def test_what_no_recipe_can_say_is_named(text, words, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_recipe(path, {})


@pytest.mark.parametrize(
    "line", ["bins = 1", "bins = 0", "min_frequency = 1.0", "min_frequency = -0.1", "max_categories = 1"]
)
def test_limits_hold_for_single_columns_as_for_all(line, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(f"[columns.a]\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=line.split()[0]) as caught:
        read_recipe(path, {})
    assert caught.value.where.endswith("columns.a]")
    path.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"`{line.split()[0]}` is"):
        read_recipe(path, {})


def test_equal_plans_make_equal_matrices(tmp_path):
    params = PreprocessParams(preset="tree", outliers="clip")
    plan = choose_plan(X, Y, COLUMNS, params, Task.BINARY)
    again = choose_plan(X, Y, COLUMNS, read_recipe(written(plan, params, tmp_path), {}), Task.BINARY)
    first, second = (fit_plan(p, X, Y, task=Task.BINARY) for p in (plan, again))
    np.testing.assert_array_equal(plain_array(first.X), plain_array(second.X))
    assert first.features == second.features
