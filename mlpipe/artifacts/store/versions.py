"""The versions an artifact was made with, and whether a fitted object may be used with those installed."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.errors import ArtifactError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIBRARIES = ("scikit-learn", "imbalanced-learn", "numpy", "scipy", "pandas", "pyarrow", "joblib")

# Neither promises that an object pickled by one minor version works in another (scikit-learn only warns,
# imbalanced-learn does not even store its version).
GATED = ("scikit-learn", "imbalanced-learn")


@cache
def installed_version(library: str) -> str:
    """Version of an installed distribution, `""` where there is none; nothing is imported."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def environment() -> dict[str, str]:
    """Python and the libraries that decide what a fit gives."""
    found = {library: installed_version(library) for library in LIBRARIES}
    return {"python": platform.python_version(), **{name: version for name, version in found.items() if version}}


def check_versions(
    made_with: Mapping[str, str], path: Path, kind: ArtifactKind, *, allow_mismatch: bool = False
) -> None:
    """Refuse a fitted object made with another minor version of a gated library.

    Raises
    ------
    ArtifactError
        Unless `allow_mismatch`.
    """
    if allow_mismatch:
        return
    for library in GATED:
        written = made_with.get(library, "")
        installed = installed_version(library)
        if written and _minor(written) != _minor(installed):
            raise ArtifactError(
                f"{shown(path)} was made with {library} {written}; {installed or 'none'} is installed, "
                "and fitted objects may give other numbers across these versions.",
                remedy=ways(
                    f"Run `mlpipe {KINDS[kind].step}` again, install {library} {written}",
                    f"pass {param('allow_version_mismatch')} at your own risk",
                ),
            )


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])
