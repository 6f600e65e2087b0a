"""What is known of an estimator, as data: how it is built, what it needs, where to look for its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from mlpipe.task import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

Need = Literal["no gaps", "dense matrix", "scaled target"]
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
    space : mapping of str to Search
        Where to look for better parameters than the defaults.
    calibrate : bool
        The estimator has no probabilities of its own: a sigmoid is fitted to its scores by cross-validation.
    rowwise : bool
        A row's prediction does not depend, to the last bit, on how many rows are predicted at once.
        (Matrix products do depend on it: BLAS chooses its order of summation by shape.)
    linear : bool
        The fitted estimator has `coef_` and `intercept_`.
    categories : str
        Its parameter for the positions of features that are categories; empty if it has none.
    """

    name: str
    tasks: frozenset[Task]
    target: str
    summary: str
    defaults: dict[str, Any] = field(default_factory=dict)
    needs: frozenset[Need] = NO_GAPS
    extra: str = ""
    space: Mapping[str, Search] = field(default_factory=dict)
    calibrate: bool = False
    rowwise: bool = False
    linear: bool = False
    categories: str = ""

    @property
    def takes_gaps(self) -> bool:
        """Whether missing cells may stay in the matrix."""
        return "no gaps" not in self.needs

    def load(self) -> type[Any]:
        """Import the estimator's class."""
        module, _, name = self.target.partition(":")
        loaded: type[Any] = getattr(import_module(module), name)
        return loaded
