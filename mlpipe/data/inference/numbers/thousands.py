"""Whether a mark before three digits sets thousands apart or begins decimals: what a column and its file say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.inference.cells import narrow
from mlpipe.data.inference.remarks import Remark
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlpipe.data.inference.numbers.numbers import NumberFormat

_SHORT = "^[+-]?(?:0|[1-9][0-9]{0,2})$"
_SIGNS = "[^0-9.,']+"
_HUNDREDS = "^[+-]?[1-9][0-9]{2}$"
_LARGEST_SHORT = 999
_LEAST_HUNDREDS = 100
_HEAD = 16
"""Cells that are looked at first: most columns of decimals are settled by them."""


@dataclass
class FileMarks:
    """What the columns of a file say of its marks.

    Parameters
    ----------
    delimiter : str
        A file divided by commas writes decimal points, unless it shows otherwise.
    decimal : str
        The decimal mark of the file.
    shown : set of str
        Marks that some column can only mean as decimal marks.
    """

    delimiter: str = ","
    decimal: str = "."
    shown: set[str] = field(default_factory=set)


class Groups:
    """How one column uses a mark that may set thousands apart or begin decimals.

    Attributes
    ----------
    mark : str
        Such as `"."` in `1.250`, which may be 1250 or 1.25; `""` as long as there are whole numbers alone.
    """

    def __init__(self) -> None:
        self.mark = ""
        self.marked = self.whole = 0
        self.first = ""
        self.open, self.hundreds = True, False

    def add(self, cells: pa.ChunkedArray, file: FileMarks, *, form: NumberFormat) -> None:
        """Look at more numbers, as they are written."""
        if not self.open:
            return
        self.mark = form.thousands or form.decimal
        if len(cells) > _HEAD:
            head = Groups()
            head.add(cells.slice(0, _HEAD), file, form=form)
            if not head.open and self.mark in file.shown:
                self.open = False  # nothing more can be said of the mark
                return
        group = f"^[+-]?[1-9][0-9]{{0,2}}{re.escape(self.mark)}[0-9]{{3}}$"
        cells = narrow(cells.drop_null())
        bare = pc.replace_substring_regex(cells, _SIGNS, "") if form.symbols or form.unit else cells
        grouped, short = pc.match_substring_regex(bare, group), pc.match_substring_regex(bare, _SHORT)
        others = bare.filter(pc.invert(pc.or_(grouped, short)))
        if len(others):
            self.open = False
            ends = f"^[^.,']*{re.escape(self.mark)}[0-9]*(?:[eE].*)?$"
            if pc.any(pc.match_substring_regex(others, ends)).as_py():
                file.shown.add(self.mark)
        self.whole += pc.sum(short).as_py() or 0
        self.hundreds = self.hundreds or bool(pc.any(pc.match_substring_regex(bare, _HUNDREDS)).as_py())
        self.marked += pc.sum(grouped).as_py() or 0
        if not self.first and self.marked:
            self.first = cells[pc.index(grouped, True).as_py()].as_py()

    def add_whole(self, n: int, largest: float) -> None:
        """Look at whole numbers that were read already."""
        self.open = self.open and largest <= _LARGEST_SHORT
        self.hundreds = self.hundreds or largest >= _LEAST_HUNDREDS
        self.whole += n

    def are_thousands(self, file: FileMarks, *, money: bool) -> bool:
        """Whether groups of three stand beside whole numbers up to some hundreds, as decimals hardly ever do.

        Of amounts of money no cell need be without a mark: they have two decimals, not three.
        """
        return self.open and self.marked > 0 and (money or (self.hundreds and self.mark not in file.shown))

    def remarks(self, form: NumberFormat, file: FileMarks) -> Iterator[Remark]:
        """What should be said of numbers that are read by `form`."""
        if form.thousands == form.decimal and self.open and self.whole:
            yield self._settled()
        elif not form.currency and self._are_doubtful(file, decimal=form.decimal):
            yield self._doubt(thousands=bool(form.thousands))

    def _are_doubtful(self, file: FileMarks, *, decimal: str) -> bool:
        """Whether neither the column nor its file tells thousands from decimals."""
        if not self.open or not self.marked or self.mark not in {".", ","}:
            return False
        if self.whole:
            return self.mark == decimal
        return file.delimiter != "," and not file.shown

    def _doubt(self, *, thousands: bool) -> Remark:
        read, other = self._readings(thousands=thousands)
        message = (
            f"{self.first!r} is read as {read} and may mean {other}: {count_of(self.marked, 'cell')} with three "
            f"digits behind the mark, none with more or fewer."
        )
        return Remark("MLP131", message, self.mark)

    def _settled(self) -> Remark:
        read, other = self._readings(thousands=True)
        message = (
            f"{self.first!r} is read as {read}, not {other}: {count_of(self.marked, 'cell')} with three digits behind "
            f"the mark, none with more or fewer, beside {count_of(self.whole)} up to 999 without it."
        )
        return Remark("MLP130", message, self.mark)

    def _readings(self, *, thousands: bool) -> tuple[str, str]:
        digits = re.sub(_SIGNS, "", self.first)
        whole, _, rest = digits.partition(self.mark)
        readings = whole + rest, f"{whole}.{rest}".rstrip("0").rstrip(".")
        return readings if thousands else (readings[1], readings[0])
