"""Rows typed with a memory are what they are without one."""

import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")

from mlpipe.data.schema import Column, Kind, Role
from mlpipe.service import row_typing
from mlpipe.service.json_rows import coerce_rows
from mlpipe.service.row_typing import RowTyper

COLUMNS = (
    Column(name="town", kind=Kind.STRING, role=Role.CATEGORICAL, missing=("NA",)),
    Column(name="member", kind=Kind.STRING, role=Role.CATEGORICAL, truth=("yes", "no")),
    Column(name="since", kind=Kind.DATETIME, role=Role.DATETIME),
    Column(name="age", kind=Kind.NUMBER, role=Role.NUMERIC, integer=True, missing=("-1",)),
)
PLAIN = {"town": "Ulm", "member": "yes", "since": "2024-02-29", "age": 30}
ROWS = [
    PLAIN,
    {**PLAIN, "town": " Ulm ", "member": True, "since": 1_709_164_800_000},
    {**PLAIN, "town": "NA", "member": "TRUE", "since": "2024-02-29 10:15"},
    {**PLAIN, "town": None, "member": None, "since": None, "age": None},
    {**PLAIN, "town": 1, "member": 1, "age": 2.5},
    {**PLAIN, "town": "1", "member": "1", "age": "31"},
    {**PLAIN, "town": "U\N{ZERO WIDTH SPACE}lm", "since": "2023-02-29"},
    {**PLAIN, "since": "soon", "age": -1},
]


def facts_of(coerced):
    facts = {name: value for name, value in vars(coerced).items() if name not in ("table", "bad_rows")}
    return facts | {
        "rows": coerced.bad_rows.tolist(),
        "cells": coerced.table.to_pydict(),
        "types": coerced.table.schema,
    }


def test_a_row_is_typed_the_same_the_first_time_and_later_in_any_company():
    typer = RowTyper(COLUMNS, decimal=".")
    for rows in ([ROWS[0]], ROWS, *([row] for row in ROWS), ROWS[::-1], ROWS * 20):
        for _ in range(2):
            assert facts_of(typer.coerce(rows)) == facts_of(coerce_rows(rows, COLUMNS, decimal="."))


def test_words_that_came_before_are_not_typed_anew(monkeypatch):
    typer = RowTyper(COLUMNS, decimal=".")
    typed = []

    def watched(rows, columns, *, decimal):
        typed.append([column.name for column in columns])
        return coerce_rows(rows, columns, decimal=decimal)

    monkeypatch.setattr(row_typing, "coerce_rows", watched)
    monkeypatch.setattr(row_typing, "MOST", 3)
    for town in ("Ulm", "Ulm", "Rom", "Bonn", "Ulm", "Graz", "Ulm", "x" * 65, "x" * 65):
        typer.coerce([{**PLAIN, "town": town}])
    new, known = ["town", "age"], ["age"]
    assert typed == [[c.name for c in COLUMNS], known, new, new, known, new, new, new, new]
