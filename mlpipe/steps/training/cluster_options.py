"""Options of `train` where there is no target: which say something, and what they ask for."""

from __future__ import annotations

from dataclasses import fields

from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.models.clusters.sweep import Criterion
from mlpipe.models.comparison.candidates import portfolio
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import AUTO, find_estimator
from mlpipe.params import TrainParams
from mlpipe.task import Task
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

CRITERIA: tuple[Criterion, ...] = ("silhouette", "calinski_harabasz", "davies_bouldin", "bic")
MIXTURE = "gmm"
_OF_CLUSTERS = frozenset({"model", "params", "metric", "k", "seed"})
"""Those that say something of clusters; the others need a target."""


def check_options(params: TrainParams) -> None:
    """Raise `UsageError` for an option that needs a target."""
    usual = TrainParams()
    for option in fields(TrainParams):
        value = getattr(params, option.name)
        if option.name not in _OF_CLUSTERS and value != getattr(usual, option.name):
            raise UsageError(
                f"{param(option.name, value)} needs a target, and clustering has none.",
                remedy=f"Leave {param(option.name)} away.",
            )


def choose_criterion(params: TrainParams) -> Criterion:
    """What the number of clusters is chosen by."""
    if params.metric is None:
        return "bic" if params.model == MIXTURE else "silhouette"
    for known in CRITERIA:
        if params.metric == known:
            if known == "bic" and params.model != MIXTURE:
                raise UsageError(
                    f"{param('metric', known)} is for mixtures, and the model is {params.model}.",
                    remedy=ways(f"Add {param('model', MIXTURE)}", "choose by silhouette"),
                )
            return known
    raise UnknownNameError("criterion", params.metric, CRITERIA, where=param("metric"))


def choose_models(params: TrainParams) -> tuple[ModelChoice, ...]:
    """The models that clusters are looked for with."""
    if params.model != AUTO:
        spec = find_estimator(params.model, Task.CLUSTERING)
        spec.check_installed()
        if params.k is not None and not spec.count:
            raise UsageError(
                f"{param('k', params.k)} has nothing to act on: {spec.name} finds how many clusters there are.",
                remedy=ways(f"Leave {param('k')} away", f"; {param('params')} sets how dense a cluster is"),
            )
        return (ModelChoice(spec=spec, params=params.params, seed=params.seed),)
    if params.params:
        raise UsageError(
            f"{param('params')} is for one model, and {param('model', AUTO)} compares several.",
            remedy=f"Name one: {param('model', 'kmeans')}.",
        )
    specs = [find_estimator(entry.model, Task.CLUSTERING) for entry in portfolio(Task.CLUSTERING)]
    return tuple(ModelChoice(spec=spec, seed=params.seed) for spec in specs)
