"""What one feature of the matrix is: its name, the raw column it comes from, how it was scaled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FeatureKind = Literal[
    "number", "part", "level", "mean", "code", "category", "count", "bin", "term", "product", "component", "missing"
]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column of the matrix.

    Parameters
    ----------
    column : str
        The raw column it comes from; of a product all of them (`a*b`), of a component none.
    kind : str
        `number` itself, `part` of a date or time, 0/1 for a `level`, `mean` of the target, `code` of an ordered level,
        `category` (a code whose order means nothing), training rows that `count` a level, 0/1 for a `bin`, weight of a
        `term`, `product` of numbers, principal `component`, 0/1 for `missing`.
    scale, shift : float, optional
        The feature is `x * scale + shift`, with `x` as it was before scaling; `None` where it is no such line.
    gaps : bool
        Whether missing cells of the column stay missing.
    """

    name: str
    column: str
    kind: FeatureKind
    scale: float | None = 1.0
    shift: float | None = 0.0
    gaps: bool = False

    @property
    def discrete(self) -> bool:
        """Whether values between two that occur mean nothing."""
        return self.kind in {"level", "code", "category", "bin", "missing"}
