"""The rules for a column of categories: how its levels become numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.data.schema import Kind
from mlpipe.errors import UsageError
from mlpipe.features.levels import as_number, level_word
from mlpipe.features.plan.plan import ColumnPlan
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from mlpipe.data.schema import Column
    from mlpipe.features.plan.column_facts import ColumnFacts
    from mlpipe.params.choices import Encode, ImputeCategorical
    from mlpipe.params.presets import Decisions

MISSING_LEVEL = "missing"


@dataclass(frozen=True, kw_only=True)
class _Filling:
    """What stands in for a missing level, and whether the gap is a level of its own: of one-hot, a feature too."""

    impute: ImputeCategorical
    level: str | float | None
    own_level: bool


def choose_category(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan:
    """Decide on a column of categories.

    Raises
    ------
    UsageError
        Where a recipe gives an order that the levels do not have.
    """
    encode, why = _choose_encoding(facts, decisions)
    order = _order(column, facts, decisions) if encode == "ordinal" else ()
    filling = _choose_filling(column, encode, decisions)
    onehot = encode == "onehot"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="category",
        impute=filling.impute,
        fill_value=filling.level,
        indicator=decisions.missing_indicator and facts.missing > 0 and not (onehot and filling.own_level),
        encode=encode,
        order=order,
        min_frequency=decisions.min_frequency if onehot else 0.0,
        max_categories=decisions.max_categories if onehot else None,
        scale="none" if onehot else decisions.scale,
        reason=f"{why}; {facts.gaps}" + (", a level of its own" if facts.missing and filling.own_level else ""),
    )


def _choose_encoding(facts: ColumnFacts, decisions: Decisions) -> tuple[Encode, str]:
    levels = f"{facts.distinct} levels"
    if decisions.encode is not None:
        return decisions.encode, f"{levels}; {decisions.encode} is asked for"
    if decisions.order is not None:
        return "ordinal", f"{levels} in the order given"
    most = decisions.max_categories
    if most is None or facts.distinct <= most:
        return decisions.few_levels, levels
    if decisions.many_levels == "onehot":
        return "onehot", f"{levels}, the rarest beyond {most} together"
    why = f"more than the {most} that {_MAKES[decisions.few_levels]}"
    return "target", f"{levels}, {why}: the mean of the target for each"


_MAKES: dict[Encode, str] = {"onehot": "one-hot encoding may make", "ordinal": "models take as categories"}


def _choose_filling(column: Column, encode: Encode, decisions: Decisions) -> _Filling:
    impute = decisions.impute_categorical
    level = _fill_level(column, decisions) if impute == "constant" else None
    if impute == "constant" and level is None:
        # The gap in a column of numbers is a level as it stands: it needs no name.
        impute = "none"
    own_level = encode == "onehot" and decisions.impute_categorical == "constant"
    return _Filling(impute=impute, level=level, own_level=own_level or impute == "none")


def _fill_level(column: Column, decisions: Decisions) -> str | float | None:
    given = decisions.fill_value
    if column.kind is Kind.STRING:
        return MISSING_LEVEL if given is None else str(given)
    return None if given is None else as_number(given)


def _order(column: Column, facts: ColumnFacts, decisions: Decisions) -> tuple[str | float, ...]:
    """The order that a recipe gives, as levels are stored, if it knows those of the training rows; it may know more."""
    order = tuple(float(word) if column.kind is Kind.NUMBER else word for word in decisions.order or ())
    unknown = sorted(level_word(level) for level in facts.levels() - set(order))
    if order and unknown:
        raise UsageError(
            f"The order given for {column.name!r} leaves out {listed([repr(level) for level in unknown], 10)}.",
            where=f"columns.{column.name}.order",
            remedy="List every level of the training rows, lowest first.",
        )
    return order
