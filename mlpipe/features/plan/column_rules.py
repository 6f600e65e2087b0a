"""The rules for a single column: what is done with it, or why it is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe.data.schema import Kind, Role
from mlpipe.errors import UsageError
from mlpipe.features.levels import LARGEST, as_number, level_word
from mlpipe.features.plan.category_rules import choose_category
from mlpipe.features.plan.plan import TIME_PARTS, ColumnPlan
from mlpipe.features.plan.text_rules import choose_text
from mlpipe.features.transformers.date_parts import DateParts, cyclic_parts
from mlpipe.words.lists import listed
from mlpipe.words.numbers import TENTH, format_exact, format_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlpipe.data.schema import Column
    from mlpipe.features.plan.column_facts import ColumnFacts
    from mlpipe.features.plan.plan import Part, Treatment
    from mlpipe.params.presets import Decisions

HALF = 0.5
"""Share of one value from which on a power transform would only squeeze the other values together."""
_QUANTITIES = {Kind.TIME: "a time of day, in seconds", Kind.DURATION: "a duration, in seconds"}


def treatment_of(column: Column) -> Treatment:
    """As what a column is taken."""
    if column.role is Role.TEXT:
        return "text"
    if column.role in (Role.CATEGORICAL, Role.BOOLEAN):
        return "category"
    return "date" if column.kind is Kind.DATETIME else "time" if column.kind is Kind.TIME else "number"


def choose_column(facts: ColumnFacts, column: Column, decisions: Decisions) -> ColumnPlan | str:
    """Decide on the training rows of one column: its plan, or the reason why it is left out."""
    treatment = treatment_of(column)
    unused = _unused(column, treatment, decisions)
    if unused is not None:
        return unused
    if facts.distinct < 2:
        return _choose_constant(column, facts, decisions)
    return _RULES[treatment](column, facts, decisions)


def _unused(column: Column, treatment: Treatment, decisions: Decisions) -> str | None:
    """Why a column is left out whatever it holds."""
    if treatment == "text" and decisions.text == "drop":
        return "text is left out (text = drop)"
    if treatment == "date" and decisions.datetime == "drop":
        return "dates are left out (datetime = drop)"
    if column.kind is Kind.STRING and treatment in ("number", "date"):
        return f"its cells are text, which the role {column.role.value!r} cannot use"
    return None


def _choose_constant(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan | str:
    if not facts.distinct:
        return "all training cells are missing"
    if not facts.missing:
        return f"constant: every training row has {level_word(facts.example)}"
    if not decisions.missing_indicator:
        return f"constant: every training row has {level_word(facts.example)}, or nothing"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment=treatment_of(column),
        value=False,
        indicator=True,
        reason=f"the only value is {level_word(facts.example)}; {facts.gaps}, and that alone is used",
    )


def _choose_number(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan | str:
    largest = facts.largest()
    if largest > LARGEST:
        return f"it holds {format_exact(largest)}, and numbers beyond {format_exact(LARGEST)} cannot be computed with"
    shared = _imputed_and_scaled(facts, decisions)
    why = [f"{_QUANTITIES.get(column.kind, 'a number')}; {facts.gaps}", *_told_apart(facts, decisions)]
    skew = facts.skewness() if decisions.skew_limit is not None and shared["scale"] != "none" else 0.0
    if decisions.skew_limit is not None and abs(skew) > decisions.skew_limit:
        if facts.most_common_share() < HALF:
            shared["scale"] = "power"
            why.append(f"skewness {format_number(skew, TENTH)}, hence the power transform")
        else:
            why.append(f"skewness {format_number(skew, TENTH)}, but half of the cells are the same: no power transform")
    if decisions.bins is not None:
        shared["scale"] = "none"
        if shared["impute"] == "none":
            shared["impute"] = "median"
            why.append("bins take no gaps: the median stands in")
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="number",
        outliers=decisions.outliers,
        outlier_rule=decisions.outlier_rule if decisions.outliers != "none" else "iqr",
        bins=decisions.bins,
        reason="; ".join(why),
        **shared,
    )


def _choose_date(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan:
    parts, why = _choose_parts(column, facts, decisions)
    zone = f", in {decisions.timezone}" if decisions.timezone else ""
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="date",
        parts=parts,
        timezone=decisions.timezone,
        reason="; ".join([f"a date: {why}{zone}; {facts.gaps}", *_told_apart(facts, decisions)]),
        **_imputed_and_scaled(facts, decisions),
    )


def _choose_time(column: Column, facts: ColumnFacts, decisions: Decisions) -> ColumnPlan | str:
    asked = None if decisions.parts == ("days",) else decisions.parts  # a preset wants that of dates
    if asked is None and not decisions.times_in_parts:
        return _choose_number(column, facts, decisions)
    unknown = [part for part in asked or () if part not in TIME_PARTS]
    if unknown:
        raise UsageError(
            f"A time of day has no {listed(unknown)}.",
            where=f"columns.{column.name}",
            remedy=f"Its parts are {', '.join(TIME_PARTS)}.",
        )
    why = "the parts asked for" if asked else "hours since midnight, and their place on the circle of the day"
    return ColumnPlan(
        name=column.name,
        role=column.role,
        treatment="time",
        parts=tuple(part for part in TIME_PARTS if asked is None or part in asked),
        reason="; ".join([f"a time of day: {why}; {facts.gaps}", *_told_apart(facts, decisions)]),
        **_imputed_and_scaled(facts, decisions),
    )


def _choose_parts(column: Column, facts: ColumnFacts, decisions: Decisions) -> tuple[tuple[Part, ...], str]:
    try:
        fitted = DateParts(decisions.parts, timezone=decisions.timezone).fit(facts.dates(decisions.timezone).to_frame())  # type: ignore[arg-type]
    except ValueError as error:
        remedy = "Give known parts, and a zone such as Europe/Paris or UTC."
        raise UsageError(str(error), where=f"columns.{column.name}", remedy=remedy) from error
    if decisions.parts is not None:
        return fitted.parts_, "the parts asked for"
    if decisions.datetime == "cyclic":
        return cyclic_parts(fitted.parts_), "its parts that vary, on circles"
    return fitted.parts_, "its parts that vary"


def _told_apart(facts: ColumnFacts, decisions: Decisions) -> list[str]:
    """What is done otherwise than asked for, and why."""
    if decisions.impute_numeric != "none":
        return []
    if not facts.missing:
        return ["the median stands in for gaps in later rows"]
    if decisions.scale == "none":
        return ["gaps stay, for models that take them"]
    return ["not scaled, as only trees take missing cells and they need no scale"]


def _imputed_and_scaled(facts: ColumnFacts, decisions: Decisions) -> dict[str, Any]:
    """What numbers and date parts share."""
    keeps_gaps = bool(facts.missing) and decisions.impute_numeric == "none"
    # A model that never met a gap in training need not be able to take one later.
    impute = "median" if decisions.impute_numeric == "none" and not facts.missing else decisions.impute_numeric
    return {
        "impute": impute,
        "fill_value": fill_number(decisions.fill_value) if impute == "constant" else None,
        "indicator": decisions.missing_indicator and facts.missing > 0,
        "scale": "none" if keeps_gaps else decisions.scale,
    }


def fill_number(value: str | float | None) -> float | None:
    """Give the number that stands in for missing ones (0 by default); `None` where `value` is none."""
    return as_number(0 if value is None else value)


_RULES: dict[Treatment, Callable[[Column, ColumnFacts, Decisions], ColumnPlan | str]] = {
    "number": _choose_number,
    "category": choose_category,
    "date": _choose_date,
    "time": _choose_time,
    "text": choose_text,
}
