"""New rows held beside the split that a model came from: columns, predictions, target, scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mlpipe.data.drift.columns import ColumnDrift, as_matrix, compare_column, compare_columns
from mlpipe.data.drift.findings import Compared
from mlpipe.data.drift.scores import ExpectedScore, ScoreDrift, compare_scores
from mlpipe.data.duplicate_rows import compared_columns, repeated_rows
from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.targets import labelled_rows
from mlpipe.engine.local import one_thread
from mlpipe.metrics.drift.relations import compare_relations
from mlpipe.metrics.drift.telling_apart import density_ratio, tell_apart
from mlpipe.metrics.registry import default_metric, metrics_for
from mlpipe.metrics.results import measure
from mlpipe.metrics.scores import score
from mlpipe.target import positive_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlpipe.artifacts.models import Model
    from mlpipe.artifacts.splits import Split
    from mlpipe.metrics.arrays import Floats
    from mlpipe.metrics.outcome import Outcome
    from mlpipe.models.predicting import Predictions

LEAST_LABELLED = 20
"""Rows with a target below which metrics say nothing."""
LEAST_EFFECTIVE = 50
"""Rows that weighted ones must amount to for an expected metric."""
_MOST_PROBA = 10
_BY_CHANCE = 5
"""Rows that may equal training rows without having been any."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Rows of the split that the model has not seen, and what it says of them; `part` is empty where there are none."""

    part: str = ""
    table: pa.Table | None = None
    predictions: Predictions | None = None


def held_out(model: Model, split: Split) -> HeldOut:
    """The test part, or the validation part where there is no test part."""
    for part in ("test", "valid"):
        if part in split.parts and (table := split.part(part)).num_rows:
            with one_thread():
                return HeldOut(part=part, table=table, predictions=model.fitted.predict(table))
    return HeldOut()


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What was compared.

    Parameters
    ----------
    expected : ExpectedScore or None
        What the model may be worth on the new rows.
    part : str
        The part of the split whose rows the model has not seen; empty where there is none.
    n_trained : int
        New rows that trained the model.
    """

    compared: Compared
    expected: ExpectedScore | None
    part: str
    n_trained: int


def compare(model: Model, split: Split, new: pa.Table, *, seed: int) -> Beside:
    """Compare everything that the new rows have."""
    old, unseen = split.part("train"), held_out(model, split)
    fresh = new.filter(pa.array(~trained(model, old, new)))
    features = [column for column in model.context.schema.features if column.name in new.column_names]
    with one_thread():
        said = model.fitted.predict(fresh)
    learnt = [column for column in features if column.role is not Role.TIME]
    sides = as_matrix(old, [fresh, *([] if unseen.table is None else [unseen.table])], learnt)
    names = tuple(column.name for column in learnt)
    compared = Compared(
        columns=compare_columns(old, new, features, seed=seed),
        predictions=_compare_predictions(unseen.predictions, said, seed),
        target=_compare_target(model, old, new, seed),
        told_apart=tell_apart(sides[0], sides[1], names, seed=seed),
        relation=compare_relations(sides[0], sides[1], names, seed=seed),
        scores=_compare_scores(model, unseen, fresh, said, seed),
    )
    return Beside(
        compared=compared,
        expected=_expected(model, unseen, sides, seed),
        part=unseen.part,
        n_trained=new.num_rows - fresh.num_rows,
    )


def trained(model: Model, old: pa.Table, new: pa.Table) -> NDArray[np.bool_]:
    """New rows that trained the model: it says of them what it learnt by heart. None where chance makes as many."""
    columns = [column for column in model.context.schema.columns if column.name in new.column_names]
    names = compared_columns(columns)
    seen, chance = repeated_rows(new, old, names)
    if not names or seen.sum() <= 2 * chance * len(seen) + _BY_CHANCE:
        return np.zeros(len(seen), dtype=bool)
    return seen


def _compare_predictions(old: Predictions | None, new: Predictions, seed: int) -> tuple[ColumnDrift, ...]:
    if old is None or not len(new.outputs):
        return ()
    was, now = _said(old), _said(new)
    columns = [_column(name, now[name].type) for name in now]
    pairs = zip(columns, was.values(), now.values(), strict=True)
    return tuple(compare_column(a, b, column, seed=(seed, 1_000 + i)) for i, (column, a, b) in enumerate(pairs))


def _said(predictions: Predictions) -> dict[str, pa.ChunkedArray]:
    """The columns of predictions; of two probabilities that of the positive class, and none where there are many."""
    columns = predictions.columns(proba=True)
    proba = [name for name in columns if name.startswith("proba_")]
    positive = positive_of(predictions.target).get("positive")
    kept = [f"proba_{positive}"] if positive is not None else proba[:_MOST_PROBA]
    return {
        name: pa.chunked_array([column]) if isinstance(column, pa.Array) else column
        for name, column in columns.items()
        if (name in kept or name not in proba) and name not in ("low", "high", "abstained")
    }


def _column(name: str, kind: pa.DataType) -> Column:
    words = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    role = Role.CATEGORICAL if words else Role.NUMERIC
    return Column(name=name, role=role, kind=Kind.STRING if words else Kind.NUMBER)


def _compare_target(model: Model, old: pa.Table, new: pa.Table, seed: int) -> tuple[ColumnDrift, ...]:
    columns = model.context.target.sources
    if not columns or not set(columns) <= set(new.column_names):
        return ()
    known = new.filter(pa.array(labelled_rows(new, model.context.target)))
    if known.num_rows < LEAST_LABELLED:
        return ()
    return tuple(
        compare_column(old[name], known[name], _column(name, old[name].type), seed=(seed, 2_000 + i))
        for i, name in enumerate(columns)
    )


def _compare_scores(
    model: Model, unseen: HeldOut, new: pa.Table, said: Predictions, seed: int
) -> tuple[ScoreDrift, ...]:
    target = model.context.target
    if unseen.table is None or not target.columns or not set(target.sources) <= set(new.column_names):
        return ()
    labelled = labelled_rows(new, target)
    if labelled.sum() < LEAST_LABELLED:
        return ()
    proba = None if said.proba is None else said.proba[labelled]
    known = replace(said, outputs=said.outputs[labelled], proba=proba)
    now = known.beside(target.encode(new.filter(pa.array(labelled))))
    names = [spec.name for spec in metrics_for(target.task)]
    then = measure(_outcome(model, unseen), names, seed=seed)
    return tuple(compare_scores(then, measure(now, names, seed=seed), target))


def _outcome(model: Model, unseen: HeldOut) -> Outcome:
    assert unseen.table is not None
    assert unseen.predictions is not None
    return unseen.predictions.beside(model.context.target.encode(unseen.table))


def _expected(model: Model, unseen: HeldOut, sides: Sequence[Floats], seed: int) -> ExpectedScore | None:
    target = model.context.target
    if unseen.table is None or not target.columns or min(len(side) for side in sides) < LEAST_EFFECTIVE:
        return None
    spec, outcome = default_metric(target.task), _outcome(model, unseen)
    weights = density_ratio(*sides, seed=seed)
    n_effective = float(weights.sum() ** 2 / (weights**2).sum())
    old = score(outcome, [spec.name])[spec.name].value
    facts = {"name": spec.name, "told": spec.named(target), "old": old, "n_effective": n_effective}
    if n_effective < LEAST_EFFECTIVE:
        reason = "too few old rows are like the new ones"
        return ExpectedScore(value=None, reason=reason, **facts)  # type: ignore[arg-type]
    value = score(replace(outcome, weights=weights), [spec.name])[spec.name].value
    return ExpectedScore(value=value, **facts)  # type: ignore[arg-type]
