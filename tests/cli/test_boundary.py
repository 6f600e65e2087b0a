"""What the system refuses is told in a line, with the exit code of a place that cannot be used."""

import os
import subprocess
import sys
from pathlib import Path

from mlpipe.cli.boundary import report
from mlpipe.errors import UsageError

SCRIPT = """
import tempfile

def none(*_, **__):
    raise OSError(30, "Read-only file system")

tempfile.mkdtemp = none
import typer
from mlpipe.cli.boundary import boundary

try:
    with boundary():
        import matplotlib
except typer.Exit as left:
    raise SystemExit(left.exit_code)
"""


def test_no_folder_for_what_libraries_keep():
    nowhere = {"HOME": "/dev/null/home", "MPLCONFIGDIR": "/dev/null/mpl", "XDG_CACHE_HOME": "/dev/null/cache"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | nowhere, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert "MPLCONFIGDIR, to a folder that can be written to" in done.stderr


def test_a_working_folder_that_is_gone(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"import os; os.rmdir({str(gone)!r}); from mlpipe.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", "model"],
        cwd=gone, env=os.environ | {"PYTHONPATH": str(Path.cwd())}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: The folder in which mlpipe runs is gone.")


def test_an_error_breaks_between_words_on_a_terminal_alone(monkeypatch, capsys):
    error = UsageError("There is no column 'outcom' among many.", remedy="Did you mean 'outcome', or another?")
    report(error)
    assert capsys.readouterr().err == f"error: {error}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    report(error)
    first, second, third, _ = capsys.readouterr().err.splitlines()
    assert first == "\x1b[31merror:\x1b[0m There is no column"
    assert (second, third) == ("  'outcom' among many.", "Did you mean 'outcome', or")
