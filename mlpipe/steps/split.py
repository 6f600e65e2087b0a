"""`split`: read the source once, pin its types, and write each part to a file of its own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import SplitContent
from mlpipe.artifacts.store.places import check_out, room_beside
from mlpipe.data.inference.spool import Spool, check_memory, held_bytes
from mlpipe.data.inference.stored_table import read_table
from mlpipe.data.profiling.training_findings import rows_looked_at, tell, training_findings
from mlpipe.data.reading.reader import Rereadable, read_raw
from mlpipe.data.schema import Role
from mlpipe.data.splitting.split import PARTS, Parts, SplitKeys, choose_parts
from mlpipe.data.splitting.strategies import bytes_a_row
from mlpipe.steps.dividing.own_test_rows import test_table
from mlpipe.steps.dividing.typed import Typed, ask, type_and_divide
from mlpipe.steps.inputs import check_raw, source_inputs
from mlpipe.steps.reading_notes import reading_notes
from mlpipe.steps.shown import Shown
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget, Target, positive_of
from mlpipe.task import Task
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import as_options
from mlpipe.words.progress import share_of, silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.reading.raw import FileFacts
    from mlpipe.params import SplitParams
    from mlpipe.words.progress import Tell


@dataclass(frozen=True, kw_only=True, repr=False)
class SplitResult(Shown):
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


def split(
    data: str,
    out: Path,
    params: SplitParams,
    *,
    memory: int | None = None,
    force: bool = False,
    watch: Tell = silent,
) -> SplitResult:
    """Divide a table into parts.

    Parameters
    ----------
    memory : int, optional
        Bytes that may be used in all. What the result is does not depend on it; where they will not do, it is said
        how many would.
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
    check_raw(data)
    with closing(Spool(room_beside(out), held=held_bytes(memory))) as spool:
        with Rereadable(data, params.read, watch=share_of(watch, f"reading {data}")) as source:
            raw = read_table(source, params.read, ask=partial(ask, params), spool=spool)
            n_rows, roles = raw.typed.num_rows, {wish.role for wish in raw.asked.values()}

            def divide(keys: SplitKeys) -> Parts:
                check_memory(memory, bytes_a_row(params, roles, copies=keys.have_copies), n_rows)
                return choose_parts(keys, params)

            # Before the keys are gathered as well: they take less than dividing by them, but not nothing.
            check_memory(memory, bytes_a_row(params, roles, copies=False), n_rows)
            watch(None, f"dividing {count_of(n_rows, 'row')}")
            typed = type_and_divide(raw, params, divide)
        return _save(data, out, params, raw.scanned.file, typed, force=force, watch=watch)


def _save(
    data: str, out: Path, params: SplitParams, file: FileFacts, typed: Typed, *, force: bool, watch: Tell
) -> SplitResult:
    n_rows = {part: int(typed.parts.within(part).sum()) for part in PARTS}
    watch(None, "looking at the training rows")
    notes = [*reading_notes(file), *typed.notes, *typed.parts.notes, *tell(_telling(typed, params))]
    schemas = {part: typed.table.schema for part in PARTS if part == "train" or n_rows[part]}
    pieces, test_sha256 = typed.pieces(typed.table.column_names), ""
    if params.test_data is not None:
        # The rows left out of the one file are not to be written over those of the other.
        test = read_raw(params.test_data, replace(params.read, rejects=None))
        table, test_notes = test_table(test, typed.context, file.name)
        schemas["test"], n_rows["test"] = table.schema, table.num_rows
        pieces = chain(pieces, [("test", table)])
        notes += [*reading_notes(test.file), *test_notes]
        test_sha256 = test.file.sha256
    content = SplitContent(
        schemas=schemas, pieces=pieces, names=(*PARTS, "aside"), part_of_row=typed.parts.dealt, context=typed.context
    )
    inputs = source_inputs(data, params, sha256=file.sha256, test_sha256=test_sha256)
    watch(None, "writing the parts")
    manifest = content.save(out, params, inputs, force=force)
    return SplitResult(
        out=out,
        task=typed.context.task,
        target=typed.context.target.name,
        positive=positive_of(typed.context.target).get("positive"),
        classes=typed.classes(),
        strategy=typed.parts.strategy,
        seed=params.seed,
        rows={**n_rows, "aside": int(typed.parts.within("aside").sum())},
        columns=tuple((c.name, c.role.value, as_options(c.reason)) for c in typed.context.schema.columns),
        notes=tuple(notes),
        fingerprint=manifest.fingerprint,
    )


def _telling(typed: Typed, params: SplitParams) -> Iterator[Finding]:
    """What a person should know of the training rows before a model learns from them, unless it was settled by hand."""
    target, settled = typed.context.target, {"MLP307", "MLP308"} if params.task != "auto" else set()
    if typed.parts.strategy in {"time", "column"} or params.test_data is not None:
        settled.add("MLP204")
    columns = typed.context.schema.columns
    looked_at = np.zeros(typed.table.num_rows, dtype=bool)
    rows = typed.parts.rows("train")
    looked_at[rows[rows_looked_at(len(rows), len(columns))]] = True
    train = typed.table.rows(looked_at, typed.table.column_names)
    for name, task in _single_targets(target):
        others = [column for column in columns if column.role is not Role.TARGET or column.name == name]
        as_numbers = name in params.roles.numeric
        for finding in training_findings(
            train, others, target=name, task=task, seed=params.seed, as_numbers=as_numbers
        ):
            if finding.code not in settled:
                yield finding


def _single_targets(target: Target) -> Iterator[tuple[str, Task]]:
    """Columns to predict, each as if it were the only one; tags are none."""
    match target:
        case ClassTarget() | NumberTarget():
            yield target.name, target.task
        case LabelsTarget():
            yield from ((name, Task.BINARY) for name in target.sources if not target.source)
        case NumbersTarget():
            yield from ((name, Task.REGRESSION) for name in target.columns)
        case NoTarget():
            return
        case _:
            assert_never(target)
