"""A later table that is written otherwise than the one that was learnt from, where a person says how."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlpipe.data.schema import Kind
from mlpipe.errors import UsageError
from mlpipe.words.lists import quoted
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.data.schema import Column
    from mlpipe.params import DateOrder

_PARTS = re.compile(r"%[Yymd]")
_ORDERS = {"day": "dmy", "month": "mdy", "year": "ymd"}


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """How a table is written, where it is not as training had it.

    Parameters
    ----------
    na_values : tuple of str
        Cells that mean missing, beside those of training.
    thousands : str or None
        The thousands mark of all numbers.
    date_order : {"day", "month", "year"} or None
        What comes first in dates of numbers.
    """

    na_values: tuple[str, ...] = ()
    thousands: str | None = None
    date_order: DateOrder | None = None

    def __post_init__(self) -> None:
        if self.thousands is not None and len(self.thousands) != 1:
            raise UsageError(
                f"{param('thousands', self.thousands)} is not one character.", remedy="Give a mark such as , or '."
            )

    def apply(self, columns: Iterable[Column]) -> tuple[Column, ...]:
        """The columns as this table writes them."""
        return tuple(map(self._applied, columns))

    def _applied(self, column: Column) -> Column:
        if self.na_values:
            column = replace(column, missing=tuple(dict.fromkeys((*column.missing, *self.na_values))))
        if self.thousands is not None and column.kind is Kind.NUMBER:
            column = replace(column, thousands=self.thousands)
        if self.date_order is not None and column.kind is Kind.DATETIME:
            column = replace(column, datetime_format=in_order(column.datetime_format, self.date_order))
        return column


def in_order(form: str | None, order: DateOrder) -> str | None:
    """A format of dates with its day, month and year in another order; one that has not all three as it is.

    Examples
    --------
    >>> in_order("%d/%m/%Y", "month"), in_order("%d.%m.%y", "year"), in_order("iso", "day")
    ('%m/%d/%Y', '%y.%m.%d', 'iso')
    """
    found = _PARTS.findall(form or "")
    by_letter = {part[1].lower(): part for part in found}
    if form is None or len(found) != 3 or set(by_letter) != set("dmy"):
        return form
    wanted = iter(by_letter[letter] for letter in _ORDERS[order])
    return _PARTS.sub(lambda _: next(wanted), form)


def check_overrides(overrides: Overrides, decimal: str) -> None:
    """Refuse a thousands mark that is the decimal mark of the table.

    Raises
    ------
    UsageError
    """
    if overrides.thousands == decimal:
        raise UsageError(
            f"{quoted(decimal)} is the decimal mark of this table, and {param('thousands', decimal)} is given.",
            remedy="Give the other mark, or none.",
        )
