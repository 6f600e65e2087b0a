"""`predict` on two million mixed rows against the naive script, and whether memory stays flat.

    python tests/benchmarks/batch_predict.py [MODEL]

Seconds are of the wall where nothing else runs, and of the processor where something does. Forests and boosting, whose
own time is most of it, predict a tenth of the rows.
"""

import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, run

ROWS = 20_000
REPEATS = {"200k": 10, "2M": 100}
BARS = {"logistic": 4, "hist-gradient-boosting": 2, "random-forest": 2}


def repeat_rows(table, out, times):
    """Write the rows of a table `times` times below one header."""
    header, body = table.read_text(encoding="utf-8").split("\n", 1)
    with out.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for _ in range(times):
            file.write(body)


def prepare(folder, model):
    """Fit both models on the same table and write the large ones."""
    from tests.tables import mixed_table

    table = folder / "table.csv"
    mixed_table(rows=ROWS).to_csv(table, index=False)
    run(*MLPIPE, "split", table, "--target", "outcome", "--id", "account", "-o", folder / "split")
    run(*MLPIPE, "preprocess", folder / "split", "-o", folder / "prep")
    run(*MLPIPE, "train", folder / "prep", "--model", model, "-o", folder / "model")
    run(sys.executable, Path(__file__).with_name("naive_predict.py"), "fit", folder / "naive.joblib", table, model)
    for name, times in REPEATS.items():
        repeat_rows(table, folder / f"{name}.csv", times)


def ours(folder, size, *options):
    """Run `predict` on one of the large tables."""
    out = folder / "ours.csv"
    return run(*MLPIPE, "predict", folder / "model", folder / f"{size}.csv", "--proba", "-o", out, *options)


def naive(folder, size):
    """Run the naive script on one of them."""
    script = Path(__file__).with_name("naive_predict.py")
    return run(sys.executable, script, "predict", folder / "naive.joblib", folder / f"{size}.csv", folder / "naive.csv")


def main(model="logistic"):
    """Both, twice, in turn; then one process alone."""
    size = "2M" if model == "logistic" else "200k"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, model)
        pairs = [(ours(folder, size), naive(folder, size)) for _ in range(2)]
        fast, slow = (min(column, key=lambda one: one.cpu) for column in zip(*pairs, strict=True))
        rows = ROWS * REPEATS[size]
        for who, done in (("naive", slow), ("predict", fast)):
            print(f"{who:8}{rows / done.seconds:12,.0f} rows/s   {done.cpu:5.1f} CPU s   {done.peak_mb:6.0f} MB")
        print(
            f"rows/s against the naive script     {slow.seconds / fast.seconds:5.2f} x   bar {BARS[model]} x at least"
        )
        print(f"CPU seconds of it against our own   {slow.cpu / fast.cpu:5.2f} x")
        if size == "2M":
            alone, small = ours(folder, "2M", "--jobs", "1"), ours(folder, "200k", "--jobs", "1")
            print(f"one process against it              {slow.seconds / alone.seconds:5.2f} x")
            print(f"memory 2M / 200k rows               {alone.peak_mb / small.peak_mb:5.2f} x   bar 1.2 x")
            print(f"memory at 2M rows                   {alone.peak_mb:5.0f} MB  bar 400 MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
