"""`verify`: every digest, size and fingerprint down the chain, and the signature."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.lineage import Link, follow
from mlpipe.artifacts.store.places import real_path
from mlpipe.errors import ArtifactError
from mlpipe.params.signing import KEY_FILE
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, repr=False)
class VerifyResult(Shown):
    """What was checked, each once: artifacts, and the files that they were made from.

    Parameters
    ----------
    signed : bool
        Whether the signatures of the artifacts that were named were checked as well.
    """

    links: tuple[Link, ...]
    signed: bool

    def facts(self) -> dict[str, object]:
        """How many are as they were written, how many are not, and how many are gone."""
        return {**Counter(link.state for link in self.links), "signed": self.signed}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "signed": self.signed,
            "checked": [
                {"path": str(link.path), "what": link.noun, "state": link.state, "told": link.told,
                 "fingerprint": link.fingerprint}
                for link in self.links
            ],
        }  # fmt: skip

    def check(self) -> None:
        """Raise `ArtifactError` where something is not as it was written."""
        bad = [link for link in self.links if link.state == "bad"]
        if bad:
            more = f" ({count_of(len(bad) - 1, 'more fault')})" if len(bad) > 1 else ""
            raise ArtifactError(
                f"{shown(bad[0].path)} is not as it was written{more}.",
                where=bad[0].told,
                remedy="Do not use it; run the steps again from what you trust.",
            )


def verify(paths: Sequence[Path], *, key_file: Path | None = None) -> VerifyResult:
    """Check artifacts and all that they were made from.

    Parameters
    ----------
    key_file : Path, optional
        The key that the artifacts must be signed with.
    """
    asked = KEY_FILE.set(str(key_file)) if key_file is not None else None
    try:
        links = {real_path(link.path): link for path in paths for link in follow(path)}
    finally:
        signed = KEY_FILE.get() is not None
        if asked is not None:
            KEY_FILE.reset(asked)
    return VerifyResult(links=tuple(links.values()), signed=signed)
