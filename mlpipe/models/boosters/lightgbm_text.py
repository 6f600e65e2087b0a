"""Whether a text is a model that LightGBM can follow: its reader and its trees believe every number that they are told.

Indices of features and children, lengths of lists, sizes of trees (by which the text is cut) and bounds of category
sets are checked; what the numbers mean is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER = frozenset(
    {
        "version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective",
        "feature_names", "feature_infos", "tree_sizes", "monotone_constraints",
    }
)  # fmt: skip
_BY_NODE = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
            "internal_value", "internal_weight", "internal_count")  # fmt: skip
_BY_LEAF = ("leaf_value", "leaf_weight", "leaf_count")
_ALONE = ("num_leaves", "num_cat", "is_linear", "shrinkage")
_SETS = ("cat_boundaries", "cat_threshold")
_OBJECTIVE = re.compile(r"[a-z_0-9]+( [a-z_]+:[0-9.eE+-]{1,24}| [a-z_]+)*")
_LONGEST = 40
_BEHIND = re.compile(
    r"\nfeature_importances:\n([^\n=]+=[0-9]+\n)*\nparameters:\n(\[[a-z_0-9]+: [^\n]*\]\n)*\nend of parameters\n"
    r"\npandas_categorical:(null|\[\])\n"
)


class Size(NamedTuple):
    """What a model is for: columns, and classes (1 for quantities and for two classes)."""

    features: int
    outputs: int


def is_followable(text: str, size: Size) -> bool:
    """Whether LightGBM can read the text, and every row finds its way through each tree."""
    try:
        return text.isascii() and _follows(text, size)
    except (ArithmeticError, LookupError, ValueError):
        return False


def _follows(text: str, size: Size) -> bool:
    head, _, rest = text.partition("\n\n")
    first, *lines = head.split("\n")
    header = _pairs(lines)
    if first != "tree" or not header.keys() <= _HEADER or not _header_holds(header, size):
        return False
    lengths = [int(length) for length in header["tree_sizes"].split(" ")]
    if min(lengths) < 1 or len(lengths) % size.outputs:
        return False
    ends = np.cumsum(lengths).tolist()
    blocks = [rest[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    behind = rest[ends[-1] :].removeprefix("end of trees\n")
    trees = all(_tree_holds(block, place, size) for place, block in enumerate(blocks))
    return trees and len(behind) < len(rest[ends[-1] :]) and _BEHIND.fullmatch(behind) is not None


def _pairs(lines: list[str]) -> dict[str, str]:
    found = dict(line.split("=", 1) for line in lines)
    if len(found) < len(lines):
        raise ValueError("a name stands twice")
    return found


def _header_holds(header: dict[str, str], size: Size) -> bool:
    told = tuple(int(header[name]) for name in ("num_class", "num_tree_per_iteration", "max_feature_idx"))
    objective = header["objective"]
    classes = [int(number) for number in re.findall(r"num_class:(\d+)", objective)]
    columns = [len(header[name].split(" ")) for name in ("feature_names", "feature_infos")]
    return (
        told == (size.outputs, size.outputs, size.features - 1)
        and header["label_index"] == "0"
        and _OBJECTIVE.fullmatch(objective) is not None
        and all(number == size.outputs for number in classes)
        and columns == [size.features, size.features]
    )


def _tree_holds(block: str, place: int, size: Size) -> bool:
    first, *lines = block.rstrip("\n").split("\n")
    tree = _pairs(lines)
    leaves, sets = int(tree["num_leaves"]), int(tree["num_cat"])
    if first != f"Tree={place}" or tree["is_linear"] != "0" or not 0 <= sets < leaves:
        return False
    if not block.endswith("\n\n") or not tree.keys() <= {*_BY_NODE, *_BY_LEAF, *_ALONE, *_SETS}:
        return False
    numbers = {name: _numbers(tree[name]) for name in (*_BY_LEAF, *_BY_NODE, "shrinkage") if name in tree}
    if any(len(numbers[name]) != leaves - 1 for name in _BY_NODE if name in numbers or leaves > 1):
        return False
    if len(numbers["leaf_value"]) != leaves or not np.isfinite(numbers["leaf_value"]).all():
        return False
    if any(len(numbers[name]) not in (leaves, 0) for name in _BY_LEAF if name in numbers):
        return False
    return leaves == 1 or (_nodes_hold(numbers, leaves, size) and _sets_hold(tree, numbers, sets))


def _numbers(text: str) -> NDArray[np.float64]:
    words = text.split()
    if any(len(word) > _LONGEST for word in words):
        raise ValueError("a number without end")
    return np.array(words, dtype=np.float64)


def _nodes_hold(numbers: dict[str, NDArray[np.float64]], leaves: int, size: Size) -> bool:
    """Features are there; children are leaves, or nodes behind their parent: no way leads back."""
    place = np.arange(leaves - 1)
    used, kinds = numbers["split_feature"], numbers["decision_type"]
    holds = [
        used == used.astype(int),
        used >= 0,
        used < size.features,
        kinds == kinds.astype(int),
        kinds >= 0,
        kinds < 128,
    ]
    for side in ("left_child", "right_child"):
        child = numbers[side]
        holds += [
            child == child.astype(int),
            np.where(child < 0, child >= -leaves, (child > place) & (child < leaves - 1)),
        ]
    return bool(np.all(holds))


def _sets_hold(tree: dict[str, str], numbers: dict[str, NDArray[np.float64]], sets: int) -> bool:
    """A node that asks for a set of categories names one that there is, and each set lies in the list of them."""
    by_set = numbers["decision_type"].astype(int) % 2 == 1
    asked = numbers["threshold"][by_set]
    if not sets:
        return not by_set.any() and not tree.keys() & set(_SETS)
    bounds, members = _numbers(tree["cat_boundaries"]), _numbers(tree["cat_threshold"])
    holds = [
        np.array_equal(asked, asked.astype(int)), (asked >= 0).all(), (asked < sets).all(),
        len(bounds) == sets + 1, bounds[0] == 0, (np.diff(bounds) > 0).all(), bounds[-1] == len(members),
        ((members >= 0) & (members < 2**32) & (members == members.astype(int))).all(),
    ]  # fmt: skip
    return all(map(bool, holds))
