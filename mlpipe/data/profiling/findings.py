"""What `inspect` may find: the table of codes, and a finding put under its code."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.errors import GateError, UnknownNameError
from mlpipe.words.lists import count_of, listed
from mlpipe.words.parameters import as_options, param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlpipe.data.inference.column_format import ColumnFormat

_PLACE = re.compile(r"`(\w+)={(column|value)}`|{(column|value)}")
_LETTERS = str.maketrans("OIL", "011")


class Severity(StrEnum):
    """How much a finding matters: nothing to do, look at it, or the next step will fail."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_ORDER = tuple(Severity)


@dataclass(frozen=True, kw_only=True)
class FindingSpec:
    """A row of the table of codes.

    Parameters
    ----------
    remedy : str
        What to do; `{column}` and `{value}` stand for what a finding is about.
    explanation : str
        Why it matters for a model, and how it is measured, with its threshold.
    """

    code: str
    severity: Severity
    summary: str
    remedy: str
    explanation: str

    def remedy_for(self, *, column: str, value: str) -> str:
        """The remedy with its places filled in."""
        facts = {"column": column, "value": value}
        return _PLACE.sub(lambda at: param(at[1], facts[at[2]]) if at[1] else shlex.quote(facts[at[3]]), self.remedy)


def _read_specs() -> dict[str, FindingSpec]:
    table = tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))
    return {
        code: FindingSpec(**{**row, "code": code, "severity": Severity(row["severity"])}) for code, row in table.items()
    }


SPECS = _read_specs()


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

    @property
    def sentence(self) -> str:
        """What was found, where, and what to do, in one line."""
        return f"{f'{self.column}: ' if self.column else ''}{self.message} {self.remedy}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; the remedy names options, as people read them there."""
        return {**asdict(self), "remedy": as_options(self.remedy)}


def build_finding(code: str, message: str, *, column: str | None = None, value: str = "") -> Finding:
    """Put a message under its code, with the remedy filled in.

    Examples
    --------
    >>> build_finding("MLP101", "All 9 rows hold 'x'.", column="unit price").remedy
    "Leave it out: `drop='unit price'`."
    """
    spec = find_spec(code)
    return Finding(
        code=code,
        severity=spec.severity,
        column=column,
        message=message,
        remedy=spec.remedy_for(column=column or "", value=value),
        explanation=spec.explanation,
    )


def tell_remarks(formats: Mapping[str, ColumnFormat]) -> Iterator[Finding]:
    """What reading showed of each column, as findings."""
    for name, form in formats.items():
        for remark in form.remarks:
            yield build_finding(remark.code, remark.message, column=name, value=remark.value)


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


def resolve_codes(arguments: Iterable[str]) -> frozenset[str]:
    """Codes given one by one or comma-separated; an unknown one is answered with the nearest.

    Examples
    --------
    >>> sorted(resolve_codes(["mlp112", "MLP113, MLP201"]))
    ['MLP112', 'MLP113', 'MLP201']
    """
    parts = (part.strip().upper() for argument in arguments for part in argument.split(","))
    return frozenset(find_spec(part).code for part in parts if part)


def at_least(findings: Iterable[Finding], level: Severity) -> tuple[Finding, ...]:
    """The findings that are as severe as `level` or more."""
    return tuple(finding for finding in findings if _ORDER.index(finding.severity) >= _ORDER.index(level))


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """The gravest first; otherwise as they came."""
    return sorted(findings, key=lambda finding: -_ORDER.index(finding.severity))


def gate_error(failed: Sequence[Finding], *, where: str = "") -> GateError:
    """Findings that are too severe to pass, in words."""
    named = [f"{f.code} {f.column}" if f.column else f.code for f in by_severity(failed)]
    what = f"{count_of(len(named), 'finding')} may not pass: {listed(named)}."
    return GateError(what, where=where, remedy=ways("Mend the data", f"let a code pass with {param('ignore')} CODE"))
