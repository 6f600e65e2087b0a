"""What can be wrong with an artifact, and what to do about it (exit code 4)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import KINDS, READS, Kind, how_to_make
from mlpipe.errors import ArtifactError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def shown(path: Path) -> str:
    """A path as a person would type it: relative where it lies below the working folder."""
    try:
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))  # noqa: PTH100 (resolve() follows links)
    except (ValueError, OSError):
        return str(path)


class NotAnArtifactError(ArtifactError):
    """A path where an artifact is needed holds something else, or nothing."""

    def __init__(self, path: Path, found: str, *, kind: Kind | None = None) -> None:
        self.path = path
        self.kind = kind
        wanted = f" where {KINDS[kind].noun} is needed" if kind else ""
        how = f" Make one with `{how_to_make(kind)}`." if kind else ""
        super().__init__(
            f"{shown(path)} {found}{wanted}.",
            remedy=f"Give the folder that a step wrote with -o (it holds manifest.json).{how}",
        )


class WrongKindError(ArtifactError):
    """The artifact of another step."""

    def __init__(self, path: Path, *, found: Kind, needed: Kind, needed_by: str = "") -> None:
        self.path = path
        self.found = found
        self.needed = needed
        who = needed_by or "This step"
        one_early = READS.get(needed) is found
        how = how_to_make(needed, source=shown(path) if one_early else "")
        super().__init__(
            f"{shown(path)} is {KINDS[found].noun}; {who} needs {KINDS[needed].noun}, "
            f"the folder that {KINDS[needed].step} writes.",
            remedy=f"Run `{how}` first and give its folder." if one_early else f"It is made by `{how}`.",
        )


class ManifestError(ArtifactError):
    """A manifest that mlpipe did not write in this form: cut short, edited, or foreign."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"The manifest of {shown(path.parent)} is not as mlpipe wrote it: {reason}.",
            where=shown(path),
            remedy="Run the step that wrote the folder again, with --force.",
        )


class MissingPartError(ArtifactError):
    """A part that the split does not have."""

    def __init__(self, path: Path, part: str, parts: Sequence[str]) -> None:
        self.path = path
        self.part = part
        self.parts = tuple(parts)
        size = " with --valid-size 0.2" if part == "valid" else ""
        super().__init__(
            f"{shown(path)} has no {part} part; it has {', '.join(parts)}.",
            remedy=f"Choose one of these, or split the data again{size}.",
        )


class DamagedFileError(ArtifactError):
    """A payload file that differs from what the manifest says."""

    def __init__(self, folder: Path, name: str, reason: str, *, kind: Kind) -> None:
        self.folder = folder
        self.name = name
        self.reason = reason
        super().__init__(
            f"{shown(folder / name)} {reason} since {KINDS[kind].step} wrote it; it was not opened.",
            remedy=f"Run `mlpipe {KINDS[kind].step}` again for {shown(folder)}.",
        )


class MissingFileError(ArtifactError):
    """A payload file that the artifact was not written with."""

    def __init__(self, folder: Path, name: str, names: Sequence[str]) -> None:
        self.folder = folder
        self.name = name
        self.names = tuple(names)
        super().__init__(f"{shown(folder)} holds no {name}.", remedy=f"It holds {', '.join(names) or 'no files'}.")


class UnrecordedInputError(ArtifactError):
    """An input that the manifest does not name."""

    def __init__(self, folder: Path, role: str, roles: Sequence[str]) -> None:
        self.folder = folder
        self.role = role
        super().__init__(
            f"{shown(folder)} does not say what {role} it was made from.",
            remedy=f"It was made from: {', '.join(roles) or 'nothing recorded'}.",
        )


class NewerFormatError(ArtifactError):
    """An artifact written by a later mlpipe, in a format that this one does not know."""

    def __init__(self, path: Path, *, kind: Kind, found: int, known: int, written_by: str) -> None:
        self.path = path
        self.found = found
        self.known = known
        writer = f" by mlpipe {written_by}" if written_by else ""
        super().__init__(
            f"{shown(path.parent)} was written{writer} in format {found} of {KINDS[kind].noun}; "
            f"this mlpipe knows formats up to {known}.",
            where=shown(path),
            remedy=f"Install a newer mlpipe, or run `mlpipe {KINDS[kind].step}` again with this one.",
        )


class StaleError(ArtifactError):
    """An artifact whose input has changed since it was made from it."""

    def __init__(self, path: Path, *, kind: Kind, source: Path, reason: str = "has changed since") -> None:
        self.path = path
        self.source = source
        how = how_to_make(kind, source=shown(source), out=shown(path))
        super().__init__(
            f"{shown(path)} is out of date: {shown(source)}, from which it was made, {reason}.",
            remedy=f"Run `{how}` again, with the options it was made with.",
        )


class VersionMismatchError(ArtifactError):
    """A fitted object from another minor version of a library that gives no promise across them."""

    def __init__(self, path: Path, *, kind: Kind, library: str, written: str, installed: str) -> None:
        self.path = path
        self.library = library
        self.written = written
        self.installed = installed
        super().__init__(
            f"{shown(path)} was made with {library} {written}; {installed or 'none'} is installed, "
            "and fitted objects may give other numbers across these versions.",
            remedy=f"Run `mlpipe {KINDS[kind].step}` again, install {library} {written}, "
            "or pass --allow-version-mismatch at your own risk.",
        )


class UntrustedError(ArtifactError):
    """A pickled file that asks for a class or function which mlpipe itself does not write."""

    def __init__(self, found: str, *, where: str = "") -> None:
        self.found = found
        module, _, name = found.rpartition(".")
        super().__init__(
            f"The file asks for {found}, which is not among the classes that mlpipe writes; nothing of it was run.",
            where=where,
            remedy="Do not use the file unless you know who made it and why. If the class is your own, "
            f"add it with --trust {module}:{name}.",
        )


class UnreadableObjectError(ArtifactError):
    """A pickled file that is not one of ours, or whose inside is inconsistent."""

    def __init__(self, reason: str, *, where: str = "") -> None:
        self.reason = reason
        super().__init__(
            f"The saved object cannot be used: {reason}.",
            where=where,
            remedy="Run the step that wrote it again; do not use the file if it came from elsewhere.",
        )


class OldJoblibError(ArtifactError):
    """A joblib whose reader can be led around the list of allowed classes."""

    def __init__(self, installed: str, needed: str) -> None:
        self.installed = installed
        super().__init__(
            f"joblib {installed} is installed; saved models are opened safely only by {needed} and later.",
            remedy=f"Install it: pip install 'joblib>={needed}'.",
        )


class BadTrustError(UsageError):
    """A `--trust` value that names no class."""

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(f"--trust {value!r} names no class.", remedy="Write it as module:Class.")


class OccupiedError(ArtifactError):
    """The place for the result holds something that a re-run may not replace."""

    def __init__(self, path: Path, occupant: str, *, kind: Kind) -> None:
        self.path = path
        self.occupant = occupant
        super().__init__(
            f"{shown(path)} is {occupant}; only {KINDS[kind].noun} is replaced without asking.",
            remedy="Choose another -o, or pass --force to delete what is there.",
        )


class OutputError(ArtifactError):
    """The result could not be written; what stood there before still stands."""

    def __init__(self, path: Path, reason: str, *, remedy: str = "") -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"{shown(path)} could not be written: {reason}.",
            remedy=remedy or "Nothing half-written was left, and what stood there before is unchanged.",
        )
