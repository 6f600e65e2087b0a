"""The rules for a table without a target: every column counts alike in a distance, and nothing looks at a target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlpipe.errors import UsageError
from mlpipe.features.preprocessor.selectors import SELECTORS
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.features.plan.plan import ColumnPlan
    from mlpipe.params import PreprocessParams
    from mlpipe.params.presets import Decisions

TEXT_COMPONENTS = 20
"""Directions by truncated SVD that stand for the terms of a text."""


def without_target(decisions: Decisions, params: PreprocessParams) -> Decisions:
    """The decisions for a table that is clustered.

    Gaps are not flagged unless that is asked for, or rows would cluster by what is missing; many levels are one-hot,
    the rarest of them together.

    Raises
    ------
    UsageError
        Where something is asked for that needs a target.
    """
    _check(params)
    flagged = decisions.missing_indicator and params.missing_indicator is not None
    return replace(decisions, missing_indicator=flagged, many_levels="onehot")


def _check(params: PreprocessParams) -> None:
    asked = {
        "resample": params.resample != "none",
        "augment": params.augment != "none",
        "select": params.select != "none" and SELECTORS[params.select].by_target,
        "encode": params.encode == "target",
    }
    for name, refused in asked.items():
        if refused:
            raise _needs_target(param(name, getattr(params, name)), _WHY[name], remedy=_REMEDIES[name])


_WHY = {
    "resample": "there are no classes to balance",
    "augment": "made-up rows would be clustered like real ones",
    "select": "it keeps what tells of a target",
    "encode": "there is no target whose means could stand for levels",
}
_REMEDIES = {
    "resample": f"Leave {param('resample')} away.",
    "augment": f"Leave {param('augment')} away.",
    "select": f"Use {param('select', 'variance')}, or {param('reduce', 'pca')}.",
    "encode": f"Use {param('encode', 'onehot')}, ordinal or count.",
}


def _needs_target(asked: str, why: str, *, remedy: str) -> UsageError:
    return UsageError(f"{asked} does not go with clustering: {why}.", remedy=remedy)


def count_alike(columns: Iterable[ColumnPlan], decisions: Decisions) -> tuple[ColumnPlan, ...]:
    """The columns, with those of several features weighed like one: where numbers are scaled, so is all else."""
    return tuple(_counted(column, scaled=decisions.scale != "none") for column in columns)


def _counted(column: ColumnPlan, *, scaled: bool) -> ColumnPlan:
    if column.encode == "target":
        raise _needs_target(
            f"encode = 'target' of the column {column.name!r}", _WHY["encode"], remedy="Use onehot, ordinal or count."
        )
    several = column.encode == "onehot" or column.treatment in ("date", "time", "text")
    if not column.value or not several:
        return column
    told = [column.reason]
    if column.treatment == "text":
        told.append(f"its terms as {count_of(TEXT_COMPONENTS)} components by truncated SVD")
        column = replace(column, components=TEXT_COMPONENTS)
    if scaled:
        told.append("its features together count like one column")
    return replace(column, alike=scaled, reason="; ".join(told))
