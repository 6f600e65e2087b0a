"""Opening an artifact: nothing in it is believed before its digest has been checked."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from mlpipe.artifacts.errors import bad_manifest, damaged_file, not_an_artifact, shown, stale
from mlpipe.artifacts.kinds import KINDS, READS, ArtifactKind, how_to_make
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.canonical import restored_name
from mlpipe.artifacts.store.disk import READ_FILE, READ_FOLDER
from mlpipe.artifacts.store.leftovers import is_same, lock_for_reading, sweep
from mlpipe.artifacts.store.manifest import (
    MANIFEST_NAME,
    STDIN,
    FileRecord,
    InputRecord,
    Manifest,
    has_true_fingerprint,
)
from mlpipe.artifacts.store.manifest_json import parse_manifest
from mlpipe.artifacts.store.places import real_path
from mlpipe.artifacts.store.placing import is_there, recover
from mlpipe.artifacts.store.signatures import LARGEST_SIGNATURE, SIGNATURE, check_signature, required_key
from mlpipe.artifacts.store.strangers import check_no_more
from mlpipe.errors import ArtifactError
from mlpipe.words.numbers import format_exact

if TYPE_CHECKING:
    import io
    from types import TracebackType

# The context of a table with 20,000 columns takes 8 MB.
_LARGEST_MANIFEST = 9_500_000
_ATTEMPTS = 20  # each lost to a run that replaced the folder in the same instant


class Folder:
    """An artifact held open: all reads see the folder that was opened, even if another run replaces it meanwhile.

    Made by `open_artifact`; close it, or use it in a `with` block.

    Parameters
    ----------
    path : Path
        The folder as the user named it, for messages.
    """

    def __init__(self, path: Path, *, handle: int, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._real = real_path(path)
        self._handle = handle
        self._close = weakref.finalize(self, os.close, handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; if it was replaced in the meantime, nothing keeps the old one any longer."""
        if self._close.alive:
            replaced = not is_same(self._handle, self._real)
            self._close()
            if replaced:
                sweep(self._real)

    @property
    def kind(self) -> ArtifactKind:
        """What the folder holds."""
        return self.manifest.kind

    @property
    def fingerprint(self) -> str:
        """One value for the content, its options and its ancestry."""
        return self.manifest.fingerprint

    @property
    def names(self) -> tuple[str, ...]:
        """The payload files, sorted."""
        return tuple(record.name for record in self.manifest.files)

    def manifest_bytes(self) -> bytes:
        """The manifest as it stands on disk; its fingerprint is that of the one that was opened."""
        data = _read_file(self._handle, MANIFEST_NAME, limit=_LARGEST_MANIFEST)
        if not has_true_fingerprint(data, self.fingerprint):
            raise bad_manifest(self.path / MANIFEST_NAME, "it changed while it was read")
        return data

    def read_bytes(self, name: str) -> bytes:
        """The content of a payload file, checked against the manifest.

        Raises
        ------
        ArtifactError
            If it is not what the step wrote.
        """
        with self.open_file(name) as file:
            return file.read()

    def open_file(self, name: str) -> BinaryIO:
        """A payload file that was checked against the manifest, opened at its beginning, however large it is.

        Raises
        ------
        ArtifactError
            If it is not what the step wrote.
        """
        record = self.manifest.file(name)
        if record is None:
            held = ", ".join(self.names) or "no files"
            raise ArtifactError(f"{shown(self.path)} holds no {name}.", remedy=f"It holds {held}.")
        try:
            file = _open_file(self._handle, name)
        except FileNotFoundError:
            raise self._damaged(name, "is missing") from None
        except OSError as error:
            raise self._damaged(name, f"cannot be read ({error.strerror})") from error
        try:
            self._check(file, record)
        except BaseException:
            file.close()
            raise
        return file

    def _check(self, file: BinaryIO, record: FileRecord) -> None:
        if os.fstat(file.fileno()).st_size != record.bytes:
            raise self._damaged(record.name, "has changed its size")
        try:
            digest = hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
        except OSError as error:
            raise self._damaged(record.name, f"cannot be read ({error.strerror})") from error
        if digest != record.sha256:
            raise self._damaged(record.name, "has changed")
        file.seek(0)

    def read_json(self, name: str) -> Any:
        """A JSON payload file, parsed."""
        return canonical.decode(self.read_bytes(name))

    def verify(self) -> None:
        """Check every payload file, or raise an error for the first that differs."""
        for name in self.names:
            self.read_bytes(name)

    def input(self, role: str) -> InputRecord:
        """The record of an input."""
        record = self.manifest.input(role)
        if record is None:
            roles = ", ".join(used.role for used in self.manifest.inputs)
            raise ArtifactError(
                f"{shown(self.path)} does not say what {role} it was made from.",
                remedy=f"It was made from: {roles or 'nothing recorded'}.",
            )
        return record

    def input_path(self, role: str) -> Path | None:
        """Where an input lay when the artifact was made, `None` for standard input."""
        record = self.input(role)
        return None if record.path == STDIN else Path(os.path.normpath(self._real / restored_name(record.path)))

    def open_input(self, role: str, kind: ArtifactKind) -> Folder:
        """Open the artifact that this one was made from, unchanged since.

        Raises
        ------
        ArtifactError
            If it was written again, or is gone.
        """
        path = self.input_path(role)
        if path is None or not path.exists():
            source = path or Path(STDIN)
            raise stale(self.path, kind=self.kind, source=source, reason="is not there any more")
        source_folder = open_artifact(path, kind, needed_by=KINDS[self.kind].step, vouched=True)
        if source_folder.fingerprint != self.input(role).fingerprint:
            source_folder.close()
            raise stale(self.path, kind=self.kind, source=path)
        return source_folder

    def _damaged(self, name: str, reason: str) -> ArtifactError:
        return damaged_file(self.path, name, reason, kind=self.kind)


def open_artifact(
    path: Path, kind: ArtifactKind | None = None, *, needed_by: str = "", vouched: bool = False
) -> Folder:
    """Open an artifact and check its manifest; files are checked as they are read.

    Parameters
    ----------
    path : Path
        The folder, or the `manifest.json` in it (the name that a Makefile has at hand).
    kind : ArtifactKind, optional
        What it must be.
    needed_by : str
        The command that needs it, for messages.
    vouched : bool
        Its fingerprint stands in the manifest of an artifact that was checked, and will be compared: where signatures
        are asked for, it needs none of its own.

    Raises
    ------
    ArtifactError
        If it is not such an artifact, of a later format, or not signed where that is asked for.
    """
    folder = path.parent if path.name == MANIFEST_NAME and path.is_file() else path
    handle = _hold_folder(folder, kind)
    try:
        manifest = _read_manifest(folder, handle, kind, key=None if vouched else required_key())
        check_no_more(folder, handle, manifest)
    except BaseException:
        os.close(handle)
        raise
    opened = Folder(folder, handle=handle, manifest=manifest)
    if kind is not None and manifest.kind is not kind:
        opened.close()
        raise _wrong_kind(folder, manifest.kind, kind, needed_by)
    return opened


def _wrong_kind(path: Path, found: ArtifactKind, needed: ArtifactKind, needed_by: str) -> ArtifactError:
    one_early = READS.get(needed) is found
    how = how_to_make(needed, source=shown(path) if one_early else "")
    return ArtifactError(
        f"{shown(path)} is {KINDS[found].noun}; {needed_by or 'this step'} needs {KINDS[needed].noun}, "
        f"the folder that {KINDS[needed].step} writes.",
        remedy=f"Run `{how}` first and give its folder." if one_early else f"It is made by `{how}`.",
    )


def _read_manifest(folder: Path, handle: int, kind: ArtifactKind | None, *, key: bytes | None) -> Manifest:
    path = folder / MANIFEST_NAME
    try:
        data = _read_file(handle, MANIFEST_NAME, limit=_LARGEST_MANIFEST + 1)
    except FileNotFoundError:
        raise not_an_artifact(folder, f"is a folder without {MANIFEST_NAME}", kind=kind) from None
    except OSError as error:
        raise bad_manifest(path, f"it cannot be read ({error.strerror})") from error
    if len(data) > _LARGEST_MANIFEST:
        raise bad_manifest(path, f"it is larger than {format_exact(_LARGEST_MANIFEST / 1_000_000)} MB")
    if key is not None:
        check_signature(data, lambda: _read_file(handle, SIGNATURE, limit=LARGEST_SIGNATURE), key, folder)
    return parse_manifest(data, path)


def _hold_folder(folder: Path, kind: ArtifactKind | None) -> int:
    """Open a folder and keep it from being deleted until the handle is closed; `kind` is for messages."""
    real = real_path(folder)
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


def _read_file(handle: int, name: str, *, limit: int) -> bytes:
    """At most `limit` bytes of a regular file below the open folder."""
    with _open_file(handle, name) as file:
        return file.read(limit)


def _open_file(handle: int, name: str) -> BinaryIO:
    """A regular file below the open folder; no component of `name` may be a link."""
    with contextlib.ExitStack() as stack:
        *folders, last = name.split("/")
        for part in folders:
            handle = os.open(part, READ_FOLDER | READ_FILE, dir_fd=handle)
            stack.callback(os.close, handle)
        file = os.fdopen(os.open(last, READ_FILE, dir_fd=handle), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is no regular file")
    return file
