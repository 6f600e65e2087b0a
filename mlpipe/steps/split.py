"""`split`: read the source once, pin its types, and write each part to a file of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import SplitContent
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.asked import Asked, ask_roles
from mlpipe.data.inference.coercion import coerce
from mlpipe.data.inference.table import Table, read_table
from mlpipe.data.profiling.findings import tell_remarks
from mlpipe.data.profiling.training_findings import tell, training_findings
from mlpipe.data.reading.reader import Rereadable, read_raw
from mlpipe.data.roles.assign import SPELLINGS, assign_roles
from mlpipe.data.roles.columns_toml import read_columns_toml
from mlpipe.data.schema import Column, DataContext, Role, Schema
from mlpipe.data.splitting.split import Parts, choose_parts, gather_keys
from mlpipe.data.targets import choose_target, labelled_rows
from mlpipe.data.weights import check_weights, tell_zero_weights
from mlpipe.errors import DataError, UsageError
from mlpipe.steps.config.toml_file import read_text
from mlpipe.steps.inputs import source_inputs
from mlpipe.steps.reading_notes import invisible_notes, reading_notes
from mlpipe.target import Target, positive_of
from mlpipe.task import Task
from mlpipe.words.lists import count_of, either
from mlpipe.words.parameters import as_options, param
from mlpipe.words.progress import share_of, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mlpipe.data.inference.coercion import Coerced
    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.reading.raw import RawTable
    from mlpipe.params import SplitParams
    from mlpipe.words.progress import Tell

PARTS = ("train", "valid", "test")


@dataclass(frozen=True, kw_only=True)
class SplitResult:
    """What `split` did.

    Parameters
    ----------
    rows : dict
        Rows of each part; those of `aside` are in none.
    columns : tuple of (name, role, reason)
    """

    out: Path
    task: Task
    target: str
    positive: str | None
    classes: dict[str, int]
    strategy: str
    seed: int
    rows: dict[str, int]
    columns: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        notes = [as_options(note) for note in self.notes]
        return {**asdict(self), "out": str(self.out), "task": self.task.value, "notes": notes}


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """The source, typed, with every row's part."""

    table: pa.Table
    parts: Parts
    context: DataContext
    notes: tuple[str, ...]


def split(data: str, out: Path, params: SplitParams, *, force: bool = False, watch: Tell = silent) -> SplitResult:
    """Divide a table into parts.

    Parameters
    ----------
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    UsageError
        For a column or option that does not exist or fit.
    DataError
        Where the table cannot be read, or nothing can be learnt from its target.
    """
    check_out(out, ArtifactKind.SPLIT, force=force)
    with Rereadable(data, params.read, watch=share_of(watch, f"reading {data}")) as source:
        raw = read_table(source, params.read, ask=partial(_ask, params))
        watch(None, f"dividing {count_of(raw.typed.num_rows, 'row')}")
        typed = _type_and_divide(raw, params)
    tables = {part: typed.table.filter(pa.array(typed.parts.part == part)) for part in PARTS}
    watch(None, "looking at the training rows")
    found = tell(_telling(tables["train"], typed, params))
    notes = [*reading_notes(raw.scanned.file), *typed.notes, *typed.parts.notes, *found]
    test_sha256 = ""
    if params.test_data is not None:
        # The rows left out of the one file are not to be written over those of the other.
        test = read_raw(params.test_data, replace(params.read, rejects=None))
        tables["test"], test_notes = _test_table(test, typed.context, raw.scanned.file.name)
        notes += [*reading_notes(test.file), *test_notes]
        test_sha256 = test.file.sha256
    content = SplitContent(
        parts={part: table for part, table in tables.items() if part != "valid" or table.num_rows},
        part_of_row=typed.parts.part,
        context=typed.context,
    )
    inputs = source_inputs(data, params, sha256=raw.scanned.file.sha256, test_sha256=test_sha256)
    watch(None, "writing the parts")
    manifest = content.save(out, params, inputs, force=force)
    return SplitResult(
        out=out,
        task=typed.context.task,
        target=typed.context.target.name,
        positive=positive_of(typed.context.target).get("positive"),
        classes=_class_counts(tables["train"], typed.context.target),
        strategy=typed.parts.strategy,
        seed=params.seed,
        rows={**{part: table.num_rows for part, table in tables.items()}, "aside": _aside(typed.parts)},
        columns=tuple((c.name, c.role.value, as_options(c.reason)) for c in typed.context.schema.columns),
        notes=tuple(notes),
        fingerprint=manifest.fingerprint,
    )


def _telling(train: pa.Table, typed: _Typed, params: SplitParams) -> Iterator[Finding]:
    """What a person should know of the training rows before a model learns from them, unless it was settled by hand."""
    target, settled = typed.context.target, {"MLP307"} if params.task != "auto" else set()
    if typed.parts.strategy in {"time", "column"} or params.test_data is not None:
        settled.add("MLP204")
    columns = typed.context.schema.columns
    for finding in training_findings(train, columns, target=target.name, task=target.task, seed=params.seed):
        if finding.code not in settled:
            yield finding


def _aside(parts: Parts) -> int:
    return int((parts.part == "aside").sum())


def _class_counts(train: pa.Table, target: Target) -> dict[str, int]:
    return target.reference(target.encode(train)).counts


def _ask(params: SplitParams, header: Sequence[str]) -> dict[str, Asked]:
    if "," in params.target and params.target not in header:
        several = f"{param('target', params.target)} names several columns."
        raise UsageError(several, remedy="One target at a time, for now.")
    from_file = None
    if params.roles.columns_file is not None:
        from_file = read_columns_toml(read_text(params.roles.columns_file), header)
    return ask_roles(
        header,
        params.roles,
        target=params.target or _target_in(from_file or {}),
        split_column=params.split_column,
        from_file=from_file,
    )


def _type_and_divide(raw: Table, params: SplitParams) -> _Typed:
    """Types from the whole file, parts from target and keys, and only then roles, from the training rows."""
    asked, formats = raw.asked, raw.scanned.formats
    draft = assign_roles(raw.typed, formats, asked)
    file, lines = raw.scanned.file, raw.lines
    typed = _readable(raw.coerced(draft), file.name, lines)
    weighed = [
        note
        for column in draft
        if column.role is Role.WEIGHT
        for note in tell_zero_weights(check_weights(typed.column(column.name), column, lines=lines), column.name)
    ]
    column = next(column for column in draft if column.role is Role.TARGET)
    target, notes = choose_target(typed.column(column.name), column, asked=params.task, positive=params.positive)
    parts = choose_parts(gather_keys(typed, draft, target=target, split_column=params.split_column), params)
    roles = assign_roles(raw.typed, formats, asked, fit_rows=parts.rows("train"))
    # The classes are those of all rows, and so are their spellings.
    columns = tuple(column if settled.role is Role.TARGET else settled for settled in roles)
    changed = [column for column, before in zip(columns, draft, strict=True) if column != before]
    retyped = _readable(raw.coerced(changed), file.name, lines) if changed else typed
    table = pa.table({c.name: (retyped if c in changed else typed).column(c.name) for c in columns})
    schema = Schema(columns=columns, dialect=file.dialect)
    context = DataContext(target=target, schema=schema, seed=params.seed)
    told = (found.sentence for found in tell_remarks(formats))
    return _Typed(table=table, parts=parts, context=context, notes=(*notes, *weighed, *told, *_column_notes(columns)))


def _target_in(roles: Mapping[str, Role]) -> str:
    for name, role in roles.items():
        if role is Role.TARGET:
            return name
    raise UsageError(
        "No target is given.", remedy=f'Give {param("target")} COL, or "COL" = "target" in the columns file.'
    )


def _readable(coerced: Coerced, file: str, lines: NDArray[np.int64]) -> pa.Table:
    """The typed table, or an error that names the first cell that has no value."""
    if coerced.bad:
        cell = coerced.bad[0]
        remedy = (
            f"Correct it, or call it missing: {param('na_values', cell.value)}; "
            f"or keep words: {param('categorical', cell.column)}."
        )
        raise cell.error(file=file, line=int(lines[cell.row]), remedy=remedy, n_bad=coerced.n_bad)
    return coerced.table


def _column_notes(columns: tuple[Column, ...]) -> Iterator[str]:
    for column in columns:
        if column.role in (Role.ID, Role.IGNORE, Role.TEXT) and column.reason:
            yield f"{column.name}: {column.role.value}, {column.reason}"
        elif column.truth and column.reason.endswith(SPELLINGS):
            yield f"{column.name}: true is {column.truth[0]!r} and false {column.truth[1]!r}, {column.reason}"


def _test_table(test: RawTable, context: DataContext, source: str) -> tuple[pa.Table, list[str]]:
    """A test file of its own, under the types that the training file pinned."""
    names = test.table.column_names
    missing = [column.name for column in context.schema.columns if column.name not in names]
    if missing:
        raise DataError(
            f"{test.file.name} lacks columns of {source}: {', '.join(missing)}.",
            remedy="Both files need the same columns; their order does not matter.",
        )
    coerced = coerce(test.table, context.schema.columns, decimal=test.file.dialect.decimal)
    table = _readable(coerced, test.file.name, test.lines)
    labelled = labelled_rows(table, context.target.columns)
    if not labelled.any():
        raise DataError(
            f"No row of {test.file.name} has a value in the target column {context.target.name!r}.",
            remedy="A test file needs known targets; rows without are for predict.",
        )
    aside = int((~labelled).sum())
    notes = [f"{test.file.name}, {note}" for note in invisible_notes(coerced.invisible)]
    if aside:
        rows = f"{count_of(aside, 'row')} of {test.file.name} {either(aside, 'has', 'have')}"
        notes.append(f"{rows} no target and {either(aside, 'is', 'are')} left aside")
    return table.filter(pa.array(labelled)), notes
