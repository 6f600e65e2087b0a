"""What can be wrong with the roles and kinds of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class OddCell:
    """A cell that stands out, and where it is, in words."""

    value: str
    where: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else f"{self.value[:37]}..."
        return f"{shown!r} ({self.where})"


class MixedColumnError(DataError):
    """Nearly all cells are numbers (or dates), a few are not: reading all as words would be silent corruption."""

    def __init__(self, column: str, odd: Sequence[OddCell], *, n_odd: int, n_cells: int, what: str) -> None:
        self.column = column
        self.odd = list(odd)
        self.n_odd = n_odd
        self.n_cells = n_cells
        listed = ", ".join(str(cell) for cell in odd)
        super().__init__(
            f"Column {column!r} holds {what}, but {n_odd:,} of its {n_cells:,} cells "
            f"{'is' if n_odd == 1 else 'are'} something else: {listed}.",
            remedy=f"Correct the cells, or --na-value {_quoted(odd)} to call them missing, "
            f"or --categorical {_quote(column)} to keep the column as words.",
        )


class WrongKindError(DataError):
    """A column was asked to be of a kind that its cells are not."""

    def __init__(self, column: str, odd: Sequence[OddCell], *, n_odd: int, asked: str, what: str) -> None:
        self.column = column
        self.odd = list(odd)
        self.n_odd = n_odd
        self.asked = asked
        listed = ", ".join(str(cell) for cell in odd)
        super().__init__(
            f"Column {column!r} cannot be {asked}: {n_odd:,} {'cell is' if n_odd == 1 else 'cells are'} "
            f"no {what}: {listed}.",
            remedy=f"Correct the cells, or --na-value {_quoted(odd)} to call them missing, or give the column "
            "another role.",
        )


class BadWeightError(DataError):
    """A sample weight that is missing or below zero."""

    def __init__(self, column: str, odd: OddCell, *, n_odd: int) -> None:
        self.column = column
        self.odd = odd
        self.n_odd = n_odd
        super().__init__(
            f"Column {column!r} cannot weigh the rows: {n_odd:,} "
            f"{'weight is' if n_odd == 1 else 'weights are'} missing or negative, first {odd}.",
            remedy="Give every row a weight of 0 or more.",
        )


def _quote(text: str) -> str:
    plain = all(letter.isalnum() or letter in "_-." for letter in text) and text
    return text if plain else "'" + text.replace("'", "'\\''") + "'"


def _quoted(odd: Sequence[OddCell]) -> str:
    return _quote(odd[0].value) if odd else "WORD"
