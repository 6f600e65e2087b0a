"""Recipes: what wins over what, what is refused, and when a changed recipe runs the step again."""

import os
from itertools import count
from pathlib import Path

import pytest

from mlpipe.params import PreprocessParams, SplitParams, TrainParams
from mlpipe.steps.config.chain import ChainParams, read_config
from mlpipe.steps.config.recipe import read_recipe
from mlpipe.steps.preprocess import show_plan
from mlpipe.steps.run import run


@pytest.fixture
def planned(chain, write):
    """The plan for the shared split by a recipe and options: how each column is treated."""

    def plan(text, **given):
        recipe = Path(write("recipe.toml", text))
        made = show_plan(chain / "split", read_recipe(recipe, given)).plan
        return {column.name: column for column in made.columns}

    return plan


class TestPrecedence:
    def test_the_top_of_a_recipe_goes_over_its_preset(self, planned):
        assert planned('preset = "linear"')["age"].outliers == "clip"
        columns = planned('preset = "linear"\noutliers = "none"')
        assert columns["age"].outliers == "none"
        assert "month_sin" in columns["since"].parts, "the preset still decides the rest"

    def test_options_go_over_the_top(self, planned):
        text = 'preset = "minimal"\nscale = "minmax"\n'
        assert planned(text)["age"].scale == "minmax"
        assert planned(text, scale="maxabs")["age"].scale == "maxabs"
        assert planned(text, preset="general")["age"].indicator
        assert not planned(text)["age"].indicator

    def test_a_column_goes_over_everything(self, planned):
        text = 'scale = "minmax"\n[columns.age]\nscale = "robust"\nindicator = false\n'
        columns = planned(text, scale="maxabs", missing_indicator=True)
        assert (columns["age"].scale, columns["balance"].scale) == ("robust", "maxabs")
        assert (columns["age"].indicator, columns["balance"].indicator) == (False, True)

    def test_what_a_column_does_not_say_is_left_to_options(self, planned):
        columns = planned("[columns.age]\nbins = 4\n", impute_numeric="mean")
        assert (columns["age"].bins, columns["age"].impute) == (4, "mean")
        assert columns["balance"].bins is None

    def test_a_column_that_is_not_used_is_left_out_and_says_so(self, chain, write):
        recipe = Path(write("recipe.toml", "[columns.town]\nuse = false\n"))
        plan = show_plan(chain / "split", read_recipe(recipe, {})).plan
        assert dict(plan.left_out)["town"] == "the recipe leaves it out (use = false)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("scale =", "not TOML"),
        ('presett = "tree"', "Did you mean preset"),
        ("columns = 3", "'columns' is 3"),
        ("[columns]\nage = 3", "'columns.age' is 3"),
        ('[columns.age]\nimpuet = "mean"', "Did you mean columns.age.impute"),
        ('[columns.age]\nname = "town"', "columns.age.name"),
        ('scale = "huge"', "'standard', 'minmax', 'robust'"),
        ('[columns.age]\nscale = "huge"', "columns.age.scale"),
        ("bins = 2.5", "bins"),
        ("bins = true", "bins"),
        ('bins = "5"', "bins"),
        ("bins = 1", "`bins` is 1"),
        ("[columns.age]\nbins = 1", "bins is 1"),
        ("[columns.age]\nmin_df = -1", "min_df is -1"),
        ("[columns.age]\nmax_df = 1.5", "max_df is 1.5"),
        ("[columns.age]\nmax_features = 0", "max_features is 0"),
        ("[columns.age]\nmin_frequency = 1.5", "min_frequency is 1.5"),
        ("[columns.age]\nmin_frequency = nan", "min_frequency is nan"),
        ("[columns.age]\nuse = 3", "columns.age.use"),
        ('[columns.town]\norder = "abc"', "columns.town.order"),
        ("[columns.town]\norder = [1, 2]", "columns.town.order"),
        ("augment_scale = inf", "`augment_scale` is inf"),
        ("text = true", "text"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_place(write, refused, text, told):
    recipe = Path(write("recipe.toml", text))
    error = refused(2, read_recipe, recipe, {})
    assert told in str(error)
    assert "recipe.toml" in str(error)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[columns.agee]\nuse = false", "Did you mean 'age'"),
        ("[columns.account]\nuse = false", "no feature of the split"),
        ("[columns.outcome]\nuse = false", "no feature of the split"),
        ("[columns.age]\nencode = 'onehot'", "a number, which has no encode"),
        ("[columns.town]\nimpute = 'knn'", "most-frequent, constant, none"),
        ("[columns.town]\nbins = 3", "a category, which has no bins"),
        ("[columns.town]\norder = ['Ashford']", "leaves out"),
        ("[columns.town]\nscale = 'robust'\nencode = 'onehot'", "one-hot"),
        ("[columns.since]\nparts = ['fortnight']", "fortnight"),
        ("[columns.since]\nparts = []", "Parts of a date"),
        ("[columns.since]\ntimezone = 'Mars/Olympus'", "Mars/Olympus"),
        ("[columns.age]\nimpute = 'constant'\nfill_value = 'many'", "many"),
        ("[columns.age]\nfill_value = 3", "fill"),
        ("ngrams = 'two'\n[columns.town]\nngrams = '1'", "a category, which has no ngrams"),
    ],
)
def test_what_does_not_fit_the_column_is_refused_with_what_would(chain, write, refused, text, told):
    recipe = Path(write("recipe.toml", text))
    error = refused(2, show_plan, chain / "split", read_recipe(recipe, {}))
    assert told in str(error)


HEAD = 'data = "t.csv"\ntarget = "outcome"\n'


class TestConfiguration:
    @pytest.fixture
    def configured(self, tmp_path):
        (tmp_path / "deep").mkdir()

        def read(section, recipe='preset = "tree"\nscale = "minmax"\n[columns.size]\nbins = 4\nimpute = "mean"\n'):
            (tmp_path / "deep" / "r.toml").write_text(recipe, encoding="utf-8")
            (tmp_path / "deep" / "mlpipe.toml").write_text(HEAD + section, encoding="utf-8")
            return read_config(Path("deep/mlpipe.toml")).preprocess

        return read

    def test_a_recipe_is_found_from_where_the_configuration_lies(self, configured):
        params = configured('[preprocess]\nrecipe = "r.toml"\n')
        assert (params.preset, params.scale, params.columns[0].bins) == ("tree", "minmax", 4)

    def test_other_keys_go_over_the_recipe_and_columns_over_its_columns(self, configured):
        params = configured(
            '[preprocess]\nrecipe = "r.toml"\nscale = "robust"\n[preprocess.columns.size]\nbins = 5\n'
            '[preprocess.columns.colour]\nencode = "count"\n'
        )
        assert (params.preset, params.scale) == ("tree", "robust")
        assert {column.name: (column.bins, column.encode) for column in params.columns} == {
            "size": (5, None), "colour": (None, "count"),
        }  # fmt: skip

    def test_columns_need_no_recipe(self, configured):
        params = configured('[preprocess.columns.size]\nscale = "power"\n')
        assert params.columns[0].scale == "power"

    def test_the_seed_of_the_chain_is_that_of_a_recipe_which_has_none(self, configured):
        section = 'seed = 3\n[preprocess]\nrecipe = "r.toml"\n'
        assert configured(section).seed == 3
        assert configured(section, recipe="seed = 5\n").seed == 5
        assert configured(f"{section}seed = 4\n", recipe="seed = 5\n").seed == 4

    @pytest.mark.parametrize(
        ("section", "told"),
        [
            ("[preprocess]\nrecipe = 3", "recipe"),
            ('[preprocess]\nrecipe = "none.toml"', "none.toml"),
            ('[preprocess.columns.size]\nimpuet = "mean"', "impute"),
            ("[preprocess.columns]\nsize = 3", "columns.size"),
        ],
    )
    def test_what_is_wrong_is_named(self, configured, refused, section, told, tmp_path):
        (tmp_path / "deep" / "mlpipe.toml").write_text(HEAD + section, encoding="utf-8")
        assert told in str(refused(2, read_config, Path("deep/mlpipe.toml")))


@pytest.mark.usefixtures("undrawn")
def test_another_content_of_the_recipe_runs_the_step_again_and_another_date_does_not(rows, write):
    data = write("t.csv", rows(60))

    dates = count(1_700_000_000, 100)

    def stale(text, *, dry_run=True):
        recipe = Path(write("recipe.toml", text))
        os.utime(recipe, (next(dates),) * 2)
        chain = ChainParams(
            data=data, split=SplitParams(target="outcome"), preprocess=read_recipe(recipe, {"seed": 0}),
            train=TrainParams(model="dummy"),
        )  # fmt: skip
        return [outcome.step for outcome in run(chain, jobs=1, dry_run=dry_run) if outcome.reason]

    text = '[columns.size]\nscale = "minmax"\n'
    assert stale(text, dry_run=False) == ["inspect", "split", "preprocess", "train", "evaluate"]
    assert stale(text) == []
    assert stale(f"# only a remark\n{text}") == [], "it is what the recipe says that counts"
    assert stale(text.replace("minmax", "robust")) == ["preprocess", "train", "evaluate"]
    assert stale("") == ["preprocess", "train", "evaluate"]


def test_a_recipe_by_options_and_by_file_is_the_same(write):
    recipe = Path(write("recipe.toml", 'preset = "linear"\nselect = "kbest"\nselect_k = 3\n'))
    assert read_recipe(recipe, {}) == PreprocessParams(preset="linear", select="kbest", select_k=3)
