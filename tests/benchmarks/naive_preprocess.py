"""What most people would write for `preprocess`: `naive_preprocess.py SPLIT OUT`."""

import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

NUMBERS = ["age", "balance", "rate", "height", "income", "calls"]
FEW = ["town", "plan", "channel", "segment", "online", "active"]
MANY = ["product", "postcode"]
DATES = ["since"]


def date_parts(frame):
    """Year, month, day, day of the year, day of the week and elapsed days of the one column."""
    dates = frame.iloc[:, 0].dt
    names = ["year", "month", "day", "dayofyear", "dayofweek"]
    parts = {name: getattr(dates, name) for name in names}
    return pd.DataFrame({**parts, "days": (frame.iloc[:, 0] - pd.Timestamp("2019-01-01")).dt.days})


def build():
    """The columns as `--preset general` takes them."""
    number = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    few = make_pipeline(
        SimpleImputer(strategy="most_frequent"),
        OneHotEncoder(handle_unknown="ignore", min_frequency=0.005, max_categories=50, sparse_output=False),
    )
    many = make_pipeline(SimpleImputer(strategy="most_frequent"), TargetEncoder(), StandardScaler())
    date = make_pipeline(FunctionTransformer(date_parts), SimpleImputer(strategy="median"), StandardScaler())
    parts = [("number", number, NUMBERS), ("few", few, FEW), ("many", many, MANY), ("date", date, DATES)]
    return ColumnTransformer(parts, sparse_threshold=0)


def save(matrix, table, path):
    """One part as Parquet."""
    frame = pd.DataFrame(matrix, columns=[f"f{i}" for i in range(matrix.shape[1])])
    frame.assign(outcome=table["outcome"]).to_parquet(path)


if __name__ == "__main__":
    split, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(exist_ok=True)
    columns = build()
    train = pd.read_parquet(split / "train.parquet")
    save(columns.fit_transform(train, train["outcome"]), train, out / "train.parquet")
    test = pd.read_parquet(split / "test.parquet")
    save(columns.transform(test), test, out / "test.parquet")
    joblib.dump(columns, out / "preprocessor.joblib")
