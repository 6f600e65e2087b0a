"""`run`: the whole chain in one process, each step only where its result is not already there, by content."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.freshness import why_stale
from mlpipe.artifacts.kinds import KINDS, Kind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.errors import UsageError
from mlpipe.steps.evaluate import evaluate, saved_failures
from mlpipe.steps.inspect import inspect
from mlpipe.steps.loading import as_input, file_digest, source_inputs
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.steps.config.chain import ChainParams

FOLDERS = {
    Kind.PROFILE: "profile",
    Kind.SPLIT: "split",
    Kind.PREP: "prep",
    Kind.MODEL: "model",
    Kind.EVALUATION: "evaluation",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the chain, ready to run.

    Parameters
    ----------
    upstream : tuple of (str, Kind)
        The artifacts it reads, by role.
    act : callable
        Runs the step; returns its result.
    """

    kind: Kind
    out: Path
    params: Any
    upstream: tuple[tuple[str, Kind], ...]
    act: Callable[[], Any]

    @property
    def step(self) -> str:
        """The command's name."""
        return KINDS[self.kind].step


@dataclass(frozen=True, kw_only=True)
class StageOutcome:
    """What happened to a stage.

    Parameters
    ----------
    reason : str
        Why it ran (or would run); empty where it was up to date.
    result : object or None
        The step's result, where it ran.
    failed_gates : tuple of str
        Limits that the evaluation does not keep, also where it is up to date.
    """

    step: str
    out: Path
    reason: str
    result: Any
    failed_gates: tuple[str, ...] = ()


def run(chain: ChainParams, *, jobs: int | None = None, dry_run: bool = False) -> Iterator[StageOutcome]:
    """Run what is stale, and tell of each step as it ends.

    Parameters
    ----------
    dry_run : bool
        Tell only what would run, and why.
    """
    if chain.data == "-":
        raise UsageError("run reads its table more than once.", remedy="Save standard input to a file first.")
    sources = source_inputs(chain.data, chain.split, sha256=file_digest(chain.data))
    rerun: set[Kind] = set()
    for stage in _stages(chain, jobs):
        reason = _why(stage, sources, rerun)
        if reason:
            rerun.add(stage.kind)
        result = stage.act() if reason and not dry_run else None
        failed = saved_failures(stage.out) if stage.kind is Kind.EVALUATION and not dry_run else ()
        yield StageOutcome(step=stage.step, out=stage.out, reason=reason, result=result, failed_gates=failed)


def _stages(chain: ChainParams, jobs: int | None) -> tuple[Stage, ...]:
    place = {kind: Path(chain.out) / name for kind, name in FOLDERS.items()}
    split_out, prep_out, model_out = place[Kind.SPLIT], place[Kind.PREP], place[Kind.MODEL]

    def stage(kind: Kind, params: Any, upstream: tuple[tuple[str, Kind], ...], act: Callable[[Path], Any]) -> Stage:
        return Stage(kind=kind, out=place[kind], params=params, upstream=upstream, act=lambda: act(place[kind]))

    return (
        stage(Kind.PROFILE, chain.inspect, (), lambda out: inspect(chain.data, chain.inspect, out=out)),
        stage(Kind.SPLIT, chain.split, (), lambda out: split(chain.data, out, chain.split)),
        stage(
            Kind.PREP,
            chain.preprocess,
            (("split", Kind.SPLIT),),
            lambda out: preprocess(split_out, out, chain.preprocess),
        ),
        stage(
            Kind.MODEL,
            chain.train,
            (("prep", Kind.PREP), ("split", Kind.SPLIT)),
            lambda out: train(prep_out, out, chain.train, jobs=jobs),
        ),
        stage(
            Kind.EVALUATION,
            chain.evaluate,
            (("model", Kind.MODEL), ("split", Kind.SPLIT)),
            lambda out: evaluate(model_out, out, chain.evaluate),
        ),
    )


def _why(stage: Stage, sources: tuple[Input, ...], rerun: set[Kind]) -> str:
    """Why a stage must run; empty if what it would write is there already."""
    for role, kind in stage.upstream:
        if kind in rerun:
            return f"the {role} is new"
    inputs: tuple[Input, ...] = sources[:1] if stage.kind is Kind.PROFILE else sources
    if stage.upstream:
        folders = [(role, stage.out.parent / FOLDERS[kind], kind) for role, kind in stage.upstream]
        inputs = tuple(as_input(role, open_artifact(path, kind)) for role, path, kind in folders)
    if not stage.out.exists():
        return "it has not run yet"
    return why_stale(stage.out, stage.kind, params=asdict(stage.params), inputs=inputs)
