"""Which row goes to which part: training, validation, test, or aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.data.columns import blocks_of
from mlpipe.data.duplicate_rows import compared_columns, identical_rows, row_numbers
from mlpipe.data.schema import Column, Role
from mlpipe.data.splitting.allocation import TEST, TRAIN, VALID
from mlpipe.data.splitting.strata import strata_of
from mlpipe.data.splitting.strategies import ASIDE, STRATEGIES, Problem
from mlpipe.data.targets import labelled_rows
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.words.lists import count_of, either
from mlpipe.words.numbers import format_share
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.data.columns import Columns
    from mlpipe.params import SplitParams
    from mlpipe.target import Target

PARTS = ("train", "valid", "test")
ASIDE_PART = "aside"
_FAR = 0.02
_WHY_OFF = {"group": "groups stay whole", "time": "rows of the same time stay together", "hash": "the ids fall so"}
_IN_WORDS = {"hash": "hash of the id", "column": "the split column"}


@dataclass(frozen=True, kw_only=True)
class SplitKeys:
    """What decides on the part of each row.

    Parameters
    ----------
    labelled : ndarray of shape (n_rows,)
        Rows with a target; the others are set aside.
    strata : ndarray of shape (n_rows,) or None
        What is kept in proportion, such as the class of each row, from 0 (-1 where unlabelled); None for nothing.
    labels : ndarray of shape (n_rows, n_labels) or None
        Which labels each row has, where it may have several; 0 where unlabelled.
    same_as : ndarray of shape (n_rows,)
        The first row that is identical, from `identical_rows`.
    group, time, part : pyarrow.ChunkedArray or None
        Columns of those roles, typed by `coerce`; `part` is the split column.
    ids : tuple of pyarrow.ChunkedArray
        The id columns.
    """

    labelled: NDArray[np.bool_]
    strata: NDArray[np.integer] | None
    same_as: NDArray[np.integer]
    labels: NDArray[np.int64] | None = None
    group: pa.ChunkedArray | None = None
    time: pa.ChunkedArray | None = None
    part: pa.ChunkedArray | None = None
    ids: tuple[pa.ChunkedArray, ...] = ()

    @property
    def have_copies(self) -> bool:
        """Whether some rows are copies of others."""
        return not np.array_equal(self.same_as, row_numbers(len(self.same_as)))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The part of each row.

    Parameters
    ----------
    dealt : ndarray of int8, shape (n_rows,)
        `TRAIN`, `VALID`, `TEST` or `ASIDE`.
    strategy : str
        The one that was used, never `"auto"`.
    notes : tuple of str
        What was decided on the way, for a person.
    """

    dealt: NDArray[np.int8]
    strategy: str
    notes: tuple[str, ...]

    @property
    def part(self) -> NDArray[np.str_]:
        """`"train"`, `"valid"`, `"test"` or `"aside"`, of shape (n_rows,)."""
        return np.array([*PARTS, ASIDE_PART])[self.dealt]

    def within(self, part: str) -> NDArray[np.bool_]:
        """Which rows are in one part, of shape (n_rows,)."""
        within: NDArray[np.bool_] = self.dealt == (ASIDE if part == ASIDE_PART else PARTS.index(part))
        return within

    def rows(self, part: str) -> NDArray[np.int64]:
        """Row numbers of one part, ascending."""
        return np.flatnonzero(self.within(part)).astype(np.int64)


def gather_keys(
    table: Columns,
    columns: Sequence[Column],
    *,
    target: Target,
    split_column: str | None = None,
    compared: bool = True,
    hashed: bool = True,
) -> SplitKeys:
    """Take from a typed table what decides on the parts.

    Parameters
    ----------
    table : pyarrow.Table or ColumnStore
        Typed by `coerce`, with all of `columns`.
    columns : sequence of Column
        With the roles target, group, time and id given or inferred from all rows.
    compared : bool
        Whether identical rows are looked for.
    hashed : bool
        Whether the ids decide, so that they are needed.
    """
    wanted = (Role.GROUP, Role.TIME, *([Role.ID] if hashed else []))
    by_role = {role: [table[c.name] for c in columns if c.role is role] for role in wanted}
    labelled, strata, labels = np.ones(table.num_rows, dtype=bool), None, None
    if target.sources:
        labelled = np.concatenate([labelled_rows(block, target) for block in blocks_of(table, target.sources)])
        strata, labels = strata_of(table, labelled, target)
    return SplitKeys(
        labelled=labelled,
        strata=strata,
        labels=labels,
        same_as=identical_rows(table, compared_columns(columns) if compared else ()),
        group=next(iter(by_role[Role.GROUP]), None),
        time=next(iter(by_role[Role.TIME]), None),
        part=None if split_column is None else table[split_column],
        ids=tuple(by_role.get(Role.ID, ())),
    )


def choose_parts(keys: SplitKeys, params: SplitParams) -> Parts:
    """Divide the labelled rows; depends on the keys, the sizes and the seed, and on nothing else.

    Raises
    ------
    UsageError
        The strategy needs a column that was not given.
    DataError
        The rows cannot be divided this way.
    """
    strategy = _settle_strategy(keys, params)
    n_rows = len(keys.labelled)
    rows = row_numbers(n_rows)
    firsts = keys.same_as == rows
    notes = _duplicate_notes(int(np.count_nonzero(keys.labelled & ~firsts)), params, strategy)
    chosen = keys.labelled & firsts if params.duplicates == "drop" else keys.labelled
    used = rows if chosen.all() else rows[chosen]
    problem = Problem(
        rows=used,
        strata=np.zeros(len(used), np.int8) if keys.strata is None else _of(keys.strata, used),
        labels=None if keys.labels is None else _of(keys.labels, used),
        same_as=_of(keys.same_as, used) if params.duplicates == "together" else used,
        group=_at(keys.group, used),
        time=_at(keys.time, used),
        part=_at(keys.part, used),
        ids=tuple(_taken(column, used) for column in keys.ids),
        valid=params.valid_size,
        test=0.0 if params.test_data else params.test_share,
        split_column=params.split_column or "",
        seed=params.seed,
    )
    dealt, said = STRATEGIES[strategy](problem)
    parts = np.full(n_rows, ASIDE, dtype=np.int8)
    parts[used] = dealt
    _check_parts(parts, keys, problem, strategy)
    notes += [*said, *_size_notes(dealt, problem, strategy), *_shared_groups(dealt, problem, strategy)]
    notes += _unseen_classes(dealt, problem) if problem.labels is None else _one_sided(dealt, problem)
    return Parts(dealt=parts, strategy=strategy, notes=tuple(notes))


def _settle_strategy(keys: SplitKeys, params: SplitParams) -> str:
    strategy: str = params.strategy
    if strategy not in STRATEGIES and strategy != "auto":
        raise UnknownNameError("strategy", strategy, ["auto", *STRATEGIES])
    if strategy == "auto":
        strategy = "column" if keys.part is not None else _usual_strategy(keys)
    if keys.group is not None and strategy in {"random", "stratified"}:
        strategy = "group"  # a group column says that its rows belong together
    if strategy == "stratified" and keys.strata is None:
        remedy = f"For a target of numbers use {param('strategy', 'random')}."
        raise UsageError(f"{param('strategy', strategy)} needs classes.", remedy=remedy)
    needs = {"group": keys.group, "time": keys.time, "hash": keys.ids or None, "column": keys.part}
    if strategy in needs and needs[strategy] is None:
        named = param({"hash": "ids", "column": "split_column"}.get(strategy, strategy))
        raise UsageError(
            f"{param('strategy', strategy)} needs a column to go by ({named}).", remedy=f"Name it with {named} COLUMN."
        )
    return strategy


def _usual_strategy(keys: SplitKeys) -> str:
    if keys.group is not None:
        return "group"
    if keys.time is not None:
        return "time"
    return "random" if keys.strata is None else "stratified"


def _of(values: NDArray[Any], rows: NDArray[np.integer]) -> NDArray[Any]:
    """The values of some rows; of all of them without a copy."""
    return values if len(rows) == len(values) else values[rows]


def _at(column: pa.ChunkedArray | None, rows: NDArray[np.integer]) -> pa.ChunkedArray | None:
    return None if column is None else _taken(column, rows)


def _taken(column: pa.ChunkedArray, rows: NDArray[np.integer]) -> pa.ChunkedArray:
    return column if len(rows) == len(column) else column.take(pa.array(rows))


def _check_parts(parts: NDArray[np.int8], keys: SplitKeys, problem: Problem, strategy: str) -> None:
    told = _IN_WORDS.get(strategy, strategy)
    for part, (name, wanted) in enumerate(zip(PARTS, (True, problem.valid > 0, problem.test > 0), strict=True)):
        if wanted and not (parts == part).any() and not (strategy == "column" and name == "valid"):
            bound = [param("duplicates", "ignore")] if (problem.same_as != problem.rows).any() else []
            raise DataError(
                f"The {name} part is empty after dividing the rows by {told}.",
                remedy=ways("Give more rows, other sizes", f"another {param('strategy')}", *bound),
            )
    if keys.strata is not None and len(np.unique(keys.strata[parts == TRAIN])) < 2:
        same = "class" if keys.labels is None else "labels"
        raise DataError(
            f"All training rows have the same {same} after dividing the rows by {told}.",
            remedy=f"Choose another {param('strategy')} or other sizes, so that training sees at least two classes.",
        )


def _duplicate_notes(n_repeated: int, params: SplitParams, strategy: str) -> list[str]:
    told_later = params.duplicates == "together" and strategy == "column"
    if not n_repeated or params.duplicates == "ignore" or told_later:
        return []
    done = "dropped" if params.duplicates == "drop" else "each in the part of that row"
    return [f"{count_of(n_repeated, 'row')} {either(n_repeated, 'repeats', 'repeat')} an earlier row: {done}"]


def _size_notes(dealt: NDArray[np.int8], problem: Problem, strategy: str) -> list[str]:
    """Say where a part has another size than asked, and why."""
    if strategy == "column":
        return []
    why = _WHY_OFF.get(strategy, "identical rows stay together")
    notes = []
    for code, asked in ((VALID, problem.valid), (TEST, problem.test)):
        share = np.count_nonzero(dealt == code) / len(dealt)
        if asked and abs(share - asked) > max(_FAR, 1 / len(dealt)):
            found, wanted = format_share(share, beside=asked), format_share(asked, beside=share)
            notes.append(f"the {PARTS[code]} part has {found} of the rows, not {wanted}: {why}")
    return notes


def _shared_groups(dealt: NDArray[np.int8], problem: Problem, strategy: str) -> list[str]:
    if problem.group is None or strategy == "group":
        return []
    groups = problem.group_codes()
    train = np.unique(groups[dealt == TRAIN])
    shared = np.intersect1d(train, np.unique(groups[dealt > TRAIN])).size
    groups_are = f"{count_of(shared, 'group')} {either(shared, 'is', 'are')}"
    told = f"{groups_are} both in training and in another part ({param('strategy', strategy)})"
    return [told] if shared else []


def _one_sided(dealt: NDArray[np.int8], problem: Problem) -> list[str]:
    """Labels that all, or none, of the training rows or of another part's rows have."""
    assert problem.labels is not None
    notes = []
    for code, part in ((TRAIN, "training"), (VALID, "validation"), (TEST, "test")):
        rows = problem.labels[dealt == code]
        alike = int(np.count_nonzero((rows == rows[:1]).all(axis=0))) if len(rows) else 0
        if alike:
            notes.append(f"{count_of(alike, 'label')} {either(alike, 'is', 'are')} alike in all {part} rows: too rare")
    return notes


def _unseen_classes(dealt: NDArray[np.int8], problem: Problem) -> list[str]:
    seen = np.unique(problem.strata[dealt == TRAIN])
    unseen = np.setdiff1d(problem.strata[dealt > TRAIN], seen).size
    return (
        [f"{count_of(unseen, 'class', 'classes')} {either(unseen, 'is', 'are')} in no training row"] if unseen else []
    )
