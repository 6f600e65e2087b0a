"""What is to be predicted, where that is more than one column, or one column of tags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.positive_class import choose_positive
from mlpipe.data.targets import check_target, choose_target, find_task, labelled_rows, not_two_classes
from mlpipe.errors import DataError, UsageError
from mlpipe.target import LabelsTarget, NumbersTarget, Target
from mlpipe.target.cells import class_labels, label_of, order_classes, split_tags
from mlpipe.task import Task
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlpipe.data.schema import Column

_TOO_MANY = 0.5
"""Labels, as a share of the rows, from which on they are no labels."""
_LISTED = 5


def choose_targets(
    table: pa.Table, columns: Sequence[Column], *, asked: str = "auto", positive: str | None = None,
    separator: str | None = None,
) -> tuple[Target, tuple[str, ...]]:  # fmt: skip
    """Settle what is predicted: of one column as `choose_target` does, else labels or quantities.

    Parameters
    ----------
    table : pyarrow.Table
        Typed by `coerce`.
    columns : sequence of Column
        Those to predict, in the order asked for.
    separator : str, optional
        What stands between the tags of one column.

    Returns
    -------
    tuple of (Target, tuple of str)
        The target, and notes for a person.

    Raises
    ------
    UsageError
        The options do not fit each other.
    DataError
        The columns do not fit the task, or nothing can be learnt from one of them.
    """
    if separator is not None:
        if not separator.strip():
            raise UsageError(
                f"{param('labels_separator')} is blank.", remedy="Give the mark between two tags, such as ; or |."
            )
        if len(columns) > 1:
            raise UsageError(
                f"{param('labels_separator', separator)} is for one column of tags; "
                f"{count_of(len(columns))} columns are to be predicted.",
                remedy=ways("Name the column of tags alone", f"leave {param('labels_separator')} away"),
            )
        return _tags(table[columns[0].name], columns[0].name, separator, asked=asked)
    if len(columns) == 1:
        return choose_target(table[columns[0].name], columns[0], asked=asked, positive=positive)
    task = _choose_task(table, columns, asked)
    if positive is not None:
        raise not_two_classes(positive, ", ".join(column.name for column in columns), task)
    for column in columns:
        check_target(table[column.name].drop_null(), column, Task.REGRESSION)
    if task is Task.MULTIOUTPUT:
        numbers = NumbersTarget(columns=tuple(column.name for column in columns))
        return numbers, tuple(_aside(table, numbers))
    return _labels(table, columns)


def _choose_task(table: pa.Table, columns: Sequence[Column], asked: str) -> Task:
    """Labels where every column has two values, quantities where none has and all are numbers."""
    wanted = None if asked == "auto" else find_task(asked)
    if wanted not in {None, Task.MULTILABEL, Task.MULTIOUTPUT}:
        raise UsageError(
            f"{param('task', str(wanted))} has one target; {count_of(len(columns))} columns are to be predicted.",
            remedy=ways(f"Leave {param('task')} out", "name one column"),
        )
    n_distinct = [len(pc.unique(table[column.name].drop_null())) for column in columns]
    more = [(column, n) for column, n in zip(columns, n_distinct, strict=True) if n > 2]
    words = [column for column in columns if not column.kind.numeric]
    if wanted is Task.MULTIOUTPUT or (wanted is None and len(more) == len(columns) and not words):
        if words:
            raise DataError(
                f"{param('task', str(Task.MULTIOUTPUT))} needs numbers, and column {words[0].name!r} holds words.",
                remedy="Choose targets of numbers.",
            )
        return Task.MULTIOUTPUT
    if not more:
        return Task.MULTILABEL
    column, n = more[0]
    values = sorted({label_of(value) for value in pc.unique(table[column.name].drop_null()).to_pylist()})
    numbers = "" if words else f" As quantities: {param('task', str(Task.MULTIOUTPUT))}."
    raise DataError(
        f"Column {column.name!r} has {count_of(n, 'different value')} ({listed(map(repr, values), _LISTED)}), "
        "and a label has two: a row has it or not.",
        where=f"{param('target')} names several columns, so each is a label or each is a quantity.",
        remedy=f"Predict {column.name!r} by itself, or make it a column of two values for each.{numbers}",
    )


def _labels(table: pa.Table, columns: Sequence[Column]) -> tuple[Target, tuple[str, ...]]:
    positives, notes = [], []
    for column in columns:
        labels = class_labels(table[column.name].drop_null(), column.name)
        found = choose_positive({label: int((labels == label).sum()) for label in order_classes(labels)})
        positives.append(found.label)
        if found.reason != "by its word":
            notes.append(f"{column.name}: a row has the label where it is {found.label!r} ({found.reason})")
    target = LabelsTarget(columns=tuple(column.name for column in columns), positives=tuple(positives))
    return target, (*_aside(table, target), *notes)


def _aside(table: pa.Table, target: Target) -> Iterator[str]:
    """Rows that lack one of the targets, of which there have to be two others."""
    known = labelled_rows(table, target)
    aside = int(np.count_nonzero(~known))
    if len(known) - aside < 2:
        raise DataError(
            f"{count_of(len(known) - aside)} of {count_of(len(known), 'row')} have a value in each of the target "
            f"columns {listed(map(repr, target.columns))}.",
            remedy="Training and testing need at least 2 such rows.",
        )
    if aside:
        has = either(aside, "lacks", "lack")
        yield f"{count_of(aside)} of {count_of(len(known), 'row')} {has} one of the targets: set aside"


def _tags(
    values: pa.ChunkedArray | pa.Array, column: str, separator: str, *, asked: str
) -> tuple[Target, tuple[str, ...]]:
    if asked not in {"auto", Task.MULTILABEL}:
        raise UsageError(
            f"{param('labels_separator', separator)} makes labels of {column!r}, and {param('task', asked)} has none.",
            remedy=f"Leave {param('task')} out.",
        )
    if not pc.any(pc.match_substring(values, separator)).as_py():
        raise DataError(
            f"{separator!r} stands in no cell of column {column!r}, such as "
            f"{listed(map(repr, pc.unique(values.drop_null()).to_pylist()), 3)}.",
            where=param("labels_separator", separator),
            remedy=ways(
                "Give the mark between two tags", f"; without {param('labels_separator')} each cell is a class"
            ),
        )
    counts: Counter[str] = Counter()
    for pair in pc.value_counts(values.drop_null()).to_pylist():
        counts.update(dict.fromkeys(split_tags(pair["values"], separator), pair["counts"]))
    in_all = [tag for tag, n in counts.items() if n == len(values)]
    labels = tuple(tag for tag in order_classes(counts) if tag not in in_all)
    if not labels or len(labels) > max(2, _TOO_MANY * len(values)):
        raise DataError(
            f"Column {column!r} has {count_of(len(labels), 'different tag')} in {count_of(len(values), 'row')}"
            f"{'' if labels else ' that not every row has'}: nothing can be learnt from so "
            f"{'many' if labels else 'few'}.",
            where=param("labels_separator", separator),
            remedy="Is this the mark between two tags, and the column of tags?",
        )
    target = LabelsTarget(columns=labels, source=column, separator=separator)
    return target, tuple(_tag_notes(values, target, in_all))


def _tag_notes(values: pa.ChunkedArray | pa.Array, target: LabelsTarget, in_all: list[str]) -> Iterator[str]:
    yield f"{target.source}: {count_of(len(target.columns), 'label')} ({listed(target.columns, _LISTED)})"
    if in_all:
        yield f"{target.source}: every row has {listed(map(repr, in_all))}: nothing to predict, left out"
    if values.null_count:
        rows = f"{count_of(values.null_count, 'row')} {either(values.null_count, 'has', 'have')}"
        yield f"{target.source}: {rows} no tag: taught and scored as rows without any label"
