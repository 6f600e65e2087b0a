"""Dataclasses made from JSON hold what their fields say, each kind of field from both sides."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import pytest

from mlpipe.artifacts.typed import check_typed


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    name: str = "a"


@dataclass(frozen=True, kw_only=True)
class Record:
    text: str = "a"
    count: int = 1
    share: float = 0.5
    flag: bool = True
    nothing: None = None
    colour: Colour = Colour.RED
    word: Literal["a", 1] = "a"
    either: float | tuple[float, ...] | None = None
    names: tuple[str, ...] = ("a",)
    pair: tuple[str, int] = ("a", 1)
    counts: dict[str, int] | None = None
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("text", ["", "b"], [None, 1, b"a", ["a"]]),
        ("count", [0, -1, 2**63 - 1], [None, True, 1.0, "1", 2**63, -(2**63)]),
        ("share", [0, 1.5, -(10**20)], [None, True, "1", float("nan"), float("inf"), 10**400]),
        ("flag", [False], [0, 1, None, "true"]),
        ("nothing", [None], [0, ""]),
        ("colour", [Colour.RED], ["red", "green", None]),
        ("word", ["a", 1], ["b", 2, True, 1.0, [], None]),
        ("either", [None, 1, 0.5, (), (1, 2.5)], ["a", [1.0], ("a",), True]),
        ("names", [(), ("a", "b")], ["a", ["a"], (1,), None]),
        ("pair", [("b", 2)], [("b",), ("b", 2, 3), (2, "b"), ["b", 2], ()]),
        ("counts", [None, {}, {"a": 1}], [{"a": "b"}, {1: 1}, [], "a"]),
        ("inner", [Inner(name="b")], [None, {"name": "b"}, Inner(name=1)]),  # type: ignore[arg-type]
        ("many", [(Inner(),)], [(None,), Inner(), (Inner(name=None),)]),  # type: ignore[arg-type]
    ],
)
def test_a_field_holds_what_it_says(field: str, right: list[Any], wrong: list[Any]) -> None:
    for value in right:
        check_typed(Record(), replace(Record(), **{field: value}))
    for value in wrong:
        with pytest.raises(TypeError, match=r"(name of Inner|\w+ of Record) holds what it cannot"):
            check_typed(Record(), replace(Record(), **{field: value}))
