"""What the environment asks for holds in Python too."""

import subprocess
import sys

import mlpipe
from tests.conftest import environment
from tests.tables import mixed_table

SCRIPT = """
from threading import Thread
import mlpipe

def look():
    try:
        print(mlpipe.load("split").kind)
    except mlpipe.errors.ArtifactError as error:
        print(error.what)

look()
thread = Thread(target=look)
thread.start()
thread.join()
"""


def test_signatures_are_asked_for_in_every_thread(tmp_path):
    mlpipe.split(mixed_table(rows=60), tmp_path / "split", target="outcome")
    (tmp_path / "key").write_bytes(bytes(range(32)))

    def look():
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment() | {"MLPIPE_KEY_FILE": "key"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.splitlines()

    assert look() == ["split is not signed."] * 2
    mlpipe.sign(tmp_path / "split", tmp_path / "key")
    assert look() == ["split"] * 2
