"""From a request's rows to its answer, by the one way to predictions that `predict` goes."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from mlpipe.data.reading.raw import line_of
from mlpipe.data.reading.reader import open_raw
from mlpipe.data.schema import Role
from mlpipe.errors import DataError
from mlpipe.models.contract import Contract, tally_block
from mlpipe.models.predicting import explains
from mlpipe.params import OnBadValue, PredictParams, ReadParams
from mlpipe.service.json_rows import texts_of
from mlpipe.service.refusals import RefusalError, bad_cells, problem_of
from mlpipe.service.row_typing import RowTyper
from mlpipe.steps.prediction.blocks import BlockWork
from mlpipe.steps.prediction.output import CsvSink
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlpipe.artifacts.models import Model
    from mlpipe.data.reading.reader import RawBlocks
    from mlpipe.service.json_rows import Row
    from mlpipe.steps.prediction.blocks import BlockOutcome

NAME = "the request"


@dataclass(frozen=True)
class Ask:
    """What a request asks for beside its rows."""

    proba: bool = False
    on_bad_value: OnBadValue = "error"
    explain: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a request's rows.

    Parameters
    ----------
    cells : function
        Gives the rows as they came, of the columns that were read: what is recorded.
    table : pyarrow.Table
        As `predict` writes it.
    rejects : tuple of dict
        Rows that were not predicted: row, line where they have one, and reason.
    tally : Contract or None
        What the rows brought that training did not have; None where it is told with another answer.
    """

    cells: Callable[[], pa.Table]
    table: pa.Table
    rejects: tuple[dict[str, Any], ...] = ()
    tally: Contract | None

    def to_csv(self) -> bytes:
        """The bytes that `predict` writes."""
        out = io.BytesIO()
        CsvSink(out).write(self.table)
        return out.getvalue()

    def to_json(self) -> bytes:
        """Rows as objects; full digits, so that numbers read back as the same."""
        document: dict[str, Any] = {"rows": self.table.to_pylist()}
        if self.rejects:
            document["rejects"] = list(self.rejects)
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()

    def rows_apart(self) -> list[Answer]:
        """An answer for each row, as if it had come alone; the first has the tally of all."""
        return [
            Answer(
                cells=partial(_row_of, self.cells, i),
                table=_first(self.table.slice(i, 1)),
                tally=self.tally if i == 0 else None,
            )
            for i in range(self.table.num_rows)
        ]


def _row_of(cells: Callable[[], pa.Table], row: int) -> pa.Table:
    return cells().slice(row, 1)


def _first(row: pa.Table) -> pa.Table:
    """A row that is numbered as the first of its request."""
    if row.column_names[0] != "row":
        return row
    return row.set_column(0, "row", pa.array([0], row.schema.field(0).type))


def _cells_of(rows: Sequence[Row], names: Sequence[str]) -> pa.Table:
    return pa.table({name: texts_of([row.get(name) for row in rows]) for name in names})


class Answerer:
    """Answers requests with one loaded model.

    Parameters
    ----------
    max_rows : int
        Most rows of a request.
    allow_unseen : bool
        Whether columns most of whose cells are unseen levels are answered; `predict` refuses them.
    """

    def __init__(self, model: Model, *, max_rows: int, allow_unseen: bool) -> None:
        self.model = model
        self.max_rows = max_rows
        self.allow_unseen = allow_unseen
        self._ids = tuple(column.name for column in model.context.schema.with_role(Role.ID))
        self._typer = RowTyper(model.fitted.columns, decimal=model.context.schema.dialect.decimal)
        self._work = lru_cache(maxsize=64)(self._make_work)

    def answer_rows(self, rows: Sequence[Row], ask: Ask, *, of_many: bool = False) -> Answer:
        """Answer JSON rows; those of many requests are not held against each other."""
        work = self._work(tuple(name for name in self._ids if name in rows[0]), ".", ask)
        coerced = self._typer.coerce(rows)
        if coerced.n_bad and ask.on_bad_value == "error":
            raise bad_cells([problem_of(cell) for cell in coerced.bad], coerced.n_bad)
        tally = Contract(work.known)
        tally.add(tally_block(coerced, work.known))
        if not of_many:
            self._check_known(tally, work)
        kept, typed = np.arange(len(rows)), coerced.table
        if coerced.n_bad and ask.on_bad_value == "skip":
            kept = np.setdiff1d(kept, coerced.bad_rows)
            typed = typed.take(pa.array(kept))
        ids = _cells_of([rows[int(i)] for i in kept], work.ids)
        table = work.output(ids, kept, typed)
        reasons = {cell.row: f"{cell.column}: {cell.value!r} is {cell.reason}" for cell in reversed(coerced.bad)}
        skipped = () if ask.on_bad_value == "null" else coerced.bad_rows.tolist()
        rejects = tuple({"row": row, "reason": reasons.get(row, "a cell that cannot be read")} for row in skipped)
        cells = cache(partial(_cells_of, rows, self._recorded(work.ids)))
        return Answer(cells=cells, table=table, rejects=rejects, tally=tally)

    def answer_csv(self, body: bytes, ask: Ask) -> Answer:
        """Answer a CSV table.

        Raises
        ------
        RefusalError
            413 for too many rows; 422 where the table or one of its cells cannot be read.
        """
        try:
            blocks = open_raw(
                "-", ReadParams(max_bytes=max(1, len(body))), self.model.context.schema.dialect,
                batch_rows=self.max_rows + 1, stdin=cast("IO[bytes]", io.BytesIO(body)),
            )  # fmt: skip
            return self._answer_blocks(blocks, ask)
        except DataError as error:
            raise RefusalError(422, str(error).replace("standard input", NAME)) from error

    def _answer_blocks(self, blocks: RawBlocks, ask: Ask) -> Answer:
        self.model.fitted.check_columns(blocks.header, where=NAME, repeated=blocks.repeated)
        work = self._work(tuple(blocks.header), blocks.dialect.decimal, ask)
        tally = Contract(work.known)
        outcomes: list[BlockOutcome] = []
        seen: list[pa.Table] = []
        rows = 0
        for block in blocks:
            rows += block.n_rows
            if rows > self.max_rows:
                raise RefusalError(413, f"The request has more than {count_of(self.max_rows, 'row')}.")
            cells = work.parse(block)
            coerced = work.model.coerce(cells, decimal=work.decimal)
            if coerced.n_bad and ask.on_bad_value == "error":
                problems = [replace(problem_of(c, line=line_of(block, c.row)), row=block.first_row + c.row)
                            for c in coerced.bad]  # fmt: skip
                raise bad_cells(problems, coerced.n_bad)
            outcomes.append(work.predict_typed(block, cells, coerced))
            seen.append(cells)
            tally.add(outcomes[-1].tally)
        self._check_known(tally, work)
        return Answer(
            cells=partial(pa.concat_tables, seen, promote_options="permissive"),
            table=pa.concat_tables([outcome.table for outcome in outcomes]),
            rejects=tuple({"line": r.line, "reason": r.reason} for outcome in outcomes for r in outcome.rejects),
            tally=tally,
        )

    def _check_known(self, tally: Contract, work: BlockWork) -> None:
        if work.params.refuses_unseen:
            try:
                tally.check_known(where=NAME)
            except DataError as error:
                raise RefusalError(422, str(error)) from error

    def _recorded(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        return (*ids, *(column.name for column in self.model.fitted.columns if column.name not in ids))

    def _make_work(self, header: tuple[str, ...], decimal: str, ask: Ask) -> BlockWork:
        if ask.explain is not None and not explains(self.model.context.target):
            task = self.model.context.task.value
            raise RefusalError(422, f"Rows of one class or one quantity are explained; the model's task is {task}.")
        params = PredictParams(
            proba=ask.proba, on_bad_value=ask.on_bad_value, explain=ask.explain, allow_unseen=self.allow_unseen
        )
        return BlockWork.of(self.model, header, params, name=NAME, decimal=decimal)
