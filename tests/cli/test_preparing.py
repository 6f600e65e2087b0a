"""Recipes and plans from the command line: what wins over what, and what needs which option."""

import json
from dataclasses import fields

import pytest

from mlpipe.cli import preparing
from mlpipe.params import ColumnRecipe, PreprocessParams
from tests.cli.recording import asked_of, invoke

RECIPE = """
preset = "tree"
scale = "minmax"
seed = 5
[columns.age]
scale = "robust"
use = false
"""
OF_AGE = ColumnRecipe(name="age", scale="robust", use=False)


@pytest.fixture
def recipe(tmp_path):
    """A recipe's path."""
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", {}),
        ("--preset general", {"preset": "general"}),
        ("--scale standard", {"scale": "standard"}),
        ("--seed 0", {"seed": 0}),
        ("--no-interactions --select kbest", {"interactions": False, "select": "kbest"}),
    ],
)
def test_what_is_typed_goes_over_the_top_of_a_recipe_also_where_it_is_the_default(
    monkeypatch, recipe, options, expected
):
    asked = asked_of(monkeypatch, "preprocess", ["split", "-o", "out", "--recipe", recipe, *options.split()])
    written = {"preset": "tree", "scale": "minmax", "seed": 5, "columns": (OF_AGE,)}
    assert asked["params"] == PreprocessParams(**{**written, **expected})


def test_every_parameter_of_the_preparation_is_an_option():
    declared = {field.name for field in fields(PreprocessParams)}
    assert set(preparing._HELP) == declared - {"seed", "columns"}
    assert set(preparing._LOWEST) <= set(preparing._HELP)


@pytest.mark.parametrize(("typed", "seed"), [("", 5), ("--seed 0", 0)])
def test_run_takes_a_recipe_and_its_seed_unless_one_is_typed(monkeypatch, recipe, typed, seed):
    asked = asked_of(
        monkeypatch, "run", ["t.csv", "--target", "y", "--recipe", recipe, "--select", "kbest", *typed.split()]
    )
    assert asked["chain"].preprocess == PreprocessParams(
        preset="tree", scale="minmax", seed=seed, select="kbest", columns=(OF_AGE,)
    )
    assert asked["chain"].split.seed == 0


class TestShowPlan:
    @pytest.fixture
    def here(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        rows = [f"{i * 7 % 40}.5,{'abc'[i % 3]},{'yes' if i % 2 else 'no'}" for i in range(40)]
        (tmp_path / "t.csv").write_text("\n".join(["size,kind,outcome", *rows]), encoding="utf-8")
        assert invoke("split", "t.csv", "--target", "outcome", "-o", "split").exit_code == 0
        return tmp_path

    def test_it_needs_no_folder_and_writes_none(self, here):
        there = sorted(here.rglob("*"))
        done = invoke("preprocess", "split", "--show-plan", "-o", "prep")
        assert done.exit_code == 0
        assert invoke("preprocess", "split", "--show-plan").stdout == done.stdout
        assert sorted(here.rglob("*")) == there

    def test_stdout_is_a_recipe_that_gives_the_same_plan(self, here):
        done = invoke("preprocess", "split", "--show-plan", "--encode", "count", "--select", "kbest")
        (here / "recipe.toml").write_text(done.stdout, encoding="utf-8")
        assert invoke("preprocess", "split", "--show-plan", "--recipe", "recipe.toml").stdout == done.stdout

    def test_json_holds_the_plan_that_is_written_later(self, here):
        shown = json.loads(invoke("preprocess", "split", "--show-plan", "--json", "--scale", "robust").stdout)
        assert shown["n_train"] == 32
        assert invoke("preprocess", "split", "-o", "prep", "--scale", "robust").exit_code == 0
        assert shown["plan"] == json.loads((here / "prep" / "plan.json").read_text(encoding="utf-8"))
