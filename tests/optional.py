"""What may be missing, where a test knows that it is there."""

from typing import TypeVar

T = TypeVar("T")


def some(value: T | None) -> T:
    """The value, for the checker of types too."""
    assert value is not None
    return value
