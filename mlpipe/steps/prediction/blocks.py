"""One block of rows through the door; can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import pyarrow as pa

from mlpipe.data.column_names import resolve_names
from mlpipe.data.inference.coercion import without_marks
from mlpipe.data.reading.parse import parse_block
from mlpipe.data.reading.raw import RawBlock, line_of, lines_of
from mlpipe.data.schema import Kind, Role
from mlpipe.models.contract import BlockTally, Known, known_columns, tally_block
from mlpipe.models.explaining.reasons import Explainer
from mlpipe.words.parameters import param
from mlpipe.words.remedies import in_step, ways

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.inference.coercion import Coerced
    from mlpipe.data.schema import Column, DataContext
    from mlpipe.features.reference import Reference
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions
    from mlpipe.params import PredictParams


REASONED_ROWS = 10

CORRECT_IT = ways(
    "Correct it",
    in_step(
        "predict", f"; predict takes {param('on_bad_value', 'null')} (call it missing) or skip (leave the row out)"
    ),
)
"""What to do about a cell that the schema cannot read, while predicting or scoring."""


class Predicting(Protocol):
    """A fitted model and what it learnt from, on disk or in memory alone."""

    @property
    def context(self) -> DataContext:
        """Target, task, classes and schema."""
        ...

    @property
    def fitted(self) -> FittedModel:
        """The way to predictions."""
        ...

    @property
    def reference(self) -> Reference:
        """What the training rows looked like."""
        ...


@dataclass(frozen=True, kw_only=True)
class Reject:
    """A row that was not predicted: where it stands, why, and its cells as they came."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BlockOutcome:
    """What became of one block."""

    table: pa.Table
    rejects: tuple[Reject, ...]
    tally: BlockTally


@dataclass(frozen=True, kw_only=True)
class BlockWork:
    """Everything needed to predict a block.

    Parameters
    ----------
    known : dict
        What training knew of each column, for the contract.
    ids, keep : tuple of str
        Columns carried through, exactly as they came.
    """

    model: FittedModel
    known: dict[str, Known] = field(repr=False)
    header: tuple[str, ...]
    name: str
    decimal: str
    ids: tuple[str, ...]
    keep: tuple[str, ...]
    params: PredictParams
    explainer: Explainer | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, model: Predicting, header: Sequence[str], params: PredictParams, *, name: str, decimal: str,
        plain: Collection[str] = (),
    ) -> Self:  # fmt: skip
        """The work on a table with this header; columns to keep are found in it, and `plain` ones are numbers there."""
        fitted = model.fitted  # what it keeps for quick answers serves all work that reads cells in its own way
        if plain:
            fitted = replace(fitted, columns=without_marks(fitted.columns, plain))
        ids = tuple(c.name for c in model.context.schema.with_role(Role.ID) if c.name in header)
        keep = header if params.keep == ("all",) else resolve_names(params.keep, header, parameter="keep")
        return cls(
            model=fitted,
            known=known_columns(model.reference, fitted.columns),
            header=tuple(header),
            name=name,
            decimal=decimal,
            ids=ids,
            keep=tuple(name for name in keep if name not in ids),
            params=params,
            explainer=None if params.explain is None else Explainer(fitted, model.reference),
        )

    def __call__(self, block: RawBlock) -> BlockOutcome:
        """Parse, type, predict."""
        return self.predict(block, self.parse(block))

    def predict(self, block: RawBlock, cells: pa.Table) -> BlockOutcome:
        """Type and predict the parsed cells of a block."""
        return self.predict_typed(block, cells, self.model.coerce(cells, decimal=self.decimal))

    def predict_typed(self, block: RawBlock, cells: pa.Table, coerced: Coerced) -> BlockOutcome:
        """Predict what was typed, after what is to be done about cells that could not be."""
        rejects: tuple[Reject, ...] = ()
        first_row = block.first_row
        rows = np.arange(first_row, first_row + cells.num_rows)
        typed = coerced.table
        if coerced.n_bad and self.params.on_bad_value == "error":
            cell = coerced.bad[0]
            raise cell.error(file=self.name, line=line_of(block, cell.row), remedy=CORRECT_IT)
        if coerced.n_bad and self.params.on_bad_value == "skip":
            rejects = self._rejects(block, cells, coerced.bad_rows)
            good = np.ones(cells.num_rows, dtype=bool)
            good[coerced.bad_rows] = False
            cells, typed, rows = cells.filter(pa.array(good)), typed.filter(pa.array(good)), rows[good]
        return BlockOutcome(
            table=self.output(cells, rows, typed),
            rejects=rejects,
            tally=tally_block(coerced, self.known),
        )

    def nothing(self) -> BlockOutcome:
        """What becomes of no rows: the columns alone, as a row without any value would have them."""
        blank = pa.table({name: pa.array([None], pa.string()) for name in self.header})
        coerced = self.model.coerce(blank, decimal=self.decimal)
        table = self.output(blank, np.zeros(1, dtype=np.int64), coerced.table)
        none = self.model.coerce(blank.slice(0, 0), decimal=self.decimal)
        return BlockOutcome(table=table.slice(0, 0), rejects=(), tally=tally_block(none, self.known))

    def _reasons_of(self, typed: pa.Table, predictions: Predictions) -> dict[str, pa.Array]:
        if self.explainer is None or self.params.explain is None:
            return {}
        return self.explainer.explain(typed, predictions, self.params.explain).table()

    def parse(self, block: RawBlock) -> pa.Table:
        """The needed columns of a block; numbers that are not carried through are parsed as numbers at once."""
        carried = {*self.ids, *self.keep}
        types = dict.fromkeys((*self.ids, *self.keep), "string")
        for column in self.model.columns:
            at_once = _read_at_once(column) and column.name not in carried
            types[column.name] = "number" if at_once else "string"
        return parse_block(block, self.header, types=types, decimal=self.decimal)

    def _rejects(self, block: RawBlock, cells: pa.Table, bad_rows: NDArray[np.int64]) -> tuple[Reject, ...]:
        everything = parse_block(block, self.header, types=dict.fromkeys(self.header, "string"), decimal=self.decimal)
        lines = lines_of(block)[bad_rows]
        rejected = everything.take(pa.array(bad_rows)).to_pylist()
        reasons = self._reasons(cells.take(pa.array(bad_rows)))
        return tuple(
            Reject(line=int(line), reason=reason, cells=tuple(row.values()))
            for line, reason, row in zip(lines, reasons, rejected, strict=True)
        )

    def _reasons(self, rejected: pa.Table) -> list[str]:
        """Why each rejected row was; a few rows at a time, since only the first bad cells of a table are told."""
        reasons = []
        for start in range(0, rejected.num_rows, REASONED_ROWS):
            told: dict[int, list[str]] = {}
            for cell in self.model.coerce(rejected.slice(start, REASONED_ROWS), decimal=self.decimal).bad:
                told.setdefault(cell.row, []).append(f"{cell.column}: {cell.value!r} is {cell.reason}")
            rows = min(REASONED_ROWS, rejected.num_rows - start)
            reasons += ["; ".join(told.get(row, ["more cells that cannot be read"])) for row in range(rows)]
        return reasons

    def output(self, cells: pa.Table, rows: Any, typed: pa.Table) -> pa.Table:
        """Predictions of typed rows beside what is carried through."""
        predictions = self.model.predict(typed, threshold=self.params.threshold)
        made: dict[str, Any] = {} if self.ids else {"row": pa.array(rows)}
        made |= predictions.columns(proba=self.params.proba) | self._reasons_of(typed, predictions)

        def carried(names: tuple[str, ...]) -> dict[str, Any]:
            return {f"{name} (input)" if name in made else name: cells.column(name) for name in names}

        return pa.table({**carried(self.ids), **made, **carried(self.keep)})


def _read_at_once(column: Column) -> bool:
    """Whether the parser itself can read the column: plain numbers in the file's own way."""
    return column.kind is Kind.NUMBER and not (column.thousands or column.symbols or column.unit or column.decimal)
