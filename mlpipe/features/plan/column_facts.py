"""What the training rows say of one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """Counts of training cells.

    Parameters
    ----------
    distinct : int
        Different values, gaps aside.
    example : object
        The first value; `None` where there is none.
    """

    cells: int
    missing: int
    distinct: int
    example: object

    @property
    def gaps(self) -> str:
        """The gaps in words."""
        return f"{self.missing} of {self.cells} training cells are missing" if self.missing else "no cell is missing"


def column_facts(values: pd.Series) -> ColumnFacts:
    """Count the training cells of a column."""
    present = values.dropna()
    return ColumnFacts(
        cells=len(values),
        missing=len(values) - len(present),
        distinct=present.nunique(),
        example=present.iloc[0] if len(present) else None,
    )


def most_common_share(values: pd.Series) -> float:
    """Share of the values that are there which are the most common one."""
    return float(values.value_counts(normalize=True).iloc[0])
