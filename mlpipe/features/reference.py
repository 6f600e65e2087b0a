"""What the training rows looked like, column by column: the yardstick for later rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.features.levels import level_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column

MOST_LEVELS = 10_000
QUANTILES = tuple(i / 20 for i in range(21))


@dataclass(frozen=True, kw_only=True)
class ColumnReference:
    """One raw column among the training rows.

    Parameters
    ----------
    rows, missing : int
        Training rows, and those without a value.
    min, max : float or str, optional
        Of numbers; of dates as ISO 8601. `None` where no row has a value.
    mean, std : float, optional
        Of numbers; `std` with n - 1 in the denominator, `None` for a single value or where it overflows.
    quantiles : tuple of float
        Of numbers, at 0, 0.05, ... 1 (linear interpolation).
    levels : tuple of (str, int)
        Of categories and booleans: each level and its rows, most frequent first.
    levels_cut : bool
        Whether there are more levels than the 10,000 listed.
    """

    name: str
    role: Role
    kind: Kind
    rows: int
    missing: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    std: float | None = None
    quantiles: tuple[float, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    levels_cut: bool = False

    def __post_init__(self) -> None:
        wanted = (int, float) if self.kind.numeric else str
        if not all(end is None or isinstance(end, wanted) for end in (self.min, self.max)):
            raise ValueError(f"{self.min!r} … {self.max!r} are no ends of a column of kind {self.kind}")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `dataclasses.asdict`, after JSON has turned tuples into lists."""
        return cls(
            **{
                **data,
                "role": Role(data["role"]),
                "kind": Kind(data["kind"]),
                "quantiles": tuple(data["quantiles"]),
                "levels": tuple((level, rows) for level, rows in data["levels"]),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Reference:
    """All raw feature columns among the training rows, in the order of the schema."""

    columns: tuple[ColumnReference, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_json`."""
        return cls(columns=tuple(ColumnReference.from_json(column) for column in data["columns"]))


def training_reference(rows: pd.DataFrame, columns: Sequence[Column]) -> Reference:
    """Describe raw feature columns.

    Parameters
    ----------
    rows : DataFrame of shape (n_rows, n_columns)
        Typed training rows, as `data.coercion.to_frame` gives them.
    """
    return Reference(columns=tuple(_describe(rows[column.name], column) for column in columns))


def _describe(values: pd.Series, column: Column) -> ColumnReference:
    present = values.dropna()
    facts: dict[str, Any] = {}
    if column.kind.numeric:
        facts |= _describe_numbers(present.to_numpy(dtype=np.float64))
    if column.kind is Kind.DATETIME and len(present):
        facts |= {"min": present.min().isoformat(), "max": present.max().isoformat()}
    if column.role in (Role.CATEGORICAL, Role.BOOLEAN):
        facts |= _describe_levels(present)
    return ColumnReference(
        name=column.name,
        role=column.role,
        kind=column.kind,
        rows=len(values),
        missing=len(values) - len(present),
        **facts,
    )


def _describe_numbers(numbers: NDArray[np.float64]) -> dict[str, Any]:
    if not len(numbers):
        return {}
    with np.errstate(over="ignore", invalid="ignore"):
        mean = numbers.mean()
        std = numbers.std(ddof=1) if len(numbers) > 1 else np.nan
        quantiles = np.quantile(numbers, QUANTILES)
    return {
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": _finite(mean),
        "std": _finite(std),
        "quantiles": tuple(quantiles.tolist()) if np.isfinite(quantiles).all() else (),
    }


def _finite(value: np.floating[Any] | float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _describe_levels(present: pd.Series) -> dict[str, Any]:
    counts = [(level_word(level), int(rows)) for level, rows in present.value_counts().items()]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    return {"levels": tuple(counts[:MOST_LEVELS]), "levels_cut": len(counts) > MOST_LEVELS}
