"""Encoders of levels, fitted from counts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.features.streaming.tallies import Levels

if TYPE_CHECKING:
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    from mlpipe.features.streaming.rows import Stage
    from mlpipe.features.transformers.count_encoder import CountEncoder


def count_levels(stage: Stage) -> tuple[Levels, Any]:
    """The levels of a column, and each of them once as the encoder takes them, a gap included where there is one."""
    levels = Levels(stage.names[0])
    head = None
    for block in stage.blocks():
        head = block if head is None else head
        levels.add(block.iloc[:, 0] if isinstance(block, pd.DataFrame) else pd.Series(block[:, 0]))
    values = [*levels.counts, *([np.nan] if levels.missing else [])]
    if isinstance(head, pd.DataFrame):
        return levels, pd.DataFrame({head.columns[0]: pd.Series(values, dtype=head.dtypes.iloc[0])})
    assert head is not None
    distinct = np.empty((len(values), 1), dtype=head.dtype)
    distinct[:, 0] = values
    return levels, distinct


def fit_one_hot(encoder: OneHotEncoder, stage: Stage) -> OneHotEncoder:
    """As `fit` on all rows."""
    levels, distinct = count_levels(stage)
    limits = {name: getattr(encoder, name) for name in ("min_frequency", "max_categories")}
    encoder.set_params(**dict.fromkeys(limits)).fit(distinct)
    encoder.set_params(**limits)
    if any(limit is not None for limit in limits.values()):
        # What `fit` does with the counts, had it seen every row.
        counts = [levels.missing if pd.isna(level) else levels.counts[level] for level in encoder.categories_[0]]
        n_rows = sum(levels.counts.values()) + levels.missing
        encoder._check_infrequent_enabled()  # noqa: SLF001
        encoder._fit_infrequent_category_mapping(n_rows, [np.array(counts)], {})  # noqa: SLF001
        encoder._set_drop_idx()  # noqa: SLF001
        encoder._n_features_outs = encoder._compute_n_features_outs()  # noqa: SLF001
    return encoder


def fit_ordinal(encoder: OrdinalEncoder, stage: Stage) -> OrdinalEncoder:
    """As `fit` on all rows."""
    fitted: OrdinalEncoder = encoder.fit(count_levels(stage)[1])
    return fitted


def fit_counts(encoder: CountEncoder, stage: Stage) -> CountEncoder:
    """As `fit` on all rows."""
    levels, distinct = count_levels(stage)
    encoder.fit(distinct)
    encoder.counts_ = [levels.counts]
    encoder.missing_ = np.array([levels.missing], dtype=np.float64)
    return encoder
