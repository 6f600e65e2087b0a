"""Reading two million mixed rows, kinds decided by all cells, against `pandas.read_csv`; `inspect` on ten million.

CPU seconds of the reading alone, imports left out: `python tests/benchmarks/reading.py [FILE]`.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, ROOT, run

ROWS, LARGE = 2_000_000, 10_000_000
OURS = """
from mlpipe.data.reading.reader import Rereadable
from mlpipe.data.inference.stored_table import read_table
from mlpipe.params import ReadParams
start = time.process_time()
with Rereadable(sys.argv[1], ReadParams()) as source:
    read_table(source, ReadParams(), ask=lambda header: {})
"""
THEIRS = """
import pandas as pd
start = time.process_time()
pd.read_csv(sys.argv[1])
"""


def cpu_seconds(script, path):
    """CPU seconds of what a script does after it has set `start`."""
    code = f"import sys, time\n{script}\nprint(time.process_time() - start)"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, cwd=ROOT)
    return float(done.stdout)


def write_mixed(path, rows):
    """A table of ids, counts, measures, categories, dates and names."""
    from tests.tables import mixed_table

    part = 100_000
    table = mixed_table(rows=part)
    for first in range(0, rows, part):
        table.to_csv(path, mode="a" if first else "w", header=not first, index=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "2M.csv"
        if len(sys.argv) == 1:
            write_mixed(path, ROWS)
        pairs = [(cpu_seconds(OURS, path), cpu_seconds(THEIRS, path)) for _ in range(5)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"reading, CPU seconds   {ours / theirs:5.2f} x  ({ours:.2f} s / {theirs:.2f} s)   bar 1.5 x")
        if len(sys.argv) == 1:
            large = Path(name) / "10M.csv"
            write_mixed(large, LARGE)
            seen = run(*MLPIPE, "inspect", large)
            print(f"inspect of 10M rows    {seen.cpu:5.1f} CPU s   {seen.peak_mb:.0f} MB   bar 500 MB")
