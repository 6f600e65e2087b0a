"""The script that most people would write: `naive_predict.py fit|predict MODEL TABLE [OUT]`."""

import sys

import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["age", "balance", "calls"]
LEVELS = ["town", "online"]


def fit(model, table):
    """Median and standard scale for numbers, most frequent and one-hot for levels, logistic regression."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    levels = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    columns = make_column_transformer((numbers, NUMBERS), (levels, LEVELS))
    data = pd.read_csv(table)
    joblib.dump(make_pipeline(columns, LogisticRegression(max_iter=1000)).fit(data, data["outcome"]), model)


def predict(model, table, out):
    """Read all, predict all, write all."""
    pipeline = joblib.load(model)
    data = pd.read_csv(table)
    probability = pipeline.predict_proba(data)[:, 1]
    rows = {"account": data["account"], "prediction": pipeline.predict(data), "proba_yes": probability}
    pd.DataFrame(rows).to_csv(out, index=False)


if __name__ == "__main__":
    step = fit if sys.argv[1] == "fit" else predict
    step(*sys.argv[2:])
