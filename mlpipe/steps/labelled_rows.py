"""Rows with known targets to score a model on: a part of its split, or any labelled table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.data.inference.coercion import coerce
from mlpipe.data.reading.reader import read_raw
from mlpipe.data.schema import Role
from mlpipe.data.targets import labelled_rows
from mlpipe.errors import DataError
from mlpipe.steps.loading import as_input, open_source, source_input
from mlpipe.steps.predict_blocks import CORRECT_IT
from mlpipe.words.lists import count_of, either

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.params import EvaluateParams
    from mlpipe.target import Target


def _no_labelled_rows(target: Target, *, where: str) -> DataError:
    return DataError(
        f"No row has a value in the target column {target.name!r}.",
        where=where,
        remedy="evaluate needs known targets; predict does not.",
    )


@dataclass(frozen=True, kw_only=True)
class LabelledRows:
    """Rows to score.

    Parameters
    ----------
    table : pa.Table
        Typed columns, every row with a target.
    y : ndarray of shape (n_rows,)
    keys : dict
        What identifies a row in `predictions.csv`: the id columns, else `row`.
    told : str
        What the rows are, for people.
    """

    table: pa.Table
    y: NDArray[Any]
    keys: dict[str, list[Any]]
    told: str
    source: Input
    notes: tuple[str, ...] = ()


def part_rows(model: Model, part: str, *, split: Path | None) -> LabelledRows:
    """The rows of one part of the split that the model came from."""
    source = Split.of(open_source(model.folder, "split", ArtifactKind.SPLIT, instead=split))
    table = source.part(part)
    rows = source.source_rows(part)
    if len(rows) != table.num_rows:  # a test file of its own, whose rows are not among the source's
        rows = np.arange(table.num_rows)
    return LabelledRows(
        table=table,
        y=model.context.target.encode(table),
        keys=_keys(table, model, rows),
        told=f"{part} part of the split",
        source=as_input("split", source.folder),
    )


def file_rows(model: Model, data: str, params: EvaluateParams) -> LabelledRows:
    """The labelled rows of any table; rows without a target are left aside and counted."""
    context = model.context
    raw = read_raw(data, replace(params.read, header=context.schema.dialect.header))
    present = raw.table.column_names
    model.fitted.check_columns([*present], where=raw.file.name)
    wanted = [c for c in context.schema.columns if c.name in present and c.role is not Role.IGNORE]
    if not set(context.target.columns) <= set(present):
        raise _no_labelled_rows(context.target, where=f"{raw.file.name} has no such column")
    coerced = coerce(raw.table, wanted, decimal=raw.file.dialect.decimal)
    if coerced.bad:
        cell = coerced.bad[0]
        raise cell.error(file=raw.file.name, line=int(raw.lines[cell.row]), remedy=CORRECT_IT)
    labelled = labelled_rows(coerced.table, context.target.columns)
    if not labelled.any():
        raise _no_labelled_rows(context.target, where=raw.file.name)
    table = coerced.table.filter(pa.array(labelled))
    aside = int((~labelled).sum())
    return LabelledRows(
        table=table,
        y=context.target.encode(table),
        keys=_keys(table, model, np.flatnonzero(labelled)),
        told=raw.file.name,
        source=source_input("data", data, raw.file.sha256),
        notes=(f"{count_of(aside, 'row')} without a target {either(aside, 'is', 'are')} left aside",) if aside else (),
    )


def _keys(table: pa.Table, model: Model, rows: NDArray[Any]) -> dict[str, list[Any]]:
    ids = [c.name for c in model.context.schema.with_role(Role.ID) if c.name in table.column_names]
    return {name: table.column(name).to_pylist() for name in ids} or {"row": rows.tolist()}
