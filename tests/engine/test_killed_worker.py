"""A worker that is killed is told in one line."""

import os
import signal

import pytest

from mlpipe.engine.local import LocalExecutor
from mlpipe.errors import DataError


def kill_yourself(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_killed_worker_is_no_traceback() -> None:
    with pytest.raises(DataError, match="was ended from outside") as caught:
        list(LocalExecutor(2)(kill_yourself, [1, 2]))
    assert "`jobs=1`" in caught.value.remedy
