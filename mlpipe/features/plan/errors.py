"""What can be wrong with what is asked of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 10


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(repr(name) for name in names[:LISTED]) + more


class MisfitError(UsageError):
    """A recipe asks something of a column that its kind does not have."""

    def __init__(self, column: str, role: str, setting: str, why: str, *, fitting: Sequence[str]) -> None:
        self.column = column
        self.setting = setting
        super().__init__(
            f"{setting} does not fit the column {column!r}: {why}.",
            where=f"columns.{column} (role {role})",
            remedy=f"What fits it: {', '.join(fitting)}. Roles are given to `split`.",
        )


class UnknownColumnError(UsageError):
    """A recipe names a column that is no feature of the split."""

    def __init__(self, column: str, known: Sequence[str]) -> None:
        self.column = column
        close = nearest(column, known)
        remedy = f"Did you mean {_listed(close)}?" if close else f"The features are {_listed(known)}."
        super().__init__(f"The recipe names the column {column!r}, which is no feature of the split.", remedy=remedy)


class OrderError(UsageError):
    """The order of an ordinal category leaves levels out."""

    def __init__(self, column: str, unknown: Sequence[str]) -> None:
        self.column = column
        self.unknown = list(unknown)
        super().__init__(
            f"The order given for {column!r} leaves out {_listed(self.unknown)}.",
            where=f"columns.{column}.order",
            remedy="List every level of the training rows, lowest first.",
        )


class NgramsError(UsageError):
    """`--ngrams` is no pair of lengths."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"--ngrams {text!r} is no range of lengths.",
            remedy="Give the shortest and the longest run, from 1 to 10: --ngrams 1,2.",
        )


class DatePartsError(UsageError):
    """The parts or the time zone asked of a date do not exist."""

    def __init__(self, column: str, problem: str) -> None:
        self.column = column
        super().__init__(
            problem, where=f"columns.{column}", remedy="Give known parts, and a zone such as Europe/Paris or UTC."
        )


class GapsError(UsageError):
    """An option that cannot work with missing cells, and columns that keep theirs."""

    def __init__(self, option: str, columns: Sequence[str]) -> None:
        self.option = option
        self.columns = tuple(columns)
        super().__init__(
            f"{option} cannot work with missing cells.",
            where=f"Gaps stay in {_listed(self.columns)}.",
            remedy="Impute them (--impute-numeric median), or leave the option away.",
        )


class NoNumbersError(UsageError):
    """Products are asked for, and there are no numbers to multiply."""

    def __init__(self, degree: int) -> None:
        super().__init__(
            f"--polynomial {degree} multiplies numbers, and no column is left as a number.",
            remedy="Leave --polynomial or --bins away, or give columns the role numeric when you split.",
        )


class SparseError(UsageError):
    """An option that would make the sparse matrix of text terms dense."""

    def __init__(self, option: str, column: str, remedy: str) -> None:
        self.option = option
        self.column = column
        super().__init__(
            f"{option} does not work on a sparse matrix, as the column {column!r} makes it.", remedy=remedy
        )


class TooWideError(DataError):
    """The plan would make more columns than any model could learn from."""

    def __init__(self, n_features: int, most: int, cause: str, remedy: str) -> None:
        self.n_features = n_features
        super().__init__(
            f"The plan makes up to {n_features:,} columns, more than the {most:,} that are allowed.",
            where=cause,
            remedy=remedy,
        )


class AllOutliersError(DataError):
    """Dropping rows with outliers leaves nothing to learn from."""

    def __init__(self, rows: int, left: int) -> None:
        self.left = left
        super().__init__(
            f"--outliers drop leaves {left} of {rows} training rows: nearly every row has an outlier in some column.",
            remedy="Use --outliers clip, which keeps the rows, or drop by single columns in a recipe.",
        )
