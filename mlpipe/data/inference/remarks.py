"""What reading a column shows that a person should know, to be told as findings and notes."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """Something about a column, under the code of its finding; `value` is the cell that its remedy names."""

    code: str
    message: str
    value: str = ""
