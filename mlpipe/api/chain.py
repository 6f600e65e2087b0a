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
from mlpipe.api.tables import as_source
from mlpipe.params import EvaluateParams, PreprocessParams, SplitParams, TrainParams
from mlpipe.steps.shown import Shown

if TYPE_CHECKING:
    from os import PathLike

    from mlpipe.api.tables import Data
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
    data: Data, out: str | PathLike[str] | None = None, *, jobs: int | None = None, **options: Unpack[RunOptions]
) -> RunResult:
    """Run the whole chain, and only what is stale.

    Parameters
    ----------
    data : str, path, DataFrame or Arrow table
        A table, or a `mlpipe.toml` with the whole chain.
    out : str or path, optional
        Folder for all artifacts; `out` unless the file says otherwise.
    jobs : int, optional
        Processes; results do not depend on it.
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
        chain = _chain(source, None if out is None else str(out), dict(options))
        outcomes = {outcome.step: outcome for outcome in step(chain, jobs=jobs)}
    return RunResult(out=Path(chain.out), steps=outcomes)


def _chain(source: str, out: str | None, given: dict[str, Any]) -> ChainParams:
    from mlpipe.steps.config.chain import ChainParams, read_config

    if source.endswith(".toml"):
        chain = read_config(Path(source))
        target = given.get("target")
        chain = chain if target is None else replace(chain, split=replace(chain.split, target=target))
        return chain if out is None else replace(chain, out=out)
    return ChainParams(data=source, out=out or "out", **by_step(given))


def by_step(given: dict[str, Any]) -> dict[str, Any]:
    """Each step's parameters: an option goes to every step that knows it, and to one at least."""
    kinds = {"split": SplitParams, "preprocess": PreprocessParams, "train": TrainParams, "evaluate": EvaluateParams}
    return {name: build_params(kind, _known(kind, given, kinds)) for name, kind in kinds.items()}


def _known(kind: Any, given: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    from mlpipe.errors import UnknownNameError

    everything = {name for one in kinds.values() for name in option_defaults(one)}
    for name in given:
        if name not in everything:
            raise UnknownNameError("option", name, sorted(everything))
    own = set(option_defaults(kind)) - (_ELSEWHERE.get(kind.__name__, set()))
    return {name: value for name, value in given.items() if name in own}


_ELSEWHERE = {
    "PreprocessParams": {"text", "datetime", "columns", "drop"},
    "EvaluateParams": {"positive", "threshold", "encoding", "delimiter", "decimal", "thousands"},
}
"""Options that `run` has in the sense of `split` or `train`."""
