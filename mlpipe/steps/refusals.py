"""What the steps of a chain would refuse at once, found without running them: for `run --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.data.asked import ask_roles
from mlpipe.data.reading.reader import open_raw
from mlpipe.errors import UnknownNameError
from mlpipe.metrics.registry import all_metrics, find_metric
from mlpipe.models.registry import AUTO, find_estimator, known_specs
from mlpipe.task import Task
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlpipe.steps.config.chain import ChainParams


def check_asked(chain: ChainParams) -> None:
    """Check the columns, the model and the metric that are asked for.

    Raises
    ------
    UsageError
        With the nearest names.
    DataError
        Where the table has no header that can be used.
    """
    blocks = open_raw(chain.data, chain.split.read)
    header = blocks.header
    blocks.close()
    roles = chain.split.roles
    if roles.columns_file is None:
        ask_roles(header, roles, target=chain.split.target or None, split_column=chain.split.split_column)
    task = Task(chain.split.task) if chain.split.task in set(Task) else None
    if chain.train.model != AUTO:
        if task is None:
            _known("model", chain.train.model, (AUTO, *(spec.name for spec in known_specs())))
        else:
            find_estimator(chain.train.model, task)
    if chain.train.metric is not None:
        if task is None:
            _known("metric", chain.train.metric, (spec.name for spec in all_metrics()))
        else:
            find_metric(chain.train.metric, task)


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    names = list(dict.fromkeys(names))
    if name not in names:
        raise UnknownNameError(kind, name, names, where=param(kind))
