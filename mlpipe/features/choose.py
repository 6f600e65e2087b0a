"""From training rows to a plan, by rules that a person can predict.

Numbers are imputed and scaled; categories and booleans become one 0/1 feature for each level, or, with more levels
than `max_categories`, the cross-fitted mean of the target; dates become the calendar parts that vary. A 0/1 feature
marks missing cells where training rows have some. What holds no information, or cannot be used yet, is left out by
name and reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.features.column_rules import choose_column, fill_number
from mlpipe.features.errors import FillValueError, NoUsableFeatureError, ResampleTaskError
from mlpipe.features.plan import ColumnPlan, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.params import PreprocessParams
    from mlpipe.task import Task

FOLDS = 5
ROWS_PER_FOLD = 4


def choose_plan(
    X: pd.DataFrame, y: NDArray[Any], columns: Sequence[Column], params: PreprocessParams, task: Task
) -> Plan:
    """Decide what is done with each column, from training rows alone.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        Typed training rows, as `data.coercion.to_frame` gives them.
    y : ndarray of shape (n_rows,)
    columns : sequence of Column
        The feature columns of the schema.

    Raises
    ------
    NoUsableFeatureError
        Where every column is left out.
    FillValueError, ResampleTaskError
        Where options do not fit together.
    """
    _check_options(params, task)
    decided = [choose_column(X[column.name], column, params) for column in columns]
    left_out = tuple((c.name, d) for c, d in zip(columns, decided, strict=True) if isinstance(d, str))
    used = tuple(d for d in decided if isinstance(d, ColumnPlan))
    if not used:
        raise NoUsableFeatureError(left_out)
    return Plan(
        columns=used,
        left_out=left_out,
        select=params.select,
        select_k=params.select_k,
        resample=params.resample,
        resample_ratio=params.resample_ratio,
        folds=max(2, min(FOLDS, len(y) // ROWS_PER_FOLD)),
        seed=params.seed,
    )


def _check_options(params: PreprocessParams, task: Task) -> None:
    if params.resample != "none" and not task.is_classification:
        raise ResampleTaskError(params.resample)
    if params.fill_value is None:
        return
    if "constant" not in (params.impute_numeric, params.impute_categorical):
        raise FillValueError(
            params.fill_value,
            "has nothing to fill",
            "Add --impute-numeric constant or --impute-categorical constant, or leave --fill-value out.",
        )
    if params.impute_numeric == "constant" and fill_number(params) is None:
        raise FillValueError(
            params.fill_value, "is to stand in for missing numbers and is none", "Give a number, such as 0."
        )
