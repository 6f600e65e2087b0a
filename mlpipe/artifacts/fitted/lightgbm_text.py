"""Checks of LightGBM's text format: the library follows sizes, children and features of it without looking.

What is not of the form that training writes is refused: unknown lines, other orders, trees of linear models.
"""

from __future__ import annotations

import re
from typing import Any

from mlpipe.artifacts.fitted.tree_shape import is_tree

_COUNT = r"\d{1,9}"
_WHOLE = r"-?\d{1,10}"
_NAME, _RANGE = r"Column_\d+", r"[-+.:a-z0-9\[\]]+"
_NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan)"


def _many(cell: str) -> str:
    return rf"(?:{cell}(?: {cell})*)?"


_OBJECTIVE = (
    "regression|regression_l1|huber|fair|poisson|quantile|mape|gamma|tweedie|cross_entropy|cross_entropy_lambda"
    rf"|binary sigmoid:{_NUMBER}|multiclass(?:ova)? num_class:(?P<told>{_COUNT})(?: sigmoid:{_NUMBER})?"
)
_HEAD = re.compile(
    rf"tree\nversion=v\d\nnum_class=(?P<outputs>{_COUNT})\nnum_tree_per_iteration=(?P<trees>{_COUNT})\nlabel_index=0\n"
    rf"max_feature_idx=(?P<last>{_COUNT})\nobjective=(?:{_OBJECTIVE})\nfeature_names=(?P<names>{_many(_NAME)})\n"
    rf"feature_infos=(?P<infos>{_many(_RANGE)})\ntree_sizes=(?P<sizes>{_many(_COUNT)})\n\n",
    re.ASCII,
)
_TREE = re.compile(
    rf"Tree=(?P<place>{_COUNT})\nnum_leaves=(?P<leaves>{_COUNT})\nnum_cat=(?P<sets>{_COUNT})\n"
    rf"split_feature=(?P<feature>{_many(_COUNT)})\nsplit_gain=(?P<gain>{_many(_NUMBER)})\n"
    rf"threshold=(?P<threshold>{_many(_NUMBER)})\ndecision_type=(?P<decision>{_many(_COUNT)})\n"
    rf"left_child=(?P<left>{_many(_WHOLE)})\nright_child=(?P<right>{_many(_WHOLE)})\n"
    rf"leaf_value=(?P<leaf_value>{_many(_NUMBER)})\nleaf_weight=(?P<leaf_weight>{_many(_NUMBER)})\n"
    rf"leaf_count=(?P<leaf_count>{_many(_WHOLE)})\ninternal_value=(?P<value>{_many(_NUMBER)})\n"
    rf"internal_weight=(?P<weight>{_many(_NUMBER)})\ninternal_count=(?P<count>{_many(_WHOLE)})\n"
    rf"(?:cat_boundaries=(?P<bounds>{_many(_COUNT)})\ncat_threshold=(?P<words>{_many(_WHOLE)})\n)?"
    rf"is_linear=0\nshrinkage={_NUMBER}\n\n\n",
    re.ASCII,
)
_TAIL = re.compile(
    rf"end of trees\n\nfeature_importances:\n(?:Column_{_COUNT}={_COUNT}\n)*\nparameters:\n"
    r"(?:\[[a-z_0-9]+: [-+.,a-z_0-9]*\]\n)*\nend of parameters\n\npandas_categorical:null\n",
    re.ASCII,
)
_OF_NODES = ("feature", "gain", "threshold", "decision", "left", "right", "value", "weight", "count")
_BY_SET, _DECISIONS = 1, range(12)
"""The bit of a decision by a set of categories; with it the side of a gap (2) and what is a gap (none, 4, 8)."""


def lightgbm_holds(model: Any) -> bool:
    """Whether LightGBM stays within the trees of its text, and gives as many answers as the model has classes."""
    if not hasattr(model, "model_"):
        return True
    text, n_classes = model.model_, len(vars(model).get("classes_", ()))
    head = _HEAD.match(text)
    if head is None or not _head_holds(head, model.n_features_in_, n_classes if n_classes > 2 else 1):
        return False
    sizes = [int(size) for size in head["sizes"].split()]
    start = head.end()
    for place, size in enumerate(sizes):
        tree = _TREE.fullmatch(text, start, start + size)
        if tree is None or int(tree["place"]) != place or not _tree_holds(tree, model.n_features_in_):
            return False
        start += size
    return len(sizes) % int(head["trees"]) == 0 and _TAIL.fullmatch(text, start) is not None


def _head_holds(head: re.Match[str], n_features: int, n_outputs: int) -> bool:
    told = [int(head[name]) for name in ("outputs", "trees")]
    names, infos = head["names"].split(), head["infos"].split()
    return (
        told == [n_outputs, n_outputs]
        and int(head["told"] or 1) == n_outputs
        and int(head["last"]) == n_features - 1
        and len(names) == len(infos) == n_features
        and names == [f"Column_{place}" for place in range(len(names))]
    )


def _tree_holds(tree: re.Match[str], n_features: int) -> bool:
    n_leaves = int(tree["leaves"])
    cells = {name: tree[name].split() for name in _OF_NODES}
    return (
        n_leaves >= 1
        and all(len(found) == n_leaves - 1 for found in cells.values())
        and _leaves_hold(tree, n_leaves)
        and all(int(place) < n_features for place in cells["feature"])
        and _children_hold([int(place) for place in cells["left"]], [int(place) for place in cells["right"]])
        and _decisions_hold(cells["decision"], cells["threshold"], int(tree["sets"]))
        and _sets_hold(tree)
    )


def _leaves_hold(tree: re.Match[str], n_leaves: int) -> bool:
    weights = len(tree["leaf_weight"].split())
    counted = [len(tree[name].split()) for name in ("leaf_value", "leaf_count")]
    return counted == [n_leaves, n_leaves] and (weights == n_leaves or (weights, n_leaves) == (0, 1))


def _children_hold(left: list[int], right: list[int]) -> bool:
    """Whether the nodes are a tree that has each leaf once: these are told below zero."""
    leaves = sorted(child for child in (*left, *right) if child < 0)
    return is_tree(left, right) and (not left or leaves == [*range(-len(left) - 1, 0)])


def _decisions_hold(decisions: list[str], thresholds: list[str], n_sets: int) -> bool:
    """Whether each is of a known kind; the threshold of one by a set is the number of the set."""
    for decision, threshold in zip(decisions, thresholds, strict=True):
        if int(decision) not in _DECISIONS:
            return False
        if int(decision) & _BY_SET and not (threshold.isdecimal() and int(threshold) < n_sets):
            return False
    return True


def _sets_hold(tree: re.Match[str]) -> bool:
    """Whether the sets of categories share the words of bits among them, one behind the other."""
    n_sets = int(tree["sets"])
    if n_sets == 0 or tree["bounds"] is None:
        return n_sets == 0 and tree["bounds"] is None
    bounds = [int(bound) for bound in tree["bounds"].split()]
    n_words = len(tree["words"].split())
    return len(bounds) == n_sets + 1 and bounds == sorted(bounds) and (bounds[0], bounds[-1]) == (0, n_words)
