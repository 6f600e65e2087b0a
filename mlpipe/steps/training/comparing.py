"""Cross-validation in `train`: a portfolio, one model, or none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlpipe.engine.local import executor_of
from mlpipe.models.comparison.auto import check_auto, hold, named_candidate, one_model, portfolio_of
from mlpipe.models.comparison.candidates import PREPARED
from mlpipe.models.comparison.compared import Compared
from mlpipe.models.comparison.final import Member
from mlpipe.models.comparison.lengthening import lengthen
from mlpipe.models.registry import AUTO
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from mlpipe.engine.local import Jobs
    from mlpipe.features.plan.plan import Plan
    from mlpipe.metrics.metric_spec import MetricSpec
    from mlpipe.models.training_rows import TrainingRows
    from mlpipe.params import TrainParams
    from mlpipe.steps.training.prepared import Planned
    from mlpipe.words.progress import Tell

FOLDS = 5
"""Of one model, where its out-of-fold predictions are needed and no number was given."""


def cross_validated(
    prep: Planned, rows: TrainingRows | None, params: TrainParams, metric: MetricSpec, *, jobs: Jobs,
    tell: Tell = silent,
) -> tuple[Compared, dict[str, Plan]]:  # fmt: skip
    """Compare the portfolio of `auto`, or score the one model in folds where they are asked for.

    Parameters
    ----------
    rows : TrainingRows or None
        Raw training rows; `None` where no folds are needed.

    Returns
    -------
    compared : Compared
    plans : dict
        View to the plan that candidates with this view see the table through.
    """
    check_auto(params)
    if rows is None:
        candidate = named_candidate(params, prep.plan, prep.context.task)
        return Compared(name=candidate.name, members=(Member(candidate=candidate),)), {PREPARED: prep.plan}
    if params.model == AUTO:
        contest = portfolio_of(rows, params, prep.params, prep.context.schema.features)
    else:
        contest = one_model(rows, params, n_folds=params.cv or rows.most_folds(FOLDS))

    compared = hold(contest, params, metric, engine=partial(executor_of, jobs), tell=tell)
    if params.model == AUTO and params.quality != "fast" and params.time_budget is None:
        tell(None, "choosing how many rounds boosting grows on all rows")
        compared = lengthen(compared, rows, contest.plans)
    return compared, contest.plans


def needs_folds(params: TrainParams) -> bool:
    """Whether out-of-fold predictions are needed: to compare, to score, or to decide by."""
    chosen = params.calibrate not in {None, "none"} or params.target_transform == "auto"
    decided = (params.threshold_by, params.intervals, chosen)
    return params.model == AUTO or params.cv is not None or any(decided)
