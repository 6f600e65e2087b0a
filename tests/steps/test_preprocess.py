"""Every option of `preprocess` changes what it says."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.preps import Prep
from mlpipe.params import PreprocessParams
from mlpipe.params.choices import Analyzer
from mlpipe.steps.config.recipe import read_recipe
from mlpipe.steps.preprocess import preprocess
from tests.optional import some


@pytest.fixture
def prepare(chain, undrawn):
    """Preprocess the shared split with some options; gives the features of the training rows."""

    def run(**options):
        result = preprocess(chain / "split", Path("prep"), PreprocessParams(**options))
        features = pd.read_parquet("prep/train.parquet").drop(columns="outcome")
        assert len(features.columns) == result.n_features
        return features

    return run


@pytest.fixture
def raw(chain):
    """The raw training rows."""
    return pd.read_parquet(chain / "split" / "train.parquet")


def plan():
    return {column["name"]: column for column in json.loads(Path("prep/plan.json").read_text())["columns"]}


@pytest.mark.parametrize(
    ("impute", "value"),
    [
        ("median", np.nanmedian),
        ("mean", np.nanmean),
        ("most-frequent", lambda x: x.mode()[0]),
        ("constant", lambda _: -7),
    ],
)
def test_impute_numeric_fills_gaps_with_what_the_training_rows_say(prepare, raw, impute, value):
    fill = {"fill_value": "-7"} if impute == "constant" else {}
    features = prepare(impute_numeric=impute, scale="none", **fill)
    expected = raw["balance"].fillna(value(raw["balance"]))
    np.testing.assert_allclose(features["balance"], expected)


def test_impute_none_leaves_gaps_for_models_that_take_them(prepare, raw):
    features = prepare(impute_numeric="none")
    np.testing.assert_array_equal(features["balance"].isna(), raw["balance"].isna())


def test_impute_categorical_constant_makes_a_level_of_the_gap(prepare, raw):
    features = prepare(impute_categorical="constant", fill_value="0")
    assert (features["town_0"] == raw["town"].isna()).all()
    frequent = prepare(impute_categorical="most-frequent")
    top = raw["town"].mode()[0]
    assert (frequent[f"town_{top}"] == raw["town"].fillna(top).eq(top)).all()


def test_missing_indicators_come_and_go(prepare, raw):
    with_them = prepare(missing_indicator=True)
    marks = with_them.columns.difference(prepare(missing_indicator=False).columns)
    assert len(marks) == 3
    balance = next(name for name in marks if name.startswith("balance"))
    np.testing.assert_array_equal(with_them[balance], raw["balance"].isna())


@pytest.mark.parametrize(
    ("scale", "check"),
    [
        ("standard", lambda x: abs(x.mean()) < 1e-9 and abs(x.std(ddof=0) - 1) < 1e-9),
        ("minmax", lambda x: x.min() == 0 and abs(x.max() - 1) < 1e-12),
        ("robust", lambda x: abs(x.median()) < 1e-9 and abs(x.quantile(0.75) - x.quantile(0.25) - 1) < 1e-9),
        ("none", lambda x: x.max() > 60),
    ],
)
def test_scale(prepare, scale, check):
    assert check(prepare(scale=scale)["age"])


@pytest.mark.parametrize(("encode", "n_features"), [("onehot", 4), ("ordinal", 1), ("target", 1)])
def test_encode(prepare, encode, n_features):
    names = [name for name in prepare(encode=encode, missing_indicator=False).columns if name.startswith("town")]
    assert len(names) == n_features


def test_ordinal_and_target_codes_mean_what_they_say(prepare, raw):
    ordinal = prepare(encode="ordinal", scale="none", missing_indicator=False)["town_code"]
    filled = raw["town"].fillna(raw["town"].mode()[0])
    assert ordinal.groupby(filled).nunique().eq(1).all()
    target = prepare(encode="target", scale="none", missing_indicator=False)["town_target"]
    assert target.between(0, 1).all()


def test_levels_rarer_than_min_frequency_are_grouped(prepare, raw):
    shares = raw["town"].fillna(raw["town"].mode()[0]).value_counts(normalize=True)
    limit = float(shares.nsmallest(2).iloc[-1] + 0.001)
    assert "town_rare" not in prepare(min_frequency=0.0)
    grouped = prepare(min_frequency=limit)
    assert len([name for name in grouped.columns if name.startswith("town_")]) == 3 + 1  # with the gap's mark
    filled = raw["town"].fillna(raw["town"].mode()[0])
    assert (grouped["town_rare"] == filled.isin(shares.nsmallest(2).index)).all()


def test_above_max_categories_the_encoding_is_another(prepare):
    prepare(max_categories=4)
    assert plan()["town"]["encode"] == "onehot"
    prepare(max_categories=3)
    assert plan()["town"]["encode"] == "target"


def test_dates_are_expanded_or_dropped(prepare):
    expanded = [name for name in prepare(datetime="expand").columns if name.startswith("since")]
    assert len(expanded) > 3
    assert not [name for name in prepare(datetime="drop").columns if name.startswith("since")]
    left_out = json.loads(Path("prep/plan.json").read_text())["left_out"]
    assert "datetime = drop" in next(row["reason"] for row in left_out if row["name"] == "since")


def test_select_k_keeps_so_many_features(prepare):
    assert len(prepare(select="kbest", select_k=3).columns) == 3
    assert len(prepare(select="none", select_k=3).columns) > 10


class TestResample:
    @pytest.fixture
    def uneven(self, splitting, write):
        rng = np.random.default_rng(0)
        rows = [f"{x:.4f},{y:.4f},{'ab'[i % 2]},{'few' if i % 5 == 0 else 'many'}" for i, (x, y) in
                enumerate(rng.normal(size=(150, 2)))]  # fmt: skip
        splitting(write("t.csv", "\n".join(["x,y,kind,outcome", *rows])))
        return Path("split")

    @pytest.mark.parametrize(
        ("name", "after"),
        [
            ("smote", {"few": 96, "many": 96}),
            ("smotenc", {"few": 96, "many": 96}),
            ("random-over", {"few": 96, "many": 96}),
            ("random-under", {"few": 24, "many": 24}),
        ],
    )
    def test_resample_balances_the_training_rows_alone(self, uneven, name, after):
        result = preprocess(uneven, Path("prep"), PreprocessParams(resample=name))
        assert result.counts_before == {"few": 24, "many": 96}
        assert result.counts_after == after
        resampled = pd.read_parquet("prep/train_resampled.parquet")
        assert resampled["outcome"].value_counts().to_dict() == after
        assert resampled["synthetic"].sum() == max(0, len(resampled) - 120)
        assert len(pd.read_parquet("prep/test.parquet")) == 30
        kinds = resampled[["kind_a", "kind_b"]].to_numpy()
        assert set(np.unique(kinds)) <= {0, 1}, "a category has to stay whole"

    @pytest.mark.parametrize(("name", "ratio", "after"), [("smote", 0.5, (48, 96)), ("random-under", 0.5, (24, 48))])
    def test_ratio_is_the_small_class_over_the_largest(self, uneven, name, ratio, after):
        result = preprocess(uneven, Path("prep"), PreprocessParams(resample=name, resample_ratio=ratio))
        assert tuple(some(result.counts_after).values()) == after

    def test_the_seed_changes_synthetic_rows_alone(self, uneven):
        found = []
        for seed in (0, 1):
            preprocess(uneven, Path("prep"), PreprocessParams(resample="smote", seed=seed))
            found.append(pd.read_parquet("prep/train_resampled.parquet"))
        assert found[0][:120].equals(found[1][:120])
        assert not found[0].equals(found[1])

    def test_a_class_too_small_for_neighbours_gets_an_answer(self, splitting, write, refused):
        rows = [f"{i * 7 % 40},{i * 11 % 40}.5,{'few' if i % 10 == 0 else 'many'}" for i in range(40)]
        splitting(write("t.csv", "\n".join(["x,y,outcome", *rows])))
        error = refused(3, preprocess, Path("split"), Path("prep"), PreprocessParams(resample="smote"))
        assert "'few' has 3" in error.what
        assert "random-over" in error.remedy

    def test_smotenc_without_a_category_says_so(self, splitting, write, refused):
        rows = [f"{i * 7 % 40},{i * 11 % 40}.5,{'few' if i % 3 == 0 else 'many'}" for i in range(40)]
        splitting(write("t.csv", "\n".join(["x,y,outcome", *rows])))
        refused(2, preprocess, Path("split"), Path("prep"), PreprocessParams(resample="smotenc"))

    def test_gaps_and_smote_do_not_go_together(self, chain, refused):
        params = PreprocessParams(resample="smote", impute_numeric="none")
        assert "age" in refused(2, preprocess, chain / "split", Path("prep"), params).where

    def test_a_quantity_has_no_classes_to_balance(self, quantities, refused):
        refused(2, preprocess, quantities / "split", Path("prep"), PreprocessParams(resample="smote"))


def test_a_fill_value_that_is_no_number_cannot_fill_numbers(chain, refused):
    params = PreprocessParams(impute_numeric="constant", fill_value="none of them")
    refused(2, preprocess, chain / "split", Path("prep"), params)


def test_a_fill_value_that_nothing_would_use_is_refused(chain, refused):
    refused(2, preprocess, chain / "split", Path("prep"), PreprocessParams(fill_value="0"))


def test_columns_without_a_value_or_with_one_are_left_out_and_named(splitting, write):
    rows = [f"{i * 7 % 40}.5,,same,{'yes' if i % 2 else 'no'}" for i in range(40)]
    splitting(write("t.csv", "\n".join(["x,void,constant,outcome", *rows])))
    result = preprocess(Path("split"), Path("prep"), PreprocessParams())
    assert result.n_features == 1
    assert any(note.startswith("constant is left out") for note in result.notes)


def test_nothing_left_to_learn_from_is_an_error_that_names_the_columns(splitting, write, refused):
    rows = [f"same,A{i:03d},{'yes' if i % 2 else 'no'}" for i in range(40)]
    splitting(
        write("t.csv", "\n".join(["constant,code,outcome", *rows])), duplicates="ignore", roles={"ids": ("code",)}
    )
    error = refused(3, preprocess, Path("split"), Path("prep"), PreprocessParams())
    assert "constant" in error.where


def test_the_other_parts_go_through_what_the_training_rows_taught(chain):
    prep = Prep.load(chain / "prep")
    raw = pd.read_parquet(chain / "split" / "test.parquet")
    transformed = prep.preprocessor().transform(raw[[c.name for c in prep.context.schema.features]])
    np.testing.assert_array_equal(prep.matrix("test").X, transformed)


def test_a_column_of_text_is_said_to_become_runs_of_what(write, splitting):
    texts = ["one row of text", "another row with other words", "the third is no longer", "a fourth that ends it"]
    rows = [f"{text} {i},{'yn'[i % 2]}" for i in range(10) for text in texts]
    splitting(write("table.csv", "\n".join(["note,outcome", *rows])), roles={"text": ("note",)})
    analyzers: dict[Analyzer, str] = {"word": "words", "char": "characters"}
    for analyzer, unit in analyzers.items():
        result = preprocess(Path("split"), Path("prep"), PreprocessParams(analyzer=analyzer))
        assert [how for _, _, how, _ in result.columns] == [f"tfidf of {unit}"]


def test_a_key_that_does_not_fit_is_shown_as_the_recipe_has_it(chain, refused, write):
    recipe = write("recipe.toml", '[columns.town]\nparts = ["days"]\n')
    params = read_recipe(Path(recipe), {})
    error = refused(2, preprocess, chain / "split", Path("prep"), params)
    assert "parts = ['days'] does not fit the column 'town'" in str(error)
