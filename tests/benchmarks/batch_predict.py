"""`predict` on two million mixed rows: rows per second against the naive script, and whether memory stays flat."""

import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, run

ROWS = 20_000
REPEATS = {"200k": 10, "2M": 100}


def repeat_rows(table, out, times):
    """Write the rows of a table `times` times below one header."""
    header, body = table.read_text(encoding="utf-8").split("\n", 1)
    with out.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for _ in range(times):
            file.write(body)


def prepare(folder):
    """Fit both models on the same table and write the large ones."""
    from tests.tables import mixed_table

    table = folder / "table.csv"
    mixed_table(rows=ROWS).to_csv(table, index=False)
    run(*MLPIPE, "split", table, "--target", "outcome", "--id", "account", "-o", folder / "split")
    run(*MLPIPE, "preprocess", folder / "split", "-o", folder / "prep")
    run(*MLPIPE, "train", folder / "prep", "--model", "logistic", "-o", folder / "model")
    run(sys.executable, Path(__file__).with_name("naive_predict.py"), "fit", folder / "naive.joblib", table)
    for name, times in REPEATS.items():
        repeat_rows(table, folder / f"{name}.csv", times)


def ours(folder, size, *options):
    """Run `predict` on one of the large tables."""
    out = folder / "ours.csv"
    return run(*MLPIPE, "predict", folder / "model", folder / f"{size}.csv", "--proba", "-o", out, *options)


def naive(folder):
    """Run the naive script on the two million rows."""
    script = Path(__file__).with_name("naive_predict.py")
    return run(sys.executable, script, "predict", folder / "naive.joblib", folder / "2M.csv", folder / "naive.csv")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        pairs = [(ours(folder, "2M"), naive(folder)) for _ in range(2)]
        fast, slow = (min(column, key=lambda one: one.seconds) for column in zip(*pairs, strict=True))
        alone, small = ours(folder, "2M", "--jobs", "1"), ours(folder, "200k", "--jobs", "1")
        rows = ROWS * REPEATS["2M"]
        print(f"naive   {rows / slow.seconds:12,.0f} rows/s   {slow.cpu:5.1f} CPU s   {slow.peak_mb:6.0f} MB")
        print(f"predict {rows / fast.seconds:12,.0f} rows/s   {fast.cpu:5.1f} CPU s   {fast.peak_mb:6.0f} MB")
        print(f"rows/s against the naive script   {slow.seconds / fast.seconds:5.2f} x   bar 2 x at least")
        print(f"one process against it            {slow.seconds / alone.seconds:5.2f} x")
        print(f"memory 2M / 200k rows             {alone.peak_mb / small.peak_mb:5.2f} x   bar 1.2 x")
        print(f"memory at 2M rows                 {alone.peak_mb:5.0f} MB  bar 400 MB")
