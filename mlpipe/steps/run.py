"""`run`: the whole chain in one process, each step only where its result is not already there, by content.

A step is imported where it runs: a chain that is up to date needs none of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.freshness import why_stale
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.leftovers import sweep
from mlpipe.artifacts.store.places import check_out
from mlpipe.errors import UsageError
from mlpipe.steps.evaluation.gate_results import saved_failures
from mlpipe.steps.inputs import as_input, file_digest, source_inputs
from mlpipe.words.progress import named, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlpipe.artifacts.store.manifest import Input
    from mlpipe.steps.config.chain import ChainParams
    from mlpipe.words.progress import Tell

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
        Runs the step, which tells how far it is; returns its result.
    """

    kind: ArtifactKind
    out: Path
    params: Any
    upstream: tuple[tuple[str, ArtifactKind], ...]
    act: Callable[[Tell], Any]

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


def run(
    chain: ChainParams, *, jobs: int | None = None, memory: int | None = None, dry_run: bool = False,
    watch: Tell = silent,
) -> Iterator[StageOutcome]:  # fmt: skip
    """Run what is stale, and tell of each step as it ends.

    Parameters
    ----------
    memory : int, optional
        Bytes that each step may use.
    dry_run : bool
        Tell only what would run, and why.
    watch : function, optional
        Is told how far the work is.
    """
    if chain.data == "-":
        raise UsageError("The table is read more than once.", remedy="Save standard input to a file first.")
    sources = source_inputs(chain.data, chain.split, sha256=file_digest(chain.data))
    stages = _stages(chain, jobs, memory)
    if dry_run:
        yield from _would_run(chain, stages, sources, watch)
        return
    rerun: set[ArtifactKind] = set()
    sweep_leftovers(stages)
    for number, stage in enumerate(stages, start=1):
        tell = named(watch, f"{number}/{len(stages)} {stage.step}")
        tell(None, "is it up to date?")
        reason = _why(stage, sources, rerun)
        if reason:
            rerun.add(stage.kind)
            tell(None, "starting")
        result = stage.act(tell) if reason else None
        failed = saved_failures(stage.out) if stage.kind is ArtifactKind.EVALUATION else ()
        yield StageOutcome(step=stage.step, out=stage.out, reason=reason, result=result, failed_gates=failed)


def _would_run(
    chain: ChainParams, stages: Iterable[Stage], sources: tuple[Input, ...], watch: Tell
) -> Iterator[StageOutcome]:
    """Why each step would run; whatever would be refused on the way is refused now."""
    rerun: set[ArtifactKind] = set()
    outcomes = []
    for stage in stages:
        reason = _why(stage, sources, rerun)
        if reason:
            check_out(stage.out, stage.kind)
            rerun.add(stage.kind)
        outcomes.append(StageOutcome(step=stage.step, out=stage.out, reason=reason, result=None))
    if rerun:
        from mlpipe.steps.refusals import check_stale

        check_stale(chain, rerun, Path(chain.out) / FOLDERS[ArtifactKind.SPLIT], watch=watch)
    yield from outcomes


def sweep_leftovers(stages: Iterable[Stage]) -> None:
    """Delete what killed runs left beside artifacts, those of steps that need not run now among them."""
    for stage in stages:
        sweep(stage.out.resolve())


def _stages(chain: ChainParams, jobs: int | None, memory: int | None) -> tuple[Stage, ...]:
    place = {kind: Path(chain.out) / name for kind, name in FOLDERS.items()}

    def inspect(tell: Tell) -> Any:
        from mlpipe.steps.inspect import inspect as step

        return step(chain.data, chain.inspect, out=place[ArtifactKind.PROFILE], watch=tell)

    def split(tell: Tell) -> Any:
        from mlpipe.steps.split import split as step

        return step(chain.data, place[ArtifactKind.SPLIT], chain.split, memory=memory, watch=tell)

    def preprocess(tell: Tell) -> Any:
        from mlpipe.steps.preprocess import preprocess as step

        return step(place[ArtifactKind.SPLIT], place[ArtifactKind.PREP], chain.preprocess, memory=memory, watch=tell)

    def train(tell: Tell) -> Any:
        from mlpipe.steps.train import train as step

        return step(
            place[ArtifactKind.PREP], place[ArtifactKind.MODEL], chain.train, jobs=jobs, memory=memory, watch=tell
        )

    def evaluate(tell: Tell) -> Any:
        from mlpipe.steps.evaluate import evaluate as step

        return step(
            place[ArtifactKind.MODEL], place[ArtifactKind.EVALUATION], chain.evaluate, memory=memory, watch=tell
        )

    of_split, of_prep, of_model = (
        (kind.value, kind) for kind in (ArtifactKind.SPLIT, ArtifactKind.PREP, ArtifactKind.MODEL)
    )
    steps: tuple[tuple[ArtifactKind, Any, tuple[tuple[str, ArtifactKind], ...], Callable[[Tell], Any]], ...] = (
        (ArtifactKind.PROFILE, chain.inspect, (), inspect),
        (ArtifactKind.SPLIT, chain.split, (), split),
        (ArtifactKind.PREP, chain.preprocess, (of_split,), preprocess),
        (ArtifactKind.MODEL, chain.train, (of_prep, of_split), train),
        (ArtifactKind.EVALUATION, chain.evaluate, (of_model, of_split), evaluate),
    )
    return tuple(
        Stage(kind=kind, out=place[kind], params=params, upstream=upstream, act=act)
        for kind, params, upstream, act in steps
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
