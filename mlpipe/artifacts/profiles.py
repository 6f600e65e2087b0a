"""A profile on disk: every column in numbers, the findings, and a draft of the column roles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

from mlpipe.artifacts.errors import damaged_file
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.words.parameters import param

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlpipe.data.profiling.findings import Finding
    from mlpipe.data.profiling.profile import Profile
    from mlpipe.data.schema import Dialect
    from mlpipe.params import InspectParams


PROFILE = "profile.json"
CHANGES = "changes.json"
COLUMNS = "columns.toml"
PAGE = "report.html"


@dataclass(frozen=True, kw_only=True)
class SavedProfile:
    """A loaded profile, how the file was written that it describes, and the fingerprint of what was loaded."""

    profile: Profile
    dialect: Dialect
    fingerprint: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a profile and check it.

        Raises
        ------
        ArtifactError
            If its content is not a profile's.
        """
        from mlpipe.data.profiling.profile import Profile  # brings pandas, which a look at the names does without
        from mlpipe.data.schema import Dialect

        with open_artifact(path, ArtifactKind.PROFILE, needed_by=f"inspect {param('against')}") as folder:
            try:
                profile = Profile.from_json(folder.read_json(PROFILE))
                dialect = Dialect(**folder.manifest.context["dialect"])
            except (ValueError, TypeError, KeyError) as error:
                raise damaged_file(path, PROFILE, "holds no profile", kind=ArtifactKind.PROFILE) from error
            fingerprint = folder.manifest.fingerprint
        return cls(profile=profile, dialect=dialect, fingerprint=fingerprint)


@dataclass(frozen=True, kw_only=True)
class ProfileContent:
    """What `inspect` found.

    Parameters
    ----------
    columns_toml : str
        The draft of the roles, for a person to edit.
    report : str
        The page for people.
    changes : tuple of Finding
        What changed since the table that it was held against.
    """

    profile: Profile
    dialect: Dialect
    columns_toml: str
    report: str
    changes: tuple[Finding, ...] | None = None

    def save(self, out: Path, params: InspectParams, inputs: Sequence[Input], *, force: bool) -> Manifest:
        """Write the artifact in one move."""
        with ArtifactWriter(out, ArtifactKind.PROFILE, force=force) as writer:
            writer.write_json(PROFILE, self.profile.to_json())
            if self.changes is not None:
                writer.write_json(CHANGES, [change.to_json() for change in self.changes])
            writer.write_bytes(COLUMNS, self.columns_toml.encode())
            writer.write_bytes(PAGE, self.report.encode())
            context = {"dialect": asdict(self.dialect)}
            return writer.commit(ManifestDraft(params=asdict(params), context=context, inputs=tuple(inputs)))
