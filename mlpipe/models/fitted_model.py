"""The one way to predictions: from cells as written to labels, the same for one row and for a million."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlpipe.data.inference.coercion import Coerced, coerce
from mlpipe.data.schema import Role
from mlpipe.errors import DataError
from mlpipe.features.preprocessor.transform import QuickTransform
from mlpipe.features.preprocessor.views import QuickViews, Views
from mlpipe.models.boosters.one_walk import quick_for_few
from mlpipe.models.deciding.decision import NO_DECISION, Decision
from mlpipe.models.predicting import Predictions, predict_matrix
from mlpipe.words.lists import count_of, either, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pyarrow as pa
    from sklearn.pipeline import Pipeline

    from mlpipe.data.schema import Column, DataContext
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.preprocessor.matrix import Matrix


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A fitted pipeline and what is needed to feed it raw cells.

    Parameters
    ----------
    pipeline : Pipeline
        Steps `preprocess` and `model`, both fitted.
    columns : tuple of Column
        The raw columns that the plan uses.
    rowwise : bool
        See `EstimatorSpec.rowwise`.
    decision : Decision
        The threshold and what else turns its numbers into predictions.
    """

    pipeline: Pipeline
    context: DataContext
    columns: tuple[Column, ...]
    rowwise: bool
    decision: Decision = NO_DECISION

    @cached_property
    def _preprocess(self) -> QuickTransform | QuickViews:
        first = self.pipeline["preprocess"]
        return QuickViews(first) if isinstance(first, Views) else QuickTransform(first)

    @cached_property
    def _estimator(self) -> Any:
        return quick_for_few(self.pipeline["model"])

    def check_columns(
        self, present: Sequence[str], *, where: str, repeated: Collection[str] = (), scored: bool = False
    ) -> None:
        """Raise `DataError` with every needed column that is not `present`, or is there several times.

        Parameters
        ----------
        scored : bool
            Whether targets and weights matter too, where they are there.
        """
        known = set(present)
        missing = [column.name for column in self.columns if column.name not in known]
        if missing:
            n = len(missing)
            columns = either(n, "column is", f"{count_of(n, 'column')} are")
            raise DataError(
                f"The table lacks what the model needs: the {columns} missing: {listed(map(repr, missing), n)}.",
                where=where,
                remedy="Add them, under exactly these names; their order does not matter.",
            )
        known = {column.name for column in self.context.schema.columns}
        weights = (column.name for column in self.context.schema.with_role(Role.WEIGHT))
        needed = [column.name for column in self.columns]
        needed += [*self.context.target.sources, *weights] if scored else []
        unclear = [name for name in needed if name in repeated and f"{name}.2" not in known]
        if unclear:
            raise DataError(
                f"Several columns have the name of one that the model needs: {listed(map(repr, unclear))}.",
                where=where,
                remedy="Give each column a name of its own.",
            )

    def coerce(self, strings: pa.Table, *, decimal: str) -> Coerced:
        """Type the needed columns of a table of cells, as training typed them."""
        return coerce(strings.select([c.name for c in self.columns]), self.columns, decimal=decimal)

    def transform(self, table: pa.Table) -> Matrix:
        """The rows of a typed table as the estimator sees them."""
        return self._preprocess.transform_table(table)

    def predict(self, table: pa.Table, *, threshold: float | None = None) -> Predictions:
        """Predict the rows of a typed table; columns are found by name. A threshold stands before the model's own."""
        X = self.transform(table)
        cut = self.decision.threshold if threshold is None else threshold
        predictions = predict_matrix(self._estimator, X, self.context.target, rowwise=self.rowwise, threshold=cut)
        return predictions.decided(self.decision)


def used_columns(plans: Iterable[Plan], context: DataContext) -> tuple[Column, ...]:
    """The raw columns that plans turn into features, in file order."""
    used = {column.name for plan in plans for column in plan.columns}
    return tuple(column for column in context.schema.columns if column.name in used)
