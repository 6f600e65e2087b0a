"""Cells that the schema cannot read, where training or scoring meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.errors import DataError
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from mlpipe.data.inference.coercion import BadCell


class BadValueError(DataError):
    """A cell that the schema cannot read, while predicting or scoring."""

    def __init__(self, cell: BadCell, *, file: str, line: int, n_bad: int = 1, remedy: str = "") -> None:
        self.cell = cell
        self.line = line
        more = f" ({n_bad - 1:,} more such cells)" if n_bad > 1 else ""
        super().__init__(
            f"{cell.value!r} in column {cell.column!r} is {cell.reason}{more}.",
            where=f"{file}, line {line}",
            remedy=remedy
            or f"Correct it; predict takes {param('on_bad_value', 'null')} (call it missing) or skip (leave the row out).",
        )


class SourceBadValueError(BadValueError):
    """A cell that cannot be read in a table to learn from."""

    def __init__(self, cell: BadCell, *, file: str, line: int, n_bad: int) -> None:
        super().__init__(
            cell,
            file=file,
            line=line,
            n_bad=n_bad,
            remedy=f"Correct it, or call it missing: {param('na_values', cell.value)}; or keep words: "
            f"{param('categorical', cell.column)}.",
        )
