"""Imputers, scalers and clippers, fitted block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.features.streaming.moments import Moments
from mlpipe.features.streaming.order_statistics import medians, quantiles
from mlpipe.features.streaming.tallies import Levels
from mlpipe.features.transformers.date_parts import extreme_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import RobustScaler

    from mlpipe.features.streaming.rows import Stage
    from mlpipe.features.transformers.clipper import Clipper
    from mlpipe.features.transformers.date_parts import DateParts
    from mlpipe.features.transformers.equal_weight import EqualWeight


def fit_on_head(transformer: Any, stage: Stage) -> Any:
    """Fit what learns nothing but the shape of its rows."""
    return transformer.fit(stage.head())


def fit_by_parts(scaler: Any, stage: Stage) -> Any:
    """Fit a scaler of scikit-learn that takes blocks."""
    for block in stage.blocks():
        scaler.partial_fit(block)
    return scaler


def fit_imputer(imputer: SimpleImputer, stage: Stage) -> SimpleImputer:
    """As `fit` on all rows."""
    imputer.fit(stage.head())
    if imputer.strategy != "constant":
        imputer.statistics_ = np.array(_STATISTICS[imputer.strategy](stage), dtype=imputer.statistics_.dtype)
    return imputer


def _means(stage: Stage) -> list[float]:
    return [0.0 if not moments.n else float(moments.mean) for moments in _moments(stage)]


def _moments(stage: Stage) -> list[Moments]:
    found: list[Moments] = []
    for block in _plain(stage):
        found = found or [Moments() for _ in block.T]
        for moments, column in zip(found, block.T, strict=True):
            moments.add(column[~np.isnan(column)])
    return found


def _medians(stage: Stage) -> NDArray[np.float64]:
    return np.nan_to_num(medians(lambda: _plain(stage)))  # a column may be empty


def _most_frequent(stage: Stage) -> list[Any]:
    """The commonest value of each column, of several the least one."""
    found: list[Levels] = []
    for block in stage.blocks():
        frame = block if isinstance(block, pd.DataFrame) else pd.DataFrame(block)
        found = found or [Levels(str(name)) for name in frame]
        for levels, name in zip(found, frame, strict=True):
            levels.add(frame[name])
    most = [max(levels.counts.values(), default=0) for levels in found]
    return [
        min((value for value, rows in levels.counts.items() if rows == n), default=0)
        for levels, n in zip(found, most, strict=True)
    ]


_STATISTICS: dict[str, Any] = {"mean": _means, "median": _medians, "most_frequent": _most_frequent}


def fit_dates(parts: DateParts, stage: Stage) -> DateParts:
    """As `fit` on all rows."""
    extremes = [extreme_dates(block.iloc[:, 0], parts.timezone) for block in stage.blocks()]
    fitted: DateParts = parts.fit(pd.concat(extremes).to_frame(stage.names[0]))
    return fitted


def fit_robust(scaler: RobustScaler, stage: Stage) -> RobustScaler:
    """As `fit` on all rows."""
    scaler.fit(stage.head())
    low, high = (share / 100 for share in scaler.quantile_range)
    found = quantiles(lambda: _plain(stage), (low, high))
    spread = found[:, 1] - found[:, 0]
    scaler.center_ = medians(lambda: _plain(stage))
    scaler.scale_ = np.where(spread < 10 * np.finfo(np.float64).eps, 1.0, spread)
    return scaler


def fit_clipper(clipper: Clipper, stage: Stage) -> Clipper:
    """As `fit` on all rows."""
    clipper.fit(stage.head())
    clipper.set_fences(quantiles(lambda: _plain(stage), clipper.shares))
    clipper.clipped_ = np.sum([clipper.beyond(block) for block in _plain(stage)], axis=0)
    return clipper


def fit_equal_weight(weight: EqualWeight, stage: Stage) -> EqualWeight:
    """As `fit` on all rows."""
    weight.fit(stage.head())
    weight.set_variance(sum(float(moments.std()) ** 2 for moments in _moments(stage) if moments.n))
    return weight


def _plain(stage: Stage) -> Iterator[NDArray[np.float64]]:
    return (np.asarray(block, dtype=np.float64) for block in stage.blocks())
