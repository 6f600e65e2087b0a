"""Writing artifacts and files in one move: whatever happens, what stands there is the old or the new, whole."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Self

from mlpipe.artifacts.errors import not_written
from mlpipe.artifacts.kinds import KINDS
from mlpipe.artifacts.store import canonical, disk
from mlpipe.artifacts.store.leftovers import discard, held, sweep, temporary_sibling
from mlpipe.artifacts.store.manifest import (
    MANIFEST_NAME,
    FileRecord,
    Manifest,
    ManifestDraft,
    is_file_name,
    render_manifest,
)
from mlpipe.artifacts.store.places import PLACED, check_out, is_failed_write, output_errors, why_not
from mlpipe.artifacts.store.placing import put_in_place, recover
from mlpipe.artifacts.store.signatures import SIGNATURE, required_key, signature_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from mlpipe.artifacts.kinds import ArtifactKind


class ArtifactWriter:
    """Build an artifact beside its place, and put it there in one move.

    Leaving the block without `commit`, by whatever way, leaves nothing behind.

    Parameters
    ----------
    out : Path
        The folder to write; its parents are created.
    kind : ArtifactKind
        What it will be.
    force : bool
        Replace whatever is at `out`, not only an artifact of the same kind.

    Raises
    ------
    ArtifactError
        From entering, from `commit`, and for `OSError` met in between when writing into the folder.

    Examples
    --------
    >>> with ArtifactWriter(Path("out/model"), ArtifactKind.MODEL) as writer:           # doctest: +SKIP
    ...     writer.write_json("scores.json", scores)
    ...     writer.commit(ManifestDraft(params=params, inputs=inputs))
    """

    def __init__(self, out: Path, kind: ArtifactKind, *, force: bool = False) -> None:
        self.out = out
        self.kind = kind
        self.force = force
        self._real = out.resolve()
        self._folder = temporary_sibling(self._real)
        self._handle: int | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        check_out(self.out, self.kind, force=self.force)
        try:
            with output_errors(self.out):
                self._made = disk.make_parents(self._real)
                sweep(self._real)
                self._claim()
        except BaseException:
            self._clean()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean()
        if isinstance(error, OSError) and is_failed_write(error, self._folder):
            raise not_written(self.out, why_not(error)) from error

    def path(self, name: str) -> Path:
        """Where to write the payload file `name`: one plain name, or one below a subfolder (`plots/roc.png`)."""
        if not is_file_name(name) or name == MANIFEST_NAME:
            raise ValueError(f"{name!r} is no name for a payload file")
        path = self._folder / name
        if path.parent != self._folder and not path.parent.is_dir():
            disk.make_folder(path.parent)
        return path

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write a payload file at once."""
        disk.write_file(self.path(name), data)

    def write_json(self, name: str, value: Any, *, ordered: bool = False) -> None:
        """Write a payload file as canonical JSON; `ordered` keeps the order of the keys, for people who read it."""
        self.write_bytes(name, canonical.encode(value, ordered=ordered))

    def commit(self, draft: ManifestDraft) -> Manifest:
        """Record every file, force all to disk, and put the folder in place."""
        with output_errors(self.out):
            files = [self._record(path) for path in self._files()]
            manifest, data = render_manifest(draft, kind=self.kind, folder=self._real, files=files)
            disk.write_file(self._folder / MANIFEST_NAME, data)
            self._keep_beside(data)
            if key := required_key():
                disk.write_file(self._folder / SIGNATURE, signature_of(data, key))
                disk.flush_file(self._folder / SIGNATURE)
            disk.flush_file(self._folder / MANIFEST_NAME)
            for folder in [*(path for path in self._folder.iterdir() if path.is_dir()), self._folder]:
                disk.flush_folder(folder)
        sources = [used.path for used in draft.inputs if used.path is not None]
        check_out(self.out, self.kind, force=self.force, inputs=sources)
        with output_errors(self.out):
            put_in_place(self._folder, self._real)
            self._made = []
        self._flush_move()
        return manifest

    def _keep_beside(self, manifest: bytes) -> None:
        """Carry over what later steps laid beside the artifact, where it is written again unchanged."""
        for name in KINDS[self.kind].beside:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                if (self._real / MANIFEST_NAME).read_bytes() == manifest:
                    disk.write_file(self._folder / name, (self._real / name).read_bytes())

    def _flush_move(self) -> None:
        with output_errors(self.out, remedy=PLACED):
            disk.flush_folder(self._real.parent)

    def _claim(self) -> None:
        # Another run may sweep the new folder before it is locked; then take another name.
        while self._handle is None:
            self._folder = temporary_sibling(self._real)
            disk.make_folder(self._folder)
            self._handle = held(self._folder)

    def _files(self) -> list[Path]:
        return [path for path in sorted(self._folder.rglob("*")) if not path.is_dir()]

    def _record(self, path: Path) -> FileRecord:
        size, sha256 = disk.flush_file(path)
        return FileRecord(name=path.relative_to(self._folder).as_posix(), bytes=size, sha256=sha256)

    def _clean(self) -> None:
        # After the move the temporary name holds the replaced artifact, or nothing: it is deleted either way.
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        discard(self._folder)
        with contextlib.suppress(OSError):
            recover(self._real)
        disk.drop_parents(self._made)
