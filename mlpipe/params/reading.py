"""How to read a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlpipe.errors import UsageError
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

LineEnd = Literal["lf", "crlf", "cr", "mixed"]
OnBadRow = Literal["error", "skip"]
DateOrder = Literal["day", "month", "year"]


@dataclass(frozen=True, kw_only=True)
class ReadParams:
    """How to read a table; `None` means detect.

    Parameters
    ----------
    quote, escape, comment : str, optional
        One character, or `none`.
    skip_lines : int, optional
        Lines before the header.
    header : bool, optional
        By default there is one, and a first line that is plainly a row is refused.
    rejects : str, optional
        The CSV file for rows that `on_bad_row="skip"` leaves out, and for those whose cells `coerce` takes for missing.
    coerce : tuple of str
        Columns of numbers or dates in which a cell that is none is missing.
    max_bad_rows : float
        The share of the rows that may be left out, in [0, 1].
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    line_end: LineEnd | None = None
    encoding: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    date_order: DateOrder | None = None
    na_values: tuple[str, ...] = ()
    coerce: tuple[str, ...] = ()
    header: bool | None = None
    skip_lines: int | None = None
    comment: str | None = None
    rename_duplicates: bool = False
    on_bad_row: OnBadRow = "error"
    rejects: str | None = None
    max_bad_rows: float = 0.05
    max_bytes: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.max_bad_rows <= 1:
            raise UsageError(
                f"{param('max_bad_rows')} is {format_exact(self.max_bad_rows)}.",
                remedy="Give a share of the rows from 0 to 1, such as 0.1.",
            )
        if self.rejects is not None and self.on_bad_row != "skip" and not self.coerce:
            raise UsageError(
                f"{param('rejects')} is for rows that are left out.",
                remedy=ways(
                    f"Add {param('on_bad_row', 'skip')} or {param('coerce')} COL", f"leave {param('rejects')} away"
                ),
            )
        if self.skip_lines is not None and self.skip_lines < 0:
            raise UsageError(
                f"{param('skip_lines')} is {self.skip_lines}.", remedy="Give the number of lines, 0 or more."
            )
