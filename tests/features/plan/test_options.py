"""Every option of a preparation changes the matrix as it says: beside scikit-learn by hand, or ten naive lines."""

from dataclasses import fields
from functools import cache
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes IterativeImputer importable
from sklearn.feature_selection import f_classif, mutual_info_classif
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError, UsageError
from mlpipe.features.preprocessor.feature_names import feature_names
from mlpipe.features.preprocessor.transform import transform
from mlpipe.models.fitting import fit_matrix, fit_plan
from mlpipe.params import ColumnRecipe, PreprocessParams
from mlpipe.task import Task
from tests.features.every_kind import every_kind
from tests.features.tables import MIXED, column, dates, labels, mixed_rows, plan_of, strings

N = 200
X, Y = mixed_rows(N), labels(N)
NEW = mixed_rows(60, seed=9)
NUMBERS = MIXED[:2]
BOTH = ["age", "income"]


def made(X, y=Y, columns=NUMBERS, **options):
    options = {"missing_indicator": False, "scale": "none", **options}
    return fit_plan(plan_of(X, y, columns, **options), X, y, task=Task.BINARY)


def names(fitted):
    return [feature.name for feature in fitted.features]


SCALERS = {
    "standard": StandardScaler(),
    "minmax": MinMaxScaler(),
    "robust": RobustScaler(),
    "maxabs": MaxAbsScaler(),
    "power": PowerTransformer(),
    "quantile": QuantileTransformer(n_quantiles=N, output_distribution="normal", random_state=0),
}


@pytest.mark.parametrize("scale", SCALERS)
def test_scale(scale):
    fitted = made(X, scale=scale)
    filled = X[BOTH].fillna(X[BOTH].median())
    expected = SCALERS[scale].fit(filled)
    np.testing.assert_allclose(fitted.X, expected.transform(filled), rtol=1e-9)
    later = NEW[BOTH].fillna(X[BOTH].median())
    np.testing.assert_allclose(transform(fitted.preprocessor, NEW), expected.transform(later), rtol=1e-9)


IMPUTERS = {"knn": KNNImputer(n_neighbors=5), "iterative": IterativeImputer(random_state=0)}


def correlated(n=N, seed=0):
    """Three numbers that tell of each other, with gaps."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    frame = pd.DataFrame({"a": a, "b": 100 * a + rng.normal(size=n), "c": a**2})
    return frame.mask(rng.random(frame.shape) < 0.15)


THREE = tuple(column(name, Role.NUMERIC) for name in "abc")


@pytest.mark.parametrize("impute", IMPUTERS)
def test_imputers_that_look_at_other_columns_compare_scaled_ones(impute):
    rows, later = correlated(), correlated(50, seed=1)
    fitted = made(rows, columns=THREE, impute_numeric=impute, scale="standard")
    scaler = StandardScaler().fit(rows)
    expected = IMPUTERS[impute].fit(scaler.transform(rows))
    np.testing.assert_allclose(fitted.X, expected.transform(scaler.transform(rows)), rtol=1e-9)
    found = transform(fitted.preprocessor, later)
    np.testing.assert_allclose(found, expected.transform(scaler.transform(later)), rtol=1e-9)
    known = later["a"].notna() & later["b"].isna()
    told = found[known, 1] * scaler.scale_[1] + scaler.mean_[1]
    assert np.abs(told - 100 * later["a"][known]).max() < np.nanstd(rows["b"])


@pytest.mark.parametrize("scale", ["none", "standard"])
@pytest.mark.parametrize("impute", ["knn", "iterative"])
def test_a_row_is_imputed_alone_as_among_others(impute, scale):
    rows, later = correlated(), correlated(150, seed=2)
    preprocessor = made(rows, columns=THREE, impute_numeric=impute, scale=scale).preprocessor
    whole = transform(preprocessor, later)
    assert np.isfinite(whole).all()
    for i in range(0, 150, 7):
        assert transform(preprocessor, later.iloc[i : i + 1]).tobytes() == whole[i].tobytes()
    assert transform(preprocessor, later[::-1])[::-1].tobytes() == whole.tobytes()


@pytest.mark.parametrize("impute", ["knn", "iterative"])
def test_missing_dates_get_parts_between_those_of_others(impute):
    rows = pd.DataFrame({"day": dates(np.datetime64("2024-01-01") + np.arange(90))})
    rows.loc[::9, "day"] = np.datetime64("NaT")
    fitted = made(rows, labels(90), (column("day", Role.DATETIME),), impute_numeric=impute)
    assert np.isfinite(fitted.X).all()
    gap = transform(fitted.preprocessor, rows.iloc[:1])
    days = fitted.X[rows["day"].notna(), names(fitted).index("day_days")]
    assert days.min() <= gap[0, names(fitted).index("day_days")] <= days.max()


@pytest.mark.parametrize(("given", "fill"), [(None, 0.0), ("-1.5", -1.5)])
def test_constant(given, fill):
    fitted = made(X, impute_numeric="constant", fill_value=given)
    np.testing.assert_array_equal(fitted.X, X[BOTH].fillna(fill))


def test_constant_of_a_date_stands_in_for_each_part():
    rows = pd.DataFrame({"day": dates(["2024-01-05", "2024-03-07", "NaT", "2025-02-01"] * 5)})
    fitted = made(rows, labels(20), (column("day", Role.DATETIME),), impute_numeric="constant", fill_value="-1")
    assert (fitted.X[2::4] == -1).all()
    assert (fitted.X[0::4] >= 0).all()


def test_a_fill_word_for_levels_that_are_numbers_is_a_level_of_its_own():
    rows = pd.DataFrame({"grade": [1.0, 2.0, np.nan] * 10})
    columns = (column("grade", Role.CATEGORICAL, Kind.NUMBER),)
    fitted = made(rows, labels(30), columns, impute_categorical="constant", fill_value="unknown")
    assert names(fitted) == ["grade_1", "grade_2", "grade_missing"]
    numbered = made(rows, labels(30), columns, impute_categorical="constant", fill_value="9")
    assert names(numbered) == ["grade_1", "grade_2", "grade_9"]


@pytest.mark.parametrize("encode", ["ordinal", "target", "count"])
@pytest.mark.parametrize("impute", ["none", "constant", "most-frequent"])
def test_gaps_of_a_category_are_flagged_where_no_feature_shows_them(encode, impute):
    fitted = made(X, columns=MIXED[2:3], encode=encode, impute_categorical=impute, missing_indicator=True)
    np.testing.assert_array_equal(fitted.X[:, -1], X["city"].isna())
    assert names(fitted)[-1] == "city_missing"
    plain = made(X, columns=MIXED[2:3], encode=encode, impute_categorical=impute)
    np.testing.assert_array_equal(plain.X, fitted.X[:, :1])


def fences(values, rule):
    low, high = values.quantile([0.25, 0.75] if rule == "iqr" else [0.01, 0.99])
    return (low - 3 * (high - low), high + 3 * (high - low)) if rule == "iqr" else (low, high)


@pytest.mark.parametrize("rule", ["iqr", "quantile"])
def test_clip(rule):
    fitted = made(X, outliers="clip", outlier_rule=rule)
    later = NEW.assign(income=np.linspace(-1e9, 1e9, 60))
    found = transform(fitted.preprocessor, later)
    for i, name in enumerate(BOTH):
        low, high = fences(X[name].dropna(), rule)
        median = X[name].dropna().clip(low, high).median()
        np.testing.assert_allclose(fitted.X[:, i], X[name].clip(low, high).fillna(median), rtol=1e-12)
        np.testing.assert_allclose(found[:, i], later[name].clip(low, high).fillna(median), rtol=1e-12)
    assert (fitted.X[:, 1] != X["income"]).any()


@pytest.mark.parametrize("rule", ["iqr", "quantile"])
def test_drop_fits_on_the_rows_that_are_left(rule):
    outlying = np.zeros(N, dtype=bool)
    for name in BOTH:
        low, high = fences(X[name].dropna(), rule)
        outlying |= (X[name] < low) | (X[name] > high)
    assert 0 < outlying.sum() < N / 4
    weights = np.arange(1.0, N + 1)
    fitted = made(X, outliers="drop", outlier_rule=rule, scale="standard")
    left = X[~outlying]
    np.testing.assert_array_equal(fitted.rows, np.flatnonzero(~outlying))
    np.testing.assert_array_equal(fitted.y, Y[~outlying])
    filled = left[BOTH].fillna(left[BOTH].median())
    np.testing.assert_allclose(fitted.X, StandardScaler().fit_transform(filled), rtol=1e-9)
    plan = plan_of(X, Y, NUMBERS, outliers="drop", outlier_rule=rule, scale="standard")
    matrix = fit_matrix(plan, X, Y, task=Task.BINARY, weights=weights)
    np.testing.assert_array_equal(matrix.weights, weights[~outlying])
    assert len(transform(fitted.preprocessor, X)) == N, "later rows are never dropped"


def test_drop_of_one_column_alone():
    recipe = ColumnRecipe(name="age", outliers="drop", outlier_rule="quantile")
    fitted = made(X, recipes=(recipe,))
    low, high = X["age"].quantile([0.01, 0.99])
    np.testing.assert_array_equal(fitted.rows, np.flatnonzero(~((X["age"] < low) | (X["age"] > high))))


def test_drop_that_leaves_nothing_is_refused():
    rows = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    with pytest.raises(DataError, match="leaves 0 of 2 training rows"):
        made(rows, np.array(["x", "y"]), THREE[:2], outliers="drop", outlier_rule="quantile")


def test_count():
    fitted = made(X, columns=MIXED[3:4], encode="count")
    filled = X["shop"].fillna(X["shop"].mode()[0])
    np.testing.assert_array_equal(fitted.X[:, 0], filled.map(filled.value_counts()))
    unseen = pd.DataFrame({"shop": strings(["nowhere"])})
    assert transform(fitted.preprocessor, unseen).tolist() == [[0.0]]
    assert names(fitted) == ["shop_count"]


SIZES = ["small", "medium", "large", "huge"]


def test_an_order_of_words_gives_the_codes():
    rows = pd.DataFrame({"size": strings(["large", "small", None, "large"] * 10)})
    columns = (column("size", Role.CATEGORICAL),)
    fitted = made(rows, labels(40), columns, recipes=(ColumnRecipe(name="size", order=tuple(SIZES)),))
    assert fitted.X[:4, 0].tolist() == [2, 0, 2, 2]
    later = pd.DataFrame({"size": strings([*SIZES, "giant"])})
    assert transform(fitted.preprocessor, later)[:, 0].tolist() == [0, 1, 2, 3, -1], "also levels training lacks"
    assert fitted.features[0].kind == "code"


def test_an_order_of_numbers_gives_the_codes():
    rows = pd.DataFrame({"rooms": [4.0, 1.0, np.nan, 2.5] * 10})
    columns = (column("rooms", Role.CATEGORICAL, Kind.NUMBER),)
    recipe = ColumnRecipe(name="rooms", order=("1", "2.50", "3", "4"), impute="none")
    fitted = made(rows, labels(40), columns, recipes=(recipe,))
    assert fitted.X[:4, 0].tolist() == [3, 0, -2, 1]
    assert transform(fitted.preprocessor, pd.DataFrame({"rooms": [3.0, 9.0]}))[:, 0].tolist() == [2, -1]


def test_bins():
    fitted = made(X, bins=4)
    filled = X[BOTH].fillna(X[BOTH].median())
    by_hand = KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf").fit(filled)
    np.testing.assert_array_equal(fitted.X, by_hand.transform(filled))
    assert fitted.X.sum(axis=0) == pytest.approx(np.full(8, N / 4), abs=N / 10)
    low, high = by_hand.bin_edges_[0][:2]
    assert names(fitted)[0] == f"age_{low:.6g}..{high:.6g}"
    assert {feature.kind for feature in fitted.features} == {"bin"}


def test_bins_of_few_distinct_values_are_fewer():
    rows = pd.DataFrame({"a": [0.0] * 30 + [1.0, 2.0] * 5})
    fitted = made(rows, labels(40), THREE[:1], bins=5)
    assert 1 <= fitted.X.shape[1] < 5
    assert (fitted.X.sum(axis=1) == 1).all()


@pytest.mark.parametrize("interactions", [False, True])
def test_polynomials(interactions):
    rows = correlated().fillna(0.5)
    recipe = ColumnRecipe(name="b", bins=2)
    fitted = made(rows, columns=THREE, polynomial=3, interactions=interactions)
    values = {"a": rows["a"], "b": rows["b"], "c": rows["c"]}
    choose = combinations if interactions else combinations_with_replacement
    expected = {"*".join(f"{n}^{t.count(n)}" if t.count(n) > 1 else n for n in dict.fromkeys(t)): t
                for degree in (1, 2, 3) for t in choose("abc", degree)}  # fmt: skip
    assert names(fitted) == list(expected)
    for found, factors in zip(fitted.X.T, expected.values(), strict=True):
        np.testing.assert_allclose(found, np.prod([values[f] for f in factors], axis=0), rtol=1e-12)
    binned = made(rows, columns=THREE, polynomial=2, interactions=interactions, recipes=(recipe,))
    products = [f.name for f in binned.features if f.kind == "product"]
    assert products == (["a*c"] if interactions else ["a^2", "a*c", "c^2"]), "bins are not multiplied"
    assert [f.kind for f in binned.features][-2:] == ["bin", "bin"]


MOMENTS = pd.DataFrame({"t": dates(np.datetime64("2024-03-30T20:30") + np.arange(48) * np.timedelta64(1, "h"))})
TIME = (column("t", Role.DATETIME),)


def test_a_time_zone_moves_the_parts():
    recipe = ColumnRecipe(name="t", parts=("hour", "day", "time", "days"), timezone="Asia/Kolkata")
    fitted = made(MOMENTS, labels(48), TIME, recipes=(recipe,))
    local = [pd.Timestamp(t, tz="UTC").tz_convert("Asia/Kolkata") for t in MOMENTS["t"]]
    expected = [[t.hour, t.day, t.hour + t.minute / 60, i / 24] for i, t in enumerate(local)]
    np.testing.assert_allclose(fitted.X, expected, rtol=1e-12)
    assert names(fitted) == ["t_hour", "t_day", "t_time", "t_days"]
    utc = made(MOMENTS, labels(48), TIME, recipes=(ColumnRecipe(name="t", parts=("hour",)),))
    assert utc.X[0, 0] == 20


def test_cyclic():
    fitted = made(MOMENTS, labels(48), TIME, datetime="cyclic")
    by_name = dict(zip(names(fitted), fitted.X.T, strict=True))
    hours = MOMENTS["t"].dt.hour + MOMENTS["t"].dt.minute / 60
    np.testing.assert_allclose(by_name["t_time_sin"], np.sin(2 * np.pi * hours / 24), atol=1e-12)
    np.testing.assert_allclose(
        by_name["t_weekday_cos"], np.cos(2 * np.pi * MOMENTS["t"].dt.day_of_week / 7), atol=1e-12
    )
    assert "t_hour" not in by_name
    assert "t_days" in by_name


SELECTING = ["variance", "kbest", "mutual-info", "l1", "rfe"]


def signal(n=300):
    rng = np.random.default_rng(3)
    y = rng.choice(["a", "b"], n)
    frame = pd.DataFrame({f"noise{i}": rng.normal(size=n) for i in range(6)})
    frame["good"] = rng.normal(size=n) + 2 * (y == "b")
    frame["better"] = rng.normal(size=n) - 3 * (y == "b")
    return frame, y


@pytest.mark.parametrize("select", SELECTING)
def test_select(select):
    rows, y = signal()
    columns = tuple(column(name, Role.NUMERIC) for name in rows)
    fitted = made(rows, y, columns, select=select, select_k=2)
    kept = names(fitted)
    assert kept == (list(rows) if select == "variance" else ["good", "better"])
    np.testing.assert_array_equal(fitted.X, rows[kept])


def test_select_k_and_the_scores_of_scikit_learn():
    rows, y = signal()
    columns = tuple(column(name, Role.NUMERIC) for name in rows)
    scores = f_classif(rows, y)[0]
    best = sorted(np.argsort(-scores)[:5])
    assert names(made(rows, y, columns, select="kbest", select_k=5)) == [rows.columns[i] for i in best]
    information = mutual_info_classif(rows, y, random_state=0)
    assert {"good", "better"} == {rows.columns[i] for i in np.argsort(-information)[:2]}


def test_variance_leaves_out_what_is_constant_once_it_is_clipped():
    rows = pd.DataFrame({"a": np.r_[np.zeros(99), 1.0], "b": np.arange(100.0)})
    bins = made(rows, labels(100), THREE[:2], bins=3, select="variance")
    assert all(np.ptp(found) > 0 for found in bins.X.T)
    assert len(names(made(rows, labels(100), THREE[:2], bins=3))) > len(names(bins))


@pytest.mark.parametrize("reduce", ["pca", "svd"])
def test_reduce(reduce):
    rows = correlated().fillna(0.5)
    fitted = made(rows, columns=THREE, reduce=reduce, components=2)
    centred = rows - rows.mean() if reduce == "pca" else rows
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
    np.testing.assert_allclose(np.abs(fitted.X), np.abs(centred @ directions.T), atol=1e-6)
    assert names(fitted) == [f"{reduce}1", f"{reduce}2"]
    assert {feature.kind for feature in fitted.features} == {"component"}
    if reduce == "pca":
        np.testing.assert_allclose(np.abs(fitted.X), np.abs(PCA(2).fit_transform(rows)), atol=1e-6)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_seed_moves_the_folds_of_target_means_alone(task):
    y = Y if task is Task.BINARY else np.arange(N, dtype=float)
    plans = [plan_of(X, y, MIXED[3:4], task=task, encode="target", scale="none", seed=seed) for seed in (0, 1)]
    first, second = (fit_plan(plan, X, y, task=task) for plan in plans)
    assert not np.allclose(first.X, second.X)
    np.testing.assert_array_equal(transform(first.preprocessor, NEW), transform(second.preprocessor, NEW))


# --- every option, on one table -----------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "preset": "tree", "impute_numeric": "mean", "impute_categorical": "constant", "fill_value": "3",
    "missing_indicator": False, "outliers": "clip", "outlier_rule": "quantile", "bins": 3, "scale": "power",
    "encode": "count", "min_frequency": 0.3, "max_categories": 4, "datetime": "cyclic", "text": "bow",
    "analyzer": "char", "ngrams": "1,3", "stop_words": "english", "min_df": 40.0, "max_df": 0.3, "max_features": 5,
    "polynomial": 2, "interactions": True, "select": "kbest", "select_k": 4, "reduce": "svd", "components": 3,
    "resample": "random-over", "resample_ratio": 0.9, "max_synthetic": 17, "augment": "jitter", "augment_copies": 2,
    "augment_scale": 0.5, "seed": 1, "columns": (ColumnRecipe(name="grade", use=False),),
}  # fmt: skip
NEEDS: dict[str, dict[str, Any]] = {
    "fill_value": {"impute_numeric": "constant"},
    "outlier_rule": {"outliers": "clip"},
    "interactions": {"polynomial": 2},
    "select_k": {"select": "kbest"},
    "components": {"reduce": "svd"},
    "resample_ratio": {"resample": "random-over"},
    "augment_copies": {"augment": "jitter"},
    "augment_scale": {"augment": "jitter"},
    "min_frequency": {"encode": "onehot"},
    "max_categories": {"encode": "onehot"},
    "seed": {"encode": "target"},
}
"""What has to be on for an option to have something to do."""


def test_every_option_is_tried():
    assert set(CHANGES) == {field.name for field in fields(PreprocessParams)}


EVERY, COLUMNS = every_kind(80)
EVERY_Y = labels(80)


@cache
def matrix_of(options):
    given = {"recipes" if key == "columns" else key: value for key, value in options}
    matrix = fit_matrix(plan_of(EVERY, EVERY_Y, COLUMNS, **given), EVERY, EVERY_Y, task=Task.BINARY).X
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix


@pytest.mark.parametrize("option", sorted(CHANGES.keys() - {"max_synthetic"}))
def test_each_option_changes_the_matrix(option):
    before = NEEDS.get(option, {})
    first, second = matrix_of(tuple(before.items())), matrix_of((*before.items(), (option, CHANGES[option])))
    assert first.shape != second.shape or not np.array_equal(first, second)


def test_more_made_rows_than_max_synthetic_are_refused():
    with pytest.raises(UsageError, match="allows 17"):
        matrix_of((("augment", "jitter"), ("max_synthetic", CHANGES["max_synthetic"])))


def test_names_of_all_that_can_be_made_are_unique_and_tell_their_columns():
    rows, columns = every_kind()
    fitted = fit_plan(
        plan_of(rows, labels(len(rows)), columns, polynomial=2), rows, labels(len(rows)), task=Task.BINARY
    )
    made_names = feature_names(fitted.preprocessor)
    assert len(set(made_names)) == len(made_names) == fitted.X.shape[1]
    for feature in fitted.features:
        parts = feature.column.split("*")
        assert set(parts) <= {c.name for c in columns}
        assert feature.name.startswith(parts[0])


@pytest.mark.parametrize("options", [{"order": (*SIZES,)}, {}], ids=["ordered", "as it comes"])
@pytest.mark.parametrize("number", [False, True])
def test_a_gap_that_stays_has_a_code_of_its_own(options, number):
    words = strings(["small", "large", None] * 10)
    rows = pd.DataFrame({"c": words.map({"small": 1.0, "large": 2.0}).astype(float) if number else words})
    order = {"order": ("1", "2")} if number and options else options
    recipe = ColumnRecipe(name="c", encode="ordinal", impute="none", **order)
    columns = (column("c", Role.CATEGORICAL, Kind.NUMBER if number else Kind.STRING),)
    fitted = made(rows, labels(30), columns, recipes=(recipe,))
    assert (fitted.X[2::3, 0] == -2).all()
    assert (fitted.X[0::3, 0] >= 0).all()
    later = rows[2::3].reset_index(drop=True)
    assert (transform(fitted.preprocessor, later) == -2).all()


@pytest.mark.parametrize("scale", [*SCALERS, "none"])
@pytest.mark.parametrize("impute", ["knn", "iterative", "median"])
def test_a_fold_may_have_columns_that_are_empty_or_constant(scale, impute):
    outliers = "clip" if scale in ("power", "standard") else "none"
    plan = plan_of(X, Y, NUMBERS, scale=scale, impute_numeric=impute, outliers=outliers)
    fold = X.iloc[:40].assign(age=np.nan, income=7.0)
    fitted = fit_plan(plan, fold, Y[:40], task=Task.BINARY)
    assert np.isfinite(fitted.X).all()
    assert np.isfinite(transform(fitted.preprocessor, X)).all()
    assert fitted.X.shape[1] == 3
