"""What the training rows say of one column."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.describing.scaling_effect import skewness

if TYPE_CHECKING:
    import pandas as pd


class ColumnFacts:
    """Counts of training cells, and what some rules ask besides.

    Parameters
    ----------
    distinct : int
        Different values, gaps aside; of numbers, dates and text that are not held in memory 2 stands for more.
    example : object
        The first value; `None` where there is none.
    """

    def __init__(self, *, cells: int, missing: int, distinct: int, example: object) -> None:
        self.cells, self.missing, self.distinct, self.example = cells, missing, distinct, example

    @property
    def gaps(self) -> str:
        """The gaps in words."""
        return f"{self.missing} of {self.cells} training cells are missing" if self.missing else "no cell is missing"

    @abstractmethod
    def largest(self) -> float:
        """Of numbers the largest size."""

    @abstractmethod
    def skewness(self) -> float:
        """Of numbers the third standardised moment."""

    @abstractmethod
    def most_common_share(self) -> float:
        """Share of the values that are there which are the most common one; exact where it is half or more."""

    @abstractmethod
    def levels(self) -> set[object]:
        """Of categories the distinct values."""

    @abstractmethod
    def dates(self, timezone: str | None) -> pd.Series:
        """Of dates all, or so many that every calendar part which varies in a zone does so among them."""

    @abstractmethod
    def texts(self) -> pd.Series:
        """Of text all, or the first ones."""

    @abstractmethod
    def letters(self) -> float:
        """Of text the characters of one, on average."""


class SeriesFacts(ColumnFacts):
    """Facts of a column in memory."""

    def __init__(self, values: pd.Series) -> None:
        self._values = values
        present = values.dropna()
        super().__init__(
            cells=len(values),
            missing=len(values) - len(present),
            distinct=present.nunique(),
            example=present.iloc[0] if len(present) else None,
        )

    def largest(self) -> float:
        """Of numbers the largest size."""
        return float(np.abs(self._values.dropna().to_numpy()).max())

    def skewness(self) -> float:
        """Of numbers the third standardised moment."""
        return skewness(self._values.dropna().to_numpy())

    def most_common_share(self) -> float:
        """Share of the values that are there which are the most common one."""
        return float(self._values.value_counts(normalize=True).iloc[0])

    def levels(self) -> set[object]:
        """Of categories the distinct values."""
        return set(self._values.dropna().tolist())

    def dates(self, timezone: str | None) -> pd.Series:  # noqa: ARG002 - all are enough in every zone
        """Of dates all."""
        return self._values

    def texts(self) -> pd.Series:
        """Of text all."""
        return self._values

    def letters(self) -> float:
        """Of text the characters of one, on average."""
        return float(self._values.dropna().str.len().mean())
