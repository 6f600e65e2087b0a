"""Whether numbered nodes are a tree, in the formats of boosting libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 5_000
"""Levels: what features add is told by going down a tree by recursion."""


def is_tree(left: Sequence[int], right: Sequence[int]) -> bool:
    """Whether all nodes hang below the first, each once and behind its parent, and not too deep.

    Parameters
    ----------
    left, right : sequence of int
        By node its children; those below zero are no nodes.

    Examples
    --------
    >>> is_tree([1, -1, -1], [2, -1, -1]), is_tree([1, -1, -1], [1, -1, -1]), is_tree([0, -1], [1, -1])
    (True, False, False)
    """
    depths: dict[int, int] = {0: 1}
    for node, children in enumerate(zip(left, right, strict=True)):
        for child in children:
            if child >= 0:
                if not node < child < len(left) or child in depths or node not in depths:
                    return False
                depths[child] = depths[node] + 1
    return len(depths) == max(len(left), 1) and max(depths.values()) <= DEEPEST
