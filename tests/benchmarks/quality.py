"""How good the default model is: `auto` against libraries with their defaults and two pipelines made by hand.

    python tests/benchmarks/quality.py FOLDER… [--seeds 0 1 2] [--rivals catboost lightgbm] [--core] [--cache DIR]
    AUTOGLUON_PYTHON=…/python python tests/benchmarks/quality.py FOLDER… --rivals autogluon

Each FOLDER holds `data.csv` and `meta.json` (target, columns to drop, how to read). Everything is fitted and scored on
the parts that `mlpipe split` makes. Prints a Markdown table with CPU seconds, scores of rivals bold that are clearly
above, then who wins how often.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import tempfile
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, log_loss, r2_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from mlpipe.artifacts.models import Model
from mlpipe.artifacts.splits import Split
from mlpipe.data.inference.coercion import to_frame
from mlpipe.models import estimator_spec
from mlpipe.params import PreprocessParams, ReadParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.split import split
from mlpipe.steps.train import train
from mlpipe.target import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Callable


RESAMPLES = 200


@dataclass
class Told:
    """What somebody said of the test rows, and the CPU time from the split to there."""

    said: Any
    seconds: float


@dataclass
class Table:
    """One table's parts; `X` are typed columns, `y` labels or numbers."""

    name: str
    folder: Path
    X: pd.DataFrame
    y: Any
    X_test: pd.DataFrame
    y_test: Any
    classes: tuple[str, ...]


def open_table(folder: Path, work: Path, seed: int) -> Table:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    read = meta["read_options"]
    header = False if "header" in read else None
    drop = tuple(name for name in meta["baseline_drops"] if not name.startswith("regex"))
    params = SplitParams(
        target=str(meta["target"]), roles=RoleParams(drop=drop), seed=seed,
        read=ReadParams(header=header, na_values=tuple(read.get("na", ()))),
    )  # fmt: skip
    split(str(folder / "data.csv"), work / "split", params)
    parts = Split.load(work / "split")
    target, features = parts.context.target, parts.context.schema.features
    train_rows, test_rows = parts.part("train"), parts.part("test")
    return Table(
        name=folder.name, folder=work, X=to_frame(train_rows, features), y=target.encode(train_rows),
        X_test=to_frame(test_rows, features), y_test=target.encode(test_rows),
        classes=target.classes if isinstance(target, ClassTarget) else (),
    )  # fmt: skip


def scores(table: Table, said: Any) -> tuple[float, float]:
    """Headline metric (larger is better) and loss: log loss, or squared error over the variance."""
    if not table.classes:
        return float(r2_score(table.y_test, said)), float(((table.y_test - said) ** 2).mean() / np.var(table.y_test))
    labels = list(table.classes)
    loss = float(log_loss(table.y_test, np.clip(said, 1e-15, 1), labels=labels))
    if len(labels) == 2:
        return float(roc_auc_score(table.y_test == labels[1], said[:, 1])), loss
    return float(f1_score(table.y_test, np.asarray(labels)[said.argmax(axis=1)], average="macro")), loss


def ours(table: Table, seed: int) -> Any:
    preprocess(table.folder / "split", table.folder / "prep", PreprocessParams(seed=seed))
    train(table.folder / "prep", table.folder / "model", TrainParams(seed=seed), jobs=1)
    fitted = Model.load(table.folder / "model").fitted
    predictions = fitted.predict(Split.load(table.folder / "split").part("test"))
    return predictions.proba if table.classes else predictions.values


def is_text(values: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values))


def plain(X: pd.DataFrame, *, categories: str) -> pd.DataFrame:
    """Dates as numbers; categories as text or as pandas' own."""
    made: dict[str, Any] = {}
    for name in X.columns:
        values = X[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            made[name] = values.astype("int64").astype(float)
        elif is_text(values):
            text = values.astype(object).where(values.notna(), "nan").astype(str)
            made[name] = text if categories == "text" else text.astype("category")
        else:
            made[name] = values.astype(float)
    return pd.DataFrame(made)


def said_by(model: Any, table: Table, X: Any) -> Any:
    if not table.classes:
        return model.predict(X)
    proba, aligned = model.predict_proba(X), np.zeros((len(table.y_test), len(table.classes)))
    aligned[:, [table.classes.index(str(label)) for label in model.classes_]] = proba
    return aligned


def catboost(table: Table, seed: int) -> Any:
    import catboost as library

    X, X_test = (plain(rows, categories="text") for rows in (table.X, table.X_test))
    kind = library.CatBoostClassifier if table.classes else library.CatBoostRegressor
    categories = [name for name in X if is_text(X[name])]
    model = kind(verbose=0, thread_count=1, allow_writing_files=False, cat_features=categories, random_seed=seed)
    return said_by(model.fit(X, table.y), table, X_test)


def lightgbm(table: Table, seed: int) -> Any:
    import lightgbm as library

    both = plain(pd.concat([table.X, table.X_test]), categories="category")
    both.columns = [f"c{i}" for i in range(both.shape[1])]
    kind = library.LGBMClassifier if table.classes else library.LGBMRegressor
    model = kind(n_jobs=1, verbose=-1, random_state=seed).fit(both.iloc[: len(table.X)], table.y)
    return said_by(model, table, both.iloc[len(table.X) :])


def by_hand(table: Table, *, boosting: bool) -> Any:
    X, X_test = (plain(rows, categories="text") for rows in (table.X, table.X_test))
    texts = [
        name for name in X if is_text(X[name]) and X[name].nunique() > len(X) / 2 and X[name].str.len().mean() > 15
    ]
    words = [name for name in X if is_text(X[name]) and name not in texts]
    numbers = [name for name in X if not is_text(X[name])]
    if boosting:
        codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=200)
        steps: list[Any] = [("passthrough", numbers), (codes, words)]
        model = HistGradientBoostingClassifier if table.classes else HistGradientBoostingRegressor
        last: Any = model(random_state=0)
    else:
        steps = [
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (OneHotEncoder(handle_unknown="ignore", min_frequency=5), words),
        ]
        last = LogisticRegression(max_iter=2000) if table.classes else Ridge()
    steps += [(TfidfVectorizer(min_df=2, max_features=2000 if boosting else None), name) for name in texts]
    front = make_column_transformer(*steps, sparse_threshold=0 if boosting else 0.3)
    return said_by(make_pipeline(front, last).fit(X, table.y), table, X_test)


def autogluon(table: Table, _seed: int) -> Any:
    """With its default preset and a minute, by the Python of the environment that has it."""
    python = os.environ.get("AUTOGLUON_PYTHON")
    if python is None:
        raise ImportError("set AUTOGLUON_PYTHON to the Python of an environment that has autogluon.tabular")
    files = [str(table.folder / name) for name in ("ag-train.parquet", "ag-test.parquet", "ag-said.npy")]
    plain(table.X, categories="text").assign(target=table.y).to_parquet(files[0])
    plain(table.X_test, categories="text").to_parquet(files[1])
    script = Path(__file__).with_name("autogluon_rival.py")
    subprocess.run([python, script, *files[:2], "60", files[2]], check=True, capture_output=True)
    said = np.load(files[2])
    present = np.isin(table.classes, table.y)
    if not table.classes or present.all():
        return said
    aligned = np.zeros((len(said), len(table.classes)))
    aligned[:, present] = said
    return aligned


def cpu_seconds() -> float:
    """Of this process and of those that it waited for."""
    return sum(os.times()[:4])


RIVALS: dict[str, Callable[[Table, int], Any]] = {
    "catboost": catboost,
    "lightgbm": lightgbm,
    "linear by hand": lambda table, _: by_hand(table, boosting=False),
    "boosting by hand": lambda table, _: by_hand(table, boosting=True),
    "autogluon": autogluon,
}


def told(table: Table, name: str, fit: Callable[[Table, int], Any], *, seed: int, cache: Path | None) -> Told | None:
    """What a contestant says of the test rows; that of rivals is kept, as it is the same whatever mlpipe becomes."""
    kept = None if cache is None else cache / f"{table.name}-{seed}-{name.replace(' ', '_')}.npz"
    if kept is not None and kept.exists() and name in RIVALS:
        with np.load(kept) as file:
            return Told(said=file["said"], seconds=float(file["seconds"]))
    start = cpu_seconds()
    try:
        said = np.asarray(fit(table, seed), dtype=float)
    except (ImportError, ValueError, subprocess.CalledProcessError) as error:
        print(f"{table.name}: {name}: {error}")
        return None
    answer = Told(said=said, seconds=cpu_seconds() - start)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, said=answer.said, seconds=answer.seconds)
    return answer


def clearly_below(table: Table, ours: Any, theirs: Any) -> bool:
    """Whether the headline metric is below the rival's by more than a paired bootstrap of the test rows allows."""
    generator, gains = np.random.default_rng(0), []
    for _ in range(RESAMPLES):
        rows = generator.integers(0, len(table.y_test), len(table.y_test))
        drawn = replace(table, y_test=np.asarray(table.y_test)[rows])
        with contextlib.suppress(ValueError):  # all rows of one class
            gains.append(scores(drawn, ours[rows])[0] - scores(drawn, theirs[rows])[0])
    return bool(np.nanquantile(gains, 0.975) < 0)


@dataclass
class Against:
    """How often mlpipe holds its own against a rival."""

    score: int = 0
    close: int = 0
    loss: int = 0
    below: int = 0
    n: int = 0
    n_losses: int = 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--rivals", nargs="*", default=[name for name in RIVALS if name != "autogluon"])
    parser.add_argument("--core", action="store_true", help="mlpipe without the extra [boost], though it is installed")
    parser.add_argument("--cache", type=Path, help="folder that keeps what rivals said, by table and seed")
    asked = parser.parse_args()
    if asked.core:
        setattr(estimator_spec, "find_spec", lambda _: None)  # noqa: B010 - as if the libraries were not there
    contestants = {"mlpipe": ours, **{name: RIVALS[name] for name in asked.rivals}}
    print("| table | rows | " + " | ".join(f"{name}: score, loss, CPU s" for name in contestants) + " |", flush=True)
    print("|---|---|" + "---|" * len(contestants))
    wins = {name: Against() for name in asked.rivals}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for folder in asked.folders:
        for seed in asked.seeds:
            compare(folder, seed, contestants, wins, seconds, asked.cache)
    sum_up(wins, seconds)


def sum_up(wins: dict[str, Against], seconds: dict[str, list[float]]) -> None:
    columns = ("against", "score at least equal", "within 0.003", "log loss at most equal", "clearly below")
    print(f"\n| {' | '.join(columns)} |\n|---|---|---|---|---|")
    for name, won in wins.items():
        of = f"of {won.n}"
        print(f"| {name} | {won.score} {of} | {won.close} {of} | {won.loss} of {won.n_losses} | {won.below} {of} |")
    print("\nMedian CPU s: " + ", ".join(f"{name} {np.median(took):.1f}" for name, took in seconds.items() if took))


def compare(
    folder: Path,
    seed: int,
    contestants: dict[str, Callable[[Table, int], Any]],
    wins: dict[str, Against],
    seconds: dict[str, list[float]],
    cache: Path | None,
) -> None:
    with tempfile.TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = open_table(folder, Path(work), seed)
        asked = {name: told(table, name, fit, seed=seed, cache=cache) for name, fit in contestants.items()}
        said = {name: one for name, one in asked.items() if one is not None}
        found = {name: (*scores(table, one.said), one.seconds) for name, one in said.items()}
        below = {name for name in wins if name in found and clearly_below(table, said["mlpipe"].said, said[name].said)}
    cells = ["{:.4f}, {:.4f}, {:.0f}".format(*found[name]) if name in found else "" for name in contestants]
    cells = [f"**{cell}**" if name in below else cell for name, cell in zip(contestants, cells, strict=True)]
    print(f"| {folder.name} | {len(table.X)} | " + " | ".join(cells) + " |", flush=True)
    for name, (_, _, took) in found.items():
        seconds[name].append(took)
    for name, won in wins.items():
        if name in found:
            count(won, table, found["mlpipe"], found[name], below=name in below)


def count(
    won: Against, table: Table, us: tuple[float, float, float], them: tuple[float, float, float], *, below: bool
) -> None:
    won.n += 1
    won.score += us[0] >= them[0]
    won.close += us[0] >= them[0] - 0.003
    won.below += below
    if table.classes:
        won.n_losses += 1
        won.loss += us[1] <= them[1]


if __name__ == "__main__":
    main()
