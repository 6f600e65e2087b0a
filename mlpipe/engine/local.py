"""Work in this process or in several on this machine; results come back in order and never depend on how many."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from mlpipe.errors import DataError, UsageError
from mlpipe.words.lists import count_of
from mlpipe.words.parameters import param
from mlpipe.words.remedies import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

if TYPE_CHECKING:
    from mlpipe.metrics.bootstrap import Execute

    Jobs = int | Execute | None
    """How many processes (None: as many as pay), or what executes tasks elsewhere, such as a cluster."""

WORTH_A_PROCESS = 2e6
"""Cells to fit below which starting processes (3 to 7 s) costs more than it saves: forests fit 3e5 a second."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread: on shared cores more are slower, and sums then have one order."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def choose_jobs(asked: int | None, *, tasks: int, cells: float) -> int:
    """How many processes: as asked, else one for each core where the work pays for starting them.

    Parameters
    ----------
    asked : int or None
        As many, but no more than there are tasks.
    tasks : int
        Independent pieces of work.
    cells : float
        Numbers to be worked on, over all pieces.
    """
    if asked is not None:
        return max(1, min(asked, tasks))
    if cells < WORTH_A_PROCESS:
        return 1
    return max(1, min(usable_cores(), tasks))


def usable_cores(root: Path = Path("/")) -> int:
    """Cores that this process may keep busy: those it may run on, as far as the quota of its container goes.

    Parameters
    ----------
    root : Path
        Where the system's files lie.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(min([allowed, *_quotas(root)])))


def _quotas(root: Path) -> Iterator[float]:
    """What each control group of the process allows, in cores."""
    for folder in control_groups("cpu", root):
        limit = words_of(folder / "cpu.max") or [
            *words_of(folder / "cpu.cfs_quota_us"),
            *words_of(folder / "cpu.cfs_period_us"),
        ]
        if len(limit) == 2 and limit[0].isdigit():  # else `max`, or -1: no limit
            yield int(limit[0]) / int(limit[1])


def control_groups(controller: str, root: Path = Path("/")) -> Iterator[Path]:
    """The folders of the control groups of this process; a group is bound by those above it."""
    for line in words_of(root / "proc/self/cgroup"):
        _, controllers, group = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        # One folder a controller, or (cgroup v2) one for all.
        tops = (controller, controllers) if controllers else ("",)
        path = PurePosixPath(group.lstrip("/"))
        yield from (root / "sys/fs/cgroup" / top / above for top in tops for above in (path, *path.parents))


def words_of(path: Path) -> list[str]:
    """The words of a file of the system's; none where there is no such file."""
    try:
        return path.read_text(encoding="utf-8").split()
    except OSError:
        return []


def one_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Yield each item with `function(item)`, which a thread computes while the item before is being used.

    Pays where the function leaves Python free to go on, as Arrow's readers do. Items are taken in the calling thread,
    so that a signal is seen while it waits for one.

    Examples
    --------
    >>> list(one_ahead(abs, [-1, 2]))
    [(-1, 1), (2, 2)]
    """
    with ThreadPoolExecutor(1) as thread:
        waiting: tuple[T, Future[R]] | None = None
        for item in items:
            following = item, thread.submit(function, item)
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = following
        if waiting is not None:
            yield waiting[0], waiting[1].result()


def check_one_process(jobs: Jobs, what: str) -> None:
    """Raise `UsageError` where a cluster is asked for and `what` is not spread over several processes."""
    if callable(jobs):
        raise UsageError(
            f"{param('cluster')} has nothing to act on: {what} in one process.",
            remedy=f"Leave {param('cluster')} away.",
        )


def executor_of(jobs: Jobs, tasks: int, cells: float) -> Execute:
    """What executes tasks: processes here, see `choose_jobs`, or the executor that was given."""
    return jobs if callable(jobs) else LocalExecutor(choose_jobs(jobs, tasks=tasks, cells=cells))


class LocalExecutor:
    """Maps a function over items, in order, in `jobs` processes.

    Examples
    --------
    >>> list(LocalExecutor(1)(abs, [-1, 2]))
    [1, 2]
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Yield `function(item)` for each item; at most two items a process are in flight."""
        if self.jobs == 1:
            with one_thread():
                yield from map(function, items)
            return
        from joblib import Parallel, delayed, parallel_config
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        with parallel_config(backend="loky", inner_max_num_threads=1):
            parallel = Parallel(n_jobs=self.jobs, return_as="generator", pre_dispatch="2*n_jobs")
            try:
                yield from parallel(delayed(function)(item) for item in items)
            except TerminatedWorkerError as error:
                raise DataError(
                    "A process that worked for this one was ended from outside, as a rule because memory ran out.",
                    where=f"{count_of(self.jobs, 'process', 'processes')} worked at once.",
                    remedy=ways(f"Run again with {param('jobs', 1)}, with fewer rows or columns, or with more memory"),
                ) from error
