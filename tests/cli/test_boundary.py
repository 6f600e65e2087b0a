"""What the system refuses is told in a line, with the exit code of a place that cannot be used."""

import os
import subprocess
import sys

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
