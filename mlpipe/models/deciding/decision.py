"""What turns a model's numbers into decisions: threshold, abstention, interval; kept with the model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Threshold = float | tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """How predictions are decided.

    Parameters
    ----------
    threshold : float or tuple of float, optional
        Two classes: the probability of the positive one from which on it is predicted. Labels: that of each label, or
        one for all.
    abstain : float, optional
        Classes: nothing is predicted where the most probable one has less.
    coverage : float, optional
        Quantities: share of new rows that intervals are made to hold.
    reach : float or tuple of float, optional
        How far intervals reach to either side, in units of the target; of several quantities that of each.
    lowest : float, optional
        Quantities: smaller predictions become this.
    """

    threshold: Threshold | None = None
    abstain: float | None = None
    coverage: float | None = None
    reach: float | tuple[float, ...] | None = None
    lowest: float | None = None

    def bounded(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers, none below the lowest."""
        return numbers if self.lowest is None else np.maximum(numbers, self.lowest)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; what is not decided is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        read: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in data.items()}
        return cls(**read)


NO_DECISION = Decision()
"""The more probable class, the number as it is."""
