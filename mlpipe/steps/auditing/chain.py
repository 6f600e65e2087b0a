"""Artifacts and what they were made from: the split behind them, and what a refit shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.lineage import Link, follow
from mlpipe.artifacts.looks import read_looks
from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.places import real_path
from mlpipe.data.auditing.pair import AuditFinding, Pair, found
from mlpipe.data.schema import Role
from mlpipe.steps.auditing.refitting import check_fitted
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Everything behind some artifacts, each once.

    Parameters
    ----------
    links : tuple of Link
    splits, preps : tuple of Path
        Those among them that are as they were written.
    """

    links: tuple[Link, ...]
    splits: tuple[Path, ...]
    preps: tuple[Path, ...]


def open_chain(paths: Iterable[Path]) -> Chain:
    """Follow artifacts back to the tables that they came from."""
    links = {real_path(link.path): link for path in paths for link in follow(path)}
    kinds: dict[ArtifactKind, list[Path]] = {}
    for path, link in links.items():
        if link.state == "good" and path.is_dir():
            with open_artifact(path) as folder:
                kinds.setdefault(folder.kind, []).append(link.path)
    return Chain(
        links=tuple(links.values()),
        splits=tuple(kinds.get(ArtifactKind.SPLIT, ())),
        preps=tuple(kinds.get(ArtifactKind.PREP, ())),
    )


def check_links(chain: Chain) -> Iterator[AuditFinding]:
    """What is not as it was written, and what cannot be checked any more."""
    for link in chain.links:
        if link.state != "good":
            yield found("MLP518" if link.state == "bad" else "MLP525", link.told)


def split_pair(split: Split) -> Pair | None:
    """Training and test rows of a split; None without test rows."""
    if "test" not in split.parts:
        return None
    context = split.context
    columns = tuple(c for c in context.schema.columns if c.role is not Role.IGNORE)
    asked = split.folder.manifest.params.get("strategy", "auto")
    return Pair(
        train=split.part("train"),
        test=split.part("test"),
        columns=columns,
        task=context.task,
        by_time=bool(context.schema.with_role(Role.TIME)) and asked in ("auto", "time"),
    )


def check_preps(chain: Chain) -> Iterator[AuditFinding]:
    """Fit every preparation once more."""
    for path in chain.preps:
        prep = Prep.load(path)
        yield from check_fitted(prep, Split.of(prep.folder.open_input("split", ArtifactKind.SPLIT)))


def check_looks(split: Path) -> Iterator[AuditFinding]:
    """Count the models that were scored on the test part, by the ledger in the split's folder."""
    looks = read_looks(split)
    models = {look.model for look in looks}
    if len(models) > 1:
        told = f"{count_of(len(models), 'model')} were scored on the test part, in {count_of(len(looks), 'look')}."
        yield found("MLP520", told, figure=len(models))
