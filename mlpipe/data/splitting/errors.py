"""Rows that cannot be divided as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class StrategyNeedsError(UsageError):
    """The strategy needs something that was not given."""

    def __init__(self, strategy: str, needs: str, remedy: str) -> None:
        self.strategy = strategy
        super().__init__(f"--strategy {strategy} needs {needs}.", remedy=remedy)


class TooFewUnitsError(DataError):
    """There is less to divide than there are parts."""

    def __init__(self, n_units: int, of_what: str, *, n_parts: int, remedy: str) -> None:
        self.n_units = n_units
        self.n_parts = n_parts
        super().__init__(f"Too few {of_what} for {n_parts} parts: {n_units:,}.", remedy=remedy)


class EmptyPartError(DataError):
    """A part that was asked for has no row."""

    def __init__(self, part: str, *, strategy: str, remedy: str) -> None:
        self.part = part
        self.strategy = strategy
        super().__init__(f"The {part} part is empty after dividing the rows by {strategy}.", remedy=remedy)


class OneClassTrainingError(DataError):
    """All training rows have the same class."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy
        super().__init__(
            f"All training rows have the same class after dividing the rows by {strategy}.",
            remedy="Choose another --strategy or other sizes, so that training sees at least two classes.",
        )


class PartNamesError(DataError):
    """The column that names the parts holds something else."""

    def __init__(self, column: str, strange: Sequence[str], *, n_rows: int) -> None:
        self.column = column
        self.strange = list(strange)
        listed = ", ".join(repr(value) for value in self.strange[:5])
        super().__init__(
            f"Column {column!r} should name the part of each row, but in {n_rows:,} "
            f"{'row' if n_rows == 1 else 'rows'} it is {listed}{', …' if len(self.strange) > 5 else ''}.",
            remedy="Write train, valid or test in every row.",
        )
