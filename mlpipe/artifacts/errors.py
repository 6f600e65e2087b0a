"""What can be wrong with an artifact, and what to do about it; each function words the error to raise (exit code 4)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.kinds import KINDS, ArtifactKind, how_to_make
from mlpipe.errors import ArtifactError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ANY, in_step, ways
from mlpipe.words.sources import readable_name

if TYPE_CHECKING:
    from collections.abc import Sequence


def shown(path: Path) -> str:
    """A path as a person would type it: relative where it lies below the working folder."""
    with suppress(ValueError, OSError):
        path = Path(os.path.abspath(path)).relative_to(Path.cwd())  # noqa: PTH100 (resolve() follows links)
    return readable_name(str(path))


def not_an_artifact(path: Path, found: str, *, kind: ArtifactKind | None = None) -> ArtifactError:
    """A path where an artifact is needed holds something else, or nothing."""
    wanted = f" where {KINDS[kind].noun} is needed" if kind else ""
    how = f" Make one with `{how_to_make(kind)}`." if kind else ""
    return ArtifactError(
        f"{shown(path)} {found}{wanted}.",
        remedy=ways(
            in_step(ANY, f"Give the folder that a step wrote with {param('out')} (it holds manifest.json).{how}")
        ),
    )


def bad_manifest(path: Path, reason: str) -> ArtifactError:
    """A manifest that mlpipe did not write in this form: cut short, edited, or foreign."""
    return ArtifactError(
        f"The manifest of {shown(path.parent)} is not as mlpipe wrote it: {reason}.",
        where=shown(path),
        remedy=ways(in_step(ANY, f"Run the step that wrote the folder again, with {param('force')}")),
    )


def missing_part(path: Path, part: str, parts: Sequence[str]) -> ArtifactError:
    """A part that the split does not have."""
    size = f" with {param('valid_size', 0.2)}" if part == "valid" else ""
    return ArtifactError(
        f"{shown(path)} has no {part} part; it has {', '.join(parts)}.",
        remedy=ways("Choose one of these", in_step("split", f"split the data again{size}")),
    )


def damaged_file(folder: Path, name: str, reason: str, *, kind: ArtifactKind) -> ArtifactError:
    """A payload file that differs from what the manifest says."""
    return ArtifactError(
        f"{shown(folder / name)} {reason} since {KINDS[kind].step} wrote it; it was not opened.",
        remedy=f"Run `mlpipe {KINDS[kind].step}` again for {shown(folder)}.",
    )


def stale(path: Path, *, kind: ArtifactKind, source: Path, reason: str = "has changed since") -> ArtifactError:
    """An artifact whose input has changed since it was made from it."""
    how = how_to_make(kind, source=shown(source), out=shown(path))
    return ArtifactError(
        f"{shown(path)} is out of date: {shown(source)}, from which it was made, {reason}.",
        remedy=f"Run `{how}` again, with the options it was made with.",
    )


def unreadable_object(reason: str, *, where: str = "") -> ArtifactError:
    """A pickled file that is not one of ours, or whose inside is inconsistent."""
    return ArtifactError(
        f"The saved object cannot be used: {reason}.",
        where=where,
        remedy="Run the step that wrote it again; do not use the file if it came from elsewhere.",
    )


def not_written(path: Path, reason: str, *, remedy: str = "") -> ArtifactError:
    """The result could not be written; what stood there before still stands."""
    return ArtifactError(
        f"{shown(path)} could not be written: {reason}.",
        remedy=remedy or "Nothing half-written was left, and what stood there before is unchanged.",
    )
