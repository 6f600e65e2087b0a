"""How several targets go together: shares of labels, their combinations, correlations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.targets import labelled_rows
from mlpipe.target import LabelsTarget

if TYPE_CHECKING:
    from mlpipe.target import NumbersTarget

MOST_COMBINATIONS = 10


@dataclass(frozen=True, kw_only=True)
class SeveralTargets:
    """Several targets described, by the rows that have all of them.

    Parameters
    ----------
    counts : tuple of int
        Rows that have each label; empty for quantities.
    correlations : tuple of tuple of float or None
        Pearson's, of labels the phi coefficient; `None` where one of the two does not vary.
    combinations : tuple of (tuple of str, int)
        The commonest sets of labels, with their rows.
    n_combinations : int
        How many sets of labels there are; 0 for quantities.
    """

    names: tuple[str, ...]
    n_rows: int
    counts: tuple[int, ...]
    correlations: tuple[tuple[float | None, ...], ...]
    combinations: tuple[tuple[tuple[str, ...], int], ...] = ()
    n_combinations: int = 0

    @property
    def strongest(self) -> tuple[str, str, float] | None:
        """The two that go together most."""
        pairs = [
            (a, b, value)
            for i, a in enumerate(self.names)
            for b, value in zip(self.names[:i], self.correlations[i], strict=False)
            if value is not None
        ]
        if not pairs:
            return None
        second, first, value = max(pairs, key=lambda pair: abs(pair[2]))
        return first, second, value


def describe_several(table: pa.Table, target: LabelsTarget | NumbersTarget) -> SeveralTargets:
    """Describe several targets of a typed table."""
    y = target.encode(table.select(target.sources).filter(pa.array(labelled_rows(table, target))))
    counts: tuple[int, ...] = ()
    found: Counter[tuple[str, ...]] = Counter()
    if isinstance(target, LabelsTarget):
        counts = tuple(y.sum(axis=0).tolist())
        sets, times = np.unique(y, axis=0, return_counts=True)
        named = (tuple(np.array(target.columns)[row == 1].tolist()) for row in sets)
        found.update(dict(zip(named, times.tolist(), strict=True)))
    return SeveralTargets(
        names=target.columns,
        n_rows=len(y),
        counts=counts,
        correlations=_correlations(y.astype(np.float64)),
        combinations=tuple(found.most_common(MOST_COMBINATIONS)),
        n_combinations=len(found),
    )


def _correlations(y: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[tuple[float | None, ...], ...]:
    centred = y - y.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    shape = np.outer(spread, spread)
    found = np.divide(centred.T @ centred, shape, out=np.full(shape.shape, np.nan), where=shape > 0)
    return tuple(
        tuple(None if np.isnan(value) else float(np.clip(value, -1, 1)) for value in row) for row in found.tolist()
    )
