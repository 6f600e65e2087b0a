"""Targets that nothing can be learnt from, and tasks that do not fit them."""

from __future__ import annotations

from mlpipe.errors import DataError
from mlpipe.words.lists import count_of


class NoTargetValuesError(DataError):
    """Too few rows have a target."""

    def __init__(self, target: str, *, n_labelled: int, n_rows: int) -> None:
        self.target = target
        self.n_labelled = n_labelled
        self.n_rows = n_rows
        known = "No row has" if n_labelled == 0 else f"Only {n_labelled} row has"
        super().__init__(
            f"{known} a value in the target column {target!r} ({count_of(n_rows)} rows in all).",
            remedy="Training and testing need at least 2 rows with known targets.",
        )


class ConstantTargetError(DataError):
    """The target has the same value everywhere."""

    def __init__(self, target: str, value: str, *, n_rows: int) -> None:
        self.target = target
        self.value = value
        super().__init__(
            f"The target column {target!r} is {value!r} in all of its {count_of(n_rows)} rows: "
            "there is nothing to predict.",
            remedy="Choose another --target, or add rows with other values.",
        )


class TooManyClassesError(DataError):
    """Most target values occur once: no classes."""

    def __init__(self, target: str, *, n_classes: int, n_rows: int, numeric: bool) -> None:
        self.target = target
        self.n_classes = n_classes
        self.n_rows = n_rows
        other = "Use --task regression" if numeric else "It holds words, so --task regression is impossible"
        super().__init__(
            f"The target column {target!r} has {count_of(n_classes)} different values in {count_of(n_rows)} rows, "
            "too many for classes.",
            remedy=f"{other}; perhaps another column is the target?",
        )


class TaskMismatchError(DataError):
    """The task that was asked for does not fit the target."""

    def __init__(self, target: str, *, asked: str, found: str, remedy: str) -> None:
        self.target = target
        self.asked = asked
        super().__init__(f"--task {asked} does not fit the target column {target!r}: {found}.", remedy=remedy)
