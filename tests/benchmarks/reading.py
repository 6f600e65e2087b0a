"""Reading mixed rows, kinds decided by all cells, against `pandas.read_csv`; `inspect` against a pass in chunks.

CPU seconds, for reading without imports: `python tests/benchmarks/reading.py [FILE]`. What `inspect` takes for each
million rows more, and so for ten million, is told by two sizes.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, ROOT, run

ROWS, FEWER, LARGE = 2_000_000, 500_000, 10_000_000
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
CHUNKS = """
import sys
import pandas as pd
counts, sums = {}, 0
for chunk in pd.read_csv(sys.argv[1], chunksize=100_000):
    numbers = chunk.select_dtypes("number")
    sums += pd.DataFrame({"n": numbers.count(), "sum": numbers.sum(), "square": (numbers**2).sum()})
    for name in chunk.columns.difference(numbers.columns):
        counts[name] = chunk[name].value_counts(dropna=False).add(counts.get(name, 0), fill_value=0)
"""
"""Moments of numbers, and how often each text stands there: the least that a description is made of."""


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


def described(folder):
    """CPU seconds and MB of `inspect` and of the pass in chunks, for few rows and for many."""
    for rows in (FEWER, ROWS):
        path = folder / f"{rows}.csv"
        write_mixed(path, rows)
        yield run(*MLPIPE, "inspect", path), run(sys.executable, "-c", CHUNKS, path)


def at(rows, few, many):
    """CPU seconds for so many rows, on the line through both sizes."""
    return many.cpu + (many.cpu - few.cpu) * (rows - ROWS) / (ROWS - FEWER)


def main(file=None):
    """A table that is given is only read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if file is None:
            (few, few_chunks), (many, chunks) = described(folder)
            ours, theirs = at(LARGE, few, many), at(LARGE, few_chunks, chunks)
            print(f"inspect, 2M rows       {many.cpu:5.1f} CPU s   {many.peak_mb:.0f} MB   bar 500 MB")
            print(f"  a pass in chunks     {chunks.cpu:5.1f} CPU s   {chunks.peak_mb:.0f} MB")
            print(f"  10M rows, CPU s      {ours / theirs:5.2f} x  ({ours:.0f} s / {theirs:.0f} s)   bar 1.3 x")
        path = folder / f"{ROWS}.csv" if file is None else file
        pairs = [(cpu_seconds(OURS, path), cpu_seconds(THEIRS, path)) for _ in range(5)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"reading, CPU seconds   {ours / theirs:5.2f} x  ({ours:.2f} s / {theirs:.2f} s)   bar 1.5 x")


if __name__ == "__main__":
    main(*sys.argv[1:])
