"""A profile on disk: every column in numbers, the findings, and a draft of the column roles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import Kind
from mlpipe.artifacts.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store import ArtifactWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlpipe.data.profile import Profile
    from mlpipe.data.schema import Dialect
    from mlpipe.params import InspectParams


@dataclass(frozen=True, kw_only=True)
class ProfileContent:
    """What `inspect` found.

    Parameters
    ----------
    columns_toml : str
        The draft of the roles, for a person to edit.
    report : str
        The page for people.
    """

    profile: Profile
    dialect: Dialect
    columns_toml: str
    report: str

    def save(self, out: Path, params: InspectParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, Kind.PROFILE, force=force) as writer:
            writer.write_json("profile.json", self.profile.to_json())
            writer.write_bytes("columns.toml", self.columns_toml.encode())
            writer.write_bytes("report.html", self.report.encode())
            context = {"dialect": asdict(self.dialect)}
            return writer.commit(ManifestDraft(params=asdict(params), context=context, inputs=tuple(inputs)))
