"""Whether a result may be put where it was asked for, answered before the work starts and again at its end."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import not_written, shown
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store.manifest import MANIFEST_NAME
from mlpipe.artifacts.store.manifest_json import peek
from mlpipe.artifacts.store.placing import recover
from mlpipe.artifacts.store.signatures import SIGNATURE
from mlpipe.artifacts.store.strangers import DROPPINGS
from mlpipe.errors import ArtifactError
from mlpipe.words.lists import listed
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ATTEMPTS = 20

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than allowed here",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "you have no permission to write there",
    errno.EPERM: "you have no permission to write there",
    errno.EIO: "the disk reports an error",
    errno.EXDEV: "it is a place of its own (a mount) that cannot be replaced; name a folder inside it",
    errno.EBUSY: "it is a place of its own (a mount) that cannot be replaced; name a folder inside it",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def why_not(error: OSError) -> str:
    """The reason of a failed write, in words."""
    return _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())


PLACED = "The new result is in place, but may be lost if the machine stops now."
"""What to say of errors that come when the new is where the old was."""


@contextlib.contextmanager
def output_errors(out: Path, *, remedy: str = "") -> Iterator[None]:
    """Word every `OSError` inside as a failure to write `out`."""
    try:
        yield
    except OSError as error:
        raise not_written(out, why_not(error), remedy=remedy) from error


def is_failed_write(error: OSError, place: Path) -> bool:
    """Whether an error met while computing is one of writing to `place`, rather than of reading an input."""
    if error.filename is not None:
        return Path(os.fsdecode(error.filename)).is_relative_to(place)
    return error.errno in _REASONS


def room_beside(out: Path) -> tuple[str, ...]:
    """The folder that is to hold `out`, or the nearest one there is: what must wait on disk waits there."""
    return tuple(str(folder) for folder in out.resolve().parents if folder.is_dir())[:1]


def check_out(out: Path, kind: ArtifactKind, *, force: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Check that an artifact of `kind` may be written at `out`.

    Parameters
    ----------
    force : bool
        Replace whatever is there. Never a folder that the user stands in or lives in, nor one that holds an input.

    Raises
    ------
    ArtifactError
        If `out` holds anything but an artifact of the same kind, and not `force`; or if nothing can be written there.
    """
    with output_errors(out):
        real = _resolved(out)
        if real == real.parent:
            remedy = f"Name a new folder, such as {param('out', 'result')}."
            raise not_written(out, "it is the root of all folders", remedy=remedy)
        recover(real)
        _check_replaceable(out, real, inputs)
        found = occupant(real, kind)
        if found and not force:
            raise ArtifactError(
                f"{shown(out)} is {found}; only {KINDS[kind].noun} is replaced without asking.",
                remedy=ways(f"Choose another {param('out')}", f"pass {param('force')} to delete what is there"),
            )
        _check_writable(out, real)


def real_path(path: Path) -> Path:
    """Where the links of a path lead; the path as it stands where they lead to each other."""
    return Path(os.path.realpath(path))


def _resolved(out: Path) -> Path:
    try:
        return out.resolve()
    except RuntimeError as error:  # Python 3.11 and 3.12 say so of links that lead to each other
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


def occupant(real: Path, kind: ArtifactKind) -> str:
    """What stands at `real` that a re-run may not replace, in words; `""` if it may.

    A folder with files that no manifest names is not replaced: they are not ours to delete.
    """
    # Another run may replace the folder while it is looked through: then look again.
    found = ""
    for _ in range(_ATTEMPTS):
        before = _identity(real)
        with contextlib.suppress(FileNotFoundError):
            found = _occupant(real, kind) if before else ""
            if _identity(real) == before:
                break
    return found


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _occupant(real: Path, kind: ArtifactKind) -> str:
    if not real.is_dir():
        return "a file"
    names = _file_names(real)
    return _foreign(real, names, kind) if names else ""


def _foreign(folder: Path, names: set[str], kind: ArtifactKind) -> str:
    if MANIFEST_NAME not in names:
        return f"a folder with files that are not mlpipe's ({_few(names)})"
    known = peek((folder / MANIFEST_NAME).read_bytes())
    if known is None:
        return "a folder whose manifest.json mlpipe did not write, or not in this form"
    found, ours = known
    if found is not kind:
        return KINDS[found].noun
    foreign = names - ours - {MANIFEST_NAME, SIGNATURE, *KINDS[kind].beside}
    return f"{KINDS[kind].noun} with other files beside it ({_few(foreign)})" if foreign else ""


def _file_names(folder: Path) -> set[str]:
    # Only folders are listed deeper: a link is one entry, whatever it points to. Empty folders hold nothing to lose.
    names: set[str] = set()
    for root, folders, files in os.walk(folder):
        linked = [name for name in folders if (Path(root) / name).is_symlink()]
        names.update((Path(root) / name).relative_to(folder).as_posix() for name in [*files, *linked])
    return {name for name in names if name.rpartition("/")[2] not in DROPPINGS}


def _few(names: set[str]) -> str:
    return listed(sorted(names), 3)


def _check_replaceable(out: Path, real: Path, inputs: Iterable[Path]) -> None:
    for source in inputs:
        if source.resolve().is_relative_to(real):
            raise not_written(
                out,
                f"it holds {shown(source)}, which this step reads",
                remedy=f"Choose another folder with {param('out')}.",
            )
    for place, what in ((Path.cwd(), "the folder you are in"), (Path("~").expanduser(), "your home folder")):
        if place.resolve().is_relative_to(real):
            raise not_written(
                out,
                f"it is {what}, or holds it, and is replaced as a whole",
                remedy=f"Name a new folder, such as {param('out', 'result')}.",
            )
    if os.path.ismount(real):  # Path.is_mount trips over a folder that another run moves just then
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _check_writable(out: Path, real: Path) -> None:
    nearest = next(parent for parent in (*real.parents, real) if os.path.lexists(parent))
    if not nearest.is_dir():
        raise not_written(out, f"{shown(nearest)} is a file, not a folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        read_only = os.statvfs(nearest).f_flag & os.ST_RDONLY
        raise OSError(errno.EROFS if read_only else errno.EACCES, "")
