"""The values of a column with their counts, as bars to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Role
from mlpipe.plots.text import shorten
from mlpipe.reports.profile.sections import LevelRow
from mlpipe.words.lists import count_of
from mlpipe.words.numbers import format_cell, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.profiling.column_profile import Cells, ColumnProfile

_MOST = 24


def level_counts(column: ColumnProfile, cells: Cells, rows: int) -> list[tuple[str, int]]:
    """The most frequent values with their counts in all `rows` rows.

    Numbers and moments are counted in the cells: where these are a sample, their counts are scaled up.
    """
    counted = column.levels or column.top
    if counted:
        pairs = [(value.value, value.count) for value in counted]
    elif cells.n_present:
        order = np.argsort(-cells.counts, kind="stable")[:_MOST]
        scale = rows / cells.n_rows
        pairs = [(format_cell(cells.values[k]), round(int(cells.counts[k]) * scale)) for k in order]
    else:
        pairs = []
    told = column.role is not Role.ID and any(n > 1 for _, n in pairs)
    return pairs if told or column.role is Role.TARGET else []


def level_rows(
    counted: Sequence[tuple[str, int]], rows: int, *, limit: int = 60, approximate: bool = False
) -> tuple[LevelRow, ...]:
    """Bars as long as the count against the largest one; shares are of `rows`."""
    peak = max((n for _, n in counted), default=1)
    return tuple(
        LevelRow(
            text=shorten(text, limit) or "(blank)",
            count=f"{'≈ ' if approximate else ''}{count_of(n)}",
            share=format_share(n / rows),
            width=round(100 * n / peak, 1),
        )
        for text, n in counted
    )
