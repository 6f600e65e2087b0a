"""The script that most people would write: `naive_predict.py fit|predict FILE TABLE MODEL|OUT`."""

import sys

import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["age", "balance", "calls"]
LEVELS = ["town", "online"]
MODELS = {
    "logistic": LogisticRegression(max_iter=1000),
    "hist-gradient-boosting": HistGradientBoostingClassifier(),
    "random-forest": RandomForestClassifier(min_samples_leaf=2),
}


def fit(file, table, model):
    """Median and standard scale for numbers, most frequent and one-hot for levels, and a model."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    levels = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    columns = make_column_transformer((numbers, NUMBERS), (levels, LEVELS))
    data = pd.read_csv(table)
    joblib.dump(make_pipeline(columns, MODELS[model]).fit(data, data["outcome"]), file)


def predict(file, table, out):
    """Read all, predict all, write all."""
    pipeline = joblib.load(file)
    data = pd.read_csv(table)
    probability = pipeline.predict_proba(data)[:, 1]
    rows = {"account": data["account"], "prediction": pipeline.predict(data), "proba_yes": probability}
    pd.DataFrame(rows).to_csv(out, index=False)


if __name__ == "__main__":
    step = fit if sys.argv[1] == "fit" else predict
    step(*sys.argv[2:])
