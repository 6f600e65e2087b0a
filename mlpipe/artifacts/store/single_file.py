"""Writing one file, such as predictions, so that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import stat
from typing import TYPE_CHECKING, BinaryIO

from mlpipe.artifacts.errors import not_written, shown
from mlpipe.artifacts.store import disk
from mlpipe.artifacts.store.leftovers import discard, lock_for_writing, sweep, temporary_sibling
from mlpipe.artifacts.store.places import PLACED, is_failed_write, output_errors, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def write_file_atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place when the block ends, and is gone if it fails.

    A device or a pipe (`/dev/null`, a named pipe) is written to directly: replacing it is never meant.

    Raises
    ------
    ArtifactError
        If it cannot be written; what stood there is unchanged.
    """
    with output_errors(path):
        real = path.resolve()
        device = _is_device(path)
    writing = _to_device(path) if device else _to_sibling(path, real)
    with writing as file:
        yield file


def _is_device(path: Path) -> bool:
    try:
        mode = path.stat().st_mode  # through the links: what /dev/fd/63 points to has no name to resolve
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise not_written(path, "it is a folder", remedy=f"Name a file, such as {shown(path / 'predictions.csv')}.")
    return not stat.S_ISREG(mode)


@contextlib.contextmanager
def _to_device(path: Path) -> Iterator[BinaryIO]:
    # A reader that goes away is no failure of ours to word: BrokenPipeError passes.
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        if is_failed_write(error, path):
            raise not_written(path, why_not(error)) from error
        raise


@contextlib.contextmanager
def _to_sibling(path: Path, real: Path) -> Iterator[BinaryIO]:
    temporary = temporary_sibling(real)
    made: list[Path] = []
    remedy = ""
    try:
        with output_errors(path):
            made = disk.make_parents(real)
            sweep(real)
            file = disk.create_file(temporary)
        with file:
            lock_for_writing(file.fileno())
            yield file
            with output_errors(path):
                disk.flush_handle(file, temporary)
                disk.rename(temporary, real)
            remedy = PLACED
            with output_errors(path, remedy=remedy):
                disk.flush_folder(real.parent)
    except OSError as error:
        if is_failed_write(error, temporary):
            raise not_written(path, why_not(error), remedy=remedy) from error
        raise
    finally:
        discard(temporary)
        disk.drop_parents(made)
