"""What is judged: predictions beside the truth, and what is known of the rows and of the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.schema import Role
from mlpipe.data.targets import with_positive
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.metrics.gates import Gate, parse_gates
from mlpipe.metrics.registry import default_metric, find_metric, metrics_for
from mlpipe.models.predicting import check_threshold
from mlpipe.steps.evaluation.labelled_rows import file_rows, part_rows
from mlpipe.steps.evaluation.looks import check_once
from mlpipe.steps.inputs import as_input
from mlpipe.steps.loading import load_model
from mlpipe.target import NoTarget
from mlpipe.task import no_target
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.data.schema import Column
    from mlpipe.engine.memory import Memory
    from mlpipe.metrics.arrays import Codes
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions
    from mlpipe.params import EvaluateParams
    from mlpipe.steps.evaluation.every_row import PartFile
    from mlpipe.steps.evaluation.labelled_rows import LabelledRows
    from mlpipe.steps.loading import LoadOptions
    from mlpipe.target import Target
    from mlpipe.target.reference import TargetReference


@dataclass(frozen=True, kw_only=True)
class Case:
    """Predictions to judge.

    Parameters
    ----------
    name : str
        What made them.
    reference : TargetReference
        What a dummy knows.
    columns : tuple of Column
        Those of the rows' table by which they can be told apart.
    model : Model or None
        None where another program predicted.
    names : tuple of str
        The metrics to compute.
    split : Path or None
        The split whose test part is looked at.
    judged : Outcome
        What is measured: of all rows, also where the others are a sample of them.
    every : Predictions, optional
        Those of all rows, where the others are of a sample.
    """

    name: str
    rows: LabelledRows
    predictions: Predictions
    outcome: Outcome
    reference: TargetReference
    columns: tuple[Column, ...]
    model: Model | None
    names: tuple[str, ...]
    gates: tuple[Gate, ...]
    judged: Outcome
    split: Path | None = None
    every: Predictions | None = None

    @property
    def target(self) -> Target:
        """What is predicted."""
        return self.predictions.target

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What the judgement is made from."""
        return (*([] if self.model is None else [as_input("model", self.model.folder)]), self.rows.source)


def asked_of(params: EvaluateParams, target: Target) -> tuple[tuple[str, ...], tuple[Gate, ...]]:
    """The metrics to compute (those asked for and those that gates need, or all of the task), and the gates."""
    gates = parse_gates(params.fail_under, params.fail_over, target)
    task = target.task
    if not params.metrics:
        return tuple(spec.name for spec in metrics_for(task)), gates
    asked = [find_metric(name.strip(), task).name for name in params.metrics]
    return tuple(dict.fromkeys([*asked, *(gate.name for gate in gates), default_metric(task).name])), gates


def case_of_model(
    path: Path, params: EvaluateParams, *, data: str | None, split: Path | None, load: LoadOptions,
    memory: Memory | None = None,
) -> Case:  # fmt: skip
    """A model's predictions for a part of its split, or for a labelled table.

    Parameters
    ----------
    memory : Memory, optional
        Of a part that it does not hold, all rows are predicted and judged, and a sample is looked at by columns.
    """
    if params.once and data is not None:
        raise UsageError(
            f"{param('once')} is for the test part of the split, and a table is given.",
            remedy=ways(f"Leave {param('once')} out", "the table"),
        )
    model = load_model(path, load)
    if isinstance(model.context.target, NoTarget):
        raise no_target(model.context.task)
    target = with_positive(model.context.target, params.positive)
    names, gates = asked_of(params, target)
    check_threshold(params.threshold, target)
    cells = None if memory is None else memory.cells
    rows = (
        part_rows(model, params.part, split=split, most_cells=cells, seed=params.seed)
        if data is None
        else file_rows(model, data, params, split=split)
    )
    tested = rows.source.path if data is None and params.part == "test" else None
    if params.once and tested is not None:
        check_once(tested, model.folder.fingerprint)
    if gates and rows.training_rows and not params.allow_training_rows:
        raise _no_gate(rows)
    if not params.unweighted:
        rows = rows.weighed(model)
    groups, told = _groups(model, rows)
    predictions = _predict(model, rows, target, params.threshold)
    outcome = replace(predictions.beside(rows.y, rows.weights), groups=groups)
    every, judged = None, outcome
    if rows.every is not None:
        every, judged, told = _judge_all(model, rows, rows.every, target, params.threshold)
        told = (*told, _sampled(rows, memory))
    rows = replace(rows, notes=(*rows.notes, *told))
    return Case(
        name=model.name,
        rows=rows,
        predictions=predictions,
        outcome=outcome,
        judged=judged,
        every=every,
        reference=model.target,
        columns=model.context.schema.columns,
        model=model,
        names=names,
        gates=gates,
        split=tested,
    )


def _judge_all(
    model: Model, rows: LabelledRows, every: PartFile, target: Target, threshold: float | None
) -> tuple[Predictions, Outcome, tuple[str, ...]]:
    """Predictions of all rows, beside the truth, and what is to be told of it."""
    predictions = replace(every.predict(_fitted(model, target, threshold), threshold), target=target)
    outcome = every.beside(predictions)
    roles = {Role.GROUP, Role.WEIGHT} - ({Role.WEIGHT} if rows.weight is None else set())
    names = [column.name for column in model.context.schema.columns if column.role in roles]
    if not names:
        return predictions, outcome, ()
    everyone = replace(rows, table=every.columns(names))
    groups, told = _groups(model, everyone)
    return predictions, replace(outcome, weights=everyone.weights, groups=groups), told


def _sampled(rows: LabelledRows, memory: Memory | None) -> str:
    size = "memory" if memory is None else memory.size
    return (
        f"scores are of all {count_of(rows.n_rows, 'row')}; slices, worst rows and the influence of columns are of "
        f"{count_of(len(rows.y))} of them, as {size} does not hold all"
    )


def _groups(model: Model, rows: LabelledRows) -> tuple[Codes | None, tuple[str, ...]]:
    """The group of each row where the split kept groups together: intervals draw whole groups then."""
    for column in model.context.schema.with_role(Role.GROUP):
        if column.name in rows.table.column_names and not rows.table[column.name].null_count:
            encoded = rows.table[column.name].combine_chunks().dictionary_encode()
            if len(encoded.dictionary) > 1:
                n = count_of(len(encoded.dictionary), "group")
                told = f"rows of one {column.name!r} belong together: intervals are of {n} drawn whole"
                return np.asarray(encoded.indices).astype(np.int64), (told,)
    return None, ()


def _no_gate(rows: LabelledRows) -> ArtifactError:
    return ArtifactError(
        f"A gate cannot rest on rows that trained the model: {rows.trained}.",
        where=rows.told,
        remedy=ways("Hold it against the test part", f"insist: {param('allow_training_rows', True)}"),
    )


def _predict(model: Model, rows: LabelledRows, target: Target, threshold: float | None) -> Predictions:
    """What the model says, judged by `target`; a threshold asked for is one on its positive class."""
    fitted = _fitted(model, target, threshold)
    return replace(fitted.predict(rows.table, threshold=threshold), target=target)


def _fitted(model: Model, target: Target, threshold: float | None) -> FittedModel:
    fitted = model.fitted
    return fitted if threshold is None else replace(fitted, context=replace(fitted.context, target=target))
