"""Opening folders and files so that what is read is one folder, and regular files of it."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import not_an_artifact
from mlpipe.artifacts.store.disk import READ_FILE, READ_FOLDER
from mlpipe.artifacts.store.leftovers import is_same, lock_for_reading
from mlpipe.artifacts.store.placing import is_there, recover

if TYPE_CHECKING:
    from pathlib import Path

    from mlpipe.artifacts.kinds import ArtifactKind

_ATTEMPTS = 20  # each lost to a run that replaced the folder in the same instant


def hold_folder(folder: Path, kind: ArtifactKind | None) -> int:
    """Open a folder and keep it from being deleted until the handle is closed; `kind` is for messages."""
    real = folder.resolve()
    with contextlib.suppress(OSError):  # a read-only place is still readable
        recover(real)
    for _ in range(_ATTEMPTS):
        try:
            handle = os.open(real, READ_FOLDER)
        except FileNotFoundError:
            if is_there(real):
                continue
            raise not_an_artifact(folder, "does not exist", kind=kind) from None
        except NotADirectoryError:
            raise not_an_artifact(folder, "is a file", kind=kind) from None
        except OSError as error:
            raise not_an_artifact(folder, f"cannot be opened ({error.strerror})", kind=kind) from error
        lock_for_reading(handle)
        if is_same(handle, real):
            return handle
        os.close(handle)
    raise not_an_artifact(folder, "is being replaced all the time", kind=kind)


def read_file(handle: int, name: str, *, limit: int) -> bytes:
    """At most `limit` bytes of a regular file below the open folder; no component of `name` may be a link."""
    with contextlib.ExitStack() as stack:
        *folders, last = name.split("/")
        for part in folders:
            handle = os.open(part, READ_FOLDER | READ_FILE, dir_fd=handle)
            stack.callback(os.close, handle)
        file = stack.enter_context(os.fdopen(os.open(last, READ_FILE, dir_fd=handle), "rb"))
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is no regular file")
        return file.read(limit)
