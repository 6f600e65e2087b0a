"""A table typed and divided: what every training begins with, whether its parts are written to files or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from mlpipe.data.asked import Asked, ask_roles
from mlpipe.data.inference.column_store import ColumnStore
from mlpipe.data.profiling.findings import tell_remarks
from mlpipe.data.roles.assign import assign_roles
from mlpipe.data.roles.columns_toml import read_columns_toml
from mlpipe.data.schema import Column, DataContext, Role, Schema
from mlpipe.data.several_targets import choose_targets
from mlpipe.data.splitting.split import PARTS, Parts, gather_keys
from mlpipe.data.weights import check_weights, tell_zero_weights
from mlpipe.errors import UsageError
from mlpipe.steps.config.toml_file import read_text
from mlpipe.steps.dividing.readable import readable
from mlpipe.steps.reading_notes import column_notes, missing_notes
from mlpipe.target import NoTarget, Target
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlpipe.data.inference.stored_table import Table
    from mlpipe.data.splitting.split import SplitKeys
    from mlpipe.params import SplitParams


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The source, typed, with every row's part."""

    table: ColumnStore
    parts: Parts
    context: DataContext
    notes: tuple[str, ...]

    def within(self, part: str, names: Sequence[str]) -> pa.Table:
        """The rows of a part, with some of the columns."""
        return self.table.rows(self.parts.within(part), names)

    def classes(self) -> dict[str, int]:
        """Training rows of each class, or with each label."""
        target, counts = self.context.target, Counter[str]()
        for part, rows in self.pieces(target.sources):
            if part == "train":
                counts.update(target.reference(target.encode(rows)).counts)
        return dict(counts)

    def pieces(self, names: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
        """All rows that are in a part, with some of the columns, in order, block by block."""
        start = 0
        for block in self.table.blocks(names):
            dealt = self.parts.dealt[start : start + block.num_rows]
            held = ((part, block.filter(pa.array(dealt == code))) for code, part in enumerate(PARTS))
            yield from ((part, rows) for part, rows in held if rows.num_rows)
            start += block.num_rows


def type_and_divide(raw: Table, params: SplitParams, divide: Callable[[SplitKeys], Parts]) -> Typed:
    """Types from the whole file, parts from target and keys, and only then roles, from the training rows.

    Parameters
    ----------
    divide : callable
        Which row goes to which part.
    """
    asked, formats = raw.asked, raw.scanned.formats
    draft = assign_roles(raw.typed, formats, asked)
    file, lines = raw.scanned.file, raw.lines
    typed = readable(raw.coerced(draft), file.name, lines)
    weighed = [
        note
        for column in draft
        if column.role is Role.WEIGHT
        for note in tell_zero_weights(check_weights(typed[column.name], column, lines=lines), column.name)
    ]
    drafted = {column.name: column for column in draft}
    predicted = [drafted[name] for name, wish in asked.items() if wish.role is Role.TARGET]  # in the order asked for
    target, notes = _choose_target(typed, predicted, params)
    compared = params.duplicates != "ignore"
    keys = gather_keys(
        typed, draft, target=target, split_column=params.split_column, compared=compared,
        hashed=params.strategy == "hash",
    )  # fmt: skip
    parts = divide(keys)
    del keys  # as long as the table
    roles = assign_roles(raw.typed, formats, asked, fit_rows=parts.within("train"))
    # The classes are those of all rows, and so are their spellings.
    columns = tuple(drafted[settled.name] if settled.role is Role.TARGET else settled for settled in roles)
    changed = [column for column, before in zip(columns, draft, strict=True) if column != before]
    changed_table = readable(raw.coerced(changed), file.name, lines) if changed else typed
    table = typed.with_columns(changed_table)
    schema = Schema(columns=columns, dialect=file.dialect)
    context = DataContext(target=target, schema=schema, seed=params.seed)
    told = (found.sentence for found in tell_remarks(formats))
    return Typed(
        table=table,
        parts=parts,
        context=context,
        notes=(
            *notes,
            *weighed,
            *told,
            *missing_notes(raw.scanned.markers, columns),
            *column_notes(columns),
        ),
    )


def ask(params: SplitParams, header: Sequence[str]) -> dict[str, Asked]:
    """What was asked of the columns of a table with this header."""
    from_file = None
    if params.roles.columns_file is not None:
        from_file = read_columns_toml(read_text(params.roles.columns_file), header)
        _check_for_clustering(from_file, params)
    return ask_roles(
        header,
        params.roles,
        target=None if params.is_clustering else params.target or _target_in(from_file or {}),
        split_column=params.split_column,
        from_file=from_file,
        as_tags=params.labels_separator is not None,
    )


def _check_for_clustering(roles: Mapping[str, Role], params: SplitParams) -> None:
    for name, role in roles.items():
        if params.is_clustering and role in (Role.TARGET, Role.WEIGHT):
            raise UsageError(
                f"The columns file calls {name!r} the {role}, and clustering has none.",
                remedy=f'Make it "{Role.LABELS}", to be held against the clusters, or "{Role.IGNORE}".',
            )


def _choose_target(
    typed: ColumnStore, predicted: Sequence[Column], params: SplitParams
) -> tuple[Target, tuple[str, ...]]:
    if params.is_clustering:
        return NoTarget(), ()
    return choose_targets(
        pa.table({column.name: typed[column.name] for column in predicted}), predicted,
        asked=params.task, positive=params.positive, separator=params.labels_separator,
    )  # fmt: skip


def _target_in(roles: Mapping[str, Role]) -> tuple[str, ...]:
    if named := tuple(name for name, role in roles.items() if role is Role.TARGET):
        return named
    raise UsageError(
        "No target is given.", remedy=ways(f"Give {param('target')} COL", '"COL" = "target" in the columns file')
    )
