"""What the target looked like among the training rows: all that a dummy knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class TargetReference:
    """The target of the training rows, before any resampling.

    Parameters
    ----------
    counts : dict
        Rows of each class, in the order of the classes; empty for regression.
    mean : float
        Of a regression's target; 0 for classes.
    """

    counts: dict[str, int]
    mean: float

    @property
    def prior(self) -> tuple[float, ...]:
        """Share of each class."""
        total = sum(self.counts.values())
        return tuple(count / total for count in self.counts.values())

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        return cls(counts=dict(data["counts"]), mean=data["mean"])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; classes as pairs, since the order of JSON objects means nothing."""
        return {"counts": [[label, count] for label, count in self.counts.items()], "mean": self.mean}


def target_reference(y: NDArray[Any], classes: tuple[str, ...]) -> TargetReference:
    """Describe the training rows' target."""
    if not classes:
        return TargetReference(counts={}, mean=float(y.mean()))
    return TargetReference(counts={label: int((y == label).sum()) for label in classes}, mean=0.0)
