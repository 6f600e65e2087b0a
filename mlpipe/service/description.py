"""What the service takes and gives, in JSON: the model's schema and the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mlpipe.data.inference.dates.date_forms import ISO
from mlpipe.data.inference.dates.dates import date_example
from mlpipe.data.inference.dates.times import time_example
from mlpipe.data.profiling.column_profile import as_text
from mlpipe.data.schema import Kind, Role
from mlpipe.models.predicting import explains
from mlpipe.target import ClassTarget
from mlpipe.words.numbers import format_number, round_to

if TYPE_CHECKING:
    from mlpipe.artifacts.models import Model
    from mlpipe.data.schema import Column
    from mlpipe.features.reference import ColumnReference

_DIGITS = 4
MOST_LEVELS = 100
"""More levels than these are not listed."""


def describe_model(model: Model) -> dict[str, Any]:
    """Target, classes, and the columns that the model needs, with their levels and ranges among the training rows."""
    facts = {column.name: column for column in model.reference.columns}
    target = model.context.target
    return {
        "model": model.name,
        "fingerprint": model.folder.fingerprint,
        "task": model.context.task.value,
        "target": target.name,
        "explained": explains(target),
        "classes": list(target.classes) if isinstance(target, ClassTarget) else [],
        "ids": [column.name for column in model.context.schema.with_role(Role.ID)],
        "columns": [_describe(column, facts[column.name]) for column in model.fitted.columns],
    }


def _describe(column: Column, facts: ColumnReference) -> dict[str, Any]:
    levels = [level for level, _ in facts.levels]
    return {
        "name": column.name,
        "kind": column.kind.value,
        "role": column.role.value,
        "integer": column.integer,
        "unit": column.unit,
        "format": column.datetime_format,
        "levels": levels[:MOST_LEVELS] if not facts.levels_cut and len(levels) <= MOST_LEVELS else [],
        "min": facts.min,
        "max": facts.max,
        "range": _range(facts),
        "missing_in_training": facts.missing,
        "example": _example(column, facts, levels),
    }


def _example(column: Column, facts: ColumnReference, levels: list[str]) -> Any:
    """A value that the column takes: its commonest level, the middle of its numbers, a date in its format."""
    if levels:
        return levels[0]
    if column.kind is Kind.NUMBER and facts.quantiles:
        middle = facts.quantiles[len(facts.quantiles) // 2]
        return round(middle) if column.integer else round_to(middle, _DIGITS)
    if column.kind is Kind.DATETIME:
        return date_example(column.datetime_format or ISO)
    if column.kind.of_time:
        return time_example(column.datetime_format or "")
    return None


def _range(facts: ColumnReference) -> str:
    """Between which values the training rows lie, for a person; empty where there is no order."""
    if facts.min is None or facts.max is None:
        return ""
    return " to ".join(map(_end, (facts.min, facts.max)))


def _end(value: str | float) -> str:
    if isinstance(value, str):
        return as_text(datetime.fromisoformat(value))
    return as_text(value) if float(value).is_integer() else format_number(value, digits=_DIGITS)


def example_row(description: dict[str, Any]) -> dict[str, Any]:
    """One row that the service takes."""
    return {column["name"]: column["example"] for column in description["columns"]}


def openapi(description: dict[str, Any], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document, with the model's own fields."""
    row = {
        "type": "object",
        "required": [column["name"] for column in description["columns"]],
        "properties": {column["name"]: _property(column) for column in description["columns"]},
    }
    body = {
        "application/json": {
            "schema": {"type": "object", "required": ["rows"],
                       "properties": {"rows": {"type": "array", "minItems": 1, "items": row}}},
            "example": {"rows": [example_row(description)]},
        },
        "text/csv": {"schema": {"type": "string"}},
    }  # fmt: skip
    query = [
        _query("proba", {"type": "boolean", "default": False}, "A column proba_<class> for each class."),
        _query("explain", {"type": "integer", "minimum": 1}, "How many columns are told that moved each row most."),
        _query("on_bad_value", {"enum": ["error", "null", "skip"], "default": "error"},
               "A cell that cannot be read: refuse the request, take it as missing, leave the row out."),
    ]  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{description['model']} for {description['target']}", "version": version},
        "paths": {
            "/predict": {"post": {
                "summary": f"Predict {description['target']}", "parameters": query,
                "requestBody": {"required": True, "content": body},
                "responses": {"200": {"description": "One row for each row, in order."},
                              **{code: {"description": text} for code, text in _REFUSED.items()}},
            }},
            **{path: {"get": {"summary": text, "responses": {"200": {"description": "OK"}}}}
               for path, text in _PLACES.items()},
        },
    }  # fmt: skip


_REFUSED = {
    "400": "The body is no JSON of rows.",
    "401": "The token is missing or wrong.",
    "408": "The body did not come in time.",
    "413": "Too many rows or bytes.",
    "415": "Neither JSON nor CSV.",
    "422": "A row, a column or a cell that cannot be read: row, column and reason.",
}
_PLACES = {
    "/schema": "The columns that the model needs, with levels and ranges",
    "/health": "Whether the process lives",
    "/ready": "Whether the model answers",
    "/metrics": "Counts in Prometheus' text format",
}


def _property(column: dict[str, Any]) -> dict[str, Any]:
    kinds = {"number": "integer" if column["integer"] else "number"}
    schema: dict[str, Any] = {"type": [kinds.get(column["kind"], "string"), "null"], "examples": [column["example"]]}
    if column["levels"]:
        schema["description"] = ", ".join(column["levels"])
    elif column["range"]:
        schema["description"] = column["range"]
    return schema


def _query(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}
