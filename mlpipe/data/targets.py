"""What is to be predicted: the task, the classes, the rows whose target is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.missing_markers import NUMBER_MISSING
from mlpipe.data.schema import Column, Kind
from mlpipe.data.target_errors import (
    ConstantTargetError,
    NoTargetValuesError,
    TaskMismatchError,
    TooManyClassesError,
)
from mlpipe.errors import UnknownNameError
from mlpipe.task import Task
from mlpipe.words.lists import count_of, either, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mlpipe.data.schema import DataContext

_MOST_CLASSES = 20
_MOST_DISTINCT = 0.05
_TOO_DISTINCT = 0.5


def labelled_rows(values: pa.ChunkedArray | pa.Array) -> NDArray[np.bool_]:
    """Which rows have a target.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        The target as typed by `coerce`.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    mask: NDArray[np.bool_] = np.asarray(pc.is_valid(values))
    return mask


def choose_task(values: pa.ChunkedArray | pa.Array, column: Column, asked: str = "auto") -> Task:
    """Decide what kind of problem a target poses.

    Words are classes. Numbers are classes where they have two values, or are whole, have at most 20 values, and the
    values are at most a twentieth of the rows; else they are quantities.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        The target as typed by `coerce`; rows without one do not count.
    asked : str
        `"auto"`, or the name of a task.

    Raises
    ------
    UnknownNameError
        There is no task of that name.
    TaskMismatchError, TooManyClassesError, ConstantTargetError, NoTargetValuesError
    """
    if asked != "auto" and asked not in set(Task):
        raise UnknownNameError("task", asked, ["auto", *(task.value for task in Task)])
    known = values.drop_null()
    _check_varies(values, column)
    n_distinct = len(pc.unique(known))
    task = _usual_task(known, column, n_distinct) if asked == "auto" else Task(asked)
    if asked != "auto":
        _check_asked(task, column, n_distinct)
    if task.is_classification and n_distinct > max(2, _TOO_DISTINCT * len(known)):
        numeric = column.kind is Kind.NUMBER
        raise TooManyClassesError(column.name, n_classes=n_distinct, n_rows=len(known), numeric=numeric)
    return task


def check_target(values: pa.ChunkedArray | pa.Array, column: Column, task: Task) -> tuple[str, ...]:
    """Refuse a target that nothing can be learnt from; say what is odd about one that will do.

    Returns
    -------
    tuple of str
        Notes for a person.

    Raises
    ------
    NoTargetValuesError
        Fewer than two rows have a target.
    ConstantTargetError
        All rows have the same.
    """
    _check_varies(values, column)
    notes = []
    aside = values.null_count
    if aside:
        notes.append(
            f"{count_of(aside)} of {count_of(len(values), 'row')} {either(aside, 'has', 'have')} no target: set aside"
        )
    if task.is_classification:
        labels, counts = np.unique(class_labels(values.drop_null(), column), return_counts=True)
        single = [str(label) for label in labels[counts == 1]]
        if single:
            classes = either(
                len(single),
                f"Class {single[0]!r} has one row",
                f"Classes {listed(map(repr, single))} have one row each",
            )
            notes.append(f"{classes}: kept for training")
        words = [str(label) for label in labels if str(label) in NUMBER_MISSING]
        notes += [f"{word!r} counts as a class; --na-value {word} would call it missing" for word in words]
    return tuple(notes)


def class_labels(values: pa.ChunkedArray | pa.Array, column: Column) -> NDArray[np.str_]:
    """Class labels as text: numbers in their shortest form (`1`, not `1.0`), words as they are.

    Parameters
    ----------
    values : pyarrow.ChunkedArray of shape (n_rows,)
        Typed by `coerce`, none missing.
    """
    if values.null_count:
        raise ValueError(f"{values.null_count} rows of {column.name!r} have no label")
    if not len(values):
        return np.empty(0, dtype=np.str_)
    distinct = pc.unique(values)
    codes = np.asarray(pc.index_in(values, value_set=distinct))
    labels = [_label(value) for value in distinct.to_pylist()]
    named: NDArray[np.str_] = np.asarray(labels, dtype=np.str_)[codes]
    return named


def order_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """Distinct class labels in order: of size where all are numbers, else of the alphabet.

    Examples
    --------
    >>> order_classes(["10", "9", "10"])
    ('9', '10')
    >>> order_classes(["yes", "no", "10"])
    ('10', 'no', 'yes')
    """
    distinct = sorted({str(label) for label in labels})
    sizes = [_as_number(label) for label in distinct]
    if any(size is None for size in sizes):
        return tuple(distinct)
    return tuple(label for _, label in sorted(zip(sizes, distinct, strict=True), key=_by_size))


def target_values(table: pa.Table, context: DataContext) -> NDArray[Any]:
    """The target of a typed table as an estimator takes it: labels as text, or float64.

    Raises
    ------
    ValueError
        A row has no target.
    """
    column = context.schema.column(context.target)
    values = table[context.target]
    if context.task.is_classification:
        return class_labels(values, column)
    if values.null_count:
        raise ValueError(f"{values.null_count} rows have no target")
    return np.asarray(pc.cast(values, pa.float64()), dtype=np.float64)


def _usual_task(known: pa.ChunkedArray, column: Column, n_distinct: int) -> Task:
    if n_distinct == 2:
        return Task.BINARY
    if column.kind is not Kind.NUMBER:
        return Task.MULTICLASS
    whole = bool(pc.all(pc.equal(known, pc.floor(known))).as_py())
    few = n_distinct <= _MOST_CLASSES and n_distinct <= _MOST_DISTINCT * len(known)
    return Task.MULTICLASS if whole and few else Task.REGRESSION


def _check_varies(values: pa.ChunkedArray | pa.Array, column: Column) -> None:
    known = values.drop_null()
    if len(known) < 2:
        raise NoTargetValuesError(column.name, n_labelled=len(known), n_rows=len(values))
    distinct = pc.unique(known)
    if len(distinct) == 1:
        raise ConstantTargetError(column.name, _label(distinct[0].as_py()), n_rows=len(known))


def _check_asked(task: Task, column: Column, n_distinct: int) -> None:
    if task is Task.REGRESSION and column.kind is not Kind.NUMBER:
        raise TaskMismatchError(
            column.name,
            asked=task,
            found="it holds words, not numbers",
            remedy="Leave --task out, or choose a target of numbers.",
        )
    wrong = (task is Task.BINARY and n_distinct != 2) or (task is Task.MULTICLASS and n_distinct == 2)
    if wrong:
        raise TaskMismatchError(
            column.name,
            asked=task,
            found=f"it has {count_of(n_distinct)} classes",
            remedy=f"Use --task {Task.BINARY if n_distinct == 2 else Task.MULTICLASS}, or leave --task out.",
        )


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _as_number(label: str) -> float | None:
    try:
        size = float(label)
    except ValueError:
        return None
    return size if math.isfinite(size) and "_" not in label else None


def _by_size(pair: tuple[float | None, str]) -> tuple[float, str]:
    size, label = pair
    assert size is not None
    return size, label
