"""Cells that do not fit their column, and the errors that tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import rows_where
from mlpipe.data.inference.remarks import Remark
from mlpipe.data.schema import Kind, Role
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.asked import Asked

_CUT = 40
_SHOWN = 3
_COLUMNS_SHOWN = 12
_KEPT = 2000
_CODE = r"^\s*[+-]?(?:0[0-9]|[1-9][0-9]{15})"
_FEW_CODES = 0.05
"""Share of the cells that may be codes among numbers, and not numbers among codes."""
_ENOUGH_CODES = 10_000


class OddCell(NamedTuple):
    """What stands out in a column, how often, and the line in which the row of the first begins."""

    value: str
    n: int
    line: int

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= _CUT else f"{self.value[: _CUT - 3]}..."
        if self.n == 1:
            return f"{shown!r} (line {self.line})"
        return f"{shown!r} ({count_of(self.n, 'time')}, from line {self.line})"


class Place(NamedTuple):
    """Where some cells stand: the table's row of the first, and the line in which the row of each begins."""

    first_row: int
    lines: NDArray[np.int64]


class OddCells:
    """The cells of a column that do not fit it; of very many, all are counted and some are kept.

    Parameters
    ----------
    listed : bool
        Whether the last ones are wanted one by one.

    Attributes
    ----------
    n : int
        All of them.
    last : list of (int, str)
        Rows and cells since it was emptied.
    """

    def __init__(self, *, listed: bool = False) -> None:
        self.n = 0
        self.last: list[tuple[int, str]] = []
        self._listed = listed
        self._found: dict[str, OddCell] = {}

    def add(self, present: pa.ChunkedArray, rows: NDArray[np.int64], lines: NDArray[np.int64]) -> None:
        """Take the cells in `rows`; `lines` are those of all cells."""
        if not len(rows):
            return
        self.n += len(rows)
        taken = present.take(pa.array(rows)).combine_chunks()
        if self._listed:
            self.last += zip(rows.tolist(), taken.to_pylist(), strict=True)
        encoded = taken.dictionary_encode()
        codes, first, counts = np.unique(np.asarray(encoded.indices), return_index=True, return_counts=True)
        values = encoded.dictionary.take(pa.array(codes)).to_pylist()
        for value, at, n in zip(values, first.tolist(), counts.tolist(), strict=True):
            known = self._found.get(value)
            if known is not None:
                self._found[value] = known._replace(n=known.n + n)
            elif len(self._found) < _KEPT:
                self._found[value] = OddCell(value, n, int(lines[rows[at]]))

    @property
    def common(self) -> list[OddCell]:
        """Each that differs once, the most frequent first."""
        return sorted(self._found.values(), key=lambda cell: (-cell.n, cell.line))

    def cells(self) -> pa.Array:
        """The same as they are written, each once."""
        return pa.array(list(self._found), pa.string())


class FewCodes:
    """Cells that make words of a column of numbers: a zero in front, or more digits than are kept exactly."""

    def __init__(self) -> None:
        self._found = OddCells()
        self._n_cells = 0

    def add(self, cells: pa.ChunkedArray, lines: NDArray[np.int64]) -> None:
        """Take the next cells; of a column that is full of codes only the first ones."""
        if self._n_cells >= _ENOUGH_CODES and not self._are_few:
            return
        filled = pc.fill_null(pc.match_substring_regex(cells, r"\S"), False)
        self._n_cells += pc.sum(filled).as_py() or 0
        self._found.add(cells, rows_where(pc.match_substring_regex(cells, _CODE)), lines)

    @property
    def _are_few(self) -> bool:
        return 0 < self._found.n <= _FEW_CODES * self._n_cells

    def remarks(self) -> list[Remark]:
        """What they are, where they are so few that all else is numbers."""
        if not self._are_few:
            return []
        shown = listed(self._found.common, _SHOWN)
        cells = f"{count_of(self._found.n)} of {count_of(self._n_cells, 'cell')} {either(self._found.n, 'is', 'are')}"
        return [Remark("MLP134", f"{cells} no number as it is written: {shown}. All are read as words.")]


class MixedColumn(NamedTuple):
    """A column nearly all of whose cells are numbers (or dates)."""

    name: str
    kind: Kind
    n_cells: int
    n_odd: int
    common: tuple[OddCell, ...]

    @property
    def what(self) -> str:
        """What the other cells are."""
        dated = {Kind.DATETIME: "dates", Kind.TIME: "times", Kind.DURATION: "durations"}
        return dated.get(self.kind, "numbers")

    def remark(self) -> Remark:
        """The same as a finding."""
        return Remark("MLP106", f"Holds {self.what}, but {self.share}.", self.common[0].value)

    @property
    def share(self) -> str:
        """How many cells are odd, and the most frequent of them."""
        shown = listed(self.common, _SHOWN)
        odd = f"{count_of(self.n_odd)} of its {count_of(self.n_cells)} cells {either(self.n_odd, 'is', 'are')}"
        return f"{odd} something else: {shown}"


def mixed_columns(mixed: Sequence[MixedColumn]) -> DataError:
    """Nearly all cells are numbers (or dates), a few are not: reading all as words would be silent corruption."""
    names = [column.name for column in mixed]
    lines = [f"Column {one.name!r} holds {one.what}, but {one.share}." for one in mixed[:_COLUMNS_SHOWN]]
    if len(mixed) > len(lines):
        lines.append(f"So do {count_of(len(mixed) - len(lines), 'more column')}: {listed(names[_COLUMNS_SHOWN:], 8)}.")
    most = max((cell for one in mixed for cell in one.common), key=lambda cell: cell.n)
    return DataError(
        "\n".join(lines),
        remedy=ways(
            "Correct the cells",
            f"{param('na_values', most.value)} to call them missing",
            f"{_for_all('coerce', names)} to take all that is none for missing and count it",
            f"{_for_all('categorical', names)} to keep {either(len(mixed), 'the column', 'the columns')} as words",
        ),
    )


def _for_all(parameter: str, names: Sequence[str]) -> str:
    """A parameter with all names; one with a comma in it has to be given by itself."""
    if any("," in name for name in names):
        return " ".join(param(parameter, name) for name in names)
    return param(parameter, ",".join(names))


def coercion_remark(odd: OddCells, n_cells: int) -> Remark:
    """What was taken for missing because that was asked for."""
    shown = listed(odd.common, _SHOWN)
    return Remark("MLP132", f"{count_of(odd.n)} of {count_of(n_cells)} cells taken for missing: {shown}.")


def wrong_kind(name: str, odd: OddCells, *, asked: Asked) -> DataError:
    """A column was asked to be of a kind that its cells are not."""
    if asked.kind is Kind.NUMBER or asked.role in (Role.NUMERIC, Role.WEIGHT):
        wanted, what = f"numeric ({asked.because})", "number"
    else:
        wanted = f"a {asked.role} column ({asked.because})"
        what = "date or number" if asked.role is Role.TIME else "date"
    return DataError(
        f"Column {name!r} cannot be {wanted}: {count_of(odd.n, 'cell')} {either(odd.n, 'is', 'are')} no {what}: "
        f"{listed(odd.common, _SHOWN)}.",
        remedy=ways(
            "Correct the cells",
            f"{param('na_values', odd.common[0].value)} to call them missing",
            f"{param('coerce', name)} to take all that is none for missing",
            "give the column another role",
        ),
    )
