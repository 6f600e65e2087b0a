"""What the service answers where it cannot predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlpipe.data.inference.coercion import BadCell


@dataclass(frozen=True)
class Problem:
    """One cell that is at fault: the row counts from 0 in the request; None where the rows are not known."""

    reason: str
    row: int | None = None
    column: str | None = None
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, what is not known left out."""
        return {name: value for name, value in vars(self).items() if value is not None}


class RefusalError(Exception):
    """A request that is refused: the client's fault, told with row, column and reason.

    Parameters
    ----------
    status : int
        An HTTP status from 400 to 499.
    """

    def __init__(self, status: int, detail: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.problems = tuple(problems)

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        problems = {"problems": [problem.to_json() for problem in self.problems]} if self.problems else {}
        return {"detail": self.detail, **problems}


def bad_cells(problems: Sequence[Problem], n_bad: int) -> RefusalError:
    """Cells that their columns cannot hold."""
    first = problems[0]
    more = f" ({n_bad - 1} more)" if n_bad > 1 else ""
    return RefusalError(422, f"Row {first.row}, column {first.column!r}: {first.reason}{more}.", problems)


def problem_of(cell: BadCell, *, line: int | None = None) -> Problem:
    """A bad cell, as told to a client."""
    return Problem(f"{cell.value!r} is {cell.reason}", row=cell.row, column=cell.column, line=line)
