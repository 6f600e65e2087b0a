"""What the target looked like among the training rows: all that a dummy knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class TargetReference:
    """What the target looked like among the training rows, before any resampling: all that a dummy knows.

    Parameters
    ----------
    counts : dict
        Rows of each class or label, in their order; empty where there are none.
    means : tuple of float
        Of each number; share of the rows that have each label; empty for classes.
    """

    counts: dict[str, int] = field(default_factory=dict)
    means: tuple[float, ...] = ()

    @property
    def prior(self) -> tuple[float, ...]:
        """Share of each class."""
        total = sum(self.counts.values())
        return tuple(count / total for count in self.counts.values())

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`; the first formats had one `mean`, of no meaning beside classes."""
        counts = dict(data["counts"])
        older = [] if counts or "mean" not in data else [data["mean"]]
        return cls(counts=counts, means=tuple(data.get("means", older)))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; classes as pairs, since the order of JSON objects means nothing."""
        return {"counts": [[label, count] for label, count in self.counts.items()], "means": list(self.means)}
