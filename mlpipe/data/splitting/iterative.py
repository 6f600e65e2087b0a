"""Iterative stratification: rows with several labels dealt so that every label, and every combination, is spread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NOWHERE = -1


def deal_labels(
    labels: NDArray[np.int64], sizes: NDArray[np.int64], shares: Sequence[float], rng: np.random.Generator
) -> NDArray[np.int8]:
    """Deal units to parts so that labels, and their combinations, have their share of each part.

    Each combination gives every part as many whole units as are its share. Then, as long as a part has room, it gets
    one unit with each label that it lacks and of each combination that it lacks, the rarest label and the commonest
    combination first. The rest goes, rarest label first, to the part that lacks most of this label [1]_. The first of
    the parts with the largest share, the training rows, has every label that any unit has.

    Parameters
    ----------
    labels : ndarray of shape (n_units, n_labels)
        Rows of the unit that have each label.
    sizes : ndarray of shape (n_units,)
        Rows of each unit.
    shares : sequence of float
        Share of the rows of each part; their sum is 1.

    Returns
    -------
    ndarray of shape (n_units,)
        The place of each unit's part among `shares`.

    References
    ----------
    .. [1] Sechidis, Tsoumakas, Vlahavas (2011), On the stratification of multi-label data, ECML PKDD.

    Examples
    --------
    >>> labels = np.array([[1, 0]] * 8 + [[0, 1]] * 2)
    >>> parts = deal_labels(labels, np.ones(10, int), (0.5, 0.5), np.random.default_rng(0))
    >>> np.bincount(parts[:8]).tolist(), np.bincount(parts[8:]).tolist()
    ([4, 4], [1, 1])
    """
    table = _Table.of(_rarer(labels, sizes), sizes, shares, rng)
    for combination in table.combinations:
        table.deal_shares(combination)
    largest_first = sorted(range(len(shares)), key=lambda part: -shares[part])
    for label in np.argsort(table.totals, kind="stable").tolist():
        with_it = np.flatnonzero(table.labels[:, label])
        for part in largest_first:
            table.give_one(with_it, part)
    for combination in sorted(table.combinations, key=len, reverse=True):
        for part in largest_first if len(combination) > 1 else ():
            table.give_one(combination, part)
    table.deal_rest()
    return table.parts


def _rarer(labels: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rarer side of each label: where nearly all rows have it, those that have it not."""
    common = 2 * labels.sum(axis=0) > sizes.sum()
    return np.where(common, sizes[:, None] - labels, labels)


@dataclass(kw_only=True, eq=False)
class _Table:
    """What is dealt to whom so far.

    Parameters
    ----------
    order : ndarray of shape (n_units,)
        Units in the order of chance.
    wanted : ndarray of shape (n_parts, n_labels)
        Rows with each label that a part still lacks.
    room : ndarray of shape (n_parts,)
        Rows that it still lacks.
    """

    labels: NDArray[np.int64]
    sizes: NDArray[np.int64]
    shares: Sequence[float]
    order: NDArray[np.intp]
    totals: NDArray[np.int64]
    wanted: Floats
    room: Floats
    parts: NDArray[np.int8]
    combinations: list[NDArray[np.intp]] = field(default_factory=list)

    @classmethod
    def of(
        cls, labels: NDArray[np.int64], sizes: NDArray[np.int64], shares: Sequence[float], rng: np.random.Generator
    ) -> _Table:
        order = rng.permutation(len(sizes))
        _, code = np.unique(np.column_stack([labels, sizes]), axis=0, return_inverse=True)
        drawn = order[np.argsort(code.ravel()[order], kind="stable")]
        borders = np.flatnonzero(np.diff(code.ravel()[drawn])) + 1
        totals = labels.sum(axis=0)
        return cls(
            labels=labels,
            sizes=sizes,
            shares=shares,
            order=order,
            totals=totals,
            wanted=np.outer(shares, totals).astype(np.float64),
            room=np.array(shares) * sizes.sum(),
            parts=np.full(len(sizes), NOWHERE, dtype=np.int8),
            combinations=np.split(drawn, borders),
        )

    def give(self, units: NDArray[np.intp], part: int) -> None:
        """Deal units to a part."""
        self.parts[units] = part
        self.wanted[part] -= self.labels[units].sum(axis=0)
        self.room[part] -= self.sizes[units].sum()

    def deal_shares(self, combination: NDArray[np.intp]) -> None:
        """Give each part the whole units of a combination that are its share."""
        start = 0
        for part, share in enumerate(self.shares):
            end = start + int(len(combination) * share + 1e-9)
            self.give(combination[start:end], part)
            start = end

    def give_one(self, units: NDArray[np.intp], part: int) -> None:
        """Give a part one of the units that are free, if it has none of them yet, and room."""
        free = units[self.parts[units] == NOWHERE]
        if len(free) and not (self.parts[units] == part).any():
            unit = free[np.argmin(self.sizes[free])]
            if self.room[part] >= self.sizes[unit]:
                self.give(np.array([unit]), part)

    def deal_rest(self) -> None:
        """Rarest label first, each unit to the part that lacks most of it; those without labels to where is room."""
        free = self.order[self.parts[self.order] == NOWHERE]
        while len(free):
            left = self.labels[free].sum(axis=0)
            if not left.any():
                break
            label = int(np.argmin(np.where(left > 0, left, left.max() + 1)))
            for unit in free[self.labels[free, label] > 0].tolist():
                self.give(np.array([unit]), self._needs_most(self.wanted[:, label]))
            free = free[self.parts[free] == NOWHERE]
        for unit in free.tolist():
            self.give(np.array([unit]), int(np.argmax(self.room)))

    def _needs_most(self, wanted: Floats) -> int:
        """The part that lacks most, among those that have room; of equal ones the one with more room."""
        roomy = self.room > 0
        lacking = np.where(roomy, wanted, -np.inf) if roomy.any() else wanted
        most = lacking >= lacking.max() - 1e-9
        return int(np.argmax(np.where(most, self.room, -np.inf)))
