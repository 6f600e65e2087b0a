"""What the plan asks of a column whose cells come in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlpipe.features.plan.column_facts import ColumnFacts
from mlpipe.features.streaming.order_statistics import quantiles
from mlpipe.features.transformers.date_parts import extreme_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mlpipe.features.streaming.rows import Rows
    from mlpipe.features.streaming.tallies import ColumnTally


class StreamedFacts(ColumnFacts):
    """Facts of one column, from a tally of it and, where that does not tell, from the rows once more."""

    def __init__(self, tally: ColumnTally, rows: Rows) -> None:
        self._tally, self._rows = tally, rows
        super().__init__(
            cells=tally.n_rows,
            missing=tally.missing,
            distinct=_distinct(tally),
            example=tally.first,
        )

    def largest(self) -> float:
        """Of numbers the largest size."""
        moments = self._tally.moments
        assert moments is not None
        return max(abs(moments.min), abs(moments.max))

    def skewness(self) -> float:
        """Of numbers the third standardised moment."""
        moments = self._tally.moments
        assert moments is not None
        size = self.largest() or 1.0
        spread = float(moments.std()) / size
        if spread <= 1e-12:
            return 0.0
        cubes = sum(float((((block - moments.mean) / size / spread) ** 3).sum()) for block in self._numbers())
        return cubes / moments.n

    def most_common_share(self) -> float:
        """Share of the commonest value, where that is half or more: then it is a median; else some smaller number."""
        ((low, high),) = quantiles(lambda: (block[:, None] for block in self._numbers()), self._middle())
        counts = np.zeros(2)
        for block in self._numbers():
            counts += [np.count_nonzero(block == low), np.count_nonzero(block == high)]
        return float(counts.max() / (self.cells - self.missing))

    def _middle(self) -> tuple[float, float]:
        """The shares at which the two numbers in the middle lie."""
        last = self.cells - self.missing - 1
        return (last // 2) / last, ((last + 1) // 2) / last

    def levels(self) -> set[object]:
        """Of categories the distinct values."""
        levels = self._tally.levels
        return set() if levels is None else set(levels.counts)

    def dates(self, timezone: str | None) -> pd.Series:
        """Of dates so many that every calendar part which varies in a zone does so among them."""
        name = self._tally.column.name
        extremes = [extreme_dates(frame[name], timezone) for frame in self._rows.frames([name])]
        return pd.concat(extremes, ignore_index=True).rename(name)

    def texts(self) -> pd.Series:
        """Of text the first ones."""
        assert self._tally.texts is not None
        return self._tally.texts

    def letters(self) -> float:
        """Of text the characters of one, on average."""
        return self._tally.letters / (self.cells - self.missing)

    def _numbers(self) -> Iterator[NDArray[np.float64]]:
        name = self._tally.column.name
        return (frame[name].dropna().to_numpy(dtype=np.float64) for frame in self._rows.frames([name]))


def _distinct(tally: ColumnTally) -> int:
    """Different values; of others than categories no more than two are told apart."""
    if tally.levels is not None:
        return len(tally.levels.counts)
    return (tally.first is not None) + tally.varies
