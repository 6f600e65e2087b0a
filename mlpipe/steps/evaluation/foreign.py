"""Predictions that another program made, in a table beside the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.asked import Asked, ask_roles
from mlpipe.data.column_names import resolve_names
from mlpipe.data.inference.stored_table import read_table
from mlpipe.data.positive_class import choose_positive
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.roles.assign import assign_roles
from mlpipe.data.targets import choose_task
from mlpipe.errors import DataError, UsageError
from mlpipe.models.predicting import Predictions
from mlpipe.params import RoleParams
from mlpipe.steps.evaluation.case import Case, asked_of
from mlpipe.steps.evaluation.every_row import row_keys
from mlpipe.steps.evaluation.labelled_rows import LabelledRows, aside_note
from mlpipe.steps.inputs import source_input
from mlpipe.target import ClassTarget, NumberTarget
from mlpipe.target.cells import class_labels, numbers_of, order_classes
from mlpipe.words.lists import count_of, listed, quoted
from mlpipe.words.numbers import format_exact
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.params import EvaluateParams
    from mlpipe.target import Target

_PREFIX = "proba_"
_SUM_OFF = 0.01


def case_of_file(params: EvaluateParams) -> Case:
    """The predictions in a table, to be judged as a model's are; a dummy knows what the table's truth looks like.

    Raises
    ------
    UsageError
        Where a column is not there, or the classes and their probabilities do not fit together.
    DataError
        Where a row lacks its prediction, or a probability is none.
    """
    source, truth, prediction = params.predictions, params.truth, params.prediction
    assert source is not None
    assert truth is not None
    assert prediction is not None

    def ask(header: Sequence[str]) -> dict[str, Asked]:
        for name, column in (("truth", truth), ("prediction", prediction)):
            resolve_names((column,), header, parameter=name)
        return ask_roles(header, RoleParams(), target=truth)

    with Rereadable(source, params.read) as opened:
        raw = read_table(opened, params.read, ask=ask)
        columns = assign_roles(raw.typed, raw.scanned.formats, raw.asked)
        table = raw.coerced(columns).table.whole()
    file = raw.scanned.file
    known = np.asarray(pc.is_valid(table[truth]))
    if not known.any():
        raise DataError(
            f"No row has a value in the column {truth!r}.", where=file.name, remedy="Judging needs the truth."
        )
    rows = np.flatnonzero(known)
    table = table.filter(pa.array(known))
    _check_complete(table, prediction, lines=[raw.lines[row] for row in rows.tolist()], where=file.name)
    by_class = _proba_columns(params.proba_columns, table.column_names)
    by_name = {column.name: column for column in columns}
    target, notes = _target(table, by_name[truth], prediction, by_class, params)
    y, outputs, proba = _read(table, target, prediction, by_class, where=file.name)
    predictions = Predictions(target=target, outputs=outputs, proba=proba)
    others = [c for c in columns if c.name not in {prediction, *by_class.values()}]
    told = f"{file.name}, predicted by another program"
    judged = LabelledRows(
        table=table, y=y, keys=row_keys(table, columns, rows), told=told,
        source=source_input("predictions", source, file.sha256),
        notes=(*notes, *aside_note(int((~known).sum()))),
        caveats=("whether rows trained what made the predictions is not known",),
    )  # fmt: skip
    names, gates = asked_of(params, target)
    outcome = predictions.beside(y)
    return Case(
        name="predictions",
        rows=judged,
        predictions=predictions,
        outcome=outcome,
        judged=outcome,
        reference=target.reference(y),
        columns=tuple(others),
        model=None,
        names=names,
        gates=gates,
    )


def _check_complete(table: pa.Table, column: str, *, lines: Sequence[int], where: str) -> None:
    lacking = np.flatnonzero(np.asarray(pc.is_null(table[column])))
    if len(lacking):
        raise DataError(
            f"{count_of(len(lacking), 'row')} with a true value have no value in {column!r}.",
            where=f"{where}, line {lines[lacking[0]]}",
            remedy="Give each row a prediction, or take these rows out.",
        )


def _proba_columns(asked: tuple[str, ...], header: Sequence[str]) -> dict[str, str]:
    """Class to its column: as asked, `CLASS=COLUMN` or by the column's name; unasked those called `proba_CLASS`."""
    if not asked:
        return {name.removeprefix(_PREFIX): name for name in header if name.startswith(_PREFIX)}
    found = {}
    for text in (part for argument in asked for part in ([argument] if argument in header else argument.split(","))):
        label, equals, column = text.partition("=")
        if not equals or text in header:
            label, column = text.removeprefix(_PREFIX), text
        resolve_names((column,), header, parameter="proba_columns")
        found[label] = column
    return found


def _target(
    table: pa.Table, truth: Column, prediction: str, by_class: Mapping[str, str], params: EvaluateParams
) -> tuple[Target, tuple[str, ...]]:
    values, said = table[truth.name], table[prediction]
    both_numbers = truth.kind.numeric and pa.types.is_floating(said.type) | pa.types.is_integer(said.type)
    if both_numbers and not by_class:
        numbers = pa.chunked_array([*values.cast(pa.float64()).chunks, *said.cast(pa.float64()).chunks], pa.float64())
        if not choose_task(numbers, truth).is_classification:
            return NumberTarget(column=truth.name), ()
    labels = [class_labels(values, truth.name), class_labels(said, prediction)]
    classes = order_classes([*np.unique(labels[0]), *np.unique(labels[1]), *(by_class if len(by_class) > 1 else ())])
    if len(classes) < 2:
        raise DataError(
            f"{truth.name!r} and {prediction!r} hold one class alone, {classes[0]!r}.",
            remedy="Judging needs at least two classes among true and predicted ones.",
        )
    _check_classes(classes, by_class)
    if len(classes) > 2:
        return ClassTarget(column=truth.name, classes=classes), ()
    counts = {label: int((labels[0] == label).sum()) for label in classes}
    found = choose_positive(counts, params.positive)
    note = f"the positive class is taken to be {found.label!r} ({found.reason})"
    return ClassTarget(column=truth.name, classes=classes, positive=found.label), ((note,) if found.reason else ())


def _check_classes(classes: tuple[str, ...], by_class: Mapping[str, str]) -> None:
    """Every class needs its probability; of two, that of one will do."""
    lacking = [label for label in classes if label not in by_class]
    if by_class and lacking and not (len(classes) == 2 and len(lacking) == 1 and set(by_class) <= set(classes)):
        raise UsageError(
            f"There is no column with the probability of {listed(map(repr, lacking))}.",
            where=f"Columns of probabilities: {listed(by_class.values())}.",
            remedy=f"Name one for each class: {param('proba_columns')} CLASS=COLUMN.",
        )


def _read(
    table: pa.Table, target: Target, prediction: str, by_class: Mapping[str, str], *, where: str
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None]:
    """Truth, outputs and probabilities."""
    y = target.encode(table)
    if not isinstance(target, ClassTarget):
        return y, numbers_of(table, prediction), None
    place = {label: k for k, label in enumerate(target.classes)}
    outputs = np.array([place[label] for label in class_labels(table[prediction], prediction)], dtype=np.int64)
    if not by_class:
        return y, outputs, None
    given = {label: _probabilities(table, column, where=where) for label, column in by_class.items()}
    if len(given) == 1:
        ((label, shares),) = given.items()
        given[next(other for other in target.classes if other != label)] = 1 - shares
    proba = np.column_stack([given[label] for label in target.classes])
    off = np.abs(proba.sum(axis=1) - 1)
    if off.max() > _SUM_OFF:
        row = int(np.argmax(off))
        raise DataError(
            f"The probabilities of row {row} add up to {format_exact(float(proba[row].sum()))}, not to 1.",
            where=f"{where}: {listed(by_class.values())}",
            remedy=f"Name the columns of all classes with {param('proba_columns')}.",
        )
    return y, outputs, proba


def _probabilities(table: pa.Table, column: str, *, where: str) -> NDArray[np.float64]:
    cells = table[column]
    if not (pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type)) or cells.null_count:
        raise DataError(
            f"The column {column!r} does not hold a probability in every row.",
            where=where,
            remedy="Every row needs a number between 0 and 1.",
        )
    shares = numbers_of(table, column)
    outside = np.flatnonzero((shares < 0) | (shares > 1))
    if len(outside):
        raise DataError(
            f"{column!r} holds {quoted(format_exact(float(shares[outside[0]])))}, which is no probability.",
            where=where,
            remedy="Every row needs a number between 0 and 1.",
        )
    return shares
