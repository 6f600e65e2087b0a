"""The kinds of problem that mlpipe solves."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, assert_never

from mlpipe.errors import UsageError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

Family = Literal["class", "labels", "number", "numbers", "cluster"]
"""What is predicted for a row: one class, any of several labels, one number, several, or a cluster."""


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
    MULTILABEL = "multilabel"
    REGRESSION = "regression"
    MULTIOUTPUT = "multioutput"
    CLUSTERING = "clustering"

    @property
    def family(self) -> Family:
        """What is predicted for a row."""
        match self:
            case Task.BINARY | Task.MULTICLASS:
                return "class"
            case Task.MULTILABEL:
                return "labels"
            case Task.REGRESSION:
                return "number"
            case Task.MULTIOUTPUT:
                return "numbers"
            case Task.CLUSTERING:
                return "cluster"
            case _:
                assert_never(self)

    @property
    def is_classification(self) -> bool:
        """Whether each row has one class."""
        return self.family == "class"

    @property
    def has_several(self) -> bool:
        """Whether each row has several targets."""
        return self.family in {"labels", "numbers"}


def no_target(task: Task) -> UsageError:
    """The answer to a question about the target of a task that has none."""
    return UsageError(
        f"{task.capitalize()} has no target.",
        remedy=ways(
            in_step("split", f"Leave {param('target')} away in split"),
            in_step("split", f"; its {param('labels')} COLUMN is held against the clusters"),
        ),
    )


def one_at_a_time(task: Task) -> ValueError:
    """What it is to ask of several targets at once what only one can answer: a mistake of ours."""
    return ValueError(f"{task} has several targets: each is looked at by itself")
