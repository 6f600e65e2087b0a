"""The kinds of leakage, and which findings show each: what an audit looked for, and what it cannot see.

References
----------
S. Kapoor and A. Narayanan, "Leakage and the reproducibility crisis in machine-learning-based science", 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlpipe.data.auditing.pair import Pair

Status = Literal["found", "clean", "unseen"]


@dataclass(frozen=True, kw_only=True)
class LeakKind:
    """One kind of leakage.

    Parameters
    ----------
    codes : tuple of str
        Findings that show it.
    needs : str
        What it takes to see it: "" two parts, "parts" not even these, else "chain", "time", "group", "target".
    blind : str
        Why it cannot be seen without that.
    """

    number: str
    told: str
    codes: tuple[str, ...]
    needs: str = ""
    blind: str = ""


NO_TEST = "there are no test rows"
KINDS_OF_LEAK = (
    LeakKind(number="L1.1", told="no test set", codes=("MLP522",), needs="parts"),
    LeakKind(
        number="L1.2", told="preparation that saw test rows", codes=("MLP519", "MLP516", "MLP524"), needs="chain",
        blind="of two tables only a common scale, flagged made-up rows and copies can be seen",
    ),
    LeakKind(
        number="L1.3", told="columns selected with test rows", codes=("MLP519",), needs="chain",
        blind="two tables do not say how their columns were chosen",
    ),
    LeakKind(number="L1.4", told="rows in both parts", codes=("MLP511", "MLP512", "MLP513"), blind=NO_TEST),
    LeakKind(
        number="L2", told="columns that give the target away", codes=("MLP517", "MLP526"), needs="target",
        blind="without a target nothing can be measured against it",
    ),
    LeakKind(
        number="L3.1", told="time that runs backwards", codes=("MLP515",), needs="time",
        blind="no column has the role time",
    ),
    LeakKind(
        number="L3.2", told="rows that belong together on both sides", codes=("MLP514", "MLP513"), needs="group",
        blind="no column has the role group or id",
    ),
    LeakKind(number="L3.3", told="test rows from another population", codes=("MLP521",), blind=NO_TEST),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What became of looking for one kind."""

    number: str
    told: str
    status: Status
    why: str = ""


def what_was_looked_for(pair: Pair | None, codes: Collection[str], *, chain: bool) -> tuple[Looked, ...]:
    """For each kind whether it was found, not found, or could not be seen."""
    there = {"": pair is not None, "chain": chain, "parts": True}
    if pair is not None:
        roles = {column.role.value for column in pair.columns}
        there |= {"time": "time" in roles, "group": bool(roles & {"group", "id"}), "target": pair.task is not None}
    return tuple(_looked(kind, codes, seen=there.get(kind.needs, False)) for kind in KINDS_OF_LEAK)


def _looked(kind: LeakKind, codes: Collection[str], *, seen: bool) -> Looked:
    if set(kind.codes) & set(codes):
        return Looked(
            number=kind.number, told=kind.told, status="found", why=", ".join(sorted({*kind.codes} & {*codes}))
        )
    if seen:
        return Looked(number=kind.number, told=kind.told, status="clean")
    return Looked(number=kind.number, told=kind.told, status="unseen", why=kind.blind)
