"""XGBoost's bytes: what training writes passes, and what is not so is refused before the library follows it."""

import copy
import random
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from mlpipe.artifacts.fitted.ubjson import UbjsonError, parse_ubjson
from mlpipe.artifacts.fitted.unpickle import dump_joblib
from mlpipe.artifacts.fitted.xgboost_trees import xgboost_holds
from mlpipe.models.boosters.xgboost import XgboostClassifier, XgboostRegressor
from tests.artifacts.fitted.attempts import attempt_all
from tests.artifacts.fitted.boosted import X, asked, changed
from tests.artifacts.fitted.mutating import wrong_bytes, wrong_tree
from tests.artifacts.fitted.test_generated import trying

pytest.importorskip("xgboost")
OF_NUMBERS = (
    "reg:squarederror", "reg:squaredlogerror", "reg:logistic", "reg:pseudohubererror", "reg:absoluteerror",
    "reg:tweedie", "count:poisson", "rank:pairwise",
)  # fmt: skip
MODELS = (
    *[(objective, 0) for objective in OF_NUMBERS],
    *[(objective, 2) for objective in ("binary:logistic", "binary:hinge")],
    ("multi:softprob", 3),
)
N_MUTANTS = 300


def fitted(objective: str | None, n_classes: int = 0, **params: Any) -> Any:
    """A small model; of quantities without classes."""
    few: dict[str, Any] = {"n_estimators": 3, "max_depth": 3, "colsample_bytree": 1.0, "objective": objective}
    kind: Any = XgboostClassifier if n_classes else XgboostRegressor
    return kind(**(few | params)).fit(X, X[:, 2] % max(n_classes, 2))


@pytest.mark.parametrize(("objective", "n_classes"), MODELS)
def test_what_training_writes_passes(objective: str, n_classes: int) -> None:
    for params in ({}, {"gamma": 2.0}, {"gamma": 1e9}, {"categories": (2,)}, {"n_estimators": 200, "max_depth": 1}):
        model = fitted(objective, n_classes, **params)
        assert xgboost_holds(model)
        assert written(parse_ubjson(model.model_)) == model.model_


def test_what_is_not_fitted_passes() -> None:
    assert xgboost_holds(XgboostClassifier())


def written(value: Any) -> bytes:
    """The bytes that XGBoost writes of a value."""
    if isinstance(value, dict):
        return b"{" + b"".join(written(key)[1:] + written(part) for key, part in value.items()) + b"}"
    if isinstance(value, list):
        return b"[#" + sized(len(value)) + b"".join(map(written, value))
    if isinstance(value, str):
        return b"S" + sized(len(value)) + value.encode("latin-1")
    if isinstance(value, np.ndarray):
        code = {"i4": b"l", "i8": b"L", "u1": b"U", "f4": b"d", "f8": b"D"}[value.dtype.str[1:]]
        return b"[$" + code + b"#" + sized(len(value)) + value.tobytes()
    return number(value)


def number(value: float) -> bytes:
    """One number; truth and floats are never written by XGBoost alone, and are wrong ones."""
    if isinstance(value, bool | float):
        return (b"T" if value else b"F") if isinstance(value, bool) else b"D" + struct.pack(">d", value)
    for code, form, least, most in ((b"i", ">b", -128, 127), (b"I", ">h", -(2**15), 2**15 - 1)):
        if least < value < most:
            return code + struct.pack(form, value)
    return b"l" + struct.pack(">i", value)


def sized(n: int) -> bytes:
    return b"L" + struct.pack(">q", n)


@cache
def by_sets() -> Any:
    model = fitted("multi:softprob", 3, categories=(2,))
    assert len(tree_of(parse_ubjson(model.model_))["categories_nodes"]) > 1
    return model


@cache
def of_numbers() -> Any:
    return fitted("reg:squarederror")


def tree_of(found: Any) -> Any:
    return found["learner"]["gradient_booster"]["model"]["trees"][0]


def put(*way: str, value: Any) -> Callable[[Any], None]:
    def edit(found: Any) -> None:
        for name in way[:-1]:
            found = found[name]
        found[way[-1]] = value

    return edit


def cell(name: str, value: Any, place: int = 0) -> Callable[[Any], None]:
    """Another number in an array of the first tree."""

    def edit(found: Any) -> None:
        tree_of(found)[name] = tree_of(found)[name].copy()
        tree_of(found)[name][place] = value

    return edit


def array(name: str, change: Callable[[Any], Any]) -> Callable[[Any], None]:
    return lambda found: tree_of(found).__setitem__(name, change(tree_of(found)[name]))


ARRAYS = (
    "base_weights", "categories", "categories_nodes", "categories_segments", "categories_sizes", "default_left",
    "left_children", "loss_changes", "parents", "right_children", "split_conditions", "split_indices", "split_type",
    "sum_hessian",
)  # fmt: skip
MODEL = ("learner", "gradient_booster", "model")
EDITS: dict[str, Callable[[Any], None]] = {
    **{f"{name} shorter": array(name, lambda found: found[:-1]) for name in ARRAYS},
    **{f"{name} of another type": array(name, lambda found: found.astype(">f8")) for name in ARRAYS},
    "child beyond": cell("left_children", 999),
    "child before": cell("left_children", 0),
    "child twice": cell("left_children", 2),
    "one child": cell("right_children", -1),
    "negative child": cell("left_children", -7),
    "feature beyond": cell("split_indices", 3),
    "negative feature": cell("split_indices", -1),
    "parent": cell("parents", 0),
    "side of gaps": cell("default_left", 2),
    "kind of split": cell("split_type", 2),
    "no set": cell("split_type", 0),
    "set of a leaf": cell("split_type", 1, -1),
    "negative code": cell("categories", -1),
    "huge code": cell("categories", 2**24),
    "set beyond": cell("categories_sizes", 999),
    "negative set": cell("categories_sizes", -1),
    "set elsewhere": cell("categories_segments", 1),
    "node of a set": cell("categories_nodes", 1),
    "nodes told": lambda found: tree_of(found)["tree_param"].update(num_nodes="99"),
    "answers of a leaf": lambda found: tree_of(found)["tree_param"].update(size_leaf_vector="3"),
    "number of a tree": lambda found: tree_of(found).update(id=5),
    "another field of a tree": lambda found: tree_of(found).update(more=1),
    "no tree": put(*MODEL, "trees", value=[]),
    "rounds": put(*MODEL, "iteration_indptr", value=[0, 3, 6, 99]),
    "classes of trees": put(*MODEL, "tree_info", value=[0, 1, 7] * 3),
    "categories by name": put(*MODEL, "cats", "enc", value=[1]),
    "trees told": put(*MODEL, "gbtree_model_param", "num_trees", value="8"),
    "booster": put("learner", "gradient_booster", "name", value="dart"),
    "features told": put("learner", "learner_model_param", "num_feature", value="4"),
    "classes told": put("learner", "learner_model_param", "num_class", value="4"),
    "targets told": put("learner", "learner_model_param", "num_target", value="2"),
    "score": put("learner", "learner_model_param", "base_score", value="[1,2]"),
    "score of a word": put("learner", "learner_model_param", "base_score", value="[1,2,x]"),
    "open score": put("learner", "learner_model_param", "base_score", value="[1,2,3"),
    "classes of the loss": put("learner", "objective", "softmax_multiclass_param", "num_class", value="4"),
    "loss": put("learner", "objective", "name", value="reg:squarederror"),
    "unknown loss": put("learner", "objective", "name", value="multi:"),
    "loss of a list": put("learner", "objective", "softmax_multiclass_param", "more", value=[]),
    "two of a loss": put("learner", "objective", "more_param", value={"num_class": "3"}),
    "attributes": put("learner", "attributes", value={"a": "b"}),
    "names": put("learner", "feature_names", value=["a", "b", "c"]),
    "types": put("learner", "feature_types", value=["q", "q", "q"]),
    "types of more": put("learner", "feature_types", value=["q", "q", "c", "q"]),
    "another field": put("learner", "more", value=1),
    "version": put("version", value=[3, "2", 0]),
    "no learner": put("learner", value=5),
    "no version": lambda found: found.pop("version"),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_is_refused(name: str) -> None:
    found = parse_ubjson(by_sets().model_)
    EDITS[name](found)
    assert not xgboost_holds(changed(by_sets(), written(found)))


def test_there_are_as_many_answers_as_classes() -> None:
    for classes in (2, 4):
        wrong = changed(by_sets(), by_sets().model_)
        wrong.classes_ = np.arange(classes)
        assert not xgboost_holds(wrong)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "beyond the end"),
        (b"Z", "a kind of value"),
        (b"{", "no text or number"),
        (b"i", "beyond the end"),
        (b"S" + sized(9) + b"a", "beyond the end"),
        (b"S" + sized(-1), "beyond the end"),
        (b"S" + sized(1) + b"\xff", "no text or number"),
        (b"Si\x01a", "no length"),
        (b"[]", "without its length"),
        (b"[#" + sized(2**40), "beyond the end"),
        (b"[$Z#" + sized(0), "a kind of number"),
        (b"[$l#" + sized(2**61), "beyond the end"),
        (b"[$l" + sized(1), "no length"),
        (b"i\x05i", "after its end"),
        (b"{" + (sized(1) + b"ai\x01") * 2 + b"}", "comes twice"),
        ((b"[#" + sized(1)) * 14, "too deep"),
    ],
)
def test_bytes_that_are_not_of_the_format(data: bytes, told: str) -> None:
    with pytest.raises(UbjsonError, match=told):
        parse_ubjson(data)


@pytest.mark.parametrize("model", [by_sets, of_numbers])
def test_a_file_with_wrong_bytes_ends_no_process(model: Any) -> None:
    draw, sound = random.Random(0), model()
    parsed = parse_ubjson(sound.model_)
    files = []
    for number in range(N_MUTANTS):
        whole = number % 3 == 0
        wrong = wrong_bytes(sound.model_, draw) if whole else written(wrong_tree(copy.deepcopy(parsed), draw))
        files.append(dump_joblib(changed(sound, wrong)))
    said = [end.partition(" ")[0] for end in attempt_all([trying(data, asked) for data in files])]
    assert set(said) <= {"refused", "answered", "told"}
    assert said.count("refused") > N_MUTANTS / 2
    assert attempt_all([trying(dump_joblib(sound), asked)]) == ["answered"]
