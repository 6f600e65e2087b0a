"""What only a process of its own can show: signals, pipes, full disks."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.recording import invoke
from tests.conftest import environment

COMMAND = [sys.executable, "-m", "mlpipe"]


@pytest.fixture(scope="module")
def large(chain, tmp_path_factory):
    """The table of the chain many times over."""
    header, rows = (chain / "table.csv").read_bytes().split(b"\n", 1)
    path = tmp_path_factory.mktemp("large") / "large.csv"
    path.write_bytes(header + b"\n" + rows * 700)
    return path


@pytest.fixture
def start(tmp_path):
    """Start the command line and leave it running; ended with the test."""
    started = []
    # Where whoever started the tests ignores Ctrl-C, children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def run(*arguments, **streams):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        process = subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=tmp_path, env=environment(), **pipes)
        started.append(process)
        return process

    yield run
    signal.signal(signal.SIGINT, before)
    for process in started:
        with process:
            process.kill()


def close_and_wait(process):
    """Output that is left, and the exit code; standard input stays open until the end."""
    process.wait(60)
    return process.stdout.read(), process.stderr.read(), process.returncode


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_in_the_middle_ends_it_quietly_and_leaves_what_stood_there(chain, large, start, tmp_path, name, code):
    (tmp_path / "p.csv").write_text("old\n")
    process = start("predict", chain / "model", "-", "-o", "p.csv", "--rejects", "r.csv", "--contract", "c.json")
    # More than a block, and the pipe holds little: once all is taken, rows are being predicted.
    process.stdin.write(large.read_bytes())
    process.stdin.flush()
    process.send_signal(getattr(signal, name))
    _, told, returned = close_and_wait(process)
    assert returned == code
    assert told == b""
    assert (tmp_path / "p.csv").read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]


@pytest.mark.parametrize("options", [[], ["--on-bad-value", "null"]], ids=["held back", "streamed"])
def test_the_reader_of_a_pipe_may_go_away(chain, large, start, options):
    process = start("predict", chain / "model", large, *options)
    assert process.stdout.readline() == b"account,prediction\n"
    process.stdout.close()
    process.wait(60)
    assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("what", ["table", "predictions"])
def test_standard_output_on_a_full_disk(chain, start, what):
    arguments = ["metrics"] if what == "table" else ["predict", chain / "model", chain / "table.csv", "-q"]
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments, stdout=full)
        process.wait(60)
    told = process.stderr.read().decode()
    assert process.returncode == 4
    assert told.startswith("error: ")
    assert "space" in told or "full" in told
    assert len(told.splitlines()) <= 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", ["--help", "train --help", "--version", "docs"])
def test_help_on_a_full_disk_is_one_line_and_no_traceback(start, arguments):
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments.split(), stdout=full)
        process.wait(60)
    told = process.stderr.read().decode()
    assert process.returncode == 4
    assert told.startswith("error: ")
    assert len(told.splitlines()) <= 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(("closed", "code"), [(">&-", 4), ("2>&-", 0)])
def test_a_stream_that_is_closed(tmp_path, closed, code):
    line = f"exec '{sys.executable}' -m mlpipe metrics {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, env=environment(), cwd=tmp_path)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)
    assert done.stderr.startswith(b"error: ") == (code == 4)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
@pytest.mark.parametrize("out", ["/", "loop", "x" * 255, "x" * 300, "loop/y"])
def test_places_that_hold_no_artifact(chain, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    done = invoke("split", chain / "table.csv", "--target", "outcome", "-o", out)
    assert done.exit_code == 4, done.exception
    assert "could not be written" in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def has_namespaces():
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="needs a mount of its own")
def test_artifacts_on_a_disk_that_fills_up(large, tmp_path):
    (tmp_path / "disk").mkdir()
    script = 'mount -t tmpfs -o size=64k none disk && shift && "$@"; code=$?; ls -A disk; exit $code'
    command = [*COMMAND, "split", str(large), "--target", "outcome", "-o", "disk/split"]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", "", *command],
        capture_output=True, check=False, cwd=tmp_path, env=environment(), encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 4
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "", "something was left behind"


def test_errors_have_their_exit_code_and_no_traceback(mlpipe, tmp_path):
    (tmp_path / "t.csv").write_text("a,y\n")
    done = mlpipe("split", "t.csv", "--target", "y", "-o", "split", expect=3)
    assert not done.stdout
    assert done.stderr.startswith("error: t.csv has a header (2 columns) but 0 rows.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_bug_of_ours_shows_its_traceback_and_ends_with_1(tmp_path):
    code = (
        "import mlpipe.steps.inspect as module\n"
        "def inspect(*_, **__): raise RuntimeError('ours')\n"
        "module.inspect = inspect\n"
        "import sys; from mlpipe.cli.main import main\n"
        "sys.argv = ['mlpipe', 'inspect', 't.csv']; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, env=environment(), encoding="utf-8"
    )
    assert done.returncode == 1
    assert "RuntimeError: ours" in done.stderr


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
from mlpipe.cli.main import main
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind hold on Linux")
def test_less_memory_than_the_libraries_take_is_one_line_and_no_endless_waiting(chain):
    command = [sys.executable, "-c", LIMITED, "evaluate", str(chain / "model"), "-o", "z"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=Path.cwd())
    assert done.returncode == 3
    assert "may have 300 MB of memory, and the libraries of mlpipe take 1,000 MB" in done.stderr
    assert "Raise the limit, as with `ulimit -v unlimited`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind hold on Linux")
@pytest.mark.parametrize("words", [("models",), ("docs", "security"), ("verify", "model"), ("predict", "--help")])
def test_what_loads_no_such_library_works_with_less_memory(chain, words):
    command = [sys.executable, "-c", LIMITED, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=chain)
    assert (done.returncode, done.stderr) == (0, "")


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_runs_into_one_folder_at_once_leave_the_artifact_of_one_of_them_whole(chain, start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for part in ("split", "prep"):
        shutil.copytree(chain / part, tmp_path / part)
    strengths = ("C=0.01", "C=1", "C=100")
    for strength in strengths:
        assert invoke("train", "prep", "--model", "logistic", "-p", strength, "-o", strength).exit_code == 0
    expected = [content(tmp_path / strength) for strength in strengths]
    at_once = [start("train", "prep", "--model", "logistic", "-p", strength, "-o", "model") for strength in strengths]
    for process in at_once:
        _, told, returned = close_and_wait(process)
        assert (returned, b"error" in told) in ((0, False), (4, True)), told
        assert b"Traceback" not in told
    assert content(tmp_path / "model") in expected
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["model", "prep", "split", *strengths])
