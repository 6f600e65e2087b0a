"""Why training rows cannot be balanced or augmented as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 10


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(repr(name) for name in names[:LISTED]) + more


class NoCategoryError(UsageError):
    """SMOTENC was asked for by name, and there is nothing categorical to keep whole."""

    def __init__(self) -> None:
        super().__init__(
            "--resample smotenc needs at least one category or 0/1 feature; here all features are continuous.",
            remedy="Use --resample smote.",
        )


class SparseSmotencError(UsageError):
    """SMOTENC makes the rows of a class dense, which text terms do not allow."""

    def __init__(self, n_features: int) -> None:
        self.n_features = n_features
        super().__init__(
            f"--resample smotenc cannot work on a sparse matrix: it would make {n_features} features dense.",
            remedy="Use --resample smote, which gives made-up rows levels that exist there too.",
        )


class SmotencSizeError(UsageError):
    """SMOTENC (or SMOTEN) would need a table that does not fit in memory."""

    def __init__(self, cells: int, limit: int) -> None:
        self.cells = cells
        self.limit = limit
        super().__init__(
            f"--resample smotenc would need a table of {cells:,} numbers of neighbours; the limit is {limit:,}.",
            remedy="Use --resample smote, a smaller --resample-ratio, or --resample random-over.",
        )


class RatioError(UsageError):
    """Tomek links are removed or not; no ratio decides how many there are."""

    def __init__(self, resample: str, ratio: float) -> None:
        self.resample = resample
        self.ratio = ratio
        super().__init__(
            f"--resample {resample} takes no --resample-ratio ({ratio:g}): the data decides which rows it removes.",
            remedy="Leave --resample-ratio away, or use --resample random-under or near-miss.",
        )


class TooManySyntheticError(UsageError):
    """More rows would be made than `--max-synthetic` allows."""

    def __init__(self, wanted: int, limit: int, *, cause: str, remedy: str) -> None:
        self.wanted = wanted
        self.limit = limit
        super().__init__(
            f"{wanted:,} rows would be made; --max-synthetic allows {limit:,}.",
            where=cause,
            remedy=f"{remedy}, or give --max-synthetic {wanted}.",
        )


class MissingCellsError(UsageError):
    """Neighbours cannot be found across missing cells."""

    def __init__(self, resample: str, features: Sequence[str]) -> None:
        self.resample = resample
        self.features = tuple(features)
        super().__init__(
            f"--resample {resample} cannot work with missing cells.",
            where=f"Missing cells are left in {_listed(self.features)}.",
            remedy="Impute them (--impute-numeric median), or use --resample random-over or random-under.",
        )


class OneClassError(DataError):
    """There is nothing to balance one class against."""

    def __init__(self, resample: str, label: str) -> None:
        self.resample = resample
        self.label = label
        super().__init__(
            f"--resample {resample} needs two classes; all training rows are of class {label!r}.",
            remedy="Split again so that the training rows have every class, or leave --resample out.",
        )


class SmallClassError(DataError):
    """A class has too few members to find the neighbours that a method works with."""

    def __init__(self, label: str, members: int, needed: int, *, resample: str = "smote") -> None:
        self.label = label
        self.members = members
        self.needed = needed
        self.resample = resample
        other = "random-under" if resample == "near-miss" else "random-over, which only repeats rows"
        super().__init__(
            f"Class {label!r} has {members} of the {needed} training rows that {resample} needs to find neighbours.",
            remedy=f"Use --resample {other}, or join the class with another.",
        )


class NoBorderError(DataError):
    """The method makes rows where classes meet, and made none.

    Parameters
    ----------
    labels : sequence of str
        The classes that were to grow and did not.
    said : str
        What imbalanced-learn said, if anything.
    """

    def __init__(self, resample: str, labels: Sequence[str], said: str = "") -> None:
        self.resample = resample
        self.labels = tuple(labels)
        classes = "class" if len(self.labels) == 1 else "classes"
        super().__init__(
            f"--resample {resample} makes rows where classes meet, and made none of {classes} {_listed(self.labels)}.",
            where=f"imbalanced-learn says: {said}" if said else "",
            remedy="Use --resample smote, which makes rows anywhere in a class.",
        )


class CleanedAwayError(DataError):
    """Cleaning would leave a class without any row."""

    def __init__(self, resample: str, labels: Sequence[str], members: int) -> None:
        self.resample = resample
        self.labels = tuple(labels)
        classes = "class" if len(self.labels) == 1 else "classes"
        super().__init__(
            f"--resample {resample} would remove {classes} {_listed(self.labels)} entirely ({members} rows): "
            "each of its rows has a neighbour of another class.",
            remedy="Use --resample smote or smote-tomek, which remove less, or random-over.",
        )
