"""Time and peak memory of processes, for the scripts beside this one: `python tests/benchmarks/help_start.py`.

They print ratios on one machine; they are no tests, and nothing fails.
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Linux counts resident memory in kilobytes, macOS in bytes."""
MLPIPE = (sys.executable, "-m", "mlpipe")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One finished process: wall and CPU seconds, peak resident MB (of the largest process among it and its own)."""

    seconds: float
    cpu: float
    peak_mb: float


def run(*command):
    """Run a command to its end, and stop the benchmark if it failed."""
    # As an installed package, whose modules were compiled when it was installed.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**inherited, **threads, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    complaint = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit {process.returncode}: {command}\n{complaint}")
    seconds = time.perf_counter() - start
    return Run(seconds=seconds, cpu=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss * RSS_UNIT / 2**20)


def rivals(first, second, *, times):
    """Run two commands in turn, `times` times each, so that a busy moment hits both; medians of CPU seconds."""
    pairs = [(run(*first).cpu, run(*second).cpu) for _ in range(times)]
    return tuple(statistics.median(column) for column in zip(*pairs, strict=True))


def show(what, ours, theirs, *, bar):
    """One line: the ratio, its parts, and the bar it should stay under."""
    print(f"{what:<44}{ours / theirs:6.2f} x  ({ours:.2f} / {theirs:.2f} CPU s)   bar {bar:g} x")
