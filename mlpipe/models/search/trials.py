"""What a search has tried: one record a trial, in an order that a resumed search repeats."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

State = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One setting that was tried.

    Parameters
    ----------
    number : int
        From 0; the first ones are the defaults.
    params : dict
        Parameter to the value that was tried.
    value : float or None
        Mean of the metric over the folds that were fitted.
    folds : tuple of float
        The metric on each of them.
    """

    number: int
    state: State
    params: dict[str, Any]
    value: float | None
    folds: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        return cls(**{**data, "folds": tuple(data["folds"])})


def best_trials(trials: list[Trial], *, greater_is_better: bool) -> list[Trial]:
    """The finished trials, best first; the earlier of equal ones."""
    done = [trial for trial in trials if trial.state == "complete" and trial.value is not None]
    sign = -1.0 if greater_is_better else 1.0
    return sorted(done, key=lambda trial: (sign * float(trial.value or 0.0), trial.number))
