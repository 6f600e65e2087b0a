"""The features of the whole matrix, in order, with names that are unique; and what each branch makes of its columns."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
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
from mlpipe.features.preprocessor.branches import branches
from mlpipe.features.preprocessor.feature import Feature
from mlpipe.features.transformers.count_encoder import CountEncoder
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.equal_weight import EqualWeight
from mlpipe.features.transformers.target_means import TargetMeans
from mlpipe.features.transformers.terms import Terms
from mlpipe.features.transformers.time_parts import TimeParts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlpipe.features.preprocessor.branches import Branch

MOST_CATEGORIES = 254
"""Levels that estimators take as categories; one place of 256 is for gaps, one for later levels."""


def describe_features(fitted: Pipeline) -> tuple[Feature, ...]:
    """Describe each column of the matrix that a fitted preprocessor makes, after any selection.

    Names are unique: where two would be the same, the later one gets a number.
    """
    features = describe_unreduced(fitted)
    if "reduce" in fitted.named_steps:
        features = [_component(name, name) for name in fitted["reduce"].get_feature_names_out()]
    return tuple(features)


def describe_unreduced(fitted: Pipeline) -> list[Feature]:
    """Describe what there is before `reduce` replaces it by components."""
    features = _unique([feature for branch in branches(fitted) for feature in _branch_features(branch)])
    if "products" in fitted.named_steps:
        features = _unique(_multiplied(features, fitted["products"].named_transformers_["numbers"].powers_))
    if "select" in fitted.named_steps:
        features = [features[i] for i in fitted["select"].get_support(indices=True)]
    return features


def feature_names(fitted: Pipeline) -> list[str]:
    """Name each feature after its column: `age`, `age_missing`, `city_north`, `city_rare`, `joined_month`."""
    return [feature.name for feature in describe_features(fitted)]


def source_columns(fitted: Pipeline) -> list[str]:
    """Tell the raw column of each feature."""
    return [feature.column for feature in describe_features(fitted)]


def describe_scaling(fitted: Pipeline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tell how each feature was scaled: `x' = x * scale + shift`, NaN where that is no line.

    A linear model `b' x' + a` is then `(b' * scale) x + (a + b' * shift)` in original units.

    Returns
    -------
    scale, shift : ndarray of shape (n_features,)
    """
    features = describe_features(fitted)
    scale = np.array([f.scale for f in features], dtype=np.float64)
    return scale, np.array([f.shift for f in features], dtype=np.float64)


def _component(name: str, column: str) -> Feature:
    return Feature(name=name, column=column, kind="component", scale=None, shift=None)


def _multiplied(features: Sequence[Feature], powers: NDArray[np.int64]) -> list[Feature]:
    """What `PolynomialFeatures` makes of the first features, then the others."""
    numbers, rest = features[: powers.shape[1]], features[powers.shape[1] :]
    made = [numbers[int(np.argmax(row))] if row.sum() == 1 else _product(numbers, row) for row in powers]
    return [*made, *rest]


def _product(numbers: Sequence[Feature], powers: NDArray[np.int64]) -> Feature:
    factors = [(numbers[i], int(powers[i])) for i in np.flatnonzero(powers).tolist()]
    name = "*".join(feature.name if power == 1 else f"{feature.name}^{power}" for feature, power in factors)
    columns = "*".join(dict.fromkeys(feature.column for feature, _ in factors))
    return Feature(name=name, column=columns, kind="product", scale=None, shift=None)


def _unique(features: Sequence[Feature]) -> list[Feature]:
    wanted = {feature.name for feature in features}
    taken: set[str] = set()
    unique = []
    for feature in features:
        name = feature.name
        if name in taken:
            name = next(n for i in count(2) if (n := f"{feature.name}_{i}") not in wanted | taken)
            feature = replace(feature, name=name)  # noqa: PLW2901 - the same feature under another name
        taken.add(name)
        unique.append(feature)
    return unique


def _branch_features(branch: Branch) -> list[Feature]:
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
    if isinstance(source, DateParts | TimeParts) and "impute" not in steps:
        features = [replace(feature, gaps=True) for feature in features]
    if "components" in steps:
        features = [_component(f"{column}_{name}", column) for name in steps["components"].get_feature_names_out()]
    scaler = steps.get("scale")
    if scaler is None and isinstance(source, OrdinalEncoder) and _is_unordered(source):
        return [replace(feature, kind="category") for feature in features]
    return _weighed(_scaled(features, scaler), steps.get("weigh"))


def _weighed(features: list[Feature], weigher: EqualWeight | None) -> list[Feature]:
    if weigher is None:
        return features
    factor = weigher.scale_
    return [
        f if f.scale is None or f.shift is None else replace(f, scale=f.scale * factor, shift=f.shift * factor)
        for f in features
    ]


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
def _of_times(source: TimeParts, column: str) -> list[Feature]:
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


@_described.register
def _of_several_means(source: TargetMeans, column: str) -> list[Feature]:
    numbers = range(1, len(source.encoders_) + 1)
    return [Feature(name=f"{column}_target_{number}", column=column, kind="mean") for number in numbers]


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
