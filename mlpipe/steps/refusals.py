"""What the steps of a chain would refuse, found without fitting anything: for `run --dry-run`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.data.asked import ask_roles
from mlpipe.data.reading.reader import open_raw
from mlpipe.metrics.registry import choose_metric
from mlpipe.models.comparison.auto import check_auto, named_candidate
from mlpipe.models.registry import AUTO
from mlpipe.models.training_rows import training_rows
from mlpipe.steps.evaluation.case import asked_of
from mlpipe.steps.preprocess import show_plan
from mlpipe.steps.split import split as divide
from mlpipe.steps.train import check_no_clusters
from mlpipe.steps.training.cluster_options import check_options, choose_criterion, choose_models
from mlpipe.steps.training.deciding import check_decisions
from mlpipe.steps.training.fit_curves import check_curves
from mlpipe.target import NoTarget
from mlpipe.words.progress import silent

if TYPE_CHECKING:
    from collections.abc import Set

    from mlpipe.features.plan.plan import Plan
    from mlpipe.params import TrainParams
    from mlpipe.steps.config.chain import ChainParams
    from mlpipe.words.progress import Tell


def check_stale(chain: ChainParams, stale: Set[ArtifactKind], split: Path, *, watch: Tell = silent) -> None:
    """Do what the stale steps do before they fit: read and divide the table, settle the target, choose the plan.

    Parameters
    ----------
    stale : set of ArtifactKind
        What would be made anew.
    split : Path
        The split that is there, where that is not stale.
    watch : function, optional
        Is told how far the work is.

    Raises
    ------
    UsageError
        For columns, models, metrics and other options that do not exist or do not fit the target.
    DataError
        Where the table cannot be read, or nothing can be learnt from it.
    """
    with TemporaryDirectory(prefix="mlpipe-") as place:
        if ArtifactKind.SPLIT in stale:
            split = Path(place) / "split"
            _check_header(chain)
            unkept = replace(chain.split, read=replace(chain.split.read, rejects=None))
            divide(chain.data, split, unkept, watch=watch)
        watch(None, "choosing the plan")
        plan = show_plan(split, chain.preprocess).plan
        made = Split.load(split)
        _check_training(chain.train, plan, made)
        if not isinstance(made.context.target, NoTarget):
            asked_of(chain.evaluate, made.context.target)


def _check_header(chain: ChainParams) -> None:
    """The columns that are asked for, before the whole table is read."""
    blocks = open_raw(chain.data, chain.split.read)
    header = blocks.header
    blocks.close()
    roles = chain.split.roles
    if roles.columns_file is None:
        ask_roles(header, roles, target=chain.split.target or None, split_column=chain.split.split_column)


def _check_training(params: TrainParams, plan: Plan, split: Split) -> None:
    context = split.context
    if isinstance(context.target, NoTarget):
        check_options(params)
        choose_criterion(params)
        choose_models(params)
        return
    check_no_clusters(params, context.target)
    choose_metric(params.metric, context.task)
    check_auto(params)
    check_decisions(params, context.target)
    check_curves(params, context.task)
    if params.model != AUTO:
        named_candidate(params, plan, context.task).choice.build()
    if params.cv is not None:
        training_rows(split.part("train"), context, plan, seed=params.seed).folds(params.cv)
