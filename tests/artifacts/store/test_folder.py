"""Reading artifacts: what is refused, and what the message says to do."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.freshness import why_stale
from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store import disk
from mlpipe.artifacts.store.folder import Folder, open_artifact
from mlpipe.artifacts.store.manifest import Input, ManifestDraft
from mlpipe.artifacts.store.manifest_json import UPGRADES
from mlpipe.artifacts.store.single_file import write_file_atomic
from mlpipe.artifacts.store.writer import ArtifactWriter
from mlpipe.errors import ArtifactError, ExitCode


def make(out: Path, kind: ArtifactKind, *, source: Path | None = None, seed: int = 0) -> Path:
    inputs: tuple[Input, ...] = ()
    if source is not None:
        with open_artifact(source) as opened:
            inputs = (Input(role=str(opened.kind), path=source, fingerprint=opened.fingerprint),)
    with ArtifactWriter(out, kind) as writer:
        writer.write_bytes("data.txt", f"seed {seed}".encode())
        writer.write_bytes("plots/empty.png", b"")
        writer.commit(ManifestDraft(params={"seed": seed, "read": {"delimiter": None}, "ids": ("a",)}, inputs=inputs))
    return out


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make(Path("split"), ArtifactKind.SPLIT)
    make(Path("prep"), ArtifactKind.PREP, source=Path("split"))
    make(Path("model"), ArtifactKind.MODEL, source=Path("prep"))
    return tmp_path


def test_open_by_folder_manifest_and_link(chain: Path) -> None:
    Path("link").symlink_to("model")
    for path in ("model", "model/", "model/manifest.json", "link", str(chain / "model")):
        with open_artifact(Path(path), ArtifactKind.MODEL) as folder:
            assert folder.read_bytes("data.txt") == b"seed 0"
            assert folder.names == ("data.txt", "plots/empty.png")
            folder.verify()


def test_not_an_artifact(chain: Path) -> None:
    Path("data.csv").write_text("a,b\n")
    Path("empty").mkdir()
    cases = {"nowhere": "does not exist", "data.csv": "is a file", "empty": "is a folder without manifest.json"}
    for path, reason in cases.items():
        with pytest.raises(ArtifactError, match=f"{path} {reason} where a split is needed") as caught:
            open_artifact(Path(path), ArtifactKind.SPLIT)
        assert "`mlpipe split DATA --target COL -o DIR`" in caught.value.remedy
        assert caught.value.exit_code is ExitCode.ARTIFACT


def test_wrong_kind_says_which_step_is_missing(chain: Path) -> None:
    with pytest.raises(ArtifactError, match=r"needs a .*, the folder that") as caught:
        open_artifact(Path("split"), ArtifactKind.PREP, needed_by="train")
    assert str(caught.value) == (
        "split is a split; train needs a preprocessed split, the folder that preprocess writes.\n"
        "Run `mlpipe preprocess split -o DIR` first and give its folder."
    )
    with pytest.raises(ArtifactError, match="model is a model") as caught:
        open_artifact(Path("model"), ArtifactKind.PREP)
    assert caught.value.remedy == "It is made by `mlpipe preprocess SPLIT -o DIR`."


def replace_by(target: Path) -> None:
    path = Path("model/data.txt")
    path.unlink()
    path.symlink_to(target)


def grow() -> None:
    Path("model/data.txt").write_bytes(b"seed 0 ")


def flip() -> None:
    Path("model/data.txt").write_bytes(b"seed 1")


def drop() -> None:
    Path("model/data.txt").unlink()


def link() -> None:
    same = Path("same.txt").resolve()
    same.write_bytes(b"seed 0")
    replace_by(same)


def device() -> None:
    replace_by(Path("/dev/zero"))


def pipe() -> None:
    drop()
    os.mkfifo("model/data.txt")


def directory() -> None:
    drop()
    Path("model/data.txt").mkdir()


def linked_folder() -> None:
    shutil.move("model/plots", "elsewhere")
    Path("model/plots").symlink_to(Path("elsewhere").resolve())


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (grow, "data.txt has changed its size"),
        (flip, "data.txt has changed"),
        (drop, "data.txt is missing"),
        (link, "data.txt cannot be read"),
        (device, "data.txt cannot be read"),
        (pipe, "data.txt cannot be read"),
        (directory, "data.txt cannot be read"),
        (linked_folder, "empty.png cannot be read"),
    ],
)
def test_damage_is_found_before_a_byte_is_used(damage: object, reason: str, chain: Path) -> None:
    assert callable(damage)
    damage()
    with open_artifact(Path("model")) as folder, pytest.raises(ArtifactError, match=reason) as caught:
        folder.verify()
    assert caught.value.remedy == "Run `mlpipe train` again for model."


def test_manifest_that_is_a_link_or_too_large_is_refused(chain: Path) -> None:
    Path("model/manifest.json").write_bytes(b" " * 9_500_001)
    with pytest.raises(ArtifactError, match=r"is not as mlpipe wrote it: it is larger than 9\.5 MB"):
        open_artifact(Path("model"))
    Path("model/manifest.json").unlink()
    Path("model/manifest.json").symlink_to(Path("prep/manifest.json").resolve())
    with pytest.raises(ArtifactError, match="is not as mlpipe wrote it: it cannot be read"):
        open_artifact(Path("model"))


def test_names_beyond_the_manifest_are_not_read(chain: Path) -> None:
    with open_artifact(Path("model")) as folder, pytest.raises(ArtifactError, match=r"holds no extra\.txt") as caught:
        folder.read_bytes("extra.txt")
    assert caught.value.remedy == "It holds data.txt, plots/empty.png."
    with ArtifactWriter(Path("empty"), ArtifactKind.MODEL) as writer:
        writer.commit(ManifestDraft(params={}))
    with open_artifact(Path("empty")) as folder, pytest.raises(ArtifactError, match="holds no x") as caught:
        folder.read_bytes("x")
    assert caught.value.remedy == "It holds no files."


def test_a_replaced_folder_stays_for_its_reader_and_goes_when_that_one_leaves(chain: Path) -> None:
    before = {path.name for path in chain.iterdir()}
    with open_artifact(Path("model")) as folder:
        make(Path("model"), ArtifactKind.MODEL, source=Path("prep"), seed=1)
        assert len({path.name for path in chain.iterdir()} - before) == 1
        assert folder.read_bytes("data.txt") == b"seed 0"
    assert {path.name for path in chain.iterdir()} == before
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(folder._handle)


def test_inputs_are_followed_when_the_whole_is_moved(chain: Path) -> None:
    Path("far").mkdir()
    for name in ("split", "prep", "model"):
        shutil.move(name, "far")
    with (
        open_artifact(Path("far/model")) as model,
        model.open_input("prep", ArtifactKind.PREP) as prep,
        prep.open_input("split", ArtifactKind.SPLIT) as split,
    ):
        assert split.read_bytes("data.txt") == b"seed 0"
        assert prep.input_path("split") == (chain / "far" / "split")


def test_changed_input_names_the_step_to_run_again(chain: Path) -> None:
    make(Path("prep"), ArtifactKind.PREP, source=Path("split"), seed=1)
    with open_artifact(Path("model")) as model, pytest.raises(ArtifactError, match="is out of date") as caught:
        model.open_input("prep", ArtifactKind.PREP)
    assert str(caught.value) == (
        "model is out of date: prep, from which it was made, has changed since.\n"
        "Run `mlpipe train prep -o model` again, with the options it was made with."
    )
    shutil.rmtree("prep")
    with (
        open_artifact(Path("model")) as model,
        pytest.raises(ArtifactError, match=r"is out of date: .* is not there any more"),
    ):
        model.open_input("prep", ArtifactKind.PREP)
    with open_artifact(Path("model")) as model, pytest.raises(ArtifactError, match="does not say what split"):
        model.open_input("split", ArtifactKind.SPLIT)


def test_rewriting_the_same_keeps_what_follows_fresh(chain: Path) -> None:
    make(Path("prep"), ArtifactKind.PREP, source=Path("split"))
    with open_artifact(Path("model")) as model, model.open_input("prep", ArtifactKind.PREP) as prep:
        assert prep.read_bytes("data.txt") == b"seed 0"


def prep_input(fingerprint: str = "", path: str = "prep") -> Input:
    with open_artifact(Path("prep")) as folder:
        return Input(role="prep", path=Path(path), fingerprint=fingerprint or folder.fingerprint)


def stale(seed: int = 0, delimiter: str | None = None, **changes: str) -> str:
    params = {"seed": seed, "read": {"delimiter": delimiter}, "ids": ("a",)}
    return why_stale(Path("model"), ArtifactKind.MODEL, params=params, inputs=[prep_input(**changes)])


def test_what_stands_there_already_need_not_be_made_again(chain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stale() == ""
    assert stale(seed=1, delimiter=";") == "options changed: read.delimiter none -> ;, seed 0 -> 1"
    assert stale(fingerprint="0" * 64) == "the prep changed"
    assert stale(path="elsewhere") == "the prep moved"
    monkeypatch.setattr("mlpipe._version.__version__", "0.2.0")
    assert stale() == "versions changed: mlpipe 0.1.0 -> 0.2.0"


def test_an_older_format_makes_stale(chain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ArtifactKind.MODEL
    monkeypatch.setitem(KINDS, model, replace(KINDS[model], schema_version=KINDS[model].schema_version + 1))
    monkeypatch.setitem(UPGRADES, (model, KINDS[model].schema_version - 1), lambda content: content)
    with open_artifact(Path("model"), model) as folder:
        folder.verify()
    assert stale() == "the format changed"


def test_damage_makes_stale(chain: Path) -> None:
    flip()
    assert "data.txt has changed since train wrote it" in stale()
    shutil.rmtree("model")
    assert "model does not exist" in stale()
    make(Path("model"), ArtifactKind.SPLIT)
    assert "is a split" in stale()


def test_handles_are_given_back(chain: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    folders: list[Folder] = []
    for _ in range(20):
        folders.append(open_artifact(Path("model")))
        folders[-1].close()
        folders[-1].close()
        with pytest.raises(ArtifactError, match=r"needs a .*, the folder that"):
            open_artifact(Path("model"), ArtifactKind.SPLIT)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_shown_paths_are_short(chain: Path) -> None:
    assert shown(chain / "model") == "model"
    assert shown(Path("model")) == "model"
    assert shown(Path("/etc/x")) == "/etc/x"


def test_file_appears_whole_or_not_at_all(chain: Path) -> None:
    path = Path("new/predictions.csv")
    with write_file_atomic(path) as file:
        file.write(b"row,prediction\n")
        assert not path.exists()
    assert path.read_bytes() == b"row,prediction\n"
    with pytest.raises(ZeroDivisionError), write_file_atomic(path) as file:
        file.write(b"half" * (1 // 0))
    assert path.read_bytes() == b"row,prediction\n"
    assert [p.name for p in Path("new").iterdir()] == ["predictions.csv"]
    with pytest.raises(ZeroDivisionError), write_file_atomic(Path("newer/p.csv")):
        raise ZeroDivisionError
    assert not Path("newer").exists()


def test_file_follows_links_and_spares_devices(chain: Path) -> None:
    Path("real.csv").write_text("old")
    Path("link.csv").symlink_to("real.csv")
    with write_file_atomic(Path("link.csv")) as file:
        file.write(b"new")
    assert Path("link.csv").is_symlink()
    assert Path("real.csv").read_text() == "new"
    with write_file_atomic(Path("/dev/null")) as file:
        file.write(b"new")
    assert Path("/dev/null").is_char_device()


def test_file_errors_are_worded(chain: Path) -> None:
    with pytest.raises(ArtifactError, match="model could not be written: it is a folder"):
        write_file_atomic(Path("model")).__enter__()
    with (
        pytest.raises(ArtifactError, match="could not be written: the disk is full"),
        write_file_atomic(Path("/dev/full")) as file,
    ):
        file.write(b"x" * 100_000)
    Path("file").touch()
    with pytest.raises(ArtifactError, match=r"could not be written: .* a file, not a folder"):
        write_file_atomic(Path("file/p.csv")).__enter__()
    with pytest.raises(FileNotFoundError), write_file_atomic(Path("p.csv")):
        Path("missing.csv").read_bytes()


def test_a_file_that_is_in_its_place_when_the_disk_fails_is_said_to_be(
    chain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def watch(when: str, operation: str, path: Path) -> None:
        done.append(operation)
        if when == "before" and operation == "fsync" and "rename" in done:
            raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(disk, "watch", watch)
    with (
        pytest.raises(ArtifactError, match="The new result is in place, but may be lost"),
        write_file_atomic(Path("p.csv")) as file,
    ):
        file.write(b"new")
    assert Path("p.csv").read_bytes() == b"new"


def test_file_leftovers_are_swept(chain: Path) -> None:
    dead = Path(".p.csv.12345-0123abcd.tmp")
    dead.touch()
    with write_file_atomic(Path("p.csv")) as outer, write_file_atomic(Path("p.csv")) as inner:
        assert not dead.exists()
        inner.write(b"inner")
        outer.write(b"outer")
    assert Path("p.csv").read_bytes() == b"outer"
    assert not list(Path().glob(".*.tmp"))
