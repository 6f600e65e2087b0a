"""What a code of `inspect` stands for: one table each for the columns, the rows and the target, and for two tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: nothing to do, look at it, or the next step will fail."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class FindingSpec:
    """A row of the table of codes.

    Parameters
    ----------
    remedy : str
        What to do; `{column}` and `{value}` stand for the shell-quoted name and value.
    explanation : str
        Why it matters for a model, and how it is measured, with its threshold.
    """

    code: str
    severity: Severity
    summary: str
    remedy: str
    explanation: str
