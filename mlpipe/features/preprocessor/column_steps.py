"""The steps that one column goes through, unfitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from mlpipe.features.transformers.clipper import Clipper
from mlpipe.features.transformers.components import Components
from mlpipe.features.transformers.count_encoder import CountEncoder
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.equal_weight import EqualWeight
from mlpipe.features.transformers.iterative_imputer import RegressionImputer
from mlpipe.features.transformers.knn_imputer import NeighbourImputer
from mlpipe.features.transformers.target_means import TargetMeans
from mlpipe.features.transformers.terms import Terms
from mlpipe.features.transformers.time_parts import TimeParts
from mlpipe.task import Task, no_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.features.plan.plan import ColumnPlan, Impute, Plan
    from mlpipe.params.choices import Scale

Step = tuple[str, Any]

QUANTILES = 1_000
SCALERS: dict[Scale, Callable[[int], Any]] = {
    "standard": lambda _: StandardScaler(),
    "minmax": lambda _: MinMaxScaler(),
    "robust": lambda _: RobustScaler(),
    "maxabs": lambda _: MaxAbsScaler(),
    "quantile": lambda seed: QuantileTransformer(
        n_quantiles=QUANTILES, output_distribution="normal", random_state=seed
    ),
    "power": lambda _: PowerTransformer(),
}
"""Unfitted scalers, from a seed."""
TOGETHER: dict[Impute, Callable[[int], Any]] = {
    "knn": lambda _: NeighbourImputer(),
    "iterative": lambda seed: RegressionImputer(random_state=seed),
}
"""Imputers that look at several columns at once, from a seed."""


def number_steps(column: ColumnPlan, seed: int) -> list[Step]:
    """Clip, impute and scale numbers, or cut them into bins.

    Imputers that look at several columns at once come after the scale, on which these compare.
    """
    clip: list[Step] = [("clip", Clipper(column.outlier_rule))] if column.outliers == "clip" else []
    impute, scale = _impute_steps(column, seed), _scale_steps(column, seed)
    if column.bins is not None:
        scale = [("bins", _bins(column.bins, seed))]
    together = column.impute in TOGETHER and column.bins is None
    return [*clip, *scale, *impute] if together else [*clip, *impute, *scale]


def date_steps(column: ColumnPlan, seed: int) -> list[Step]:
    """Take a date apart."""
    parts = DateParts(column.parts, timezone=column.timezone)
    return [("parts", parts), *_impute_steps(column, seed), *_scale_steps(column, seed), *_weigh_steps(column)]


def time_steps(column: ColumnPlan, seed: int) -> list[Step]:
    """Put a time of day on its circle."""
    parts = TimeParts(column.parts)
    return [("parts", parts), *_impute_steps(column, seed), *_scale_steps(column, seed), *_weigh_steps(column)]


def category_steps(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> list[Step]:
    """Turn levels into numbers."""
    encode: Step = ("encode", _encoder(column, plan, task, seed))
    return [*_impute_steps(column, seed), encode, *_scale_steps(column, seed), *_weigh_steps(column)]


def text_steps(column: ColumnPlan) -> list[Step]:
    """Turn text into terms."""
    assert column.text is not None
    assert column.analyzer is not None
    assert column.ngrams is not None
    terms = Terms(
        column.text,
        analyzer=column.analyzer,
        ngrams=column.ngrams,
        stop_words=column.stop_words,
        min_df=column.min_df,
        max_df=column.max_df,
        max_features=column.max_features,
    )
    reduce: list[Step] = [] if column.components is None else [("components", Components("svd", column.components))]
    return [("terms", terms), *reduce, *_weigh_steps(column)]


def _impute_steps(column: ColumnPlan, seed: int) -> list[Step]:
    if column.impute == "none":
        return []
    if column.impute in TOGETHER:
        return [("impute", TOGETHER[column.impute](seed))]
    imputer = SimpleImputer(
        strategy=column.impute.replace("-", "_"),
        fill_value=column.fill_value,
        keep_empty_features=True,  # a column may be empty among the rows of a fold
    )
    return [("impute", imputer)]


def _scale_steps(column: ColumnPlan, seed: int) -> list[Step]:
    return [] if column.scale == "none" else [("scale", SCALERS[column.scale](seed))]


def _weigh_steps(column: ColumnPlan) -> list[Step]:
    return [("weigh", EqualWeight())] if column.alike else []


def _bins(n_bins: int, seed: int) -> KBinsDiscretizer:
    return KBinsDiscretizer(
        n_bins, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf", random_state=seed
    )


def _encoder(column: ColumnPlan, plan: Plan, task: Task, seed: int) -> Any:
    if column.encode == "onehot":
        return OneHotEncoder(
            handle_unknown="ignore",  # all zeros; "infrequent_if_exist" would call an unknown level a rare one
            min_frequency=column.min_frequency or None,
            max_categories=column.max_categories,
            sparse_output=plan.sparse,
        )
    if column.encode == "ordinal":
        return OrdinalEncoder(
            categories=[[*column.order, np.nan]] if column.order else "auto",
            handle_unknown="use_encoded_value",
            unknown_value=-1,
            encoded_missing_value=-2,
        )
    if column.encode == "count":
        return CountEncoder()
    # Not stratified: a row's fold must not depend on its target, nor a class of one member be in the way.
    folds = KFold(plan.folds, shuffle=True, random_state=seed)
    if task.has_several:
        return TargetMeans(cv=folds)
    return TargetEncoder(target_type=target_type(task), smooth="auto", cv=folds)


def target_type(task: Task) -> str:
    """What scikit-learn calls the kind of target whose means stand in for levels."""
    match task:
        case Task.BINARY:
            return "binary"
        case Task.MULTICLASS:
            return "multiclass"
        case Task.REGRESSION:
            return "continuous"
        case Task.MULTILABEL:
            return "binary"
        case Task.MULTIOUTPUT:
            return "continuous"
        case Task.CLUSTERING:
            raise no_target(task)
        case _:
            assert_never(task)
