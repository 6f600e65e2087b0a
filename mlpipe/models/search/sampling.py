"""Which setting to try next, by what was tried before: the tree-structured Parzen estimator of Optuna."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from mlpipe.errors import MissingExtraError
from mlpipe.models.estimator_spec import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlpipe.models.estimator_spec import Search
    from mlpipe.models.search.trials import Trial

MODEL = "model"
STARTUP_TRIALS = 8
"""Random settings before the estimator says anything."""


def check_installed() -> None:
    """Raise `MissingExtraError` where Optuna is not there."""
    from importlib.util import find_spec

    if find_spec("optuna") is None:
        raise MissingExtraError("tune", "tune")


class Sampler:
    """Proposes settings.

    Every proposal comes from a sampler of its own, seeded by the trial's number, that is told of all trials before: a
    search that was killed and goes on proposes what it would have proposed.

    Parameters
    ----------
    spaces : dict
        Model to the space of its parameters. A setting names its model where there are several.
    """

    def __init__(self, spaces: Mapping[str, Mapping[str, Search]], *, seed: int, greater_is_better: bool) -> None:
        self.spaces = spaces
        self.seed = seed
        self.direction: Literal["minimize", "maximize"] = "maximize" if greater_is_better else "minimize"

    def propose(self, number: int, before: Sequence[Trial]) -> dict[str, Any]:
        """The setting of the trial `number`."""
        trial = self.study(number, before).ask()
        model = next(iter(self.spaces))
        if len(self.spaces) > 1:
            model = trial.suggest_categorical(MODEL, list(self.spaces))
        return {
            **({MODEL: model} if len(self.spaces) > 1 else {}),
            **{name: _suggest(trial, f"{model}.{name}", search) for name, search in self.spaces[model].items()},
        }

    def study(self, number: int, before: Sequence[Trial]) -> Any:
        """Optuna's study of what was tried, in memory."""
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        seed = (self.seed * 100_003 + number) % 2**31
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP_TRIALS)
        study = optuna.create_study(direction=self.direction, sampler=sampler)
        for trial in before:
            if trial.value is not None:
                study.add_trial(self._told(trial))
        return study

    def _told(self, trial: Trial) -> Any:
        import optuna

        model = trial.params.get(MODEL, next(iter(self.spaces)))
        space = self.spaces[model]
        named = {name: (f"{model}.{name}", search) for name, search in space.items() if name in trial.params}
        params = {full: _optuna_value(trial.params[name], search) for name, (full, search) in named.items()}
        distributions = {full: _distribution(search) for full, search in named.values()}
        if len(self.spaces) > 1:
            params[MODEL] = model
            distributions[MODEL] = optuna.distributions.CategoricalDistribution(list(self.spaces))
        try:
            return optuna.trial.create_trial(params=params, distributions=distributions, value=trial.value)
        except ValueError:  # defaults may lie outside of the space: their value counts, their place does not
            return optuna.trial.create_trial(value=trial.value)


def _suggest(trial: Any, name: str, search: Search) -> Any:
    if isinstance(search, Choice):
        place = trial.suggest_categorical(name, list(range(len(search.values))))
        return search.values[place]
    if search.whole:
        return trial.suggest_int(name, int(search.low), int(search.high), log=search.log)
    return trial.suggest_float(name, search.low, search.high, log=search.log)


def _optuna_value(value: Any, search: Search) -> Any:
    if not isinstance(search, Choice):
        return value
    # JSON has no tuples: what was tried comes back as a list.
    plain = tuple(value) if isinstance(value, list) else value
    return search.values.index(plain)


def _distribution(search: Search) -> Any:
    import optuna

    if isinstance(search, Choice):
        return optuna.distributions.CategoricalDistribution(list(range(len(search.values))))
    if search.whole:
        return optuna.distributions.IntDistribution(int(search.low), int(search.high), log=search.log)
    return optuna.distributions.FloatDistribution(search.low, search.high, log=search.log)


LEAST_FOR_SHARES = 8
"""Trials below which shares of variance say nothing."""


def parameter_shares(
    spaces: Mapping[str, Mapping[str, Search]], trials: Sequence[Trial], *, seed: int
) -> dict[str, float]:
    """Share of the variance of the values that goes back to each parameter (functional ANOVA); empty for few trials.

    References
    ----------
    Hutter, Hoos, Leyton-Brown (2014), An efficient approach for assessing hyperparameter importance, ICML.
    """
    proposed = [trial for trial in trials if set(trial.params) - {MODEL}]
    if len(proposed) < LEAST_FOR_SHARES:
        return {}
    import optuna

    study = Sampler(spaces, seed=seed, greater_is_better=True).study(0, proposed)
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    try:
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    except (RuntimeError, ValueError):  # all values are alike, or no parameter is in every trial
        return {}
    alone = len(spaces) == 1
    return {name.partition(".")[2] if alone else name: float(share) for name, share in found.items()}
