"""A plan shown is a recipe: given back it is the same plan, whatever columns and levels are called."""

from dataclasses import replace
from pathlib import Path

import pytest

from mlpipe.params import PreprocessParams
from mlpipe.steps.config.recipe import read_recipe
from mlpipe.steps.preprocess import preprocess, show_plan

OPTIONS = [
    {},
    {"preset": "linear"},
    {"preset": "tree", "seed": 3},
    {"preset": "minimal", "select": "kbest", "select_k": 3},
    {"encode": "target", "datetime": "cyclic", "outliers": "drop", "outlier_rule": "quantile"},
    {"bins": 4, "impute_categorical": "constant", "fill_value": "0", "max_categories": 3},
    {"impute_numeric": "constant", "impute_categorical": "constant", "fill_value": "7", "polynomial": 2},
    {"encode": "ordinal", "impute_categorical": "none", "missing_indicator": False, "resample": "random-over"},
    {"reduce": "pca", "components": 3, "augment": "jitter", "augment_scale": 0.5, "resample_ratio": 0.9},
]


def without_reasons(plan):
    """The plan but for the reasons, which tell of a recipe where there is one."""
    columns = tuple(replace(column, reason="") for column in plan.columns)
    return replace(plan, columns=columns, left_out=tuple((name, "") for name, _ in plan.left_out))


def planned_again(split, params, write):
    """The plan by options, and the one by what `--show-plan` prints of it."""
    shown = show_plan(split, params)
    recipe = Path(write("shown.toml", shown.recipe))
    return without_reasons(shown.plan), without_reasons(show_plan(split, read_recipe(recipe, {})).plan)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_plan_shown_and_given_back_is_the_same(chain, write, options):
    first, again = planned_again(chain / "split", PreprocessParams(**options), write)
    assert first == again


def test_names_that_toml_would_read_otherwise(splitting, write):
    names = ["a.b", "with space", 'quo""te', "尺寸", "#no", "[x]", "back\\slash"]
    head = ",".join(f'"{name}"' for name in names)
    rows = [",".join([str((i * (j + 3)) % 17 + i / 100) for j in range(7)]) + f",{'yn'[i % 2]}" for i in range(40)]
    splitting(write("t.csv", "\n".join([f"{head},outcome", *rows])))
    first, again = planned_again(Path("split"), PreprocessParams(preset="linear"), write)
    assert first == again
    assert {column.name for column in first.columns} == {name.replace('""', '"') for name in names}


def test_every_column_has_its_reason_and_those_left_out_too(splitting, write):
    rows = [f"{i * 7 % 40}.5,same,{'yes' if i % 2 else 'no'}" for i in range(40)]
    splitting(write("t.csv", "\n".join(["x,constant,outcome", *rows])))
    shown = show_plan(Path("split"), PreprocessParams())
    assert "# numeric: a number; no cell is missing\n[columns.x]" in shown.recipe
    assert "# constant is left out" in shown.recipe or "constant: every training row has" in shown.recipe
    assert all(column.reason for column in shown.plan.columns)


def test_nothing_is_fitted_and_nothing_written(chain, monkeypatch, tmp_path):
    def fitted(*_, **__):
        raise AssertionError("it was fitted")

    monkeypatch.setattr("mlpipe.steps.preprocess.fit_plan", fitted)
    show_plan(chain / "split", PreprocessParams(resample="smote", reduce="pca"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AssertionError, match="it was fitted"):
        preprocess(chain / "split", Path("prep"), PreprocessParams())
