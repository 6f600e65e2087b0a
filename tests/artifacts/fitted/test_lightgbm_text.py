"""LightGBM's text: what training writes passes, and what is not so is refused before the library follows it."""

import random
import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from mlpipe.artifacts.fitted.lightgbm_text import lightgbm_holds
from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.errors import ArtifactError
from mlpipe.models.boosters.lightgbm import LightgbmClassifier, LightgbmRegressor
from tests.artifacts.fitted.attempts import attempt_all
from tests.artifacts.fitted.boosted import X, asked, changed
from tests.artifacts.fitted.mutating import wrong_text
from tests.artifacts.fitted.test_generated import trying

pytest.importorskip("lightgbm")
OF_NUMBERS = ("regression", "l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie", "cross_entropy")
OF_TWO = ("binary", "cross_entropy", "cross_entropy_lambda")
OF_MANY = ("multiclass", "multiclassova")
N_MUTANTS = 300


def fitted(objective: str | None, n_classes: int = 0, **params: Any) -> Any:
    """A small model of two features and codes of categories; of quantities without classes."""
    few: dict[str, Any] = {
        "n_estimators": 3,
        "num_leaves": 5,
        "categories": (2,),
        "colsample_bytree": 1.0,
        "objective": objective,
    }
    codes = X[:, 2] % max(n_classes, 2)
    kind: Any = LightgbmClassifier if n_classes else LightgbmRegressor
    return kind(**(few | params)).fit(X, codes)


MODELS = (
    *[(objective, 0) for objective in OF_NUMBERS],
    *[(objective, 2) for objective in OF_TWO],
    *[(objective, 3) for objective in OF_MANY],
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("objective", "n_classes"), MODELS)
def test_what_training_writes_passes(objective: str, n_classes: int) -> None:
    targets = np.arange(600) % max(n_classes, 2) + (0 if n_classes or objective == "cross_entropy" else 1)
    kind: Any = LightgbmClassifier if n_classes else LightgbmRegressor
    for params in ({}, {"extra_trees": True, "subsample": 0.5}, {"categories": (2,)}, {"num_leaves": 2}):
        assert lightgbm_holds(kind(n_estimators=3, objective=objective, **params).fit(X, targets))
    assert lightgbm_holds(kind(n_estimators=2, objective=objective).fit(X[:6], targets[:6]))  # one leaf a tree
    assert lightgbm_holds(kind())


@cache
def by_sets() -> Any:
    model = fitted("binary", 2)
    assert {"num_cat=2", "num_cat=1"} & set(model.model_.split("\n"))
    return model


@cache
def of_three() -> Any:
    return fitted("multiclass", 3, categories=None)


def resized(text: str) -> str:
    """The text with the sizes of its trees as they are."""
    trees = re.split(r"^(?=Tree=)|^(?=end of trees)", text, flags=re.MULTILINE)
    sizes = " ".join(str(len(tree.encode())) for tree in trees if tree.startswith("Tree="))
    return re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", text, count=1, flags=re.MULTILINE)


EDITS = (
    ("num_class=1", "num_class=2"),
    ("num_tree_per_iteration=1", "num_tree_per_iteration=2"),
    ("num_tree_per_iteration=1", "num_tree_per_iteration=0"),
    ("max_feature_idx=2", "max_feature_idx=1"),
    ("max_feature_idx=2", "max_feature_idx=999999999"),
    ("version=v4", "version=five"),
    ("objective=binary sigmoid:1", "objective=multiclass num_class:9"),
    ("objective=binary sigmoid:1", "objective=rank_xendcg"),
    ("label_index=0", "label_index=0\nmonotone_constraints=1 0 0"),
    ("Column_1 Column_2", "Column_1"),
    ("Column_1 Column_2", "Column_2 Column_1"),
    ("feature_infos=", "feature_infos=none "),
    ("Tree=1", "Tree=2"),
    (r"num_leaves=\d+", "num_leaves=6"),
    (r"num_leaves=\d+", "num_leaves=0"),
    (r"num_leaves=\d+", "num_leaves=99999999"),
    (r"num_cat=\d+", "num_cat=0"),
    (r"num_cat=\d+", "num_cat=999"),
    ("split_feature=2", "split_feature=3"),
    ("split_feature=2", "split_feature=-1"),
    ("split_feature=2 ", "split_feature="),
    ("threshold=0 ", "threshold=77 "),
    ("threshold=0 ", "threshold=0.5 "),
    ("threshold=0 ", "threshold=nan "),
    (r"decision_type=\d+", "decision_type=12"),
    (r"left_child=-?\d+", "left_child=0"),
    (r"left_child=-?\d+", "left_child=2147483647"),
    (r"left_child=-?\d+", "left_child=-99"),
    (r"right_child=(.*)", r"right_child=\1 1"),
    ("leaf_value=", "leaf_value=0.5 "),
    ("leaf_weight=.*", "leaf_weight="),
    ("leaf_count=", "leaf_count=1 "),
    ("internal_value=", "internal_value=1 "),
    ("internal_count=", "internal_count=1 "),
    ("cat_boundaries=0 ", "cat_boundaries=1 "),
    (r"cat_boundaries=0 (\d+)", "cat_boundaries=0 99"),
    (r"cat_threshold=(\d+)", r"cat_threshold=\1 1"),
    (r"cat_boundaries=.*\n", ""),
    ("is_linear=0", "is_linear=1"),
    ("shrinkage=1", "shrinkage=1\nleaf_const=1"),
    ("end of trees", "end"),
    (r"\[boosting: gbdt\]", "boosting"),
    (r"\[boosting: gbdt\]", '[boosting: "]'),
    ("pandas_categorical:null", "pandas_categorical:[]"),
    ("\n$", "\nmore\n"),
)


@pytest.mark.parametrize(("found", "put"), EDITS)
def test_one_edit_is_refused(found: str, put: str) -> None:
    text = by_sets().model_
    edited = re.sub(found, put, text, count=1)
    assert edited != text
    assert lightgbm_holds(changed(by_sets(), text))
    assert not lightgbm_holds(changed(by_sets(), resized(edited)))


def test_sizes_of_trees_are_those_that_they_have() -> None:
    text = by_sets().model_
    size = re.findall(r"tree_sizes=(\d+)", text)[0]
    for wrong in (str(int(size) - 1), str(int(size) + 1), "999999999", ""):
        assert not lightgbm_holds(changed(by_sets(), text.replace(f"tree_sizes={size}", f"tree_sizes={wrong}", 1)))


def test_there_are_as_many_answers_as_classes() -> None:
    model = of_three()
    assert lightgbm_holds(model)
    for classes in (np.arange(2), np.arange(4)):
        wrong = changed(model, model.model_)
        wrong.classes_ = classes
        assert not lightgbm_holds(wrong)
    for told in ("2", "999"):
        assert not lightgbm_holds(changed(model, model.model_.replace("num_class:3", f"num_class:{told}", 1)))
    wide = changed(model, model.model_)
    wide.n_features_in_ = 10**12
    assert not lightgbm_holds(wide)


def chain_of(depth: int) -> str:
    """One tree, each of whose nodes has a leaf and the next node."""
    nodes, leaves = range(depth), range(depth + 1)
    lines: dict[str, Any] = {
        "num_leaves": [depth + 1], "num_cat": [0], "split_feature": [0] * depth, "split_gain": [1] * depth,
        "threshold": [0.5] * depth, "decision_type": [2] * depth, "left_child": [-1 - node for node in nodes],
        "right_child": [*[node + 1 for node in nodes[:-1]], -depth - 1], "leaf_value": leaves, "leaf_weight": leaves,
        "leaf_count": leaves, "internal_value": nodes, "internal_weight": nodes, "internal_count": nodes,
        "is_linear": [0], "shrinkage": [1],
    }  # fmt: skip
    tree = "Tree=0\n" + "".join(f"{name}={' '.join(map(str, cells))}\n" for name, cells in lines.items()) + "\n\n"
    text = fitted("regression", n_estimators=1).model_
    return resized(re.sub(r"Tree=0\n.*(?=end of trees)", tree, text, flags=re.DOTALL))


@pytest.mark.parametrize(("depth", "sound"), [(3, True), (5_000, True), (5_001, False)])
def test_trees_are_not_deeper_than_recursion_goes(depth: int, sound: bool) -> None:
    model = changed(fitted("regression", n_estimators=1), chain_of(depth))
    assert lightgbm_holds(model) is sound
    if sound:
        assert model.contributions(X[:1]).shape == (1, 1, 3)


@pytest.mark.parametrize("model", [by_sets, of_three])
def test_a_file_with_a_wrong_text_ends_no_process(model: Any) -> None:
    draw, sound = random.Random(0), model()
    files = []
    for _ in range(N_MUTANTS):
        trees, end, rest = sound.model_.partition("end of trees")
        wrong = wrong_text(trees, draw) + end + rest if draw.random() < 0.9 else trees + wrong_text(end + rest, draw)
        files.append(dump_joblib(changed(sound, resized(wrong) if draw.random() < 0.8 else wrong)))
    said = [end.partition(" ")[0] for end in attempt_all([trying(data, asked) for data in files])]
    assert set(said) <= {"refused", "answered", "told"}
    assert said.count("refused") > N_MUTANTS / 2
    assert attempt_all([trying(dump_joblib(sound), asked)]) == ["answered"]


def test_the_message_says_what_is_wrong() -> None:
    wrong = changed(by_sets(), by_sets().model_.replace("num_cat=", "num_cat=9"))
    with pytest.raises(ArtifactError, match="numbers in the state of an estimator lead out of it"):
        load_joblib(dump_joblib(wrong))
