"""Cells that do not fit their column, and the errors that tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, either
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked

_SHOWN = 40


class OddCell(NamedTuple):
    """A cell that stands out, and the line in which its row begins."""

    value: str
    line: int

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= _SHOWN else f"{self.value[: _SHOWN - 3]}..."
        return f"{shown!r} (line {self.line})"


class Place(NamedTuple):
    """Where some cells stand: the table's row of the first, and the line in which the row of each begins."""

    first_row: int
    lines: NDArray[np.int64]


def mixed_column(name: str, odd: Sequence[OddCell], *, n_odd: int, n_cells: int, kind: Kind) -> DataError:
    """Nearly all cells are numbers (or dates), a few are not: reading all as words would be silent corruption."""
    what = {Kind.DATETIME: "dates", Kind.TIME: "times", Kind.DURATION: "durations"}.get(kind, "numbers")
    return DataError(
        f"Column {name!r} holds {what}, but {count_of(n_odd)} of its {count_of(n_cells)} cells "
        f"{either(n_odd, 'is', 'are')} something else: {', '.join(map(str, odd))}.",
        remedy=f"Correct the cells, or {param('na_values', odd[0].value)} to call them missing, "
        f"or {param('categorical', name)} to keep the column as words.",
    )


def wrong_kind(name: str, odd: Sequence[OddCell], *, n_odd: int, asked: Asked) -> DataError:
    """A column was asked to be of a kind that its cells are not."""
    if asked.kind is Kind.NUMBER or asked.role in (Role.NUMERIC, Role.WEIGHT):
        wanted, what = f"numeric ({asked.because})", "number"
    else:
        wanted = f"a {asked.role} column ({asked.because})"
        what = "date or number" if asked.role is Role.TIME else "date"
    return DataError(
        f"Column {name!r} cannot be {wanted}: {count_of(n_odd, 'cell')} {either(n_odd, 'is', 'are')} no {what}: "
        f"{', '.join(map(str, odd))}.",
        remedy=f"Correct the cells, or {param('na_values', odd[0].value)} to call them missing, or give the column "
        "another role.",
    )
