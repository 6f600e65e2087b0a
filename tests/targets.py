"""Targets for tests."""

import numpy as np

from mlpipe.metrics.outcome import Outcome, places_of
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


def labelled(y_true, y_pred, y_proba=None, target=NO_YES):
    """An outcome of class labels as they are written."""
    outputs = places_of(np.asarray(y_pred, dtype=np.str_), target.classes)
    return Outcome.of(target, np.asarray(y_true, dtype=np.str_), outputs, y_proba=y_proba)
