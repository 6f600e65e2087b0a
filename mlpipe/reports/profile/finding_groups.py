"""The findings of a profile as a page tells them: a verdict, groups, remedies to copy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

# A value as a shell reads it: bare, in quotes or both; a mark at its end is the sentence's.
_VALUE = r"""[.,;]*(?:'[^']*'|"[^"]*"|[^\s.,;'"]|[.,;]+(?=[^\s.,;]))*"""
_OPTION = re.compile(rf"(--[a-z][a-z-]*(?: (?!(?:or|and|if|keeps|makes)\b){_VALUE})?)")
SEVERITY_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}
_RANK = {"error": 0, "warning": 1, "info": 2}
SHOWN = 4
"""Findings of one code that are shown unfolded."""


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding with the way to its column; `anchor` is "" where it is about the table."""

    column: str
    anchor: str
    message: str
    remedy: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class FindingGroup:
    """Findings of one code; those beyond the first few are folded.

    Parameters
    ----------
    remedy : tuple of (str, bool)
        What mends them all, said once instead of in each row; empty where their remedies differ.
    """

    code: str
    severity: str
    word: str
    summary: str
    explanation: str
    remedy: tuple[tuple[str, bool], ...]
    shown: tuple[FindingRow, ...]
    folded: tuple[FindingRow, ...]


@dataclass(frozen=True, kw_only=True)
class FoundFact:
    """A finding as it comes."""

    code: str
    severity: str
    summary: str
    column: str
    anchor: str
    message: str
    remedy: str
    explanation: str = ""


def verdict(findings: Sequence[FoundFact]) -> str:
    """What is to be done, in words.

    Examples
    --------
    >>> verdict(())
    'Nothing to mend'
    """
    counts = {word: sum(f.severity == word for f in findings) for word in _RANK}
    tasks = [(counts[word], what) for word, what in (("error", "to mend"), ("warning", "to look at")) if counts[word]]
    if not tasks:
        return "Nothing to mend" + (f", {count_of(counts['info'], 'note')}" if counts["info"] else "")
    nouns = ("thing", "")  # said once
    return ", ".join(f"{count_of(n, noun)} {what}" for (n, what), noun in zip(tasks, nouns, strict=False))


def mood(findings: Sequence[FoundFact]) -> str:
    """The colour class of the verdict."""
    worst = min((_RANK[f.severity] for f in findings), default=2)
    return ("worse", "unsure", "better")[worst]


def group_findings(findings: Sequence[FoundFact]) -> list[FindingGroup]:
    """The gravest first, then by code; many alike are folded."""
    ordered = sorted(findings, key=lambda f: (_RANK[f.severity], f.code))
    groups = []
    for _, alike in groupby(ordered, key=lambda f: f.code):
        found = list(alike)
        shared = len(found) > 1 and len({f.remedy for f in found}) == 1
        rows = tuple(_row(f, remedy="" if shared else f.remedy) for f in found)
        cut = len(rows) if len(rows) <= SHOWN + 1 else SHOWN
        first = found[0]
        groups.append(
            FindingGroup(
                code=first.code,
                severity=first.severity,
                word=SEVERITY_WORDS[first.severity],
                summary=first.summary,
                explanation=first.explanation,
                remedy=split_remedy(first.remedy) if shared else (),
                shown=rows[:cut],
                folded=rows[cut:],
            )
        )
    return groups


def _row(found: FoundFact, *, remedy: str) -> FindingRow:
    return FindingRow(column=found.column, anchor=found.anchor, message=found.message, remedy=split_remedy(remedy))


def split_remedy(remedy: str) -> tuple[tuple[str, bool], ...]:
    """Parts of a remedy, and whether each is an option to copy.

    Examples
    --------
    >>> split_remedy("Leave it out: --drop 'unit price'.")
    (('Leave it out: ', False), ("--drop 'unit price'", True), ('.', False))
    >>> split_remedy("--drop casual,registered.")
    (('--drop casual,registered', True), ('.', False))
    >>> split_remedy("Give --id customerID: it tells rows apart.")
    (('Give ', False), ('--id customerID', True), (':', False), (' it tells rows apart.', False))
    """
    parts: list[tuple[str, bool]] = []
    for part in _OPTION.split(remedy):
        # A colon or a comma after an option belongs to the sentence, not to what is copied.
        kept = re.sub(r"(?<=\w)[:;,]+$", "", part) if part.startswith("--") else part
        parts += [(kept, part.startswith("--")), (part[len(kept) :], False)]
    return tuple((part, is_code) for part, is_code in parts if part)
