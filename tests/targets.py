"""Targets for tests."""

from mlpipe.target import ClassTarget, NumberTarget
from mlpipe.task import Task

NUMBER = NumberTarget(column="y")
PREDICTED = tuple(task for task in Task if task is not Task.CLUSTERING)
"""The tasks that have a target."""


def classes(*labels, positive=None):
    """A target of these classes in this order; the last of two is the positive one unless said otherwise."""
    if len(labels) == 2:
        positive = positive or labels[-1]
    return ClassTarget(column="y", classes=labels, positive=positive)


NO_YES = classes("no", "yes")
