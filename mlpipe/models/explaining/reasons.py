"""Why a row is predicted as it is: the columns that moved it most, and by what share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mlpipe.features.preprocessor.feature_names import describe_features
from mlpipe.features.preprocessor.matrix import plain_array
from mlpipe.features.preprocessor.views import Views
from mlpipe.models.estimators import inner_estimator
from mlpipe.models.explaining.contributions import Contributions, is_additive
from mlpipe.models.explaining.replaced import with_each
from mlpipe.models.explaining.typical import Typical, typical_values
from mlpipe.target import ClassTarget

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlpipe.features.preprocessor.feature import Feature
    from mlpipe.features.reference import Reference
    from mlpipe.models.fitted_model import FittedModel
    from mlpipe.models.predicting import Predictions

    Floats = NDArray[np.float64]

MOST_ASKED = 50_000
"""Rows that are predicted at once where a row is asked for again and again."""
MOST_CELLS = 5_000_000
PLACES = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Reasons:
    """The columns that moved each row most.

    Parameters
    ----------
    columns : tuple of str
        All that can move a row.
    order : ndarray of shape (n_rows, n_told)
        Places among `columns`, the strongest first.
    shares : ndarray of shape (n_rows, n_told)
        Share of all that moved the row, in [-1, 1]; above zero for what was predicted (a higher number), below zero
        against it. Over all columns their sizes add up to 1.
    """

    columns: tuple[str, ...]
    order: NDArray[np.intp]
    shares: Floats

    def table(self) -> dict[str, pa.Array]:
        """`reason_1`, `reason_1_share`, `reason_2`, …; empty where nothing more moved the row."""
        made: dict[str, pa.Array] = {}
        for i in range(self.order.shape[1]):
            nothing = self.shares[:, i] == 0
            names = pa.array(self.columns, pa.string()).take(pa.array(self.order[:, i]))
            made[f"reason_{i + 1}"] = pa.array(names.to_pylist(), pa.string(), mask=nothing)
            made[f"reason_{i + 1}_share"] = pa.array(self.shares[:, i], mask=nothing)
        return made


class Explainer:
    """Explains predictions of one model.

    Linear models, trees, forests and boosted trees answer with sums of what each feature adds: these are the shares,
    exactly. Any other model, a blend above all, is asked what it would say if a column held other values of the
    training rows: the difference to the mean of these answers is what the column moved.

    References
    ----------
    Robnik-Sikonja, Kononenko (2008), Explaining classifications for individual instances, IEEE Transactions on
    Knowledge and Data Engineering 20, 589-600.
    """

    def __init__(self, model: FittedModel, reference: Reference) -> None:
        self._model = model
        self._names = tuple(column.name for column in model.columns)
        self._facts = {facts.name: facts for facts in reference.columns}
        self._estimator: Any = inner_estimator(model.pipeline["model"])
        self._classes: list[str] = [str(label) for label in getattr(self._estimator, "classes_", ())]
        self._features = _features(model)
        self._added: Contributions | None = None

    def _typical(self, name: str) -> Typical:
        return typical_values(self._facts[name])

    def explain(self, table: pa.Table, predictions: Predictions, n: int) -> Reasons:
        """The `n` columns that moved each row most.

        Parameters
        ----------
        table : pyarrow.Table
            Typed rows, as `FittedModel.coerce` gives them.
        predictions : Predictions
            What the model says of them.
        """
        rows = with_float_numbers(table.select(list(self._names)))
        exact = self._adds_up(predictions)
        at_once = MOST_CELLS // max(1, len(self._features or ())) if exact else self._asked_at_once()
        moved = [np.zeros((0, len(self._names)))]
        for start in range(0, rows.num_rows, max(1, at_once)):
            some, outputs = rows.slice(start, at_once), predictions.outputs[start : start + at_once]
            moved.append(self._exactly(some, outputs) if exact else self._by_asking(some, outputs))
        return _strongest(self._names, np.concatenate(moved), n)

    def _adds_up(self, predictions: Predictions) -> bool:
        """Whether the model is a sum, and knows every class that may be predicted."""
        target = predictions.target
        known = [str(label) for label in self._classes]
        return self._features is not None and (
            not isinstance(target, ClassTarget) or sorted(known) == sorted(target.classes)
        )

    def _exactly(self, rows: pa.Table, outputs: NDArray[Any]) -> Floats:
        """What each column added, of shape (n_rows, n_columns)."""
        assert self._features is not None
        if self._added is None:
            self._added = Contributions(self._estimator, self._centre())
        target = self._model.context.target
        chosen = None
        if isinstance(target, ClassTarget):
            chosen = np.array([self._classes.index(label) for label in target.classes])[outputs]
        by_feature = self._added.of(self._model.transform(rows), chosen)
        moved = np.zeros((rows.num_rows, len(self._names)))
        for i, feature in enumerate(self._features):
            moved[:, self._names.index(feature.column)] += by_feature[:, i]
        return moved

    def _centre(self) -> Floats:
        """The mean of each feature in training, by the values that its column had there."""
        assert self._features is not None
        typical = {name: self._typical(name) for name in self._names}
        row = pa.table({name: values.values[:1] for name, values in typical.items()})
        centre = np.zeros(len(self._features))
        for name, values in typical.items():
            own = [i for i, feature in enumerate(self._features) if feature.column == name]
            made = plain_array(self._model.transform(with_each(row, name, values.values)))
            centre[own] = values.shares @ made[:, own]
        return centre

    def _asked_at_once(self) -> int:
        asked = sum(len(self._typical(name).values) for name in self._names)
        return min(MOST_ASKED // asked, MOST_CELLS // (asked * len(self._names)))

    def _by_asking(self, rows: pa.Table, outputs: NDArray[Any]) -> Floats:
        """How far the answer is from the mean of the answers with other values, column by column."""
        typical = {name: self._typical(name) for name in self._names}
        variants = pa.concat_tables([with_each(rows, name, values.values) for name, values in typical.items()])
        asked = sum(len(values.values) for values in typical.values())
        given = _scores(self._model.predict(variants), np.tile(outputs, asked)).reshape(asked, -1)
        before = _scores(self._model.predict(rows), outputs)
        return _differences(before, given, [values.shares for values in typical.values()])


def _differences(before: Floats, given: Floats, shares: list[Floats]) -> Floats:
    moved, start = [], 0
    for weights in shares:
        mean = np.zeros(len(before))
        for i, weight in enumerate(weights.tolist()):
            mean += weight * given[start + i]
        moved.append(before - mean)
        start += len(weights)
    return np.column_stack(moved)


def _scores(predictions: Predictions, chosen: NDArray[Any]) -> Floats:
    """The probability of each row's chosen class (1 or 0, where there are none), or its number."""
    if not isinstance(predictions.target, ClassTarget):
        numbers: Floats = np.asarray(predictions.outputs, dtype=np.float64).reshape(len(chosen), -1)
        return numbers[:, 0]
    if predictions.proba is None:
        return np.asarray(predictions.outputs == chosen, dtype=np.float64)
    return np.asarray(predictions.proba[np.arange(len(chosen)), chosen])


def _strongest(columns: tuple[str, ...], moved: Floats, n: int) -> Reasons:
    total = np.zeros(len(moved))
    for i in range(moved.shape[1]):
        total += np.abs(moved[:, i])
    shares = np.divide(moved, total[:, None], out=np.zeros_like(moved), where=total[:, None] > 0).round(PLACES)
    order = np.argsort(-np.abs(shares), axis=1, kind="stable")[:, : min(n, len(columns))]
    return Reasons(columns=columns, order=order, shares=np.take_along_axis(shares, order, axis=1))


def _features(model: FittedModel) -> tuple[Feature, ...] | None:
    """The features of an estimator that adds them up, where each comes from one column; else `None`."""
    preprocess: Any = model.pipeline["preprocess"]
    estimator: Any = model.pipeline["model"]
    if isinstance(preprocess, Views) or not is_additive(inner_estimator(estimator)):
        return None
    features = describe_features(preprocess)
    columns = {column.name for column in model.columns}
    if not all(feature.column in columns for feature in features):
        return None
    n_seen = getattr(inner_estimator(estimator), "n_features_in_", len(features))
    return features if n_seen == len(features) else None


def with_float_numbers(table: pa.Table) -> pa.Table:
    """The table with whole numbers as floats: what stands in their place need not be whole."""
    schema = pa.schema(
        pa.field(field.name, pa.float64() if pa.types.is_integer(field.type) else field.type) for field in table.schema
    )
    return table.cast(schema, safe=False)
