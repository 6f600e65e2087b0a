"""Rows with known targets to score a model on: a part of its split, or any labelled table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.data.duplicate_rows import compared_columns, repeated_rows
from mlpipe.data.inference.coercion import coerce, without_marks
from mlpipe.data.reading.reader import read_raw
from mlpipe.data.schema import Role
from mlpipe.data.targets import labelled_rows
from mlpipe.data.weights import tell_zero_weights
from mlpipe.errors import ArtifactError, DataError
from mlpipe.models.contract import Contract, known_columns, tally_block
from mlpipe.steps.evaluation.every_row import HeldRows, PartFile, row_keys
from mlpipe.steps.inputs import as_input, check_raw, source_input
from mlpipe.steps.loading import open_source
from mlpipe.steps.prediction.blocks import CORRECT_IT
from mlpipe.words.lists import count_of, either, listed
from mlpipe.words.numbers import format_share
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.data.inference.coercion import Coerced
    from mlpipe.data.reading.raw import RawTable
    from mlpipe.params import EvaluateParams
    from mlpipe.steps.evaluation.every_row import TableRows
    from mlpipe.target import Target


TRAINING_PART = "training part of the split"
_BEYOND_CHANCE = 3.0
"""Standard deviations by which more rows equal training rows than would by chance."""


def _no_labelled_rows(target: Target, *, where: str) -> DataError:
    return DataError(
        f"No row has a value in the target column {target.name!r}.",
        where=where,
        remedy="Give rows whose targets are known; `mlpipe predict` needs none.",
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
    caveats : tuple of str
        What has to be known before the scores are believed.
    training_rows : int
        How many of them trained the model.
    weight : str, optional
        The column of the rows' weights, where they do not count alike.
    every : PartFile, optional
        Where all rows are, if these are a sample of them.
    """

    table: pa.Table
    y: NDArray[Any]
    keys: dict[str, list[Any]]
    told: str
    source: Input
    notes: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    training_rows: int = 0
    weight: str | None = None
    every: PartFile | None = None

    @property
    def n_rows(self) -> int:
        """How many rows there are, those among them of which these are a sample."""
        return len(self.y) if self.every is None else len(self.every.numbers)

    @property
    def all_rows(self) -> TableRows:
        """All of them, block by block."""
        return HeldRows(table=self.table, keys=self.keys) if self.every is None else self.every

    @property
    def trained(self) -> str:
        """How many of the rows trained the model, in words; empty where none did."""
        return f"{_share_of(self.training_rows, self.n_rows)} trained the model" if self.training_rows else ""

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """What each row counts; `None` where all count alike."""
        return None if self.weight is None else self.table.column(self.weight).to_numpy().astype(np.float64)

    def weighed(self, model: Model) -> LabelledRows:
        """The rows with the weights that training had, where all have one."""
        named = [column.name for column in model.context.schema.with_role(Role.WEIGHT)]
        if not named:
            return self
        (name,) = named
        lacking = name not in self.table.column_names or self.table.column(name).null_count
        if (
            lacking
            or not (low := pc.min(self.table.column(name)).as_py()) >= 0
            or pc.sum(self.table[name]).as_py() <= 0
        ):
            return replace(
                self, notes=(*self.notes, f"{name}: weights are missing or all 0 here, so all rows count alike")
            )
        zero = tell_zero_weights(self.table.column(name).to_numpy(), name) if low == 0 else ()
        told = f"scores are weighted by {name!r}, as training was; {param('unweighted', True)} counts all rows alike"
        return replace(self, weight=name, notes=(*self.notes, told, *zero))


def part_rows(
    model: Model, part: str, *, split: Path | None, instead: str = "", most_cells: int | None = None, seed: int = 0
) -> LabelledRows:
    """The rows of one part of the split that the model came from, or of another one where there is no such part.

    Parameters
    ----------
    most_cells : int, optional
        Cells that memory holds: of a larger part the rows are a sample.
    """
    source = Split.of(open_source(model.folder, "split", ArtifactKind.SPLIT, instead=split))
    if instead and part == "test" and part not in source.parts:
        part = instead
    file = PartFile.of(source, part)
    rows = file.numbers
    chosen = file.sample(most_cells, seed)
    table = source.part(part) if chosen is None else source.some(part, chosen)
    return LabelledRows(
        table=table,
        y=model.context.target.encode(table),
        keys=row_keys(table, model.context.schema.columns, rows if chosen is None else rows[chosen]),
        told=TRAINING_PART if part == "train" else f"{part} part of the split",
        source=as_input("split", source.folder),
        caveats=(_seen_before(len(rows), len(rows)),) if part == "train" else (),
        training_rows=len(rows) if part == "train" else 0,
        every=None if chosen is None else file,
    )


def file_rows(model: Model, data: str, params: EvaluateParams, *, split: Path | None) -> LabelledRows:
    """The labelled rows of any table; rows without a target are left aside and counted.

    Raises
    ------
    ArtifactError
        Where rows trained the model, and that is not allowed.
    """
    context = model.context
    check_raw(data)
    raw = read_raw(data, params.read, context.schema.dialect)
    present = raw.table.column_names
    model.fitted.check_columns([*present], where=raw.file.name, repeated=raw.file.repeated, scored=True)
    if not set(context.target.sources) <= set(present):
        raise _no_labelled_rows(context.target, where=f"{raw.file.name} has no such column")
    coerced = _typed(raw, model)
    tally = _tallied(coerced, model)
    if not params.allow_unseen:
        tally.check_known(where=raw.file.name)
    labelled = labelled_rows(coerced.table, context.target)
    if not labelled.any():
        raise _no_labelled_rows(context.target, where=raw.file.name)
    table = coerced.table.filter(pa.array(labelled))
    seen = _find_training_rows(model, table, np.flatnonzero(labelled), raw.file.sha256, split=split)
    if seen.n_rows and not params.allow_training_rows:
        raise _trained(seen.n_rows, table.num_rows, where=f"{raw.file.name}, {_rows_told(seen.rows)}")
    return LabelledRows(
        table=table,
        y=context.target.encode(table),
        keys=row_keys(table, context.schema.columns, np.flatnonzero(labelled)),
        told=raw.file.name,
        source=source_input("data", data, raw.file.sha256),
        notes=(*tally.notes(), *aside_note(int((~labelled).sum()))),
        caveats=(_seen_before(seen.n_rows, table.num_rows),) if seen.n_rows else seen.caveats,
        training_rows=seen.n_rows,
    )


def _typed(raw: RawTable, model: Model) -> Coerced:
    """The columns of training that are there; a cell that cannot be read matters where the model needs its column."""
    known = without_marks(model.context.schema.columns, raw.file.plain)
    columns = [c for c in known if c.name in raw.table.column_names and c.role is not Role.IGNORE]
    decimal = raw.file.dialect.decimal
    coerced = coerce(raw.table, columns, decimal=decimal)
    needed = {*model.context.target.sources, *(column.name for column in model.fitted.columns)}
    faulty = [column for column in columns if column.name in needed and coerced.unread[column.name]]
    if faulty:
        cell = coerce(raw.table, faulty, decimal=decimal).bad[0]
        raise cell.error(file=raw.file.name, line=int(raw.lines[cell.row]), remedy=CORRECT_IT)
    return coerced


def _tallied(coerced: Coerced, model: Model) -> Contract:
    known = known_columns(model.reference, model.fitted.columns)
    tally = Contract(known)
    tally.add(tally_block(coerced, known))
    return tally


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """How many rows trained the model, which, and what is worth saying where that is not sure."""

    n_rows: int = 0
    rows: tuple[int, ...] = ()
    caveats: tuple[str, ...] = ()


def _find_training_rows(
    model: Model, table: pa.Table, rows: NDArray[np.int64], sha256: str, *, split: Path | None
) -> _Seen:
    """Count the rows of a table that trained a model.

    Parameters
    ----------
    table : pyarrow.Table
        Typed as training typed it.
    rows : ndarray of shape (n_rows,)
        The rows' numbers in the file whose digest is `sha256`.
    """
    try:
        source = Split.of(open_source(model.folder, "split", ArtifactKind.SPLIT, instead=split))
    except ArtifactError:
        told = f"whether rows trained the model is not known: its split is not where it was ({param('split')})"
        return _Seen(caveats=(told,))
    if source.folder.input("data").fingerprint == sha256:
        seen = np.isin(rows, source.source_rows("train"))
        return _Seen(n_rows=int(seen.sum()), rows=tuple(rows[seen].tolist()))
    return _by_content(table, rows, source)


def _by_content(table: pa.Table, rows: NDArray[np.int64], source: Split) -> _Seen:
    """Rows that equal a training row, ids included: more of them than two draws of such rows share by chance."""
    columns = source.context.schema.columns
    names = [*compared_columns(columns), *(column.name for column in columns if column.role is Role.ID)]
    found, chance = repeated_rows(table, source.part("train"), [n for n in names if n in table.column_names])
    n_found, expected = int(found.sum()), chance * len(found)
    if n_found > expected + _BEYOND_CHANCE * np.sqrt(expected * (1 - chance)):
        return _Seen(n_rows=n_found, rows=tuple(rows[found].tolist()))
    told = f"{count_of(n_found)} of {count_of(len(found), 'row')} equal training rows, as many as would by chance"
    return _Seen(caveats=(told,) if n_found else ())


def _rows_told(rows: tuple[int, ...]) -> str:
    """Which rows, counted from 0 as in `predictions.csv`: the first few."""
    return f"{either(len(rows), 'row', 'rows')} {listed(rows, 5)}"


def _trained(n_seen: int, n_rows: int, *, where: str) -> ArtifactError:
    return ArtifactError(
        f"{_share_of(n_seen, n_rows)} trained the model: scores on them say nothing about new rows.",
        where=where,
        remedy=ways("Leave them out", f"score them all the same: {param('allow_training_rows', True)}"),
    )


def _seen_before(n_seen: int, n_rows: int) -> str:
    return f"{_share_of(n_seen, n_rows)} trained the model: the scores say how well it fits them, not new rows"


def _share_of(n_seen: int, n_rows: int) -> str:
    return f"{count_of(n_seen)} of {count_of(n_rows, 'row')} ({format_share(n_seen / n_rows)})"


def aside_note(n_rows: int) -> Iterator[str]:
    """A sentence on rows without a target, where there are any."""
    if n_rows:
        yield f"{count_of(n_rows, 'row')} without a target {either(n_rows, 'is', 'are')} left aside"
