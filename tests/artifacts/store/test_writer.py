"""Old whole or new whole, whatever fails and whenever."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store import disk
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.manifest import Input, Manifest, ManifestDraft
from mlpipe.artifacts.store.placing import recover
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.errors import ArtifactError
from mlpipe.words.parameters import as_options


def write(out: Path, version: int, *, kind: ArtifactKind = ArtifactKind.MODEL, force: bool = False) -> Manifest:
    """An artifact of three files that all say the same number."""
    with ArtifactWriter(out, kind, force=force) as writer:
        writer.write_bytes("a.txt", f"{version}".encode() * 1000)
        writer.path("plots/b.txt").write_text(f"{version}")
        writer.write_json("c.json", {"version": version})
        return writer.commit(ManifestDraft(params={"version": version}))


def version_at(out: Path) -> int:
    """The number, if the artifact is whole and of one piece."""
    with open_artifact(out, ArtifactKind.MODEL) as folder:
        folder.verify()
        version = int(folder.manifest.params["version"])
        assert folder.read_bytes("a.txt") == f"{version}".encode() * 1000
        assert folder.read_bytes("plots/b.txt") == f"{version}".encode()
        assert folder.read_json("c.json") == {"version": version}
        return version


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "model"


@pytest.fixture(params=["exchange", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of putting a folder in the place of another."""
    if request.param == "two renames":
        monkeypatch.setattr(disk, "_exchange", lambda first, second: errno.ENOSYS)
    return str(request.param)


def test_write_and_replace(out: Path, way: str) -> None:
    write(out, 1)
    assert version_at(out) == 1
    write(out, 2)
    assert version_at(out) == 2
    assert listed(out.parent) == ["model"]
    assert listed(out) == ["a.txt", "c.json", "manifest.json", "plots"]


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one", 1)
    write(tmp_path / "two", 1)
    for name in ("manifest.json", "a.txt", "c.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_parents_are_created_and_dropped_again_on_failure(tmp_path: Path) -> None:
    out = tmp_path / "x" / "y" / "model"
    with pytest.raises(KeyError), ArtifactWriter(out, ArtifactKind.MODEL):
        raise KeyError
    assert listed(tmp_path) == []
    write(out, 1)
    assert version_at(out) == 1


def test_permissions_follow_the_umask(out: Path) -> None:
    before = os.umask(0o027)
    try:
        write(out, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(out.stat().st_mode) == 0o750
    assert {stat.S_IMODE((out / name).stat().st_mode) for name in ("a.txt", "manifest.json")} == {0o640}


def test_an_empty_folder_is_taken(out: Path) -> None:
    out.mkdir()
    write(out, 1)
    assert version_at(out) == 1


def test_a_link_to_a_folder_stays_a_link(out: Path, tmp_path: Path) -> None:
    write(tmp_path / "far" / "real", 1)
    out.symlink_to(tmp_path / "far" / "real")
    write(out, 2)
    assert out.is_symlink()
    assert version_at(tmp_path / "far" / "real") == 2
    assert listed(tmp_path / "far") == ["real"]


def occupy_file(out: Path) -> None:
    out.write_text("mine")


def occupy_folder(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("mine")


def occupy_kind(out: Path) -> None:
    write(out, 1, kind=ArtifactKind.SPLIT)


def occupy_beside(out: Path) -> None:
    write(out, 1)
    (out / "notes.txt").write_text("mine")


def occupy_manifest(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text('{"manifest_version": 3, "name": "a browser extension"}')


OCCUPANTS = {
    "is a file": occupy_file,
    r"not mlpipe's \(thesis\.txt\)": occupy_folder,
    "is a split; only a model": occupy_kind,
    r"a model with other files beside it \(notes\.txt\)": occupy_beside,
    "whose manifest.json mlpipe did not write": occupy_manifest,
}


@pytest.mark.parametrize("message", OCCUPANTS)
def test_what_is_not_ours_is_replaced_by_force_only(message: str, out: Path, way: str) -> None:
    OCCUPANTS[message](out)
    before = sorted((p, p.read_bytes()) for p in out.parent.rglob("*") if p.is_file())
    with pytest.raises(ArtifactError, match=message) as caught:
        write(out, 2)
    assert "--force" in as_options(caught.value.remedy)
    assert sorted((p, p.read_bytes()) for p in out.parent.rglob("*") if p.is_file()) == before
    write(out, 2, force=True)
    assert version_at(out) == 2
    assert listed(out.parent) == ["model"]


def test_occupied_while_working(out: Path) -> None:
    with ArtifactWriter(out, ArtifactKind.MODEL) as writer:
        occupy_folder(out)
        with pytest.raises(ArtifactError, match="is replaced without asking"):
            writer.commit(ManifestDraft(params={}))
    assert (out / "thesis.txt").read_text() == "mine"
    assert listed(out.parent) == ["model"]


def test_damaged_artifact_of_the_same_kind_is_replaced(out: Path) -> None:
    write(out, 1)
    (out / "a.txt").unlink()
    (out / ".DS_Store").touch()
    write(out, 2)
    assert version_at(out) == 2


@pytest.mark.parametrize("place", [".", "..", "~"])
def test_never_the_folder_one_stands_or_lives_in(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home" / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "home" / "project")
    with pytest.raises(ArtifactError, match=r"could not be written: .*replaced as a whole"):
        write(Path(place).expanduser(), 1, force=True)


def test_never_a_folder_that_holds_an_input(out: Path) -> None:
    write(out, 1)
    used = Input(role="data", path=out / "a.txt", fingerprint="0" * 64)
    with pytest.raises(ArtifactError, match="which this step reads"), ArtifactWriter(out, ArtifactKind.MODEL) as writer:
        writer.commit(ManifestDraft(params={}, inputs=(used,)))
    assert version_at(out) == 1


def test_a_file_in_the_way_of_a_parent(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    with pytest.raises(ArtifactError, match="is a file, not a folder"):
        write(tmp_path / "x" / "y" / "model", 1)


def test_read_only_folder(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\nfrom mlpipe.artifacts.store.places import check_out\n"
        "from mlpipe.artifacts.kinds import ArtifactKind\nfrom mlpipe.errors import ArtifactError\n"
        f"try: check_out(Path({str(tmp_path / 'ro' / 'model')!r}), ArtifactKind.MODEL)\n"
        "except ArtifactError as e: print(e)"
    )
    (tmp_path / "ro").mkdir()
    mounted = f"mount --bind {tmp_path}/ro {tmp_path}/ro && mount -o remount,ro,bind {tmp_path}/ro"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f'{mounted} && exec "$0" -c "$1"', sys.executable, script],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."}, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("no user namespaces here")
    assert "could not be written: the disk is read-only" in done.stdout


def test_full_disk(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\nfrom tests.artifacts.store.test_writer import *\n"
        "out = Path('t/model'); write(out, 1)\n"
        "try:\n  with ArtifactWriter(out, ArtifactKind.MODEL) as w: w.path('big').write_bytes(bytes(200_000))\n"
        "except ArtifactError as e: print(e)\n"
        "print('still', version_at(out), sorted(p.name for p in Path('t').iterdir()))"
    )
    mounted = "mkdir t && mount -t tmpfs -o size=64k t t"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f'{mounted} && exec "$0" -c "$1"', sys.executable, script],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, cwd=tmp_path, check=False,
    )  # fmt: skip
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("no user namespaces here")
    assert "could not be written: the disk is full" in done.stdout
    assert "still 1 ['model']" in done.stdout


def test_errors_of_reading_an_input_pass_as_they_are(out: Path) -> None:
    with pytest.raises(FileNotFoundError), ArtifactWriter(out, ArtifactKind.MODEL):
        (out.parent / "data.csv").read_bytes()


def fault(n: int, error: BaseException, moment: str, counted: list[str]) -> Callable[[Any, str, Path], None]:
    """Fail at the n-th operation, once."""

    def watch(when: Any, operation: str, path: Path) -> None:
        if when == moment:
            counted.append(operation)
            if len(counted) == n:
                raise error

    return watch


def disk_error(code: int) -> Callable[[], OSError]:
    return lambda: OSError(code, os.strerror(code))


FAULTS: dict[str, Callable[[], BaseException]] = {
    "ENOSPC": disk_error(errno.ENOSPC),
    "EIO": disk_error(errno.EIO),
    "EACCES": disk_error(errno.EACCES),
    "interrupt": KeyboardInterrupt,
}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("first", [True, False], ids=["nothing there", "old one there"])
def test_every_operation_may_fail(
    name: str, moment: str, first: bool, out: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations: list[str] = []
    for n in range(1, 200):
        if not first and n == 1:
            write(out, 1)
        operations = []
        monkeypatch.setattr(disk, "watch", fault(n, FAULTS[name](), moment, operations))
        failed = None
        try:
            write(out, 2)
        except (ArtifactError, KeyboardInterrupt) as error:
            failed = error
        monkeypatch.setattr(disk, "watch", disk._unwatched)
        recover(out)
        found = version_at(out) if out.exists() or not first else None
        assert found in ((None, 2) if first else (1, 2))
        assert failed is not None or found == 2
        write(out, 1)  # the next run succeeds and sweeps
        assert version_at(out) == 1
        assert listed(out.parent) == ["model"]
        if first:
            disk.remove(out)
        if len(operations) < n:
            break
    assert len(operations) >= 10


def test_a_folder_cut_between_two_renames_is_brought_back_by_reading(out: Path) -> None:
    write(out, 1)
    out.rename(out.with_name(".model.mlpipe-old"))
    assert version_at(out) == 1
    assert listed(out.parent) == ["model"]


def test_leftovers_of_the_dead_are_swept_and_of_the_living_are_not(out: Path) -> None:
    dead = out.with_name(".model.12345-0123abcd.tmp")
    dead.mkdir()
    (dead / "half").touch()
    theirs = [out.with_name(name) for name in (".other.12345-0123abcd.tmp", ".model.tmp", "model.12345-0123abcd.tmp")]
    for path in theirs:
        path.mkdir()
    with ArtifactWriter(out, ArtifactKind.MODEL) as living:
        assert not dead.exists()
        write(out, 2)
        living.write_json("late.json", 1)
        living.commit(ManifestDraft(params={}))
    assert all(path.exists() for path in theirs)
    assert len(listed(out.parent)) == 4


def test_a_reader_keeps_what_it_opened(out: Path, way: str) -> None:
    write(out, 1)
    with open_artifact(out, ArtifactKind.MODEL) as folder:
        write(out, 2)
        write(out, 3)
        assert folder.read_bytes("plots/b.txt") == b"1"
        assert version_at(out) == 3
    assert listed(out.parent) == ["model"]


def test_readers_and_writers_at_once_see_no_mixture(out: Path, way: str) -> None:
    write(out, 0)
    stop = time.monotonic() + 1.5
    problems: list[BaseException] = []
    seen: set[int] = set()

    def repeat(action: Callable[[int], Any]) -> None:
        try:
            turn = 0
            while time.monotonic() < stop:
                turn += 1
                action(turn)
        except BaseException as error:
            problems.append(error)

    jobs = [lambda turn: write(out, turn), lambda turn: write(out, -turn), lambda _: seen.add(version_at(out))]
    threads = [threading.Thread(target=repeat, args=(job,)) for job in [*jobs, jobs[2]]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(seen) > 5
    write(out, 1)
    assert listed(out.parent) == ["model"]


KILLED = """
import sys
from pathlib import Path
from mlpipe.artifacts.store import disk
from tests.artifacts.store.test_writer import write
if sys.argv[2] == "two renames":
    disk._exchange = lambda first, second: 38
print("ready", flush=True)
version = 2
while True:
    write(Path(sys.argv[1]), version)
    version += 1
"""


def test_killed_at_random_moments(out: Path, way: str) -> None:
    write(out, 1)
    for turn in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(out), way], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.003 + turn * 0.0217)
            process.send_signal(signal.SIGKILL)
        assert version_at(out) >= 1
    write(out, 1)
    assert listed(out.parent) == ["model"]


@pytest.fixture
def stubborn(out: Path) -> Iterator[Path]:
    yield out
    assert not [name for name in listed(out.parent) if name.endswith(".tmp")]


@pytest.mark.parametrize("name", ["../x", "/x", "a/b/c", "", ".", "..", "a b", "manifest.json", "x/..", "é", "a\n"])
def test_payload_names_are_plain(name: str, stubborn: Path) -> None:
    with pytest.raises(ValueError, match="is no name"), ArtifactWriter(stubborn, ArtifactKind.MODEL) as writer:
        writer.path(name)


def test_nothing_without_a_commit(out: Path) -> None:
    with ArtifactWriter(out, ArtifactKind.MODEL) as writer:
        writer.write_json("a.json", 1)
    assert listed(out.parent) == []
    with pytest.raises(ArtifactError, match="Give the folder that a step wrote"):
        open_artifact(out)
