"""What is to be predicted: the task, the classes, the rows whose target is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.missing_markers import NUMBER_MISSING
from mlpipe.data.positive_class import choose_positive
from mlpipe.data.schema import Column
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.target import ClassTarget, LabelsTarget, NumberTarget, Target
from mlpipe.target.cells import joined_by, label_counts, label_of, order_classes
from mlpipe.task import Family, Task, no_target
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.numbers import format_number
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORDS: dict[Family, str] = {
    "class": "one of several classes",
    "labels": "several labels",
    "number": "a number",
    "numbers": "several numbers",
    "cluster": "a cluster",
}
_MOST_CLASSES = 20
_MOST_DISTINCT = 0.05
_TOO_DISTINCT = 0.5


LARGEST = 1e145
"""Numbers whose squares can still be summed over a billion rows."""


def labelled_rows(table: pa.Table, target: Target) -> NDArray[np.bool_]:
    """Which rows have a value in all columns of a target; of tags there may be none.

    Parameters
    ----------
    table : pyarrow.Table
        Typed by `coerce`.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    labelled = np.ones(table.num_rows, dtype=bool)
    if isinstance(target, LabelsTarget) and target.source:
        return labelled
    for name in target.columns:
        labelled &= np.asarray(pc.is_valid(table[name]))
    return labelled


def choose_target(
    values: pa.ChunkedArray | pa.Array, column: Column, *, asked: str = "auto", positive: str | None = None
) -> tuple[Target, tuple[str, ...]]:
    """Settle what is predicted.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        The target as typed by `coerce`; rows without one do not count.
    asked : str
        `"auto"`, or the name of a task.
    positive : str, optional
        The positive one of two classes; by default a rule decides (see `choose_positive`).

    Returns
    -------
    tuple of (Target, tuple of str)
        The target, and notes for a person.

    Raises
    ------
    UsageError
        There is no such task or class, or no positive class in this task.
    DataError
        The target does not fit the task, or nothing can be learnt from it.
    """
    task = choose_task(values, column, asked)
    if positive is not None and task is not Task.BINARY:
        raise not_two_classes(positive, column.name, task)
    notes = check_target(values, column, task)
    match task:
        case Task.BINARY:
            target, guess = _two_classes(values, column, positive)
            return target, (*notes, *guess)
        case Task.MULTICLASS:
            return ClassTarget(column=column.name, classes=order_classes(label_counts(values))), notes
        case Task.REGRESSION:
            return NumberTarget(column=column.name), notes
        case Task.MULTILABEL | Task.MULTIOUTPUT:
            raise several_needed(task, column.name)
        case Task.CLUSTERING:
            raise no_target(task)
        case _:
            assert_never(task)


def with_positive(target: Target, asked: str | None) -> Target:
    """The target with another positive class, or as it is where none is asked for.

    Raises
    ------
    UsageError
        There are not two classes, or none of that name.
    """
    if asked is None:
        return target
    if not isinstance(target, ClassTarget) or target.positive is None:
        raise not_two_classes(asked, target.name, target.task)
    return replace(target, positive=choose_positive(dict.fromkeys(target.classes, 0), asked).label)


def not_two_classes(positive: str, name: str, task: Task) -> UsageError:
    """The answer to a positive class where there are not two classes."""
    return UsageError(
        f"{param('positive', positive)} is for two classes, and the target {name!r} is {_in_words(task)}.",
        remedy=f"Leave {param('positive')} out.",
    )


def _in_words(task: Task) -> str:
    return _WORDS[task.family]


def _two_classes(
    values: pa.ChunkedArray | pa.Array, column: Column, asked: str | None
) -> tuple[ClassTarget, tuple[str, ...]]:
    counts = label_counts(values)
    classes = order_classes(counts)
    found = choose_positive({label: counts[label] for label in classes}, asked)
    target = ClassTarget(column=column.name, classes=classes, positive=found.label)
    if not found.reason:
        return target, ()
    other = next(label for label in classes if label != found.label)
    note = f"the positive class is taken to be {found.label!r} ({found.reason}): {param('positive', other)} "
    return target, (note + "would make it the other",)


def choose_task(values: pa.ChunkedArray | pa.Array, column: Column, asked: str = "auto") -> Task:
    """Decide what kind of problem a target poses.

    Words are classes. Numbers are classes where they have two values, or are whole, have at most 20 values, and the
    values are at most a twentieth of the rows; else they are quantities.

    Raises
    ------
    UsageError
        There is no task of that name, or it comes with a later version.
    DataError
        The target does not fit the task, or has the same value everywhere.
    """
    wanted = None if asked == "auto" else find_task(asked)
    if wanted in {Task.MULTILABEL, Task.MULTIOUTPUT}:
        raise several_needed(wanted, column.name)
    known = values.drop_null()
    _check_varies(values, column)
    n_distinct = len(pc.unique(known))
    task = wanted or _usual_task(known, column, n_distinct)
    _check_fits(task, column, n_distinct)
    if task.is_classification and n_distinct > max(2, _TOO_DISTINCT * len(known)):
        raise _too_many_classes(column, known)
    return task


def several_needed(task: Task, column: str) -> UsageError:
    """The answer to a task of several targets where there is one."""
    named = f"Name them all: {param('target', 'a,b,c')}"
    tags = f"say what stands between the tags of {column!r}: {param('labels_separator', ';')}"
    return UsageError(
        f"{param('task', str(task))} is for several targets, and {column!r} is one.",
        remedy=ways(named, tags) if task is Task.MULTILABEL else ways(named),
    )


def find_task(name: str) -> Task:
    """A task by name.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    """
    if name not in set(Task):
        raise UnknownNameError("task", name, ["auto", *Task])
    return Task(name)


def check_target(values: pa.ChunkedArray | pa.Array, column: Column, task: Task) -> tuple[str, ...]:
    """Refuse a target that nothing can be learnt from; say what is odd about one that will do.

    Returns
    -------
    tuple of str
        Notes for a person.

    Raises
    ------
    DataError
        Fewer than two rows have a target, or all rows have the same.
    """
    _check_varies(values, column)
    if not task.is_classification and column.kind.numeric:
        _check_squares(values, column)
    notes = []
    aside = values.null_count
    if aside:
        notes.append(
            f"{count_of(aside)} of {count_of(len(values), 'row')} {either(aside, 'has', 'have')} no target: set aside"
        )
    if task.is_classification:
        counts = dict(sorted(label_counts(values).items()))
        single = [label for label, count in counts.items() if count == 1]
        if single:
            classes = either(
                len(single),
                f"Class {single[0]!r} has one row",
                f"Classes {listed(map(repr, single))} have one row each",
            )
            notes.append(f"{classes}: kept for training")
        words = [label for label in counts if label in NUMBER_MISSING]
        notes += [f"{word!r} counts as a class; {param('na_values', word)} would call it missing" for word in words]
    return tuple(notes)


def _usual_task(known: pa.ChunkedArray, column: Column, n_distinct: int) -> Task:
    if n_distinct == 2:
        return Task.BINARY
    if not column.kind.numeric:
        return Task.MULTICLASS
    whole = bool(pc.all(pc.equal(known, pc.floor(known))).as_py())
    few = n_distinct <= _MOST_CLASSES and n_distinct <= _MOST_DISTINCT * len(known)
    return Task.MULTICLASS if whole and few else Task.REGRESSION


def _check_varies(values: pa.ChunkedArray | pa.Array, column: Column) -> None:
    known = values.drop_null()
    if len(known) < 2:
        has = "No row has" if len(known) == 0 else f"Only {len(known)} row has"
        raise DataError(
            f"{has} a value in the target column {column.name!r} ({count_of(len(values))} rows in all).",
            remedy="Training and testing need at least 2 rows with known targets.",
        )
    distinct = pc.unique(known)
    if len(distinct) == 1:
        raise DataError(
            f"The target column {column.name!r} is {label_of(distinct[0].as_py())!r} in all of its "
            f"{count_of(len(known))} rows: there is nothing to predict.",
            remedy=ways(f"Choose another {param('target')}", "add rows with other values"),
        )


def _check_squares(values: pa.ChunkedArray | pa.Array, column: Column) -> None:
    largest = pc.max(pc.abs(pc.cast(values.drop_null(), pa.float64(), safe=False))).as_py()
    if largest > LARGEST:
        raise DataError(
            f"The target column {column.name!r} holds numbers as large as {format_number(largest)}: sums of their "
            "squares, by which models learn and are scored, are beyond any number that a computer holds.",
            remedy="Divide them by a power of ten.",
        )


def _check_fits(task: Task, column: Column, n_distinct: int) -> None:
    if task is Task.REGRESSION and not column.kind.numeric:
        remedy = ways(f"Leave {param('task')} out", "choose a target of numbers")
        raise _mismatch(task, column, found="it holds words, not numbers", remedy=remedy)
    wrong = (task is Task.BINARY and n_distinct != 2) or (task is Task.MULTICLASS and n_distinct == 2)
    if wrong:
        fitting = param("task", str(Task.BINARY if n_distinct == 2 else Task.MULTICLASS))
        remedy = ways(f"Use {fitting}", f"leave {param('task')} out")
        raise _mismatch(task, column, found=f"it has {count_of(n_distinct)} classes", remedy=remedy)


def _mismatch(task: Task, column: Column, *, found: str, remedy: str) -> DataError:
    asked = param("task", str(task))
    return DataError(f"{asked} does not fit the target column {column.name!r}: {found}.", remedy=remedy)


def _too_many_classes(column: Column, known: pa.ChunkedArray) -> DataError:
    regression, classes = param("task", str(Task.REGRESSION)), pc.unique(known)
    numeric = column.kind.numeric
    other = f"Use {regression}" if numeric else f"It holds words, so {regression} is impossible"
    mark = "" if numeric else joined_by(classes.to_pylist())
    tags = [f"; if it holds tags, say what stands between two: {param('labels_separator', mark)}"] if mark else []
    return DataError(
        f"The target column {column.name!r} has {count_of(len(classes))} different values in {count_of(len(known))} "
        "rows, too many for classes.",
        remedy=ways(other, *tags, "; perhaps another column is the target?"),
    )
