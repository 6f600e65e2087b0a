"""What a column holds in training, in a few values with their shares: what a row is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.data.schema import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.reference import ColumnReference

    Floats = NDArray[np.float64]

MOST_LEVELS = 20
DATES = 10
_TYPES = {Kind.STRING: pa.string(), Kind.DATETIME: pa.timestamp("us")}


@dataclass(frozen=True, kw_only=True, eq=False)
class Typical:
    """Values of a column.

    Parameters
    ----------
    values : pyarrow.Array of `n_values` values
        Of the column's own type; null for a missing cell.
    shares : ndarray of shape (n_values,)
        How often training rows have them; the sum is 1.
    """

    values: pa.Array
    shares: Floats


def typical_values(facts: ColumnReference) -> Typical:
    """Ten values evenly by rank of numbers, of dates from the first to the last, the most frequent levels.

    Training's share of missing cells is among them. Of texts, which repeat nothing, a missing one alone is. The mean
    of the numbers is that of the training rows.
    """
    present, counts = _present(facts)
    n_present = facts.rows - facts.missing
    shares = [count / sum(counts) * n_present for count in counts] if counts else []
    gap = [float(facts.missing)] if facts.missing or not present else []
    weights = np.array([*shares, *gap])
    values = pa.array([*present, *[None] * len(gap)], _TYPES.get(facts.kind, pa.float64()))
    return Typical(values=values, shares=weights / weights.sum() if weights.sum() else np.ones(len(weights)))


def _present(facts: ColumnReference) -> tuple[list[Any], list[float]]:
    if facts.levels:
        most = facts.levels[:MOST_LEVELS]
        return [_cell(level, facts.kind) for level, _ in most], [float(count) for _, count in most]
    if facts.kind is Kind.DATETIME and facts.min is not None:
        first, last = (datetime.fromisoformat(str(end)) for end in (facts.min, facts.max))
        return [first + (last - first) * (i + 0.5) / DATES for i in range(DATES)], [1.0] * DATES
    if facts.quantiles and facts.mean is not None:
        ranks = np.array(facts.quantiles[1::2])
        return (ranks + (facts.mean - ranks.mean())).tolist(), [1.0] * len(ranks)
    return [], []


def _cell(level: str, kind: Kind) -> str | float:
    return float(level) if kind.numeric else level
