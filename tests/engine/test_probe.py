"""What kills a process kills the one that tries it first."""

import os
import signal
import sys
import time
from collections.abc import Callable

import pytest

from mlpipe.engine.probe import why_it_fails

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No threads but this one, whatever tests before left running."""
    monkeypatch.setattr("mlpipe.engine.probe.threading.active_count", lambda: 1)


def fails() -> None:
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (lambda: None, ""),
        (fails, "KeyError: 'lost'"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"),
        (lambda: sys.exit(3), "SystemExit: 3"),
        (lambda: os.write(1, b"not to be seen"), ""),
    ],
)
def test_why_a_task_fails(
    task: Callable[[], object], told: str, capfd: pytest.CaptureFixture[str], alone: None
) -> None:
    found = why_it_fails(task)
    assert told in found
    assert bool(found) is bool(told)
    assert capfd.readouterr().out == ""


def test_what_does_not_answer_is_ended_and_not_blamed(alone: None) -> None:
    begun = time.monotonic()
    assert why_it_fails(lambda: time.sleep(60), seconds=0.3) == ""
    assert time.monotonic() - begun < 20
