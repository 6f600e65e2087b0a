"""From a table to a fitted model in memory: the pieces of `split`, `preprocess` and `train`, without their folders."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mlpipe.data.inference.coercion import to_frame
from mlpipe.data.inference.spool import Spool
from mlpipe.data.inference.stored_table import read_table
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.splitting.allocation import TRAIN
from mlpipe.data.splitting.split import PARTS, Parts
from mlpipe.data.splitting.strategies import ASIDE
from mlpipe.engine.local import one_thread
from mlpipe.features.plan.choose import choose_plan
from mlpipe.features.reference import training_reference
from mlpipe.metrics.registry import choose_metric
from mlpipe.models.comparison.final import fit_final
from mlpipe.models.fitted_model import FittedModel, used_columns
from mlpipe.models.fitting import fit_matrix, join_pipeline
from mlpipe.models.training_rows import training_rows
from mlpipe.steps.dividing.typed import ask, type_and_divide
from mlpipe.steps.preprocessing.weighed import check_no_made_rows
from mlpipe.steps.training.comparing import cross_validated, needs_folds
from mlpipe.steps.training.deciding import check_decisions, decide

if TYPE_CHECKING:
    import pyarrow as pa

    from mlpipe.data.schema import DataContext
    from mlpipe.data.splitting.split import SplitKeys
    from mlpipe.features.plan.plan import Plan
    from mlpipe.features.reference import Reference
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.comparison.compared import Compared
    from mlpipe.params import PreprocessParams, SplitParams, TrainParams


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What was decided on a table."""

    context: DataContext
    plan: Plan
    params: PreprocessParams


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A model that was fitted on a whole table.

    Parameters
    ----------
    reference : Reference
        What the rows looked like.
    compared : Compared
        The models that were compared, with their scores.
    metric : MetricSpec
        What they were ranked by.
    """

    fitted: FittedModel
    reference: Reference
    compared: Compared
    metric: MetricSpec
    notes: tuple[str, ...]

    @property
    def context(self) -> DataContext:
        """Target, task, classes and schema."""
        return self.fitted.context


def fit_table(source: str, split: SplitParams, prep: PreprocessParams, train: TrainParams, *, jobs: int) -> Fitted:
    """Type a table, decide on its plan, compare models in folds, and fit what is chosen on all labelled rows.

    The model is the one of `split` (with a test file of its own), `preprocess` and `train`.

    Raises
    ------
    UsageError
        For an option that does not fit.
    DataError
        Where the table cannot be read, or nothing can be learnt from it.
    FitError
        Where the estimator fails.
    """
    context, table, told = _typed(source, split)
    target, features = context.target, context.schema.features
    check_no_made_rows(context.schema, prep)
    check_decisions(train, target)
    metric = choose_metric(train.metric, target.task)
    X, y = to_frame(table, features), target.encode(table)
    with one_thread():
        planned = Planned(context=context, plan=choose_plan(X, y, features, prep, target.task), params=prep)
        rows = training_rows(table, context, planned.plan, seed=train.seed)
        prepared = fit_matrix(planned.plan, X, y, task=target.task, weights=rows.weights, bonds=rows.bonds)
        compared, plans = cross_validated(planned, rows if needs_folds(train) else None, train, metric, jobs=jobs)
        final = fit_final(compared.joint, rows, prepared, plans, target)
        decided = decide(planned, compared, final, train)
    return Fitted(
        fitted=FittedModel(
            pipeline=join_pipeline(final.preprocess, decided.estimator),
            context=context,
            columns=used_columns(final.plans.values(), context),
            rowwise=final.rowwise,
            decision=decided.decision,
        ),
        reference=training_reference(X, features),
        compared=compared,
        metric=metric,
        notes=(*told, *compared.notes, *final.notes, *decided.notes),
    )


def _typed(source: str, params: SplitParams) -> tuple[DataContext, pa.Table, tuple[str, ...]]:
    """The facts of a table, its labelled rows, and what to tell of it."""
    with closing(Spool()) as spool, Rereadable(source, params.read) as opened:
        raw = read_table(opened, params.read, ask=partial(ask, params), spool=spool)
        typed = type_and_divide(raw, params, _all_to_learn_from)
        return typed.context, typed.within(PARTS[TRAIN], typed.table.column_names), typed.notes


def _all_to_learn_from(keys: SplitKeys) -> Parts:
    return Parts(dealt=np.where(keys.labelled, TRAIN, ASIDE).astype(np.int8), strategy="none", notes=())
