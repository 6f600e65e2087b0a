"""A signal ends the program, even where a library swallows what it raises."""

import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import environment

PROGRAM = """
import sys, time
from mlpipe.cli import signals
signals.PATIENCE, signals.MOST = 0.2, 3
signals.end_on_signals()
print("ready", flush=True)
swallow = int(sys.argv[1])
while True:
    try:
        time.sleep(60)
    except BaseException:
        if swallow <= 0:
            raise
        swallow -= 1
"""


@pytest.mark.parametrize("swallowed", [0, 1, 2, 99])
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_it_comes_back_until_the_program_ends(name: str, code: int, swallowed: int) -> None:
    # Where whoever started the tests ignores Ctrl-C, the program would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-c", PROGRAM, str(swallowed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()) as process:
        signal.signal(signal.SIGINT, before)
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        process.send_signal(getattr(signal, name))
        returned = process.wait(30)
    # An uncaught KeyboardInterrupt ends Python by the signal itself.
    assert returned in (code, -signal.SIGINT)
    assert time.monotonic() - begun < 20
