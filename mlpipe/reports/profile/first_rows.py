"""Some rows of the table itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.schema import Kind
from mlpipe.plots.text import shorten
from mlpipe.reports.profile.sections import FirstRows
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.profiling.column_profile import Cells
    from mlpipe.data.profiling.profile import Profile

SHOWN_ROWS, SHOWN_COLUMNS = 10, 30


def first_rows(profile: Profile, cells: Sequence[Cells], labels: Sequence[str]) -> FirstRows | None:
    """Ten rows as they are read: of a table of many columns, its first columns."""
    n = min(SHOWN_ROWS, cells[0].n_rows)
    if not n:
        return None
    shown = cells[:SHOWN_COLUMNS]
    columns = [[_cell(value, c) for value in c.array.slice(0, n).to_pylist()] for c in shown]
    rest = len(cells) - len(shown)
    of = "first " if profile.sampled_rows is None else ""
    told = f"The {of}{count_of(n, 'row')}{'' if of else ' that come first in the sample'}"
    return FirstRows(
        title=told + (f"; {count_of(rest, 'more column')} {either(rest, 'is', 'are')} not shown." if rest else "."),
        header=tuple(labels[: len(shown)]),
        rows=tuple(zip(*columns, strict=True)),
        numbers=frozenset(k for k, c in enumerate(shown) if c.column.kind.numeric),
    )


def _cell(value: object, cells: Cells) -> str:
    if value is None:
        return ""
    if cells.column.kind is Kind.DATETIME:
        return str(value).removesuffix(" 00:00:00")
    return shorten(format_cell(value), 36)
