"""Work on a Dask cluster: tasks take the path of the work and a small item, never arrays; the answers come in order."""

from __future__ import annotations

import contextlib
import logging
import pickle
import tempfile
import warnings
from collections import deque
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.engine.local import one_thread
from mlpipe.errors import MissingExtraError, UsageError
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlpipe.engine.local import Jobs

RETRIES = 3
"""Times that a task is given to another worker after its own died."""
_IN_FLIGHT = 4
"""Tasks a worker that are waited for: enough to keep it busy, few enough for their answers to fit."""
_LOCAL = "local"
_PATIENCE = "30s"


class ClusterExecutor:
    """Maps a function over items on a cluster; results never depend on which worker did what.

    The function, with all that it holds, is written once to a folder that all workers see; a task is the path of that
    file and an item.

    Parameters
    ----------
    client : distributed.Client
    folder : Path
        Where every worker can read.
    """

    def __init__(self, client: Any, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._n_works = 0
        self._work: tuple[Any, Path] | None = None

    @property
    def n_workers(self) -> int:
        """Workers at this moment, at least one."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Yield `function(item)` for each item, in order.

        Raises
        ------
        UsageError
            Where the cluster is lost.
        """
        work = self._written(function)
        waiting: deque[Any] = deque()
        most = _IN_FLIGHT * self.n_workers
        for item in items:
            waiting.append(self._client.submit(run_task, str(work), item, retries=RETRIES, pure=False))
            if len(waiting) >= most:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    def _written(self, function: Callable[[Any], Any]) -> Path:
        """The file of a function, that of the last one if it is the same: workers keep what they have read."""
        import cloudpickle  # comes with distributed; takes functions made on the spot too

        if self._work is not None and self._work[0] == function:
            return self._work[1]
        if self._work is not None:
            self._work[1].unlink(missing_ok=True)
        path = self._folder / f"work-{self._n_works}.pkl"
        path.write_bytes(cloudpickle.dumps(function))
        self._n_works, self._work = self._n_works + 1, (function, path)
        return path


def run_task(work: str, item: Any) -> Any:
    """Run one task in a worker."""
    with one_thread():
        return _work_of(work)(item)


@lru_cache(maxsize=4)
def _work_of(path: str) -> Any:
    return pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by the process that asks


def _result(future: Any) -> Any:
    from distributed import CancelledError, KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        result = future.result()
    except (CancelledError, KilledWorker, CommClosedError, TimeoutError, OSError) as error:
        raise UsageError(
            f"The cluster was lost: {type(error).__name__}.",
            remedy="Nothing is written. See why its scheduler or workers stopped, then run again.",
        ) from error
    return result


@contextlib.contextmanager
def open_cluster(spec: str, folder: Path | None = None) -> Iterator[ClusterExecutor]:
    """Connect to a cluster, or start one on this machine.

    Parameters
    ----------
    spec : str
        `local:N` for N processes here, or the address of a scheduler such as `tcp://host:8786`.
    folder : Path, optional
        A folder that all workers see; by default a temporary one, which suits those of this machine.

    Raises
    ------
    UsageError
        Where there is no such cluster.
    MissingExtraError
        Where the library is not installed.
    """
    if find_spec("distributed") is None:
        raise MissingExtraError(param("cluster", spec), "distributed")
    from distributed import Client

    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet())
        shared = stack.enter_context(tempfile.TemporaryDirectory(prefix="mlpipe-work-", dir=folder))
        place = stack.enter_context(_local(spec)) if spec.startswith(_LOCAL) else spec
        try:
            client = stack.enter_context(Client(place, timeout=_PATIENCE))  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"There is no cluster at {spec!r}.",
                remedy=ways("Give the address of a scheduler, such as tcp://host:8786", param("cluster", "local:2")),
            ) from error
        yield ClusterExecutor(client, Path(shared))


def _local(spec: str) -> Any:
    from distributed import LocalCluster

    number = spec.removeprefix(f"{_LOCAL}:")
    if not number.isdigit() or not int(number):
        raise UsageError(
            f"{param('cluster', spec)} does not say how many workers.", remedy=f"Write {param('cluster', 'local:2')}."
        )
    return LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=int(number), threads_per_worker=1, processes=True, dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )  # fmt: skip


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What the library says of workers that come and go is not for the person who waits for a result."""
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logger.setLevel(level)


@contextlib.contextmanager
def cluster_or(jobs: int | None, spec: str | None) -> Iterator[Jobs]:
    """The cluster where one is asked for, else the number of processes."""
    if spec is None:
        yield jobs
        return
    with open_cluster(spec) as execute:
        yield execute
