"""The whole chain as one function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from mlpipe.api.calling import with_keywords
from mlpipe.api.keywords.chain import RunOptions
from mlpipe.api.keywords.judging import EvaluateOptions
from mlpipe.api.keywords.learning import DescentOptions, TrainOptions
from mlpipe.api.keywords.preparation import PreprocessOptions
from mlpipe.api.keywords.tables import ReadOptions, RoleOptions, SplitOptions
from mlpipe.api.options import build_params, option_defaults
from mlpipe.api.preparing import preparation
from mlpipe.api.tables import as_source
from mlpipe.errors import UnknownNameError, UsageError
from mlpipe.params import EvaluateParams, PreprocessParams, SplitParams, TrainParams
from mlpipe.steps.shown import Shown
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from os import PathLike

    from mlpipe.api.tables import Data

    Place = str | PathLike[str]
    from mlpipe.steps.config.chain import ChainParams
    from mlpipe.steps.run import StageOutcome


@dataclass(frozen=True, kw_only=True, repr=False)
class RunResult(Shown):
    """What `run` did.

    Parameters
    ----------
    out : Path
        The folder with `profile`, `split`, `prep`, `model` and `evaluation`.
    steps : dict
        The name of each step to its outcome: why it ran (empty where it was up to date) and its result.
    """

    out: Path
    steps: dict[str, StageOutcome]

    def facts(self) -> dict[str, object]:
        """What each step did."""
        told = {name: outcome.reason or "up to date" for name, outcome in self.steps.items()}
        return {"out": str(self.out), **told}


@with_keywords(
    (
        RunOptions, SplitOptions, RoleOptions, ReadOptions, TrainOptions, DescentOptions, PreprocessOptions,
        EvaluateOptions,
    ), SplitParams, PreprocessParams, TrainParams, EvaluateParams,
)  # fmt: skip
def run(
    data: Data,
    out: Place | None = None,
    *,
    recipe: Place | None = None,
    memory: int | None = None,
    jobs: int | None = None,
    dry_run: bool = False,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Run the whole chain, and only what is stale.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
        A table, or a `mlpipe.toml` with the whole chain.
    out : str or path, optional
        Folder for all artifacts; `out` unless the file says otherwise.
    recipe : str or path, optional
        How to preprocess, in TOML; options go over its top.
    memory : int, optional
        Bytes that may be used; three quarters of what is free without it. What has to be sampled for it is told.
    jobs : int, optional
        Processes; results do not depend on it.
    dry_run : bool
        Only tell what would run, and why: `steps` have reasons, and no results.
    **options
        What `mlpipe run` takes, with `_` for `-`.

    Returns
    -------
    RunResult

    Raises
    ------
    UsageError, DataError, ArtifactError, FitError
        As the steps do.

    Examples
    --------
    >>> import mlpipe, tempfile
    >>> result = mlpipe.run(
    ...     "sample_data/customers.csv", tempfile.mkdtemp() + "/out", target="churned", model="dummy"
    ... )
    >>> list(result.steps)
    ['inspect', 'split', 'preprocess', 'train', 'evaluate']
    """
    from mlpipe.steps.run import run as step

    with as_source(data) as source:
        chain = _chain(source, None if out is None else str(out), recipe, dict(options))
        outcomes = {outcome.step: outcome for outcome in step(chain, jobs=jobs, memory=memory, dry_run=dry_run)}
    return RunResult(out=Path(chain.out), steps=outcomes)


def _chain(source: str, out: str | None, recipe: Place | None, given: dict[str, Any]) -> ChainParams:
    from mlpipe.steps.config.chain import ChainParams, read_config

    if source.endswith(".toml"):
        target = given.pop("target", None)
        for name in ("recipe", *given) if recipe is not None else given:
            raise UsageError(
                f"{param(name)} is given beside {source}, where the options stand.",
                remedy=ways("Write it into the file", f"; only {param('target')} and {param('out')} go before it"),
            )
        chain = read_config(Path(source))
        chain = chain if target is None else replace(chain, split=replace(chain.split, target=target))
        return chain if out is None else replace(chain, out=out)
    steps = by_step(given)
    if recipe is not None:
        steps["preprocess"] = preparation(recipe, _known(PreprocessParams, given))
    return ChainParams(data=source, out=out or "out", **steps)


def by_step(given: dict[str, Any]) -> dict[str, Any]:
    """Each step's parameters: an option goes to every step that knows it, and to one at least."""
    everything = {name for kind in _STEPS.values() for name in option_defaults(kind)}
    for name in given:
        if name not in everything:
            raise UnknownNameError("option", name, sorted(everything))
    return {name: build_params(kind, _known(kind, given)) for name, kind in _STEPS.items()}


def _known(kind: Any, given: dict[str, Any]) -> dict[str, Any]:
    own = set(option_defaults(kind)) - (_ELSEWHERE.get(kind.__name__, set()))
    return {name: value for name, value in given.items() if name in own}


_STEPS: dict[str, type] = {
    "split": SplitParams, "preprocess": PreprocessParams, "train": TrainParams, "evaluate": EvaluateParams,
}  # fmt: skip
_ELSEWHERE = {
    "PreprocessParams": {"text", "datetime", "columns", "drop"},
    "EvaluateParams": {"positive", "threshold", "encoding", "delimiter", "decimal", "thousands"},
}
"""Options that `run` has in the sense of `split` or `train`."""
