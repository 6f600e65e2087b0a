"""On which slices of the rows a model errs more than on the rest, noise apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from mlpipe.metrics.bootstrap import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.metrics.arrays import Codes, Flags, Floats

FEWEST_ROWS = 20
"""Rows of a slice, and of the rest, of which something can be said."""
SURE = 0.05
"""Chance that any slice is called worse where none is."""
_SHUFFLES = 999
_FEWEST_SHUFFLES = 199
_MOST_WORK = 400_000_000
_MOST_CELLS = 20_000_000
"""Rows times slices that are held at once."""
_LEAST_SHUFFLED = 5_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouping:
    """One way to divide the rows: the levels of a column, or its bins.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        Positions in `levels`; -1 for rows that are in none.
    """

    column: str
    levels: tuple[str, ...]
    codes: Codes


@dataclass(frozen=True, kw_only=True)
class SliceScore:
    """How a model errs on one slice.

    Parameters
    ----------
    error, low, high : float
        Mean error of its rows, and the 95 % interval: Wilson's where a row is right or wrong, else Student's.
    rest : float
        Mean error of all other rows.
    chance : float
        How often errors dealt out at random make some slice stand out as much (all slices looked at together).
    """

    column: str
    level: str
    n_rows: int
    error: float
    low: float
    high: float
    rest: float
    chance: float

    @property
    def is_worse(self) -> bool:
        """Whether the model errs more here than on the rest, beyond what looking at many slices brings."""
        return self.chance <= SURE


def score_slices(
    errors: Floats, groupings: Sequence[Grouping], *, fewest: int = FEWEST_ROWS, seed: int = 0
) -> tuple[SliceScore, ...]:
    """Score every level of every grouping with enough rows, those that stand out most first.

    Errors are shuffled among the rows, and each slice is held against the slice that stands out most in each shuffle:
    where no slice is worse, one is called so in 5 % of tables, however many are looked at and however they overlap.

    Parameters
    ----------
    errors : ndarray of shape (n_rows,)
        What each row's prediction is off by; 0 and 1 where it is right or wrong.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, Wiley: the maxT procedure.
    """
    found = [
        (grouping.column, level, grouping.codes == place)
        for grouping in groupings
        for place, level in enumerate(grouping.levels)
    ]
    n = len(errors)
    found = [one for one in found if fewest <= one[2].sum() <= n - fewest]
    spread = float(errors.std())
    if not found or spread == 0:
        return ()
    standing = np.array([_standing(errors, flags, spread) for _, _, flags in found])
    # Of so many rows that all slices of them would not fit, an even choice is shuffled: chance is much the same.
    some = np.arange(n)
    if n * len(found) > _MOST_CELLS:
        some = np.sort(np.random.default_rng(seed).permutation(n)[: max(_MOST_CELLS // len(found), _LEAST_SHUFFLED)])
    highest = _highest(errors[some], np.array([flags[some] for _, _, flags in found], dtype=np.float64), seed)
    chances = (1 + (highest[:, None] >= standing[None, :] - 1e-12).sum(axis=0)) / (1 + len(highest))
    return tuple(_score(found[k], errors, float(chances[k])) for k in np.argsort(-standing, kind="stable"))


def _standing(errors: Floats, inside: Flags, spread: float) -> float:
    """How far the mean error of a slice stands out, in standard deviations of what shuffling would make it."""
    n, size = len(errors), int(inside.sum())
    scale = spread * np.sqrt((n - size) / (size * (n - 1)))  # drawn without putting back
    return float((errors[inside].mean() - errors.mean()) / scale)


def _highest(errors: Floats, members: Floats, seed: int) -> Floats:
    """How far the slice that stands out most does so, in each shuffle."""
    rng = np.random.default_rng(seed)
    n, sizes = len(errors), np.maximum(members.sum(axis=1), 1.0)
    scale = (float(errors.std()) or 1.0) * np.sqrt(np.maximum(n - sizes, 1.0) / (sizes * (n - 1)))
    shuffles = int(min(_SHUFFLES, max(_FEWEST_SHUFFLES, _MOST_WORK // members.size)))
    middle = errors.mean()
    highest = []
    for _ in range(shuffles):
        means = members @ rng.permutation(errors) / sizes
        highest.append(float(((means - middle) / scale).max()))
    return np.array(highest)


def _score(found: tuple[str, str, Flags], errors: Floats, chance: float) -> SliceScore:
    column, level, inside = found
    error = float(errors[inside].mean())
    low, high = _interval(errors[inside])
    return SliceScore(
        column=column, level=level, n_rows=int(inside.sum()), error=error, low=low, high=high,
        rest=float(errors[~inside].mean()), chance=chance,
    )  # fmt: skip


def _interval(errors: NDArray[np.float64]) -> tuple[float, float]:
    n, mean = len(errors), float(errors.mean())
    if np.isin(errors, (0.0, 1.0)).all():
        return wilson(mean, n, 0.95)
    reach = float(stdtrit(n - 1, 0.975) * errors.std(ddof=1) / np.sqrt(n))
    return max(0.0, mean - reach), mean + reach
