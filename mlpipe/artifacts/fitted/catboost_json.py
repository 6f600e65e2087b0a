"""Checks of CatBoost's JSON format: the library follows sizes, features and statistics of it without looking.

What is not of the form that training writes is refused: other kinds of trees, features of words, numbers out of place.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import numpy as np

from mlpipe.models.boosters.catboost import as_text, table_name

_DEEPEST = 16
_GAPS = ("AsIs", "AsFalse", "AsTrue")
_CTR_NUMBERS = {"prior_denomerator", "prior_numerator", "scale", "shift"}
_TWO = (0, 1)
_LARGEST = float(np.finfo(np.float32).max)
"""Of a border: the library keeps it in four bytes; below the least one is nothing but a gap."""


def catboost_holds(model: Any) -> bool:
    """Whether CatBoost stays within the trees of its text, and gives as many answers as the model has classes."""
    if not hasattr(model, "model_"):
        return True
    try:
        found = json.loads(model.model_)
        return as_text(found) == model.model_ and _model_holds(found, model)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # of another form
        return False


def _model_holds(found: dict[str, Any], model: Any) -> bool:
    features, (scale, bias) = found["features_info"], found["scale_and_bias"]
    several = model.info()["loss_function"]["type"] == "MultiClass"
    n_classes = len(vars(model).get("classes_", _TWO))
    n_outputs = n_classes if several else 1
    return (
        found.keys() == {"ctr_data", "features_info", "model_info", "oblivious_trees", "scale_and_bias"}
        and found["model_info"] == model.info()
        and (several or n_classes == len(_TWO))
        and _features_hold(features, model)
        and _statistics_hold(features, found["ctr_data"])
        and _are_numbers([scale], 1)
        and _are_numbers(bias, n_outputs)
        and _trees_hold(found["oblivious_trees"], n_bins=_n_bins(features), n_outputs=n_outputs)
    )


def _are_numbers(values: Any, n: int) -> bool:
    return type(values) is list and len(values) == n and {*map(type, values)} <= {int, float}


def _are_borders(values: Any) -> bool:
    ordered = _are_numbers(values, len(values)) and values == sorted(set(values))
    return ordered and all(abs(value) <= _LARGEST for value in values)


def _is_whole(value: Any, start: int, stop: int) -> bool:
    return type(value) is int and start <= value < stop


def _features_hold(found: dict[str, Any], model: Any) -> bool:
    """Whether they are the numbers and the categories of the model, each told in its place."""
    categories = sorted(model.categories or ())
    numbers = [place for place in range(model.n_features_in_) if place not in categories]
    of_numbers, of_categories = _listed(found, "float_features"), _listed(found, "categorical_features")
    return (
        found.keys() <= {"categorical_features", "ctrs", "float_features"}
        and _stand_at(numbers, of_numbers, {"borders", "has_nans", "nan_value_treatment"})
        and _stand_at(categories, of_categories, {"values"})
        and all(_are_borders(feature["borders"]) for feature in of_numbers)
        and all(type(feature["has_nans"]) is bool for feature in of_numbers)
        and all(feature["nan_value_treatment"] in _GAPS for feature in of_numbers)
        and all(_is_whole(code, -(2**31), 2**31) for feature in of_categories for code in feature.get("values", ()))
    )


def _listed(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    if type(parts := found.get(name, [])) is not list:
        raise TypeError(name)
    return parts


def _stand_at(places: list[int], features: list[dict[str, Any]], others: set[str]) -> bool:
    told = [{name: value for name, value in feature.items() if name not in others} for feature in features]
    wanted = [{"feature_index": index, "flat_feature_index": place} for index, place in enumerate(places)]
    return as_text(told) == as_text(wanted)  # as texts, for 1 is neither true nor 1.0


def _n_bins(features: dict[str, Any]) -> int:
    """What splits are numbered by: borders of numbers, codes that have a column of their own, borders of statistics."""
    bordered = chain(_listed(features, "float_features"), _listed(features, "ctrs"))
    coded = _listed(features, "categorical_features")
    return sum(len(part["borders"]) for part in bordered) + sum(len(part.get("values", ())) for part in coded)


def _statistics_hold(features: dict[str, Any], tables: dict[str, Any]) -> bool:
    """Whether each is of features that there are, and has a table that holds what it asks for."""
    ctrs, elements = _listed(features, "ctrs"), _elements(features)
    return tables.keys() == {*map(table_name, ctrs)} and all(
        ctr.keys() == {"borders", "ctr_type", "elements", "target_border_idx"} | _CTR_NUMBERS
        and _are_borders(ctr["borders"])
        and _are_numbers([ctr[name] for name in _CTR_NUMBERS], len(_CTR_NUMBERS))
        and len(ctr["elements"]) > 0
        and {*map(as_text, ctr["elements"])} <= elements
        and _table_holds(tables[table_name(ctr)], ctr)
        for ctr in ctrs
    )


def _elements(features: dict[str, Any]) -> set[str]:
    """All that statistics may be of: categories, and answers to splits by numbers and by codes."""
    numbers = enumerate(_listed(features, "float_features"))
    coded = [*enumerate(_listed(features, "categorical_features"))]
    found: list[dict[str, Any]] = [
        *({"cat_feature_index": place, "combination_element": "cat_feature_value"} for place, _ in coded),
        *(
            {"border": border, "combination_element": "float_feature", "float_feature_index": place}
            for place, feature in numbers
            for border in feature["borders"]
        ),
        *(
            {"cat_feature_index": place, "combination_element": "cat_feature_exact_value", "value": code}
            for place, feature in coded
            for code in feature.get("values", ())
        ),
    ]
    return {*map(as_text, found)}


def _table_holds(table: dict[str, Any], ctr: dict[str, Any]) -> bool:
    """Whether a hash and as many counts as it is told to have stand in each row, and the asked one is among them."""
    stride, cells = table["hash_stride"], table["hash_map"]
    n_asked = {"Counter": 1, "Borders": stride - 2}[ctr["ctr_type"]]  # of the classes all but the last have a border
    hashes = cells[::stride]
    counts = [cell for place, cell in enumerate(cells) if place % stride]
    return (
        table.keys() == {"counter_denominator", "hash_map", "hash_stride"}
        and _is_whole(stride, 2, len(cells) + 1)
        and (stride == 2) == (ctr["ctr_type"] == "Counter")
        and len(cells) % stride == 0
        and {*map(type, hashes)} == {str}
        and len({*hashes}) == len(hashes)
        and all(text.isdecimal() and text.isascii() and int(text) < 2**64 for text in hashes)
        and all(_is_whole(count, 0, 2**31) for count in (*counts, table["counter_denominator"]))
        and _is_whole(ctr["target_border_idx"], 0, n_asked)
    )


def _trees_hold(trees: list[dict[str, Any]], *, n_bins: int, n_outputs: int) -> bool:
    return (
        type(trees) is list
        and len(trees) > 0
        and all(
            tree.keys() == {"leaf_values", "leaf_weights", "splits"}
            and len(tree["splits"]) <= _DEEPEST
            and _are_numbers(tree["leaf_weights"], 2 ** len(tree["splits"]))
            and _are_numbers(tree["leaf_values"], 2 ** len(tree["splits"]) * n_outputs)
            and all(split.keys() == {"split_index"} for split in tree["splits"])
            and all(_is_whole(split["split_index"], 0, n_bins) for split in tree["splits"])
            for tree in trees
        )
    )
