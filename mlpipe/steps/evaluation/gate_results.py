"""Gates that failed: told again where an evaluation is up to date; light, for `run` finds that out at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlpipe.artifacts.evaluations import METRICS
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.errors import GateError

if TYPE_CHECKING:
    from pathlib import Path


def saved_failures(out: Path) -> tuple[str, ...]:
    """Gates that a saved evaluation did not pass: they fail again when it is found up to date."""
    with open_artifact(out, ArtifactKind.EVALUATION) as folder:
        return tuple(gate["told"] for gate in folder.read_json(METRICS)["gates"] if not gate["passed"])


def raise_failed(failed: tuple[str, ...], out: Path) -> None:
    """Raise `GateError` where there is a failed gate."""
    if failed:
        raise GateError("A gate failed: " + "; ".join(failed) + ".", where=str(out), remedy="The report is written.")
