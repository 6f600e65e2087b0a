"""What is known of a metric, as data: what it scores, its formula, its direction, and why it can be undefined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.metrics.confusion import Confusion
from mlpipe.metrics.labels.label_sums import LabelSums
from mlpipe.metrics.ranking import Steps
from mlpipe.metrics.value_scores import WeightedErrors, has_near_zero
from mlpipe.target import ClassTarget, NumbersTarget
from mlpipe.task import Family, Task

if TYPE_CHECKING:
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.target import Target

Why = Callable[["Outcome"], str]
"""Why a metric has no value for an outcome, in words."""


@dataclass(frozen=True)
class OfLabels:
    """Computed from the confusion matrix of true and predicted labels."""

    score: Callable[[Confusion], Floats]


@dataclass(frozen=True)
class OfRanking:
    """Computed from the order in which probabilities put the rows."""

    area: Callable[[Steps], Floats]


@dataclass(frozen=True)
class OfRows:
    """Mean over the rows of what their probabilities cost."""

    loss: Callable[[Outcome], Floats]


@dataclass(frozen=True)
class OfErrors:
    """Computed from the distances of true and predicted numbers."""

    score: Callable[[WeightedErrors], Floats]


@dataclass(frozen=True)
class OfLabelSets:
    """Computed from which of several labels rows have and get."""

    score: Callable[[LabelSums], Floats]


@dataclass(frozen=True)
class OfClusters:
    """Computed from rows in clusters by `metrics.clustering`, which has one way for each."""


Formula = OfLabels | OfRanking | OfRows | OfErrors | OfLabelSets | OfClusters


def _positive(target: Target) -> str | None:
    return target.positive if isinstance(target, ClassTarget) else None


def one_class(outcome: Outcome) -> str:
    """All rows have one class, or none has the positive one."""
    present = [outcome.labels[k] for k in np.flatnonzero(outcome.support)]
    return f"all rows are {present[0]!r}" if len(present) == 1 else f"no row is {_positive(outcome.target)!r}"


def of_positive_row(told: str) -> Why:
    """No row is, or is predicted, the positive class."""
    return lambda outcome: f"no row {told} {_positive(outcome.target)!r}"


def too_large(_: Outcome) -> str:
    """The numbers leave the range of floats."""
    return "the numbers are too large"


def is_constant(_: Outcome) -> str:
    """The target does not vary."""
    return "all true values are equal"


def one_sided(_: Outcome) -> str:
    """No label has rows with it and rows without."""
    return "every label is alike in all rows"


def no_label(told: str) -> Why:
    """No row has, or gets, a label."""
    return lambda _: f"no row {told} a label"


def near_zero(outcome: Outcome) -> str:
    """A relative error would divide by nothing."""
    near = has_near_zero(np.asarray(outcome.y_true, dtype=np.float64))
    return "a true value is zero or next to it" if near else too_large(outcome)


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """One metric.

    Parameters
    ----------
    family : Family
        What has to be predicted for it.
    binary : bool
        It is for two classes alone.
    least : float or None
        The lowest value of a score that ends at 1; `None` where it has no such ends.
    every_row : bool
        All rows tell of it alike; else those of the rarest class settle how sure it is.
    undefined : callable
        Why an outcome has no value.
    text, many : str
        What it is; what it is for more than two classes, where that differs. `{positive}` is the positive class.
    of_positive : bool
        Another value comes out where the other of two classes is the positive one.
    """

    name: str
    formula: Formula
    text: str
    many: str = ""
    family: Family = "class"
    greater_is_better: bool = True
    undefined: Why = one_class
    binary: bool = False
    of_positive: bool = False
    least: float | None = None
    every_row: bool = False

    @property
    def needs_proba(self) -> bool:
        """Whether it is computed from probabilities."""
        return isinstance(self.formula, OfRanking | OfRows)

    @property
    def tasks(self) -> frozenset[Task]:
        """The tasks that it is for."""
        return frozenset(task for task in Task if self.fits(task))

    def fits(self, task: Task) -> bool:
        """Whether it is for a task; what scores one quantity scores several by its mean over them."""
        if self.binary:
            return task is Task.BINARY
        return task.family == self.family or (task.family == "numbers" and self.family == "number")

    @property
    def summary(self) -> str:
        """What it is, for all tasks."""
        text = self.text.format(positive="positive")
        return f"{text}; many classes: {self.many}" if self.many else text

    def describe(self, target: Target) -> str:
        """What it is, for one target."""
        positive = _positive(target)
        if isinstance(target, NumbersTarget):
            return f"{self.text}; mean over the targets"
        if self.many and positive is None:
            return self.many
        return self.text.format(positive=repr(positive))

    def named(self, target: Target) -> str:
        """Its name, with the class that it is of where that makes a difference.

        Examples
        --------
        >>> from mlpipe.metrics.registry import find_metric
        >>> from mlpipe.target import ClassTarget
        >>> paid = ClassTarget(column="loan", classes=("default", "paid"), positive="default")
        >>> [find_metric(name, Task.BINARY).named(paid) for name in ("recall", "accuracy")]
        ["recall of 'default'", 'accuracy']
        """
        positive = _positive(target)
        return self.name if positive is None or not self.of_positive else f"{self.name} of {positive!r}"

    @property
    def worsening(self) -> str:
        """Which way it goes where predictions get worse, as a noun."""
        return "drop" if self.greater_is_better else "rise"

    @property
    def perfect(self) -> float:
        """Its value for predictions without error."""
        return 1.0 if self.greater_is_better else 0.0
