"""How a thousand workers get through ten terabytes: a simulation of one scheduler, many workers and shared storage.

    python -m tests.engine.load

Prints the table of the guide's page on many machines. A task is a file. The scheduler serves one message after another;
a worker opens the file, reads it at the pace that is left to it of the storage, and predicts.
"""

import heapq
import sys
from dataclasses import dataclass

TOTAL = 10_000_000
"""Megabytes to predict."""
SIZES = {"1 MB": 1, "10 MB": 10, "100 MB": 100, "1 GB": 1000, "10 GB": 10_000, "50 GB": 50_000}
MOST_SIMULATED = 100_000
"""Tasks that are gone through one by one; of more, the first so many, and the rest at their pace."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What there is, and what it does in a second.

    Parameters
    ----------
    scheduler : float
        Seconds of the scheduler for a task.
    start : float
        Seconds to open a file, or to start a process for it.
    predict : float
        Megabytes a second that a worker predicts.
    storage : float
        Megabytes a second that the shared storage gives to all.
    """

    workers: int = 1000
    scheduler: float = 0.007
    start: float = 0.02
    predict: float = 10.3
    storage: float = 20_000.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """Seconds until all is done, and the shares of them in which each was busy."""

    seconds: float
    workers: float
    scheduler: float
    storage: float


def simulate(place: Place, megabytes: float, total: float = TOTAL) -> Load:
    """Give out files of a size until all are done.

    Reading and predicting overlap, so that the slower of both counts; storage is shared evenly by all workers.
    """
    n_tasks = max(1, round(total / megabytes))
    simulated = min(n_tasks, MOST_SIMULATED)
    pace = min(place.predict, place.storage / place.workers)
    task = place.start + megabytes / pace
    free = [0.0] * min(place.workers, simulated)
    served = end = 0.0
    for _ in range(simulated):
        # The scheduler hears of a free worker, and answers when those before it are served.
        served = max(served, heapq.heappop(free)) + place.scheduler
        end = max(end, served + task)
        heapq.heappush(free, served + task)
    seconds = end * n_tasks / simulated
    return Load(
        seconds=seconds,
        workers=n_tasks * megabytes / place.predict / (place.workers * seconds),
        scheduler=n_tasks * place.scheduler / seconds,
        storage=total / place.storage / seconds,
    )


def render() -> str:
    """The table of the guide."""
    lines = [
        "| files of | tasks | time | workers predict | scheduler busy | storage busy |",
        "| --- " + "| ---: " * 5 + "|",
    ]
    for name, megabytes in SIZES.items():
        load = simulate(Place(), megabytes)
        shares = " | ".join(f"{100 * share:.0f} %" for share in (load.workers, load.scheduler, load.storage))
        lines.append(f"| {name} | {round(TOTAL / megabytes):,} | {told(load.seconds)} | {shares} |")
    return "\n".join(lines) + "\n"


def told(seconds: float) -> str:
    """Seconds as minutes, or as hours where there are many."""
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} h"


if __name__ == "__main__":
    sys.stdout.write(render())
