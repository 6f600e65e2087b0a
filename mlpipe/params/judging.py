"""What is asked of a judge of models."""

from __future__ import annotations

from dataclasses import dataclass

from mlpipe.errors import UsageError
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param


def check_coverage(ci: float) -> None:
    """Raise `UsageError` where an interval cannot have this coverage."""
    if not 0 < ci < 1:
        raise UsageError(
            f"{param('ci')} is {format_exact(ci)}.", remedy="Give a coverage between 0 and 1, such as 0.95."
        )


@dataclass(frozen=True, kw_only=True)
class CompareParams:
    """Options of `compare`.

    Parameters
    ----------
    metric : str, optional
        What the models are ordered by; by default the one of the task.
    ci : float
        Coverage of the intervals, in (0, 1).
    fail_if_worse : tuple of str
        Metrics in which the first model must not be worse than another one, beyond the interval.
    """

    metric: str | None = None
    ci: float = 0.95
    fail_if_worse: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        check_coverage(self.ci)
