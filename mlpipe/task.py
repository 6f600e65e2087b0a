"""The kinds of problem that mlpipe solves."""

from enum import StrEnum


class Task(StrEnum):
    """What is to be predicted.

    Examples
    --------
    >>> Task("binary").is_classification
    True
    >>> Task.REGRESSION.is_classification
    False
    """

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class rather than a quantity."""
        return self is not Task.REGRESSION
