"""CatBoost's JSON: what training writes passes, and what is not so is refused before the library follows it."""

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from mlpipe.artifacts.fitted.catboost_json import catboost_holds
from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.boosters.catboost import CatboostClassifier, CatboostRegressor, as_text
from tests.artifacts.fitted.attempts import attempt_all
from tests.artifacts.fitted.boosted import X, changed
from tests.artifacts.fitted.mutating import wrong_bytes, wrong_tree
from tests.artifacts.fitted.test_generated import trying

catboost = pytest.importorskip("catboost")
OF_NUMBERS = (
    "RMSE", "MAE", "MAPE", "Quantile:alpha=0.9", "Expectile:alpha=0.7", "Huber:delta=1", "Lq:q=2", "LogCosh", "Poisson",
    "Tweedie:variance_power=1.5",
)  # fmt: skip
OF_TWO = ("Logloss", "CrossEntropy", "Focal:focal_alpha=0.5;focal_gamma=1", "MultiClass")
MODELS = (
    *[(loss, 0) for loss in OF_NUMBERS],
    *[(loss, 2) for loss in OF_TWO],
    ("MultiClass", 5),
)
CODED = np.column_stack([X, np.arange(600) % 3, np.arange(600) % 2, np.ones(600)])
"""A category of 70 levels, one of three, one of two, and a number that never changes."""
N_MUTANTS = 300


def fitted(loss: str | None, n_classes: int = 0, rows: Any = CODED, **params: Any) -> Any:
    """A small model; of quantities without classes."""
    few: dict[str, Any] = {"iterations": 5, "depth": 4, "random_state": 0, "loss_function": loss}
    kind: Any = CatboostClassifier if n_classes else CatboostRegressor
    return kind(**(few | params)).fit(rows, (CODED[:, 2] % n_classes if n_classes else CODED[:, 2] + 1)[: len(rows)])


@pytest.mark.parametrize(("loss", "n_classes"), MODELS)
def test_what_training_writes_passes(loss: str, n_classes: int) -> None:
    for params in ({}, {"categories": (2,)}, {"categories": (4, 3, 2)}, {"depth": 1}, {"rows": CODED[:12]}):
        assert catboost_holds(fitted(loss, n_classes, **params)), params


def test_what_is_not_fitted_passes() -> None:
    assert catboost_holds(CatboostClassifier())


@cache
def by_statistics() -> Any:
    """Of two classes, by statistics of categories together with splits by numbers and codes; the last trees alone."""
    model = CatboostClassifier(iterations=300, depth=4, random_state=0, categories=(2, 3, 4))
    model.fit(CODED, (CODED[:, 2] % 7 < 3) ^ (CODED[:, 1] > 0) ^ (CODED[:, 4] > 0))
    found = json.loads(model.model_)
    return changed(model, as_text(found | {"oblivious_trees": found["oblivious_trees"][-5:]}))


@cache
def of_five() -> Any:
    return fitted("MultiClass", 5, categories=(2,))


def test_statistics_of_categories_with_all_that_goes_with_them_are_checked() -> None:
    elements = [part for ctr in parsed()["features_info"]["ctrs"] for part in ctr["elements"]]
    kinds = {"cat_feature_value", "float_feature", "cat_feature_exact_value"}
    assert {part["combination_element"] for part in elements} == kinds
    assert {ctr["ctr_type"] for ctr in parsed()["features_info"]["ctrs"]} == {"Borders", "Counter"}
    assert catboost_holds(by_statistics())


@pytest.mark.parametrize(("loss", "n_classes"), [("RMSE", 0), ("Logloss", 2), ("MultiClass", 5)])
@pytest.mark.parametrize("categories", [None, (2, 3, 4)])
def test_the_text_answers_as_what_was_trained(loss: str, n_classes: int, categories: Any) -> None:
    model = fitted(loss, n_classes, categories=categories, iterations=100)
    own = catboost.CatBoost({**own_params(model), "allow_writing_files": False, "verbose": 0, "thread_count": 1})
    own.fit(model._pool(CODED, model._encoded(CODED[:, 2] % n_classes if n_classes else CODED[:, 2] + 1)))
    for rows in (CODED, CODED[::-1] * -1, CODED + 100):  # with levels that nobody knows
        theirs = own.predict(model._pool(rows), prediction_type=model._kind())
        np.testing.assert_allclose(model._answer(rows), theirs, rtol=0, atol=1e-12)


def own_params(model: Any) -> dict[str, Any]:
    return {name: value for name, value in model.get_params().items() if name != "categories" and value is not None}


def parsed(model: Any = by_statistics) -> Any:
    return json.loads(model().model_)


def put(*way: Any, value: Any) -> Callable[[Any], None]:
    def edit(found: Any) -> None:
        for name in way[:-1]:
            found = found[name]
        found[way[-1]] = value

    return edit


NUMBER, CODE = ("features_info", "float_features", 0), ("features_info", "categorical_features", 0)
CTR, TREE = ("features_info", "ctrs", 0), ("oblivious_trees", 0)


def table(name: str, value: Any, place: int | None = None) -> Callable[[Any], None]:
    """Another value in the first table of counts."""

    def edit(found: Any) -> None:
        first = found["ctr_data"][min(found["ctr_data"])]
        if place is None:
            first[name] = value
        else:
            first[name][place] = value

    return edit


def longer(*way: Any) -> Callable[[Any], None]:
    def edit(found: Any) -> None:
        for name in way:
            found = found[name]
        found.append(found[-1])

    return edit


EDITS: dict[str, Callable[[Any], None]] = {
    "another field": put("more", value=1),
    "no trees": put("oblivious_trees", value=[]),
    "loss": put("model_info", "loss_function", "type", value="RMSE"),
    "more information": put("model_info", "params", value={}),
    "scale of a text": put("scale_and_bias", 0, value="1"),
    "bias of more": longer("scale_and_bias", 1),
    "more features": longer("features_info", "float_features"),
    "less features": put("features_info", "float_features", value=[]),
    "features of words": put("features_info", "text_features", value=[]),
    "features of another kind": put("features_info", "float_features", value={}),
    "place of a number": put(*NUMBER, "flat_feature_index", value=1),
    "place that is true": put("features_info", "float_features", 1, "feature_index", value=True),
    "fraction of a place": put("features_info", "float_features", 1, "feature_index", value=1.0),
    "place of a category": put(*CODE, "flat_feature_index", value=0),
    "gaps": put(*NUMBER, "has_nans", value=1),
    "treatment of gaps": put(*NUMBER, "nan_value_treatment", value="AsWords"),
    "border twice": longer(*NUMBER, "borders"),
    "borders out of order": put(*NUMBER, "borders", 0, value=9.0),
    "border too large": put(*NUMBER, "borders", -1, value=1e39),
    "border of a text": put(*NUMBER, "borders", 0, value="-9"),
    "code too large": put("features_info", "categorical_features", 1, "values", value=[2**31]),
    "code of a text": put("features_info", "categorical_features", 1, "values", value=["1"]),
    "kind of statistic": put(*CTR, "ctr_type", value="Buckets"),
    "class of a statistic": put(*CTR, "target_border_idx", value=1),
    "class below zero": put(*CTR, "target_border_idx", value=-1),
    "class that is false": put(*CTR, "target_border_idx", value=False),
    "prior of a text": put(*CTR, "prior_numerator", value="1"),
    "another field of a statistic": put(*CTR, "more", value=1),
    "borders of a statistic": put(*CTR, "borders", value=[2, 1]),
    "statistic of nothing": put(*CTR, "elements", value=[]),
    "statistic of a category beyond": put(*CTR, "elements", 0, "cat_feature_index", value=3),
    "statistic of another table": put(*CTR, "elements", 0, "cat_feature_index", value=2),
    "no table": put("ctr_data", value={}),
    "table of nothing": put("ctr_data", "more", value={}),
    "no rows": table("hash_map", []),
    "a cell less": lambda found: found["ctr_data"][min(found["ctr_data"])]["hash_map"].pop(),
    "hash of a number": table("hash_map", 1, 0),
    "hash of a word": table("hash_map", "x", 0),
    "hash too large": table("hash_map", str(2**64), 0),
    "other digits": table("hash_map", "\u0661", 0),
    "hash twice": lambda found: table("hash_map", found["ctr_data"][min(found["ctr_data"])]["hash_map"][0], 3)(found),
    "count of a text": table("hash_map", "1", 1),
    "count below zero": table("hash_map", -1, 1),
    "count too large": table("hash_map", 2**31, 1),
    "width of a row": table("hash_stride", 4),
    "width of two": table("hash_stride", 2),
    "width of nothing": table("hash_stride", 0),
    "width that is true": table("hash_stride", True),
    "all counts": table("counter_denominator", 0.5),
    "another field of a table": table("more", 1),
    "a leaf more": longer(*TREE, "leaf_values"),
    "a weight more": longer(*TREE, "leaf_weights"),
    "leaf of a text": put(*TREE, "leaf_values", 0, value="1"),
    "weight of nothing": put(*TREE, "leaf_weights", 0, value=None),
    "split beyond": put(*TREE, "splits", 0, "split_index", value=10_000),
    "split below zero": put(*TREE, "splits", 0, "split_index", value=-1),
    "split of a text": put(*TREE, "splits", 0, "split_index", value="1"),
    "more of a split": put(*TREE, "splits", 0, "border", value=1),
    "a split more": longer(*TREE, "splits"),
    "another field of a tree": put(*TREE, "more", value=1),
    "no leaves": lambda found: found["oblivious_trees"][0].pop("leaf_values"),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_is_refused(name: str) -> None:
    found = parsed()
    EDITS[name](found)
    text = as_text(found)
    assert text != by_statistics().model_
    assert not catboost_holds(changed(by_statistics(), text))


def test_splits_and_tables_are_as_many_as_they_may_be() -> None:
    """The last split that there is passes, and so does the last class that has a border."""
    found = parsed(of_five)
    info = found["features_info"]
    n_bins = sum(len(part["borders"]) for part in (*info["float_features"], *info["ctrs"]))
    for index, holds in ((n_bins - 1, True), (n_bins, False)):
        found["oblivious_trees"][0]["splits"][0]["split_index"] = index
        assert catboost_holds(changed(of_five(), as_text(found))) is holds
    for place, holds in ((3, True), (4, False)):
        wrong = parsed(of_five)
        wrong["features_info"]["ctrs"][0]["target_border_idx"] = place
        assert catboost_holds(changed(of_five(), as_text(wrong))) is holds


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + " ",
        lambda text: text.replace("[0]]", "[0.0e0]]"),
        lambda text: text.replace('"scale":15', '"scale":15,"scale":15', 1),
        lambda text: text.replace('"scale":15', '"scale":NaN', 1),
        lambda text: text.replace('"scale":15', '"scale":1e999', 1),
        lambda text: text.replace('"scale":15', '"scale":1' + "0" * 9_999, 1),
        lambda text: text[:-1],
        lambda _text: "[" * 100_000,
        lambda _text: "5",
        lambda _text: "",
    ],
)
def test_another_text_of_the_same_is_refused(change: Callable[[str], str]) -> None:
    text = change(by_statistics().model_)
    assert text != by_statistics().model_
    assert not catboost_holds(changed(by_statistics(), text))


def test_there_are_as_many_answers_as_classes() -> None:
    for sound, classes in ((of_five(), 2), (of_five(), 4), (by_statistics(), 3), (by_statistics(), 1)):
        wrong = changed(sound, sound.model_)
        wrong.classes_ = np.arange(classes)
        wrong.loss_function = sound._loss()
        assert not catboost_holds(wrong)


def test_opening_a_file_leaves_the_library_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CatboostClassifier, "_load", lambda *_: pytest.fail("the library was asked to read"))
    found = load_joblib(dump_joblib(by_statistics()))
    assert np.array_equal(found.classes_, by_statistics().classes_)


@pytest.mark.parametrize("model", [by_statistics, of_five])
def test_a_file_with_a_wrong_text_ends_no_process(model: Any) -> None:
    draw, sound = random.Random(0), model()
    files = []
    for number in range(N_MUTANTS):
        if number % 3 == 0:
            wrong = wrong_bytes(sound.model_.encode(), draw).decode(errors="replace")
        else:
            wrong = as_text(wrong_tree(parsed(model), draw))
        files.append(dump_joblib(changed(sound, wrong)))
    said = [end.partition(" ")[0] for end in attempt_all([trying(data, asked_of_all) for data in files])]
    assert set(said) <= {"refused", "answered", "told"}
    assert said.count("refused") > N_MUTANTS / 2
    assert attempt_all([trying(dump_joblib(sound), asked_of_all)]) == ["answered"]


def asked_of_all(model: Any) -> list[Any]:
    return [model.predict(CODED), model.predict_proba(CODED * -9), model.contributions(CODED[:20])]
