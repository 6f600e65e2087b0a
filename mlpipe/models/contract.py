"""What new rows bring that training rows did not: unseen categories, new gaps, unreadable cells, other ranges."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.profiling.column_profile import as_text
from mlpipe.data.schema import Kind
from mlpipe.errors import DataError
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlpipe.data.inference.coercion import Coerced
    from mlpipe.data.schema import Column
    from mlpipe.features.reference import ColumnReference, Reference

EXAMPLES = 10
_FAR = 0.5
"""How far beyond the training range, in widths of it, a cell is told with its value."""
_MOST_NEAR = 5
_FEWEST = 2
"""Unseen cells that say how a file writes its levels; one is a row that is new."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What training knew of one column: levels of a category, null among them, or the range of numbers and dates."""

    levels: pa.Array | None = None
    low: Any = None
    high: Any = None
    had_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class ColumnTally:
    """Counts for one column over some rows; the lowest and the highest value where some are beyond the range."""

    missing: int = 0
    unparseable: int = 0
    below: int = 0
    above: int = 0
    lowest: Any = None
    highest: Any = None
    invisible: int = 0
    odd: int = 0
    bare: int = 0
    unseen: Counter[str]


@dataclass(frozen=True, kw_only=True)
class BlockTally:
    """Counts for a block of rows, by column."""

    rows: int
    rows_unseen: int
    columns: dict[str, ColumnTally]


def known_columns(reference: Reference, columns: Sequence[Column]) -> dict[str, Known]:
    """What the training reference says of the columns a model uses."""
    facts = {column.name: column for column in reference.columns}
    return {column.name: _known(facts[column.name]) for column in columns}


def _known(facts: ColumnReference) -> Known:
    had_missing = facts.missing > 0
    if facts.levels and not facts.levels_cut:
        levels = pa.array([*(level for level, _ in facts.levels), None], pa.string())
        return Known(levels=levels, had_missing=had_missing)
    if facts.kind is Kind.DATETIME and facts.min is not None:
        low, high = (datetime.fromisoformat(str(end)) for end in (facts.min, facts.max))
        return Known(low=low, high=high, had_missing=had_missing)
    return Known(low=facts.min, high=facts.max, had_missing=had_missing)


def tally_block(coerced: Coerced, known: Mapping[str, Known]) -> BlockTally:
    """Count what a block of typed rows brings that training did not have."""
    table = coerced.table
    any_unseen: pa.ChunkedArray | None = None
    columns = {}
    for name, facts in known.items():
        column = table.column(name)
        tally = ColumnTally(
            unseen=Counter(), missing=coerced.missing[name], unparseable=coerced.unread[name],
            invisible=coerced.invisible[name], odd=coerced.odd[name], bare=coerced.bare[name],
        )  # fmt: skip
        if facts.levels is not None:
            tally, unseen = _tally_levels(column, facts.levels, tally)
            if unseen is not None:
                any_unseen = unseen if any_unseen is None else pc.or_(any_unseen, unseen)
        elif facts.low is not None:
            tally = _tally_range(column, facts, tally)
        columns[name] = tally
    rows_unseen = 0 if any_unseen is None else pc.sum(any_unseen).as_py() or 0
    return BlockTally(rows=table.num_rows, rows_unseen=rows_unseen, columns=columns)


def _tally_levels(
    column: pa.ChunkedArray, levels: pa.Array, tally: ColumnTally
) -> tuple[ColumnTally, pa.ChunkedArray | None]:
    known = pc.is_in(column, levels)
    if pc.all(known, min_count=0).as_py():
        return tally, None
    unseen = pc.invert(known)
    counts = pc.value_counts(column.filter(unseen))
    found = Counter({pair["values"]: pair["counts"] for pair in counts.to_pylist()})
    return replace(tally, unseen=found), unseen


def _tally_range(column: pa.ChunkedArray, facts: Known, tally: ColumnTally) -> ColumnTally:
    span = pc.min_max(column).as_py()
    if span["min"] is None or (span["min"] >= facts.low and span["max"] <= facts.high):
        return tally
    return replace(
        tally,
        below=_count(pc.less(column, pa.scalar(facts.low, column.type))),
        above=_count(pc.greater(column, pa.scalar(facts.high, column.type))),
        lowest=span["min"],
        highest=span["max"],
    )


def _count(mask: pa.ChunkedArray) -> int:
    return pc.sum(mask).as_py() or 0


class Contract:
    """Adds up tallies over a stream of blocks; what it holds does not grow with the rows."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known
        self._rows = 0
        self._rows_unseen = 0
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in known}
        self._unseen: dict[str, Counter[str]] = {name: Counter() for name in known}
        self._ends: dict[str, tuple[Any, Any]] = {}

    def add(self, tally: BlockTally) -> None:
        """Add one block."""
        self._rows += tally.rows
        self._rows_unseen += tally.rows_unseen
        for name, column in tally.columns.items():
            self._counts[name].update(
                missing=column.missing,
                unparseable=column.unparseable,
                below_range=column.below,
                above_range=column.above,
                unseen=column.unseen.total(),
                invisible=column.invisible,
                odd=column.odd,
                bare=column.bare,
            )
            if column.lowest is not None:
                low, high = self._ends.get(name, (column.lowest, column.highest))
                self._ends[name] = min(low, column.lowest), max(high, column.highest)
            if column.unseen:
                kept = self._unseen[name]
                kept.update(column.unseen)
                self._unseen[name] = Counter(dict(kept.most_common(1000)))

    @property
    def unseen_share(self) -> float:
        """Share of the rows with a category that training has not seen."""
        return self._rows_unseen / self._rows if self._rows else 0.0

    def to_json(self) -> dict[str, Any]:
        """The report: per column what was met, with the most frequent unseen categories."""
        columns = {}
        for name, facts in self._known.items():
            counts = self._counts[name]
            columns[name] = {
                "missing": counts["missing"],
                "newly_missing": 0 if facts.had_missing else counts["missing"],
                "unparseable": counts["unparseable"],
                "below_range": counts["below_range"],
                "above_range": counts["above_range"],
                "invisible": counts["invisible"],
                "odd": counts["odd"],
                "bare": counts["bare"],
                "unseen": counts["unseen"],
                "unseen_examples": [
                    {"value": value, "count": count, **_hint(value, facts.levels)}
                    for value, count in self._unseen[name].most_common(EXAMPLES)
                ],
            }
        return {"rows": self._rows, "rows_with_unseen": self._rows_unseen, "columns": columns}

    def check_known(self, *, where: str) -> None:
        """Raise `DataError` where most cells of a column are levels that training has not seen."""
        strange = [name for name in self._known if self._is_strange(name)]
        if strange:
            more = f" So are those of {listed(map(repr, strange[1:]))}." if strange[1:] else ""
            raise DataError(
                f"{self._strangers(strange[0])}{more}",
                where=where,
                remedy=ways("Write cells as training did", f"give {param('allow_unseen', True)} to go on"),
            )

    def _is_strange(self, name: str) -> bool:
        n_strange = self._counts[name]["unseen"] + self._counts[name]["odd"]
        return n_strange >= _FEWEST and 2 * n_strange > self._n_present(name)

    def _n_present(self, name: str) -> int:
        """Cells that say something, odd ones among them."""
        counts = self._counts[name]
        return self._rows - counts["missing"] - counts["unparseable"] + counts["odd"]

    def _strangers(self, name: str) -> str:
        """Most cells of a column are levels or words that training did not have: a column has the one or the other."""
        levels, n_odd = self._known[name].levels, self._counts[name]["odd"]
        knew = [] if levels is None else levels.drop_null().to_pylist()
        some = f"{count_of(n_odd or self._counts[name]['unseen'])} of {count_of(self._n_present(name), 'cell')}"
        return f"{some} of column {name!r} " + (
            "are no numbers, and would be taken for missing as the few of training were."
            if n_odd
            else f"hold a category unseen in training, such as {self._shown(name)}; training knew "
            f"{listed(map(repr, knew), 3)}."
        )

    def notes(self) -> Iterator[str]:
        """What a person should know, a line a column."""
        for name, facts in self._known.items():
            counts = self._counts[name]
            if counts["unseen"]:
                rows = f"{count_of(counts['unseen'], 'row')} {either(counts['unseen'], 'has', 'have')}"
                yield f"{name}: {rows} a category unseen in training ({self._shown(name)})"
            if counts["missing"] and not facts.had_missing:
                rows = f"{count_of(counts['missing'], 'row')} {either(counts['missing'], 'is', 'are')}"
                yield f"{name}: {rows} missing it; no training row was"
            if counts["odd"]:
                odd = f"{count_of(counts['odd'], 'cell')} {either(counts['odd'], 'is no number', 'are no numbers')}"
                yield f"{name}: {odd}, and taken for missing as in training"
            if counts["bare"]:
                cells = count_of(counts["bare"], "cell")
                yield f"{name}: {cells} without the unit or currency of training are read as if they had it"
            if counts["unparseable"]:
                yield f"{name}: {count_of(counts['unparseable'], 'cell')} could not be read"
            if counts["invisible"]:
                yield f"{name}: invisible characters are taken out of {count_of(counts['invisible'], 'cell')}"
        yield from self._beyond()

    def _beyond(self) -> Iterator[str]:
        """Cells beyond the training range: a line for each column where one is far off, one line for the others."""
        near = []
        for name, ends in self._ends.items():
            rows = count_of(self._counts[name]["below_range"] + self._counts[name]["above_range"], "row")
            low, high = self._known[name].low, self._known[name].high
            if max(low - ends[0], ends[1] - high) > _FAR * (high - low):
                told = "; ".join(as_text(end) for end in dict.fromkeys(ends) if not low <= end <= high)
                yield f"{name}: {rows} beyond the training range, {as_text(low)} to {as_text(high)} (such as {told})"
            else:
                near.append(f"{name} ({rows})")
        if near:
            yield f"cells a little beyond the training range: {listed(near, _MOST_NEAR)}"

    def _shown(self, name: str) -> str:
        levels = self._known[name].levels
        most = [(value, _hint(value, levels).get("like")) for value, _ in self._unseen[name].most_common(3)]
        more = ", …" if len(self._unseen[name]) > 3 else ""
        return ", ".join(f"{value!r} (known as {like!r})" if like else repr(value) for value, like in most) + more


def _hint(value: str, levels: pa.Array | None) -> dict[str, str]:
    """The known level that an unseen one may be a spelling of: case, blanks and accents aside, `1.0` for `1`."""
    if levels is None:
        return {}
    folded = _folded(value)
    for level in levels.drop_null().to_pylist():
        if _folded(level) == folded:
            return {"like": level}
    return {}


def _folded(value: str) -> str:
    letters = unicodedata.normalize("NFD", value.casefold())
    text = " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
    try:
        return repr(float(text))
    except ValueError:
        return text
