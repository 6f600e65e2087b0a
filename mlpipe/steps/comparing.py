"""Cross-validation in `train`: a portfolio, one model, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.engine.local import LocalExecutor, choose_jobs
from mlpipe.models.portfolio import Compared, compare
from mlpipe.models.registry import AUTO
from mlpipe.models.training_rows import training_rows

if TYPE_CHECKING:
    from mlpipe.artifacts.preps import Prep
    from mlpipe.metrics.registry import MetricSpec
    from mlpipe.models.crossval import Execute
    from mlpipe.models.fitting import ModelChoice
    from mlpipe.params import TrainParams
    from mlpipe.steps.loading import LazySplit


def cross_validated(
    prep: Prep, split: LazySplit, choices: list[ModelChoice], params: TrainParams, metric: MetricSpec,
    *, jobs: int | None,
) -> Compared:  # fmt: skip
    """Cross-validate the candidates on raw training rows, where there are several or folds are asked for."""
    if params.model != AUTO and params.cv is None:
        return Compared(choice=choices[0])

    def engine(tasks: int, cells: float) -> Execute:
        return LocalExecutor(choose_jobs(jobs, tasks=tasks, cells=cells))

    rows = training_rows(split.get().part("train"), prep.context, prep.plan, seed=params.seed)
    return compare(rows, choices, params, metric, engine=engine)
