"""What a model predicts in the mean if a column held this value or that one: the shape of its influence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlpipe.data.schema import Role
from mlpipe.models.explaining.replaced import with_each
from mlpipe.target import ClassTarget, LabelsTarget, NoTarget, NumbersTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mlpipe.data.schema import Column
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions

    Floats = NDArray[np.float64]

ASKED_ROWS = 300
"""Rows whose predictions are averaged: an even choice where there are more."""
MOST_VALUES = 20
MOST_LEVELS = 12
TAILS = 0.02
"""Share of the rows at either end of a number whose values are not asked for: there the model guesses."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PartialDependence:
    """The mean prediction of some rows with one column set to each of some values.

    Parameters
    ----------
    column : str
    role : Role
        Numbers and dates are a line, all else is one point a level.
    values : tuple
        Numbers, dates (`datetime`) in rising order, or levels, the most frequent first; `n_values` of them.
    outputs : tuple of str
        What the means are of: the positive class of two, each class of more, or `""` for a quantity.
    means : ndarray of shape (n_values, n_outputs)
        Probabilities (shares of rows, where the model has none), or numbers.
    low, high : ndarray of shape (n_values, n_outputs)
        Between these lie four in five of the rows.

    References
    ----------
    Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics 29, 1189-1232.
    """

    column: str
    role: Role
    values: tuple[Any, ...]
    outputs: tuple[str, ...]
    means: Floats
    low: Floats
    high: Floats

    @property
    def swing(self) -> float:
        """How far apart the means are, at most."""
        return float((self.means.max(axis=0) - self.means.min(axis=0)).max())


def partial_dependence(model: FittedModel, table: pa.Table, columns: Sequence[str]) -> tuple[PartialDependence, ...]:
    """How the predictions depend on columns, each on its own.

    Columns of text, those without a model's interest and those that hold a single value are left out.

    Parameters
    ----------
    table : pyarrow.Table
        Typed rows, as `FittedModel.coerce` gives them.
    columns : sequence of str
        Raw columns, such as the strongest ones by importance.
    """
    known = {column.name: column for column in model.columns}
    some = table.select(list(known))
    if table.num_rows > ASKED_ROWS:
        some = some.take(pa.array(np.linspace(0, table.num_rows - 1, ASKED_ROWS).astype(np.int64)))
    wanted = [known[name] for name in columns if name in known]
    return tuple(_dependences(model, table, some, wanted)) if some.num_rows else ()


def _dependences(
    model: FittedModel, table: pa.Table, some: pa.Table, columns: Sequence[Column]
) -> Iterator[PartialDependence]:
    for column in columns:
        values = values_to_ask(table.column(column.name), column.role)
        if len(values) < 2:
            continue
        said = answers(model.predict(with_each(some, column.name, values)))
        by_value = said.reshape(len(values), some.num_rows, said.shape[1])
        low, high = np.quantile(by_value, [0.1, 0.9], axis=1)
        yield PartialDependence(
            column=column.name,
            role=column.role,
            values=tuple(values.to_pylist()),
            outputs=_outputs(model),
            means=by_value.mean(axis=1),
            low=low,
            high=high,
        )


def values_to_ask(cells: pa.ChunkedArray, role: Role) -> pa.Array:
    """Values that a column holds: evenly by rank for numbers and dates, the most frequent levels; none of text."""
    present = cells.drop_null().combine_chunks()
    match role:
        case Role.TEXT:
            return present.slice(0, 0)
        case Role.NUMERIC | Role.DATETIME | Role.TIME:
            ranked = present.take(pc.sort_indices(present))
            inner = np.linspace(TAILS, 1 - TAILS, MOST_VALUES) * (len(ranked) - 1)
            places = np.unique(np.round(inner)).astype(np.int64)
            return pc.unique(ranked.take(pa.array(places))) if len(ranked) else ranked
        case _:
            counts = sorted(pc.value_counts(present).to_pylist(), key=lambda c: (-c["counts"], str(c["values"])))
            return pa.array([count["values"] for count in counts[:MOST_LEVELS]], present.type)


def answers(predictions: Predictions) -> Floats:
    """What is averaged: of shape (n_rows, n_outputs), in the order of `PartialDependence.outputs`."""
    target = predictions.target
    match target:
        case ClassTarget():
            proba = predictions.proba
            if proba is None:
                proba = np.eye(len(target.classes))[predictions.outputs]
            place = target.positive_place
            return proba if place is None else proba[:, [place]]
        case NumberTarget() | NumbersTarget() | LabelsTarget() | NoTarget():
            outputs = np.asarray(predictions.outputs, dtype=np.float64)
            return outputs.reshape(len(outputs), -1)
        case _:
            assert_never(target)


def _outputs(model: FittedModel) -> tuple[str, ...]:
    target = model.context.target
    match target:
        case ClassTarget():
            return target.classes if target.positive is None else (target.positive,)
        case NumberTarget():
            return ("",)
        case NumbersTarget() | LabelsTarget() | NoTarget():
            return target.columns or ("",)
        case _:
            assert_never(target)
