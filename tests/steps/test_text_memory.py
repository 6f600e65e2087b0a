"""Text is sparse all the way: no step ever holds its matrix dense."""

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.preps import Prep
from mlpipe.params import EvaluateParams, PredictFiles, PredictParams, PreprocessParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.predict import predict
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train

N_TEXTS, N_WORDS, N_TERMS = 2_500, 12, 15_000


@pytest.fixture
def corpus(splitting):
    """A split of texts whose words are rarely said twice; `good` and `bad` tell the outcome."""
    rng = np.random.default_rng(0)
    outcome = rng.choice(["yes", "no"], N_TEXTS)
    words = rng.integers(0, N_TERMS, (N_TEXTS, N_WORDS))
    texts = [
        " ".join(["good" if told == "yes" else "bad", *(f"w{word}" for word in row)])
        for told, row in zip(outcome, words, strict=True)
    ]
    pd.DataFrame({"text": texts, "outcome": outcome}).to_csv("texts.csv", index=False)
    splitting("texts.csv", roles={"text": ("text",)})


def peak_bytes(step):
    """Most memory that a step holds at a time beyond what was there before."""
    tracemalloc.start()
    try:
        step()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("corpus")
def test_terms_stay_sparse_from_preprocess_to_predict():
    steps = {
        "preprocess": lambda: preprocess(Path("split"), Path("prep"), PreprocessParams(min_df=1, max_features=N_TERMS)),
        "train": lambda: train(Path("prep"), Path("model"), TrainParams(model="logistic")),
        "evaluate": lambda: evaluate(Path("model"), Path("evaluation"), EvaluateParams()),
        "predict": lambda: predict(Path("model"), "texts.csv", PredictFiles(out="out.csv"), PredictParams(proba=True)),
    }
    peaks = {name: peak_bytes(step) for name, step in steps.items()}
    n_rows, n_terms = Prep.load(Path("prep")).matrix("train").X.shape
    assert n_terms > 10_000
    dense = 8 * n_rows * n_terms
    assert {name: round(peak / dense, 2) for name, peak in peaks.items() if peak > dense / 4} == {}
    assert (pd.read_csv("out.csv")["prediction"] == pd.read_csv("texts.csv")["outcome"]).mean() > 0.95
