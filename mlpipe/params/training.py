"""The options of `train`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from mlpipe.errors import UsageError
from mlpipe.params.descent import DescentParams
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

Quality = Literal["fast", "good", "best"]
Ensemble = Literal["none", "blend", "stack"]
Calibrate = Literal["none", "sigmoid", "isotonic", "auto"]
TargetTransform = Literal["none", "log", "power", "auto"]
Multilabel = Literal["independent", "chain"]
COST = "cost"


def _out_of_range(name: str, value: float, remedy: str) -> UsageError:
    return UsageError(f"{param(name)} is {format_exact(value)}.", remedy=remedy)


@dataclass(frozen=True, kw_only=True)
class TrainParams:
    """Options of `train`.

    Parameters
    ----------
    quality : str
        How much `auto` tries.
    time_budget : float, optional
        Seconds that `auto` may compare models for.
    ensemble : str, optional
        Whether `auto` blends or stacks its candidates; by default it blends unless that loses in cross-validation.
    calibrate : str, optional
        How probabilities are made true; by default `auto` after resampling or class weights, and by a
        temperature where `auto` takes a single model.
    threshold : str, optional
        Two classes: the probability of the positive one from which on it is predicted, the metric to choose it by, or
        `cost`.
    cost : str, optional
        What a false positive and a false negative cost, `fp=1,fn=5`.
    intervals : float, optional
        Quantities: share of new rows that an interval about the prediction is to hold, in (0, 1).
    abstain : float, optional
        Classes: no prediction where the most probable one has less than this, in (0, 1).
    target_transform : str
        What a quantity is learnt as.
    nonnegative : bool
        Quantities that are never negative: predictions below zero become zero.
    learning_curve : bool
        Whether to score with ever more of the rows.
    validation_curve : str, optional
        A parameter of the model and values to score it with, `max_depth=2,4,8`.
    k : str, optional
        Clusters: how many, or fewest and most, `2:10`.
    descent : DescentParams
        How a `torch-` model learns.
    multilabel : str, optional
        Labels: each learnt by itself, or in a chain, with those before it as features; by default by itself.
    """

    model: str = "auto"
    params: tuple[tuple[str, str], ...] = ()
    class_weight: Literal["none", "balanced"] = "none"
    cv: int | None = None
    metric: str | None = None
    quality: Quality = "good"
    time_budget: float | None = None
    ensemble: Ensemble | None = None
    calibrate: Calibrate | None = None
    threshold: str | None = None
    cost: str | None = None
    intervals: float | None = None
    abstain: float | None = None
    target_transform: TargetTransform = "none"
    nonnegative: bool = False
    learning_curve: bool = False
    validation_curve: str | None = None
    k: str | None = None
    descent: DescentParams = field(default_factory=DescentParams)
    multilabel: Multilabel | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.validation_curve is not None:
            parse_curve(self.validation_curve)
        if self.k is not None:
            parse_range(self.k)
        if self.cv is not None and self.cv < 2:
            raise UsageError(f"{param('cv')} is {self.cv}.", remedy="Give at least 2 folds, such as 5.")
        if self.time_budget is not None and not self.time_budget > 0:
            raise _out_of_range("time_budget", self.time_budget, "Give seconds, such as 60.")
        for name in ("intervals", "abstain"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise _out_of_range(name, value, "Give a share between 0 and 1, such as 0.9.")
        self._check_threshold()

    def _check_threshold(self) -> None:
        value = self.fixed_threshold
        if value is not None and not 0 <= value <= 1:
            raise _out_of_range("threshold", value, "Give a probability between 0 and 1.")
        if self.threshold == COST and self.cost is None:
            raise UsageError(
                f"{param('threshold', COST)} needs what errors cost.",
                remedy=f"Add {param('cost', 'fp=1,fn=5')}: a false positive costs 1, a false negative 5.",
            )
        if self.cost is not None:
            if self.threshold != COST:
                raise UsageError(
                    f"{param('cost')} is for a threshold that is chosen by it.",
                    remedy=ways(f"Add {param('threshold', COST)}", f"leave {param('cost')} away"),
                )
            parse_cost(self.cost)

    @property
    def fixed_threshold(self) -> float | None:
        """The threshold, where it is given as a number."""
        try:
            return None if self.threshold is None else float(self.threshold)
        except ValueError:
            return None

    @property
    def threshold_by(self) -> str | None:
        """What the threshold is chosen by, where it is to be chosen: a metric, or `cost`."""
        return None if self.fixed_threshold is not None else self.threshold


def parse_range(text: str) -> tuple[int, int]:
    """Fewest and most clusters.

    Examples
    --------
    >>> parse_range("5"), parse_range("2:10")
    ((5, 5), (2, 10))
    """
    first, colon, last = text.partition(":")
    ends = (first, last) if colon else (first, first)
    if not all(end.strip().isdecimal() for end in ends):
        raise UsageError(f"{param('k', text)} is no number of clusters.", remedy=_RANGE)
    low, high = (int(end) for end in ends)
    if not 2 <= low <= high:
        why = "a clustering has two clusters at least" if low < 2 else "it begins above its end"
        raise UsageError(f"{param('k', text)}: {why}.", remedy=_RANGE)
    return low, high


_RANGE = ways(f"Write {param('k', '5')}", f"a range to choose from: {param('k', '2:10')}")


def parse_cost(text: str) -> tuple[float, float]:
    """What a false positive and a false negative cost.

    Examples
    --------
    >>> parse_cost("fp=1,fn=5")
    (1.0, 5.0)
    """
    parts = dict(part.split("=", 1) for part in text.replace(" ", "").split(",") if "=" in part)
    try:
        positive, negative = float(parts.pop("fp")), float(parts.pop("fn"))
    except (KeyError, ValueError):
        positive = negative = -1.0
    if parts or positive < 0 or negative < 0 or positive + negative == 0:
        raise UsageError(
            f"{param('cost', text)} does not say what errors cost.",
            remedy="Write it like fp=1,fn=5: not negative, and not both zero.",
        )
    return positive, negative


def parse_curve(text: str) -> tuple[str, tuple[str, ...]]:
    """A parameter and two or more values; commas within brackets do not part them.

    Examples
    --------
    >>> parse_curve("hidden_layer_sizes=(50,20),(100,)")
    ('hidden_layer_sizes', ('(50,20)', '(100,)'))
    """
    name, _, listed = text.partition("=")
    values = tuple(value.strip() for value in re.split(r",(?![^(\[]*[)\]])", listed) if value.strip())
    if not name.strip() or len(set(values)) < 2:
        raise UsageError(
            f"{param('validation_curve', text)} is no parameter with two or more values.",
            remedy="Write it like max_depth=2,4,8.",
        )
    return name.strip(), tuple(dict.fromkeys(values))


@dataclass(frozen=True, kw_only=True)
class TuneParams:
    """Options of `tune`.

    Parameters
    ----------
    trials : int, optional
        Settings to try; 50 by default, and without a limit where there is a time budget.
    time_budget : float, optional
        Seconds that settings may be tried for.
    tune_plan : bool
        Whether the plan is searched too.
    nested : int, optional
        Folds of an outer loop that scores the whole search.
    space : str, optional
        A TOML file with ranges that stand before those of the registry.
    """

    model: str = "auto"
    trials: int | None = None
    time_budget: float | None = None
    metric: str | None = None
    cv: int = 5
    class_weight: Literal["none", "balanced"] = "none"
    tune_plan: bool = False
    nested: int | None = None
    space: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("trials", 1), ("cv", 2), ("nested", 2)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise UsageError(f"{param(name)} is {value}.", remedy=f"Give at least {least}.")
        if self.time_budget is not None and not self.time_budget > 0:
            raise _out_of_range("time_budget", self.time_budget, "Give seconds, such as 120.")

    @property
    def most_trials(self) -> int | None:
        """How many settings are tried at most."""
        return TRIALS if self.trials is None and self.time_budget is None else self.trials

    def training(self) -> TrainParams:
        """The options of the training that ends the search."""
        return TrainParams(
            model=self.model, class_weight=self.class_weight, cv=self.cv, metric=self.metric, seed=self.seed
        )


TRIALS = 50
