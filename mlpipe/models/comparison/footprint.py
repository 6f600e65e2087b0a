"""What a candidate will take before it is fitted: trees that keep a number for every class grow out of all bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.models.estimators import own_parameters, parse_value
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_number

if TYPE_CHECKING:
    from mlpipe.models.comparison.candidates import Candidate

MOST_BYTES = 2e9
"""More than this is not for a comparison on a machine of which nothing is known."""
MOST_TREES = 20_000
"""More trees take minutes to grow, whatever they grow on; one with a value for each class counts as that many."""
NUMBER = 8
"""Bytes."""
ROUNDS = {"hist-gradient-boosting": "max_iter", "gradient-boosting": "n_estimators", "lightgbm": "n_estimators",
          "xgboost": "n_estimators", "catboost": "iterations"}  # fmt: skip
"""Boosting that grows a tree for each of several classes in every round, or one with a value for each."""
FORESTS = frozenset({"random-forest", "extra-trees"})


def too_large(candidate: Candidate, *, n_rows: int, n_classes: int) -> str:
    """Why a candidate should not be fitted: an estimate in words; empty where nothing speaks against it.

    Parameters
    ----------
    n_rows : int
        Training rows that it will be fitted on.
    n_classes : int
        Zero for quantities.
    """
    model = candidate.choice.spec.name
    if model in FORESTS and (size := forest_bytes(_parameters(candidate), n_rows, n_classes)) > MOST_BYTES:
        return f"for {_classes(n_classes)} it would take about {format_number(size / 1e9, digits=2)} GB of memory"
    if model in ROUNDS and n_classes > 2 and (rounds := _parameters(candidate)[ROUNDS[model]]) * n_classes > MOST_TREES:
        return f"for {_classes(n_classes)} it would grow {_trees(model, rounds, n_classes)}"
    return ""


def _trees(model: str, rounds: int, n_classes: int) -> str:
    if model == "catboost":
        return f"{count_of(rounds, 'tree')}, a value for each in every leaf"
    return count_of(rounds * n_classes, "tree")


def forest_bytes(parameters: dict[str, Any], n_rows: int, n_classes: int) -> float:
    """An upper estimate of what a forest holds: every node keeps a number for each class.

    Examples
    --------
    >>> forest_bytes({"n_estimators": 100, "min_samples_leaf": 2}, 16_000, 1_000) / 1e9
    12.8
    """
    leaves = n_rows / parameters.get("min_samples_leaf", 1)
    return float(parameters["n_estimators"] * 2 * leaves * max(1, n_classes) * NUMBER)


def _parameters(candidate: Candidate) -> dict[str, Any]:
    choice = candidate.choice
    return {**own_parameters(choice.spec), **{name: parse_value(value) for name, value in choice.params}}


def _classes(n: int) -> str:
    return count_of(n, "class", "classes")
