"""What a fitted transformer makes of its raw columns."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
from sklearn.impute import MissingIndicator
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from mlpipe.features.levels import level_word
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.features.transformers.count_encoder import CountEncoder
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.branches import Branch

MOST_CATEGORIES = 254
"""Levels that estimators take as categories; one place of 256 is for gaps, one for later levels."""


def branch_features(branch: Branch) -> list[Feature]:
    """Describe what a branch makes, in order."""
    if branch.by_value:
        return _column_features(branch.transformer, branch.columns[0])
    if isinstance(branch.transformer, MissingIndicator):
        return [_gap(column) for column in branch.columns]
    steps = _steps(branch.transformer)
    if "bins" in steps:
        return [feature for i, column in enumerate(branch.columns) for feature in _binned(steps["bins"], i, column)]
    gaps = "impute" not in steps
    numbers = [Feature(name=column, column=column, kind="number", gaps=gaps) for column in branch.columns]
    return _scaled(numbers, steps.get("scale"))


def _column_features(transformer: Any, column: str) -> list[Feature]:
    if isinstance(transformer, FeatureUnion):
        return [feature for _, part in transformer.transformer_list for feature in _column_features(part, column)]
    steps = _steps(transformer)
    if isinstance(transformer, MissingIndicator) or "missing" in steps:
        return [_gap(column)]
    source = next(steps[name] for name in ("parts", "terms", "encode") if name in steps)
    features = _described(source, column)
    if isinstance(source, DateParts) and "impute" not in steps:
        features = [replace(feature, gaps=True) for feature in features]
    scaler = steps.get("scale")
    if scaler is None and isinstance(source, OrdinalEncoder) and _is_unordered(source):
        return [replace(feature, kind="category") for feature in features]
    return _scaled(features, scaler)


def _steps(transformer: Any) -> dict[str, Any]:
    return dict(getattr(transformer, "named_steps", {}))


def _gap(column: str) -> Feature:
    return Feature(name=f"{column}_missing", column=column, kind="missing")


def _binned(bins: KBinsDiscretizer, i: int, column: str) -> list[Feature]:
    edges = [f"{edge:.6g}" for edge in bins.bin_edges_[i]]
    return [Feature(name=f"{column}_{low}..{high}", column=column, kind="bin") for low, high in pairwise(edges)]


@singledispatch
def _described(source: Any, column: str) -> list[Feature]:
    """Describe what the step makes that turns the column into numbers."""
    raise TypeError(f"{type(source).__name__} of {column!r} is no step that is known here")


@_described.register
def _of_dates(source: DateParts, column: str) -> list[Feature]:
    return [Feature(name=f"{column}_{part}", column=column, kind="part") for part in source.parts_]


@_described.register
def _of_terms(source: Terms, column: str) -> list[Feature]:
    return [Feature(name=name, column=column, kind="term") for name in source.get_feature_names_out([column])]


@_described.register
def _of_onehot(source: OneHotEncoder, column: str) -> list[Feature]:
    return [Feature(name=f"{column}_{level}", column=column, kind="level") for level in _levels(source)]


@_described.register
def _of_ordinal(source: OrdinalEncoder, column: str) -> list[Feature]:  # noqa: ARG001 - chosen by its type
    return [Feature(name=f"{column}_code", column=column, kind="code")]


@_described.register
def _of_counts(source: CountEncoder, column: str) -> list[Feature]:  # noqa: ARG001 - chosen by its type
    return [Feature(name=f"{column}_count", column=column, kind="count")]


@_described.register
def _of_means(source: TargetEncoder, column: str) -> list[Feature]:
    of_classes = [f"_{label}" for label in source.classes_] if source.target_type_ == "multiclass" else [""]
    return [Feature(name=f"{column}_target{label}", column=column, kind="mean") for label in of_classes]


def _is_unordered(encoder: OrdinalEncoder) -> bool:
    levels = int(pd.notna(encoder.categories_[0]).sum())  # the place of gaps does not count
    return isinstance(encoder.categories, str) and levels <= MOST_CATEGORIES


def _levels(encoder: OneHotEncoder) -> list[str]:
    """Words for the features of a one-hot encoder: frequent levels in order, then the rare ones as one."""
    rare = encoder.infrequent_categories_[0] if encoder.min_frequency or encoder.max_categories else None
    grouped = set() if rare is None else {level_word(level) for level in rare}
    frequent = [word for level in encoder.categories_[0] if (word := level_word(level)) not in grouped]
    return [*frequent, "rare"] if grouped else frequent


def _scaled(features: list[Feature], scaler: Any) -> list[Feature]:
    if scaler is None:
        return features
    line = _line(scaler)
    if line is None:
        return [replace(feature, scale=None, shift=None) for feature in features]
    return [replace(feature, scale=float(a), shift=float(b)) for feature, a, b in zip(features, *line, strict=True)]


def _line(scaler: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Slope and intercept of a scaler that has them."""
    if isinstance(scaler, MinMaxScaler):
        return scaler.scale_, scaler.min_
    if isinstance(scaler, MaxAbsScaler):
        return 1 / scaler.scale_, 0 * scaler.scale_
    if isinstance(scaler, StandardScaler):
        return 1 / scaler.scale_, -scaler.mean_ / scaler.scale_
    if isinstance(scaler, RobustScaler):
        return 1 / scaler.scale_, -scaler.center_ / scaler.scale_
    return None  # quantiles and powers are curves
