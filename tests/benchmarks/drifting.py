"""How often `drift` cries wolf, and how often it is silent where something moved.

    python tests/benchmarks/drifting.py [--rows 50 500 50000] [--columns 5 50 200] [--runs 200] [--shifts 50]
        [--first 0]

With `--first` the runs are others than those before it: a long series can be made in parts.

One model is trained for each width; then new rows are drawn as often as asked, from the same distribution or with one
shift planted, and go through `compare` and `find_drift` as `drift` does. An alarm is a finding that is more than a
note. Bars: alarms in at most 5 % of the idle runs, shifts found in at least 90 % at 500 rows.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import pyarrow as pa
from measure import ROOT  # finds mlpipe

from mlpipe.artifacts.models import Model
from mlpipe.artifacts.splits import Split
from mlpipe.data.drift.findings import find_drift
from mlpipe.data.inference.coercion import coerce
from mlpipe.params import PreprocessParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.monitoring.comparing import compare
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train

if TYPE_CHECKING:
    from collections.abc import Callable

assert (ROOT / "mlpipe").is_dir()


def _gappy(x: Any, rng: np.random.Generator) -> Any:
    words = np.array(["low", "mid", "high"], dtype=object)[np.digitize(x, [-0.5, 0.8])]
    words[rng.random(len(x)) < 0.05] = None
    return words


COLOURS = np.array(["red", "green", "blue", "grey", "black"])
CELLS: dict[str, Callable[[Any, np.random.Generator], Any]] = {
    "number": lambda x, _: np.round(x * 15 + 100, 3),
    "few": lambda x, _: COLOURS[np.digitize(x, [-1, 0, 0.7, 1.6])],
    "zeros": lambda x, rng: np.where(rng.random(len(x)) < 0.7, 0.0, np.round(np.exp(x), 3)),
    "tails": lambda x, _: np.round(np.sinh(2.5 * x) * 10, 4),
    "gaps": lambda x, rng: np.where(rng.random(len(x)) < 0.2, np.nan, np.round(x * 10 + 50, 2)),
    "tied": lambda x, rng: rng.poisson(np.exp(0.5 * x)),
    "many": lambda x, rng: np.char.add("town ", (rng.zipf(1.5, len(x)) % 3_000).astype(str)),
    "date": lambda x, rng: (np.datetime64("2024-01-01") + rng.integers(0, 700, len(x)).astype("timedelta64[D]")).astype(
        str
    ),
    "flag": lambda x, _: np.where(x > 1.2, "true", "false"),
    "gappy": _gappy,
}
TRAINED = 5_000


def table(n: int, width: int, seed: int) -> pd.DataFrame:
    """Rows of `width` features of every kind, and a target of two classes.

    Two hidden numbers tie them together; the first feature goes together with the fifth alone.
    """
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, 2))
    first = rng.normal(size=n)
    columns: dict[str, Any] = {}
    for place in range(width):
        kind = list(CELLS)[place % len(CELLS)]
        source = {0: first, 4: first}.get(place, hidden[:, place % 2])
        x = first if place == 0 else 0.7 * source + 0.714 * rng.normal(size=n)
        columns[f"{kind}_{place}"] = CELLS[kind](x, rng)
    odds = 1.2 * hidden[:, 0] - 0.6 * hidden[:, 1] - 0.4
    columns["y"] = np.where(rng.random(n) < 1 / (1 + np.exp(-odds)), "yes", "no")
    return pd.DataFrame(columns)


def _mean(new: pd.DataFrame) -> pd.DataFrame:
    return new.assign(number_0=new["number_0"] + 0.5 * 15)


def _level(new: pd.DataFrame) -> pd.DataFrame:
    return new.assign(few_1=np.where(np.arange(len(new)) % 10 == 0, "atlantis", new["few_1"]))


def _missing(new: pd.DataFrame) -> pd.DataFrame:
    return new.assign(number_0=new["number_0"].where(np.arange(len(new)) % 5 != 0))


def _unit(new: pd.DataFrame) -> pd.DataFrame:
    return new.assign(number_0=new["number_0"] * 1000)


def _labels(new: pd.DataFrame) -> pd.DataFrame:
    """The share of one class falls to half; rows of a class stay as they are."""
    positive = new["y"] == "yes"
    kept = ~positive | (np.cumsum(positive) % 2 == 0)
    moved: pd.DataFrame = new[kept].reset_index(drop=True)
    return moved


def _broken(new: pd.DataFrame) -> pd.DataFrame:
    """Two columns no longer go together; each keeps its cells."""
    rng = np.random.default_rng(len(new))
    return new.assign(number_0=rng.permutation(new["number_0"]))


SHIFTS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "mean + 0.5 sd": _mean, "new level 10 %": _level, "missing 0 to 20 %": _missing, "unit x 1000": _unit,
    "label shift": _labels, "broken correlation": _broken,
}  # fmt: skip


def trained(folder: Path, width: int) -> tuple[Model, Split]:
    path = folder / "t.csv"
    table(TRAINED, width, seed=1).to_csv(path, index=False)
    split(str(path), folder / "split", SplitParams(target="y", roles=RoleParams()))
    preprocess(folder / "split", folder / "prep", PreprocessParams())
    train(folder / "prep", folder / "model", TrainParams(model="logistic"))
    return Model.load(folder / "model"), Split.load(folder / "split")


def codes(model: Model, source: Split, new: pd.DataFrame, *, labelled: bool = True) -> list[str]:
    """Codes of the findings that are more than notes."""
    rows = new if labelled else new.drop(columns="y")
    wanted = [column for column in model.context.schema.columns if column.name in rows]
    texts = {
        name: pa.array([None if pd.isna(cell) else str(cell) for cell in rows[name]], pa.string()) for name in rows
    }
    typed = coerce(pa.table(texts), wanted, decimal=".").table
    beside = compare(model, source, typed, seed=0)
    found = find_drift(beside.compared, unread={}, n_rows=typed.num_rows)
    return [finding.code for finding in found if finding.severity.value != "info"]


def idle(model: Model, source: Split, width: int, n: int, runs: range) -> None:
    begun, told, alarms = time.process_time(), Counter[str](), 0
    for seed in runs:
        found = codes(model, source, table(n, width, seed=10_000 + seed))
        alarms += bool(found)
        told.update(set(found))
    cpu, share = (time.process_time() - begun) / len(runs), alarms / len(runs)
    print(
        f"idle   {n:>6} rows {width:>4} columns: {alarms:>3} of {len(runs)} ({share:.1%}), {cpu:.1f} s {dict(told)}",
        flush=True,
    )


def planted(model: Model, source: Split, width: int, n: int, runs: range) -> None:
    for name, shift in SHIFTS.items():
        told: Counter[str] = Counter()
        seen = 0
        for seed in runs:
            rows = 2 * n if name == "label shift" else n
            found = codes(model, source, shift(table(rows, width, seed=20_000 + seed)).head(n))
            seen += bool(found)
            told.update(set(found))
        print(f"shift  {n:>6} rows {width:>4} columns: {name:<20} {seen} of {len(runs)} {dict(told)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[50, 500, 50_000])
    parser.add_argument("--columns", type=int, nargs="+", default=[5, 50, 200])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--shifts", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    for width in asked.columns:
        with tempfile.TemporaryDirectory() as made:
            model, source = trained(Path(made), width)
            if asked.shifts:
                planted(model, source, width, 500, range(asked.first, asked.first + asked.shifts))
            for n in asked.rows:
                idle(model, source, width, n, range(asked.first, asked.first + asked.runs))
