"""How far a comparison is, and how long it may still take."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from mlpipe.words.progress import silent

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
    """How far the comparison is: fold by fold, candidate by candidate.

    Examples
    --------
    >>> told = Told(lambda share, what: print(f"{share:.2f} {what}"), n_candidates=2, n_folds=2)
    >>> told.candidate(1, "ridge", "dummy 0.5")
    0.25 fold 1 of 2  ridge, best so far dummy 0.5
    >>> told.folds(1, n_candidates=1)
    0.50 fold 1 of 2 is done
    >>> told.candidate(0, "ridge", "")
    0.50 fold 2 of 2  ridge, best so far dummy 0.5
    """

    def __init__(self, tell: Tell, n_candidates: int, n_folds: int) -> None:
        self._tell = tell
        self._n_candidates = n_candidates
        self._n_folds = n_folds
        self._done = 0
        self._best = ""

    def __reduce__(self) -> tuple[type[Told], tuple[Tell, int, int]]:
        """In another process there is nobody to tell."""
        return Told, (silent, self._n_candidates, self._n_folds)

    def candidate(self, number: int, name: str, best: str) -> None:
        """Tell that a candidate is next; the best is that of the first fold, where all of them are compared."""
        if not self._done:
            self._best = best
        so_far = f", best so far {self._best}" if self._best else ""
        share = (self._done + number / self._n_candidates) / self._n_folds
        self._tell(share, f"fold {self._done + 1} of {self._n_folds}  {name}{so_far}")

    def folds(self, done: int, *, n_candidates: int) -> None:
        """Tell that so many folds are done, and take note of how many candidates go through the others."""
        self._done, self._n_candidates = done, n_candidates
        self._tell(done / self._n_folds, f"fold {done} of {self._n_folds} is done")
