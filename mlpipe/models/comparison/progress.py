"""How far a comparison is, and how long it may still take."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Time that a comparison may take.

    Parameters
    ----------
    ends : float or None
        When it is used up, by `clock`; `None` for never.
    """

    ends: float | None = None
    clock: Callable[[], float] = field(default=perf_counter)

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """So many seconds from now."""
        return cls(ends=None if seconds is None else perf_counter() + seconds)

    @property
    def used_up(self) -> bool:
        """Whether nothing more should be begun."""
        return self.ends is not None and self.clock() >= self.ends


class Told:
    """How far the comparison is: the first fold candidate by candidate, the others as they end."""

    def __init__(self, tell: Tell, n_candidates: int, n_folds: int) -> None:
        self._tell = tell
        self._n_candidates = n_candidates
        self._n_folds = n_folds

    def candidate(self, number: int, name: str, best: str) -> None:
        """Tell that a candidate is next on the first fold."""
        so_far = f", best so far {best}" if best else ""
        share = number / self._n_candidates / self._n_folds
        self._tell(share, f"fold 1 of {self._n_folds}  {name}{so_far}")

    def fold(self, done: int) -> None:
        """Tell that so many of the other folds are done."""
        self._tell((1 + done) / self._n_folds, f"fold {done + 1} of {self._n_folds} is done")
