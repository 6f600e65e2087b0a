"""What is known of an estimator, as data: how it is built, what it needs, where to look for its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from mlpipe.errors import UsageError
from mlpipe.task import Task
from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    from collections.abc import Mapping

Need = Literal["no gaps", "dense matrix", "scaled target"]
_FOR_EACH = {Task.MULTILABEL: Task.BINARY, Task.MULTIOUTPUT: Task.REGRESSION}
"""Tasks of several targets, and the task of each of them."""
NO_GAPS: frozenset[Need] = frozenset({"no gaps"})


@dataclass(frozen=True, kw_only=True)
class Range:
    """Numbers from `low` to `high`, both included; evenly by their logarithm where `log`, whole ones where `whole`."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Choice:
    """One of some values."""

    values: tuple[Any, ...]


Search = Range | Choice


def describe_search(search: Search) -> str:
    """A space in words, for `mlpipe models NAME`.

    Examples
    --------
    >>> describe_search(Range(low=0.01, high=0.3, log=True)), describe_search(Choice(("l1", "l2")))
    ('0.01 … 0.3, by logarithm', 'l1, l2')
    """
    if isinstance(search, Choice):
        return ", ".join(str(value) for value in search.values)
    low, high = (format_exact(end) for end in (search.low, search.high))
    return f"{low} … {high}{', whole' if search.whole else ''}{', by logarithm' if search.log else ''}"


@dataclass(frozen=True, kw_only=True)
class EstimatorSpec:
    """One estimator for one family of tasks.

    Parameters
    ----------
    target : str
        `"module:Class"` of a scikit-learn estimator.
    defaults : dict
        Parameters in which mlpipe differs from the estimator's own defaults.
    needs : frozenset of Need
        What it demands of the data: `"no gaps"`; a `"dense matrix"`; a `"scaled target"`, for a fit that depends on
        the target's size (it is standardised for fitting and scaled back).
    extra : str
        The optional install that it comes with; empty for those that are always there.
    module : str
        The module of that install that it needs.
    space : mapping of str to Search
        Where to look for better parameters than the defaults.
    calibrate : bool
        The estimator has no probabilities of its own: a sigmoid is fitted to its scores by cross-validation.
    rowwise : bool
        A row's prediction does not depend, to the last bit, on how many rows are predicted at once.
        (Matrix products do depend on it: BLAS chooses its order of summation by shape.)
    linear : bool
        The fitted estimator has `coef_` and `intercept_`.
    several : bool
        It takes several targets at once: labels of 0 and 1, or numbers.
    count : str
        Its parameter for the number of clusters; empty if it has none.
    most_rows : int, optional
        Rows of which a sample is fitted where there are more.
    categories : str
        Its parameter for the positions of features that are categories; empty if it has none.
    watches : bool
        `fit` takes `validation`, rows to watch progress on, and `watch`, which is told of every epoch.
    by_blocks : bool
        It learns from rows that memory does not hold, unless its parameters speak against that.
    """

    name: str
    tasks: frozenset[Task]
    target: str
    summary: str
    defaults: dict[str, Any] = field(default_factory=dict)
    needs: frozenset[Need] = NO_GAPS
    extra: str = ""
    module: str = ""
    space: Mapping[str, Search] = field(default_factory=dict)
    calibrate: bool = False
    rowwise: bool = False
    linear: bool = False
    several: bool = False
    count: str = ""
    most_rows: int | None = None
    categories: str = ""
    watches: bool = False
    by_blocks: bool = False

    def does(self, task: Task) -> bool:
        """Whether it can do a task, if need be with one of it for each of several targets."""
        return task in self.tasks or _FOR_EACH.get(task) in self.tasks

    @property
    def is_classifier(self) -> bool:
        """Whether it predicts classes."""
        return Task.BINARY in self.tasks

    @property
    def takes_gaps(self) -> bool:
        """Whether missing cells may stay in the matrix."""
        return "no gaps" not in self.needs

    @property
    def is_installed(self) -> bool:
        """Whether the library that it needs is there."""
        return not self.module or find_spec(self.module) is not None

    def check_installed(self) -> None:
        """Raise `UsageError` where the library that it needs is not there."""
        if not self.is_installed:
            raise UsageError(
                f"{self.name} needs {self.module}, which is not installed.",
                remedy=f"Install it: pip install 'mlpipe[{self.extra}]', or choose another model.",
            )

    def load(self) -> type[Any]:
        """Import the estimator's class."""
        module, _, name = self.target.partition(":")
        loaded: type[Any] = getattr(import_module(module), name)
        return loaded
