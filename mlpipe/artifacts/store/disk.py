"""Every change that the store makes on disk, one named function each.

Tests set `watch` to make the n-th operation fail, or to be interrupted just after it happened; nothing else in
the package touches it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import shutil
import sys
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Moment = Literal["before", "after"]

_CHUNK = 1 << 20
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux, renameat2(2)
_RENAME_SWAP = 2  # macOS, renamex_np(2)
# What a file system or kernel answers that cannot exchange two names.
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def _flags(*names: str) -> int:
    """Flags for `os.open`, of those that the system has."""
    return os.O_RDONLY | sum(getattr(os, name, 0) for name in names)


# Never a link, and never waiting at a pipe for a writer.
READ_FILE = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC")
READ_FOLDER = _flags("O_DIRECTORY", "O_CLOEXEC")


class ExchangeUnsupportedError(OSError):
    """The system or the file system cannot exchange two names in one move."""


def _unwatched(_moment: Moment, _operation: str, _path: Path) -> None:
    """Do nothing; stands where tests put their faults."""


watch: Callable[[Moment, str, Path], None] = _unwatched


@contextlib.contextmanager
def _watched(operation: str, path: Path) -> Iterator[None]:
    watch("before", operation, path)
    yield
    watch("after", operation, path)


def make_folder(path: Path) -> None:
    """Create one folder, with the permissions that the umask leaves."""
    with _watched("mkdir", path):
        path.mkdir()


def make_parents(path: Path) -> list[Path]:
    """Create the missing folders above `path`; those created, deepest first."""
    missing = [parent for parent in path.parents if not parent.exists()]
    for parent in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another run was quicker
            make_folder(parent)
    return missing


def drop_parents(made: list[Path]) -> None:
    """Delete folders that `make_parents` created and nobody has used since."""
    with contextlib.suppress(OSError):
        for parent in made:
            parent.rmdir()


def write_file(path: Path, data: bytes) -> None:
    """Create a file with `data`; it must not exist."""
    with _watched("write", path), path.open("xb") as file:
        file.write(data)


def create_file(path: Path) -> BinaryIO:
    """Open a file that must not exist, with the permissions that the umask leaves."""
    with _watched("create", path):
        return path.open("xb")


def flush_handle(file: BinaryIO, path: Path) -> None:
    """Force what was written to an open file to the disk."""
    with _watched("fsync", path):
        file.flush()
        os.fsync(file.fileno())


def flush_file(path: Path) -> tuple[int, str]:
    """Force a file's content to the disk; its size and SHA-256."""
    with _watched("fsync", path), path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        os.fsync(file.fileno())
        return file.tell(), digest.hexdigest()


def flush_folder(path: Path) -> None:
    """Force a folder's entries to the disk, where the system has a way to."""
    with _watched("fsync", path):
        handle = os.open(path, READ_FOLDER)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _CANNOT:  # some network file systems
                raise
        finally:
            os.close(handle)


def rename(source: Path, target: Path) -> None:
    """Give `source` another name; replaces a file by a file, an empty folder by a folder."""
    with _watched("rename", target):
        source.replace(target)


def exchange(first: Path, second: Path) -> None:
    """Let two names change places in one move.

    Raises
    ------
    ExchangeUnsupportedError
        If the system or the file system cannot.
    """
    with _watched("exchange", second):
        code = _exchange(os.fsencode(first), os.fsencode(second))
        if code in _CANNOT:
            raise ExchangeUnsupportedError(code, os.strerror(code), str(second))
        if code:
            raise OSError(code, os.strerror(code), str(second))


def _exchange(first: bytes, second: bytes) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(first, second, ctypes.c_uint(_RENAME_SWAP))
    elif hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_RENAME_EXCHANGE))
    else:
        return errno.ENOSYS
    return ctypes.get_errno() if failed else 0


def remove(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; links are deleted, not followed."""
    with _watched("remove", path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
