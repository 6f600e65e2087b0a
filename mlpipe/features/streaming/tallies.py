"""What one pass over training rows tells of each column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError
from mlpipe.features.streaming.moments import Moments
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlpipe.data.schema import Column
    from mlpipe.features.streaming.rows import Rows

MOST_LEVELS = 2_000_000
"""Levels of a column that are counted; a column of more is no category."""
FIRST_TEXTS = 2**16
"""Texts of a column that are kept."""


class Levels:
    """Rows of each value of one column, in the order in which the values first occur; a gap is no value."""

    def __init__(self, name: str = "") -> None:
        self.counts: dict[Any, int] = {}
        self.missing = 0
        self._name = name

    def add(self, values: pd.Series) -> None:
        """Take the next rows."""
        found = values.value_counts(sort=False)
        self.missing += len(values) - int(found.sum())
        for value, rows in zip(found.index.tolist(), found.tolist(), strict=True):
            self.counts[value] = self.counts.get(value, 0) + rows
        if len(self.counts) > MOST_LEVELS:
            raise DataError(
                f"The column {self._name!r} has more than {count_of(MOST_LEVELS, 'level')}.",
                remedy=ways(
                    in_step("split", f"Leave it out ({param('drop', self._name)} of split)"),
                    "give it the role text or id",
                ),
            )


class ColumnTally:
    """Counts of the training cells of one column.

    Attributes
    ----------
    n_rows, missing : int
    first : object
        The first value; `None` where there is none.
    varies : bool
        Whether there is a second one.
    moments : Moments or None
        Of numbers.
    levels : Levels or None
        Of categories.
    earliest, latest : Timestamp or None
        Of dates.
    texts : Series or None
        Of text: the first ones.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.n_rows = self.missing = 0
        self.first: Any = None
        self.varies = False
        self.moments = Moments() if column.kind.numeric else None
        categories = column.role in (Role.CATEGORICAL, Role.BOOLEAN)
        self.levels = Levels(column.name) if categories else None
        self.earliest: Any = None
        self.latest: Any = None
        self.texts: pd.Series | None = None
        self.letters = 0.0

    def add(self, values: pd.Series) -> None:
        """Take the next rows."""
        present = values.dropna()
        self.n_rows += len(values)
        self.missing += len(values) - len(present)
        if not len(present):
            return
        if self.first is None:
            self.first = present.iloc[0]
        self.varies = self.varies or bool((present != self.first).any())
        if self.moments is not None:
            self.moments.add(present.to_numpy(dtype=np.float64))
        if self.levels is not None:
            self.levels.add(present)
        if self.column.kind is Kind.DATETIME:
            self.earliest = _of(min, self.earliest, present.min())
            self.latest = _of(max, self.latest, present.max())
        if self.column.role is Role.TEXT:
            self.letters += float(present.str.len().sum())
            if self.texts is None or len(self.texts) < FIRST_TEXTS:
                self.texts = _with(self.texts, present)


def _of(choose: Callable[..., Any], known: Any, found: Any) -> Any:
    return found if known is None else choose(known, found)


def _with(known: pd.Series | None, more: pd.Series) -> pd.Series:
    return more if known is None else pd.concat([known, more], ignore_index=True)


def tally_columns(rows: Rows, columns: Sequence[Column]) -> dict[str, ColumnTally]:
    """Go through the rows once."""
    tallies = {column.name: ColumnTally(column) for column in columns}
    for frame in rows.frames(list(tallies)):
        for name, tally in tallies.items():
            tally.add(frame[name])
    return tallies
