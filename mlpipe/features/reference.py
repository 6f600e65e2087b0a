"""What the training rows looked like, column by column: the yardstick for later rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mlpipe.data.schema import Kind, Role
from mlpipe.features.levels import level_word
from mlpipe.features.streaming.rows import FrameRows
from mlpipe.features.streaming.tallies import tally_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.features.streaming.moments import Moments
    from mlpipe.features.streaming.tallies import ColumnTally

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
    tallies = tally_columns(FrameRows(X=rows), columns)
    return reference_of(tallies, {c.name: _quantiles(rows[c.name]) for c in columns if c.kind.numeric})


def _quantiles(values: pd.Series) -> NDArray[np.float64]:
    present = values.dropna().to_numpy(dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.quantile(present, QUANTILES) if len(present) else np.full(len(QUANTILES), np.nan)


def reference_of(tallies: Mapping[str, ColumnTally], quantiles: Mapping[str, NDArray[np.float64]]) -> Reference:
    """Describe columns that were counted.

    Parameters
    ----------
    quantiles : mapping of str to ndarray
        Of each column of numbers, at `QUANTILES`.
    """
    return Reference(columns=tuple(_describe(tally, quantiles.get(name)) for name, tally in tallies.items()))


def _describe(tally: ColumnTally, quantiles: NDArray[np.float64] | None) -> ColumnReference:
    facts: dict[str, Any] = {}
    if quantiles is not None and tally.moments is not None and tally.moments.n:
        facts |= _describe_numbers(tally.moments, quantiles)
    if tally.earliest is not None:
        facts |= {"min": tally.earliest.isoformat(), "max": tally.latest.isoformat()}
    if tally.levels is not None:
        facts |= _describe_levels(tally.levels.counts)
    return ColumnReference(
        name=tally.column.name,
        role=tally.column.role,
        kind=tally.column.kind,
        rows=tally.n_rows,
        missing=tally.missing,
        **facts,
    )


def _describe_numbers(moments: Moments, quantiles: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "min": moments.min,
        "max": moments.max,
        "mean": _finite(moments.mean),
        "std": _finite(moments.std(ddof=1)),
        "quantiles": tuple(quantiles.tolist()) if np.isfinite(quantiles).all() else (),
    }


def _finite(value: np.floating[Any] | float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _describe_levels(found: Mapping[Any, int]) -> dict[str, Any]:
    counts = [(level_word(level), rows) for level, rows in found.items()]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    return {"levels": tuple(counts[:MOST_LEVELS]), "levels_cut": len(counts) > MOST_LEVELS}
