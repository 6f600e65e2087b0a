"""What `inspect` may find: the finding itself, put under its code."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from mlpipe.data.profiling.codes_changes import CHANGE_ROWS
from mlpipe.data.profiling.codes_columns import COLUMN_ROWS
from mlpipe.data.profiling.codes_table import TABLE_ROWS
from mlpipe.data.profiling.finding_specs import FindingSpec, Severity
from mlpipe.errors import GateError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "SPECS",
    "Finding",
    "FindingSpec",
    "Severity",
    "build_finding",
    "count_of",
    "find_spec",
    "percent",
    "plain",
    "shorten",
]

SPECS = {
    row[0]: FindingSpec(code=row[0], severity=row[1], summary=row[2], remedy=row[3], explanation=row[4])
    for row in chain(COLUMN_ROWS, TABLE_ROWS, CHANGE_ROWS)
}
_LETTERS = str.maketrans("OIL", "011")
_ORDER = (Severity.INFO, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something in the data that a person should know.

    Parameters
    ----------
    code : str
        Stable: scripts may rely on it.
    column : str or None
        `None` where the finding is about rows or the whole table.
    explanation : str
        Why it matters and how it is measured.
    """

    code: str
    severity: Severity
    column: str | None
    message: str
    remedy: str
    explanation: str = ""


def build_finding(code: str, message: str, *, column: str | None = None, value: str = "") -> Finding:
    """Put a message under its code, with the remedy filled in.

    Examples
    --------
    >>> build_finding("MLP101", "All 9 rows hold 'x'.", column="unit price").remedy
    "Leave it out: --drop 'unit price'."
    """
    spec = find_spec(code)
    remedy = spec.remedy.format(column=shlex.quote(column or ""), value=shlex.quote(value))
    return Finding(
        code=code,
        severity=spec.severity,
        column=column,
        message=message,
        remedy=remedy,
        explanation=spec.explanation,
    )


def find_spec(code: str) -> FindingSpec:
    """Look a code up, or raise `UnknownNameError` with the nearest codes."""
    if code not in SPECS:
        raise UnknownNameError("finding code", code, _near(code))
    return SPECS[code]


def _near(code: str) -> list[str]:
    """The code that was meant where letters stand for digits; else the next of the same hundred, or all."""
    digits = code[3:].upper().translate(_LETTERS)
    if f"MLP{digits}" in SPECS:
        return [f"MLP{digits}"]
    family = [known for known in SPECS if known.startswith(f"MLP{digits[:1]}")]
    if not digits.isdecimal() or not family:
        return list(SPECS)
    return sorted(family, key=lambda known: abs(int(known[3:]) - int(digits)))[:3]


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


def plain(value: float) -> str:
    """A measure for a message: four digits, and no power of ten where a person would write none.

    Examples
    --------
    >>> plain(58687.0), plain(-61.3612), plain(3.0), plain(2.5e-7)
    ('58,687', '-61.36', '3', '2.5e-07')
    """
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:.4g}"


def resolve_codes(arguments: Iterable[str]) -> frozenset[str]:
    """Codes given one by one or comma-separated; an unknown one is answered with the nearest.

    Examples
    --------
    >>> sorted(resolve_codes(["mlp112", "MLP113, MLP201"]))
    ['MLP112', 'MLP113', 'MLP201']
    """
    parts = (part.strip().upper() for argument in arguments for part in argument.split(","))
    return frozenset(find_spec(part).code for part in parts if part)


class FindingsGateError(GateError):
    """Findings that are too severe to pass."""

    def __init__(self, failed: Sequence[Finding], *, where: str = "") -> None:
        self.failed = tuple(failed)
        named = [f"{f.code} {f.column}" if f.column else f.code for f in by_severity(failed)]
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        what = f"{count_of(len(named), 'finding')} may not pass: {', '.join(named[:5])}{more}."
        super().__init__(what, where=where, remedy="Mend the data, or let a code pass with --ignore CODE.")


def at_least(findings: Iterable[Finding], level: Severity) -> tuple[Finding, ...]:
    """The findings that are as severe as `level` or more."""
    return tuple(finding for finding in findings if _ORDER.index(finding.severity) >= _ORDER.index(level))


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """The gravest first; otherwise as they came."""
    return sorted(findings, key=lambda finding: -_ORDER.index(finding.severity))


_FAMILIES = {
    "1": "One column",
    "2": "Rows and their order",
    "3": "The target, with `--target`",
    "4": "What changed, with `--against`",
}
_INTRODUCTION = """# Findings of `mlpipe inspect`

What `inspect` remarks on in a table. Each finding has a code, which is stable (scripts may rely on it), and a severity:
*info*, nothing has to be done; *warning*, look at it; *error*, nothing can be learnt from such a table, or a trained
model cannot read it.

`--verbose` tells the remedy and the reason beside each finding. `--fail-on warning` or `--fail-on error` ends with exit
code 6 where a finding is as severe or more; `--ignore CODE` leaves a code out.

Of the options named below, `--na-value` and `--encoding` belong to every command that reads a table; `--drop`, `--id`,
`--group`, `--time`, `--numeric`, `--categorical`, `--text`, `--datetime` and `--duplicates` to `split`; `--scale` to
`preprocess`; `--class-weight` to `train`. A role can also be set in `columns.toml`, which `inspect -o DIR` drafts.
"""
_OPTION = re.compile(r"--[a-z][a-z-]+(?: (?:COLUMN|VALUE|drop|robust|balanced)\b)?")


def render_codes() -> str:
    """The table of all codes as a Markdown page."""
    lines = [_INTRODUCTION.rstrip("\n")]
    for digit, title in _FAMILIES.items():
        specs = [spec for spec in SPECS.values() if spec.code[3] == digit]
        lines += ["", f"## {title}", "", "| code | severity | |", "| --- | --- | --- |"]
        lines += [f"| [{spec.code}](#{_anchor(spec)}) | {spec.severity} | {spec.summary} |" for spec in specs]
        for spec in specs:
            remedy = _OPTION.sub(r"`\g<0>`", spec.remedy.format(column="COLUMN", value="VALUE"))
            lines += ["", f"### {_heading(spec)}", "", f"*{spec.severity}.* {spec.explanation}", "", f"To do: {remedy}"]
    return "\n".join(lines) + "\n"


def _heading(spec: FindingSpec) -> str:
    return f"{spec.code} {spec.summary}"


def _anchor(spec: FindingSpec) -> str:
    """The fragment that Markdown renderers give to the heading."""
    return re.sub(r"[^a-z0-9 -]", "", _heading(spec).lower()).replace(" ", "-")
