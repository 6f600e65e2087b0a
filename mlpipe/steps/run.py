"""`run`: the whole chain in one process, each step only where its result is not already there, by content."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.freshness import why_stale
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
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
    ArtifactKind.PROFILE: "profile",
    ArtifactKind.SPLIT: "split",
    ArtifactKind.PREP: "prep",
    ArtifactKind.MODEL: "model",
    ArtifactKind.EVALUATION: "evaluation",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the chain, ready to run.

    Parameters
    ----------
    upstream : tuple of (str, ArtifactKind)
        The artifacts it reads, by role.
    act : callable
        Runs the step; returns its result.
    """

    kind: ArtifactKind
    out: Path
    params: Any
    upstream: tuple[tuple[str, ArtifactKind], ...]
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
    rerun: set[ArtifactKind] = set()
    for stage in _stages(chain, jobs):
        reason = _why(stage, sources, rerun)
        if reason:
            rerun.add(stage.kind)
        result = stage.act() if reason and not dry_run else None
        failed = saved_failures(stage.out) if stage.kind is ArtifactKind.EVALUATION and not dry_run else ()
        yield StageOutcome(step=stage.step, out=stage.out, reason=reason, result=result, failed_gates=failed)


def _stages(chain: ChainParams, jobs: int | None) -> tuple[Stage, ...]:
    place = {kind: Path(chain.out) / name for kind, name in FOLDERS.items()}
    split_out, prep_out, model_out = place[ArtifactKind.SPLIT], place[ArtifactKind.PREP], place[ArtifactKind.MODEL]

    def stage(
        kind: ArtifactKind, params: Any, upstream: tuple[tuple[str, ArtifactKind], ...], act: Callable[[Path], Any]
    ) -> Stage:
        return Stage(kind=kind, out=place[kind], params=params, upstream=upstream, act=lambda: act(place[kind]))

    return (
        stage(ArtifactKind.PROFILE, chain.inspect, (), lambda out: inspect(chain.data, chain.inspect, out=out)),
        stage(ArtifactKind.SPLIT, chain.split, (), lambda out: split(chain.data, out, chain.split)),
        stage(
            ArtifactKind.PREP,
            chain.preprocess,
            (("split", ArtifactKind.SPLIT),),
            lambda out: preprocess(split_out, out, chain.preprocess),
        ),
        stage(
            ArtifactKind.MODEL,
            chain.train,
            (("prep", ArtifactKind.PREP), ("split", ArtifactKind.SPLIT)),
            lambda out: train(prep_out, out, chain.train, jobs=jobs),
        ),
        stage(
            ArtifactKind.EVALUATION,
            chain.evaluate,
            (("model", ArtifactKind.MODEL), ("split", ArtifactKind.SPLIT)),
            lambda out: evaluate(model_out, out, chain.evaluate),
        ),
    )


def _why(stage: Stage, sources: tuple[Input, ...], rerun: set[ArtifactKind]) -> str:
    """Why a stage must run; empty if what it would write is there already."""
    for role, kind in stage.upstream:
        if kind in rerun:
            return f"the {role} is new"
    inputs: tuple[Input, ...] = sources[:1] if stage.kind is ArtifactKind.PROFILE else sources
    if stage.upstream:
        folders = [(role, stage.out.parent / FOLDERS[kind], kind) for role, kind in stage.upstream]
        inputs = tuple(as_input(role, open_artifact(path, kind)) for role, path, kind in folders)
    if not stage.out.exists():
        return "it has not run yet"
    return why_stale(stage.out, stage.kind, params=asdict(stage.params), inputs=inputs)
