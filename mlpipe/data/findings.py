"""What `inspect` may find: stable codes in one table, and the finding itself."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum

from mlpipe.errors import UnknownNameError


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
    """

    code: str
    severity: Severity
    summary: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something in the data that a person should know.

    Parameters
    ----------
    code : str
        Stable: scripts may rely on it.
    column : str or None
        `None` where the finding is about rows or the whole table.
    """

    code: str
    severity: Severity
    column: str | None
    message: str
    remedy: str


_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

_ROWS = (
    ("MLP101", _WARNING, "constant column", "Leave it out: --drop {column}."),
    ("MLP102", _WARNING, "empty column", "Leave it out: --drop {column}."),
    ("MLP103", _INFO, "ID-like column", "Give it as --id {column}: it tells rows apart and predicts nothing."),
    ("MLP104", _WARNING, "row counter", "Give it as --id {column}, or as --time {column} if it stands for time."),
    ("MLP105", _WARNING, "duplicated columns", "Keep one of them: --drop {column}."),
    (
        "MLP106",
        _WARNING,
        "mixed types",
        "If the words mean missing, give --na-value {value}; otherwise mend the cells.",
    ),
    ("MLP107", _INFO, "numbers stored as text", "If they are quantities, give --numeric {column}; codes may stay."),
    ("MLP108", _INFO, "numbers written with signs", "Nothing, if the numbers are read as you mean them."),
    ("MLP109", _WARNING, "unreadable cells", "Mend the cells, or give --na-value {value} if they mean missing."),
    ("MLP110", _INFO, "missing markers seen", "Nothing, if they mean missing; otherwise give --categorical {column}."),
    ("MLP111", _WARNING, "many missing", "Ask why they are missing; --drop {column} if the rest says too little."),
    (
        "MLP112",
        _INFO,
        "outliers",
        "Look at the largest and smallest cells; --scale robust makes linear models steadier.",
    ),
    ("MLP113", _INFO, "skewed numbers", "Trees do not mind; for linear models give --scale robust or take logarithms."),
    (
        "MLP114",
        _INFO,
        "high cardinality",
        "Nothing: such levels are target-encoded; --text or --drop if they are no levels.",
    ),
    ("MLP115", _WARNING, "sentinel-like value", "If it means missing, give --na-value {value}."),
    (
        "MLP116",
        _WARNING,
        "ambiguous date order",
        "Write the dates as 2024-12-31 if day and month are the other way round.",
    ),
    ("MLP117", _INFO, "capped values", "If larger values were cut to it, such a cell says no more than 'at least'."),
    (
        "MLP201",
        _WARNING,
        "duplicate rows",
        "Nothing: split keeps them in one part; --duplicates drop keeps one of each.",
    ),
    (
        "MLP202",
        _INFO,
        "contradicting rows",
        "No model can get all of them right: look for a column that tells them apart.",
    ),
    ("MLP301", _WARNING, "class imbalance", "Judge by pr_auc or balanced_accuracy; try --class-weight balanced."),
    (
        "MLP302",
        _WARNING,
        "rare classes",
        "Gather more rows or merge the classes: so few can be neither learned nor judged.",
    ),
    ("MLP303", _WARNING, "target with missing values", "Nothing: rows without a target are set aside by split."),
    ("MLP304", _WARNING, "suspected leakage", "If it is known only after the outcome, leave it out: --drop {column}."),
    ("MLP305", _ERROR, "constant target", "Choose another --target: there is nothing to tell apart."),
    ("MLP306", _WARNING, "target computed from columns", "Leave the parts of the sum out: --drop {value}."),
)

SPECS = {row[0]: FindingSpec(code=row[0], severity=row[1], summary=row[2], remedy=row[3]) for row in _ROWS}


def build_finding(code: str, message: str, *, column: str | None = None, value: str = "") -> Finding:
    """Put a message under its code, with the remedy filled in.

    Examples
    --------
    >>> build_finding("MLP101", "All 9 rows hold 'x'.", column="unit price").remedy
    "Leave it out: --drop 'unit price'."
    """
    spec = find_spec(code)
    remedy = spec.remedy.format(column=shlex.quote(column or ""), value=shlex.quote(value))
    return Finding(code=code, severity=spec.severity, column=column, message=message, remedy=remedy)


def find_spec(code: str) -> FindingSpec:
    """Look a code up, or raise `UnknownNameError` with the nearest codes."""
    if code not in SPECS:
        raise UnknownNameError("finding code", code, SPECS)
    return SPECS[code]


def shorten(value: object, *, limit: int = 40) -> str:
    """A cell for a message: quoted where it is text, cut where it is long.

    Examples
    --------
    >>> shorten("north"), shorten(2.5), shorten("x" * 50, limit=5)
    ("'north'", '2.5', "'xxxx…'")
    """
    if not isinstance(value, str):
        return str(value)
    return repr(value if len(value) <= limit else value[: limit - 1] + "…")


def count_of(n: int, what: str, plural: str = "") -> str:
    """A count with its noun: `1 row`, `1,200 rows`."""
    return f"{n:,} {what if n == 1 else plural or what + 's'}"


def percent(share: float) -> str:
    """A share for a message: never `0 %` or `100 %` where it is not.

    Examples
    --------
    >>> percent(0.634), percent(0.0123), percent(0.0002), percent(0.9999)
    ('63 %', '1.2 %', '< 0.1 %', '> 99 %')
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{share:.1%}".replace("%", " %") if share < 0.1 else f"{share:.0%}".replace("%", " %")
