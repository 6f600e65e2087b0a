"""Checks of XGBoost's binary format: the library follows children, features and categories of it without looking.

What is not of the form that training writes is refused: unknown fields, trees of several answers, other boosters.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlpipe.artifacts.fitted.tree_shape import is_tree
from mlpipe.artifacts.fitted.ubjson import UbjsonError, parse_ubjson

_NUMBER = r"-?\d+(?:\.\d+)?(?:E-?\d+)?"
_SCORES = re.compile(rf"\[?{_NUMBER}(?:,{_NUMBER})*\]?", re.ASCII)
_OBJECTIVES = re.compile(r"(?:reg|binary|multi|count|rank|survival):[a-z]+")
_NODE_ARRAYS = {
    "base_weights": "f4", "default_left": "u1", "left_children": "i4", "loss_changes": "f4", "parents": "i4",
    "right_children": "i4", "split_conditions": "f4", "split_indices": "i4", "split_type": "u1", "sum_hessian": "f4",
}  # fmt: skip
_SET_ARRAYS = {"categories": "i4", "categories_nodes": "i4", "categories_segments": "i8", "categories_sizes": "i8"}
_NO_PARENT = 2**31 - 1
_CATEGORIES = 2**24
"""The library takes codes below it."""


def xgboost_holds(model: Any) -> bool:
    """Whether XGBoost stays within the trees of its bytes, and gives as many answers as the model has classes."""
    if not hasattr(model, "model_"):
        return True
    n_classes = len(vars(model).get("classes_", ()))
    try:
        found = parse_ubjson(model.model_)
        return _model_holds(found, model, n_classes if n_classes > 2 else 1)
    except (UbjsonError, KeyError, TypeError, AttributeError):  # of another form
        return False


def _model_holds(found: Any, model: Any, n_outputs: int) -> bool:
    learner = found["learner"]
    booster = learner["gradient_booster"]
    kinds = ["c" if place in (model.categories or ()) else "q" for place in range(len(learner["feature_types"]))]
    return (
        found.keys() == {"learner", "version"}
        and [type(part) for part in found["version"]] == [int] * 3
        and learner.keys()
        == {"attributes", "feature_names", "feature_types", "gradient_booster"} | {"learner_model_param", "objective"}
        and (learner["attributes"], learner["feature_names"]) == ({}, [])
        and learner["feature_types"] == kinds
        and len(kinds) == model.n_features_in_
        and _objective_holds(learner["objective"], n_outputs)
        and _facts_hold(learner["learner_model_param"], len(kinds), n_outputs)
        and (booster.keys(), booster["name"]) == ({"model", "name"}, "gbtree")
        and _trees_hold(booster["model"], len(kinds), n_outputs)
    )


def _objective_holds(objective: dict[str, Any], n_outputs: int) -> bool:
    name, others = objective["name"], {key: value for key, value in objective.items() if key != "name"}
    params = {key: value for part in others.values() for key, value in part.items()}
    told = params.get("num_class", "1")
    plain = len(others) <= 1 and all(type(value) is str for value in params.values())
    several = name.startswith("multi:") == ("num_class" in params)
    return plain and several and told == str(n_outputs) and _OBJECTIVES.fullmatch(name) is not None


def _facts_hold(facts: dict[str, str], n_features: int, n_outputs: int) -> bool:
    scores = facts["base_score"]
    told = {"num_class": str(n_outputs if n_outputs > 1 else 0), "num_feature": str(n_features), "num_target": "1"}
    return (
        facts in [{**told, "base_score": scores, "boost_from_average": answer} for answer in "01"]
        and _SCORES.fullmatch(scores) is not None
        and scores.startswith("[") == scores.endswith("]")
        and scores.count(",") + 1 in (1, n_outputs)
    )


def _trees_hold(found: dict[str, Any], n_features: int, n_outputs: int) -> bool:
    trees = found["trees"]
    rounds = list(range(0, len(trees) + 1, n_outputs))
    cats = {name: len(part) for name, part in found["cats"].items()}
    return (
        found.keys() == {"cats", "gbtree_model_param", "iteration_indptr", "tree_info", "trees"}
        and cats == {"enc": 0, "feature_segments": 0, "sorted_idx": 0}
        and found["gbtree_model_param"] == {"num_parallel_tree": "1", "num_trees": str(len(trees))}
        and found["iteration_indptr"] == rounds
        and rounds[-1] == len(trees)
        and found["tree_info"] == [place % n_outputs for place in range(len(trees))]
        and all(_tree_holds(tree, place, n_features) for place, tree in enumerate(trees))
    )


def _tree_holds(tree: dict[str, Any], place: int, n_features: int) -> bool:
    arrays = {name: tree[name] for name in (*_NODE_ARRAYS, *_SET_ARRAYS)}
    n_nodes = len(arrays["parents"])
    told = {"num_deleted": "0", "num_feature": str(n_features), "num_nodes": str(n_nodes), "size_leaf_vector": "1"}
    return (
        tree.keys() == {*arrays, "id", "tree_param"}
        and (tree["id"], tree["tree_param"]) == (place, told)
        and all(arrays[name].dtype == f">{kind}" for name, kind in (_NODE_ARRAYS | _SET_ARRAYS).items())
        and all(len(arrays[name]) == n_nodes for name in _NODE_ARRAYS)
        and n_nodes >= 1
        and _nodes_hold(arrays, n_features)
        and _sets_hold(arrays)
    )


def _nodes_hold(tree: dict[str, Any], n_features: int) -> bool:
    left, right, feature = tree["left_children"], tree["right_children"], tree["split_indices"]
    inner = left != -1
    if not (np.array_equal(inner, right != -1) and is_tree(left.tolist(), right.tolist())):
        return False
    parents = np.full(len(left), _NO_PARENT)
    for children in (left, right):
        parents[children[inner]] = np.flatnonzero(inner)
    within = (feature >= 0) & (feature < n_features)
    return bool(within.all() and (parents == tree["parents"]).all() and (tree["default_left"] <= 1).all())


def _sets_hold(tree: dict[str, Any]) -> bool:
    """Whether the nodes that divide by categories have their parts of the list of all, one behind the other."""
    nodes, starts, sizes = (tree[f"categories_{name}"] for name in ("nodes", "segments", "sizes"))
    by_set = np.flatnonzero(tree["split_type"])
    codes = tree["categories"]
    return (
        bool((tree["split_type"] <= 1).all())
        and np.array_equal(nodes, by_set)
        and bool((tree["left_children"][by_set] != -1).all())
        and len(starts) == len(sizes) == len(nodes)
        and bool((sizes >= 0).all() and (sizes <= len(codes)).all())
        and np.array_equal(starts, np.cumsum(sizes) - sizes)
        and int(sizes.sum()) == len(codes)
        and bool((codes >= 0).all() and (codes < _CATEGORIES).all())
    )
