"""`preprocess` of a million mixed rows against the same scikit-learn pipeline written by hand.

Whole processes: `python tests/benchmarks/preparing.py [ROWS]`.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measure import MLPIPE, run

ROWS = 1_000_000
TIMES = 3


def mixed_columns(rows, seed=0):
    """Six numbers, six categories of few levels, two of many, a date, and a target of two classes."""
    rng = np.random.default_rng(seed)

    def levels(name, n_levels):
        return np.array([f"{name} {level}" for level in range(n_levels)])[rng.geometric(3 / n_levels, rows) % n_levels]

    days = rng.integers(0, 2000, rows)
    table = pd.DataFrame(
        {
            "age": rng.normal(47, 13, rows).clip(18, 95).round(),
            "balance": rng.lognormal(7, 0.8, rows).round(2),
            "rate": rng.random(rows).round(4),
            "height": rng.normal(170, 10, rows).round(1),
            "income": rng.lognormal(10, 0.5, rows).round(2),
            "calls": rng.poisson(2.5, rows),
            "town": levels("town", 4),
            "plan": levels("plan", 6),
            "channel": levels("channel", 12),
            "segment": levels("segment", 30),
            "online": rng.choice(["yes", "no"], rows),
            "active": rng.choice(["yes", "no"], rows),
            "product": levels("product", 500),
            "postcode": levels("postcode", 5000),
            "since": (np.datetime64("2019-01-01") + days.astype("timedelta64[D]")).astype(str),
        }
    )
    leaning = (table["age"] - 47) / 13 - np.log(table["balance"] / 1100) + (table["town"] == "town 2")
    table["outcome"] = np.where(leaning + rng.normal(0, 1, rows) > 0, "yes", "no")
    for column in ("age", "balance", "rate", "town"):
        table.loc[rng.random(rows) < 0.04, column] = None
    return table


def prepare(folder, rows):
    """Split the table."""
    table = folder / "table.csv"
    mixed_columns(rows).to_csv(table, index=False)
    run(*MLPIPE, "split", table, "--target", "outcome", "--categorical", "product,postcode", "-o", folder / "split")


def median(runs, what):
    """Of one measure over runs."""
    return statistics.median(getattr(one, what) for one in runs)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, rows)
        ours, theirs = (*MLPIPE, "preprocess", folder / "split", "-o", folder / "prep"), (
            sys.executable, Path(__file__).with_name("naive_preprocess.py"), folder / "split", folder / "naive",
        )  # fmt: skip
        pairs = list(zip(*[(run(*ours), run(*theirs)) for _ in range(TIMES)], strict=True))
        for what, unit in (("seconds", "s"), ("cpu", "CPU s"), ("peak_mb", "MB")):
            own, other = (median(runs, what) for runs in pairs)
            print(f"preprocess, {rows:,} rows   {own / other:5.2f} x  ({own:.1f} / {other:.1f} {unit})   bar 1.5 x")
