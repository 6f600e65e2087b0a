"""One block of rows through the door; can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.data.reading import RawBlock, line_of, parse_block
from mlpipe.data.schema import Kind
from mlpipe.models.contract import BlockTally, Known, tally_block
from mlpipe.steps.bad_values import BadValueError

if TYPE_CHECKING:
    from mlpipe.data.coercion import Coerced
    from mlpipe.models.door import FittedModel
    from mlpipe.models.predicting import Predictions
    from mlpipe.params import PredictParams


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

    def __call__(self, block: RawBlock) -> BlockOutcome:
        """Parse, type, predict."""
        cells = self._parse(block)
        coerced = self.model.coerce(cells, decimal=self.decimal)
        rejects: tuple[Reject, ...] = ()
        first_row = block.first_row
        rows = np.arange(first_row, first_row + cells.num_rows)
        typed = coerced.table
        if coerced.n_bad and self.params.on_bad_value == "error":
            cell = coerced.bad[0]
            raise BadValueError(cell, file=self.name, line=line_of(block, cell.row))
        if coerced.n_bad and self.params.on_bad_value == "skip":
            rejects = self._rejects(block, coerced)
            good = np.ones(cells.num_rows, dtype=bool)
            good[coerced.bad_rows] = False
            cells, typed, rows = cells.filter(pa.array(good)), typed.filter(pa.array(good)), rows[good]
        predictions = self.model.predict(typed, threshold=self.params.threshold)
        return BlockOutcome(
            table=self._output(cells, rows, predictions),
            rejects=rejects,
            tally=tally_block(coerced, self.known),
        )

    def _parse(self, block: RawBlock) -> pa.Table:
        """The needed columns; numbers that are not carried through are parsed as numbers at once."""
        carried = {*self.ids, *self.keep}
        types = dict.fromkeys((*self.ids, *self.keep), "string")
        for column in self.model.columns:
            plain = column.kind is Kind.NUMBER and not column.thousands and not column.symbols
            types[column.name] = "number" if plain and column.name not in carried else "string"
        return parse_block(block, self.header, types=types, decimal=self.decimal)

    def _rejects(self, block: RawBlock, coerced: Coerced) -> tuple[Reject, ...]:
        everything = parse_block(block, self.header, types=dict.fromkeys(self.header, "string"), decimal=self.decimal)
        reasons: dict[int, list[str]] = {}
        for cell in coerced.bad:
            reasons.setdefault(cell.row, []).append(f"{cell.column}: {cell.value!r} is {cell.reason}")
        rejected = everything.take(pa.array(coerced.bad_rows)).to_pylist()
        return tuple(
            Reject(
                line=line_of(block, int(row)),
                reason="; ".join(reasons.get(int(row), ["a bad value"])),
                cells=tuple(cells.values()),
            )
            for row, cells in zip(coerced.bad_rows, rejected, strict=True)
        )

    def _output(self, cells: pa.Table, rows: Any, predictions: Predictions) -> pa.Table:
        columns: dict[str, Any] = {name: cells.column(name) for name in self.ids}
        if not columns:
            columns["row"] = pa.array(rows)
        columns["prediction"] = _values(predictions)
        if self.params.proba and predictions.proba is not None:
            for i, label in enumerate(self.model.context.classes):
                columns[f"proba_{label}"] = pa.array(np.ascontiguousarray(predictions.proba[:, i]))
        for name in self.keep:
            columns[name if name not in columns else f"{name} (input)"] = cells.column(name)
        return pa.table(columns)


def _values(predictions: Predictions) -> pa.Array:
    if predictions.values.dtype.kind == "f":
        return pa.array(predictions.values)
    labels, codes = np.unique(predictions.values, return_inverse=True)
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(labels.tolist())
    ).dictionary_decode()
