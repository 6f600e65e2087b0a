"""How good the default model is: `auto` against libraries with their defaults and two pipelines made by hand.

    python tests/benchmarks/quality.py FOLDER… [--seeds 0 1 2] [--rivals catboost lightgbm]

Each FOLDER holds `data.csv` and `meta.json` (target, columns to drop, how to read). Everything is fitted and scored on
the parts that `mlpipe split` makes. Prints a Markdown table with CPU seconds, then who wins how often.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import warnings
from dataclasses import dataclass
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


RIVALS: dict[str, Callable[[Table, int], Any]] = {
    "catboost": catboost,
    "lightgbm": lightgbm,
    "linear by hand": lambda table, _: by_hand(table, boosting=False),
    "boosting by hand": lambda table, _: by_hand(table, boosting=True),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--rivals", nargs="*", default=list(RIVALS))
    parser.add_argument("--core", action="store_true", help="mlpipe without the extra [boost], though it is installed")
    asked = parser.parse_args()
    if asked.core:
        setattr(estimator_spec, "find_spec", lambda _: None)  # noqa: B010 - as if the libraries were not there
    contestants = {"mlpipe": ours, **{name: RIVALS[name] for name in asked.rivals}}
    print("| table | rows | " + " | ".join(f"{name}: score, loss, CPU s" for name in contestants) + " |", flush=True)
    print("|---|---|" + "---|" * len(contestants))
    wins = {name: [0, 0, 0] for name in asked.rivals}
    for folder in asked.folders:
        for seed in asked.seeds:
            compare(folder, seed, contestants, wins)
    for name, (score, loss, of) in wins.items():
        print(f"\nAgainst {name}: score at least equal on {score} of {of}, loss at most equal on {loss} of {of}.")


def compare(
    folder: Path, seed: int, contestants: dict[str, Callable[[Table, int], Any]], wins: dict[str, list[int]]
) -> None:
    with tempfile.TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = open_table(folder, Path(work), seed)
        found: dict[str, tuple[float, float, float]] = {}
        for name, fit in contestants.items():
            start = time.process_time()
            try:
                said = fit(table, seed)
            except (ImportError, ValueError) as error:
                print(f"{folder.name}: {name}: {error}")
                continue
            found[name] = (*scores(table, said), time.process_time() - start)
    cells = ["{:.4f}, {:.4f}, {:.0f}".format(*found[name]) if name in found else "" for name in contestants]
    print(f"| {folder.name} | {len(table.X)} | " + " | ".join(cells) + " |", flush=True)
    score, loss, _ = found["mlpipe"]
    for name, won in wins.items():
        if name in found:
            won[0] += score >= found[name][0]
            won[1] += loss <= found[name][1]
            won[2] += 1


if __name__ == "__main__":
    main()
