"""What all own transformers promise: the same bytes from any process, and a row by itself as among others."""

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mlpipe.artifacts.fitted.pickling import dump_joblib
from mlpipe.artifacts.fitted.unpickle import trace_globals
from mlpipe.features.plan.plan import DATE_PARTS
from mlpipe.features.transformers.clipper import Clipper
from mlpipe.features.transformers.components import Components
from mlpipe.features.transformers.count_encoder import CountEncoder
from mlpipe.features.transformers.date_parts import DateParts
from mlpipe.features.transformers.k_best import KBest
from mlpipe.features.transformers.knn_imputer import NeighbourImputer
from mlpipe.features.transformers.model_based import ModelBased
from mlpipe.features.transformers.terms import Terms
from mlpipe.features.transformers.time_parts import TimeParts
from tests.features.tables import dates, strings

WORDS = np.array(["free", "call", "now", "北", "京", "prize", "café", "the", "to", "win", "later", "home"])
N_ROWS = 250


def tables():
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(N_ROWS, 8))
    gappy = np.where(rng.random(numbers.shape) < 0.1, np.nan, numbers)
    texts = [" ".join(rng.choice(WORDS, rng.integers(0, 9))) for _ in range(N_ROWS)]
    moments = np.datetime64("2020-01-01", "us") + rng.integers(0, 10**14, N_ROWS)
    return {
        "numbers": numbers,
        "gappy": gappy,
        "seconds": gappy[:, :1] * 10_000,
        "texts": pd.DataFrame({"note": strings(texts)}),
        "terms": Terms().fit_transform(pd.DataFrame({"note": strings(texts)})),
        "dates": pd.DataFrame({"day": dates(moments)}),
        "levels": pd.DataFrame({"word": strings(rng.choice(WORDS, N_ROWS)), "n": rng.integers(0, 5, N_ROWS)}),
    }


TRANSFORMERS: dict[str, tuple[str, Any]] = {
    "tfidf": ("texts", Terms(ngrams=(1, 2), min_df=2, max_features=50)),
    "bow": ("texts", Terms("bow", stop_words="english")),
    "hash": ("texts", Terms("hash", max_features=64)),
    "char": ("texts", Terms(analyzer="char", ngrams=(1, 3))),
    "counts": ("levels", CountEncoder()),
    "clip": ("gappy", Clipper()),
    "clip-quantile": ("gappy", Clipper("quantile")),
    "times": ("seconds", TimeParts()),
    "dates": ("dates", DateParts(DATE_PARTS, timezone="Europe/Paris")),
    "pca": ("numbers", Components("pca", 3)),
    "svd": ("terms", Components("svd", 5)),
    "kbest": ("gappy", KBest(3)),
    "mutual-info": ("terms", KBest(3, criterion="mutual-info")),
    "l1": ("numbers", ModelBased("l1", 3)),
    "rfe": ("terms", ModelBased("rfe", 3)),
    "knn": ("gappy", NeighbourImputer()),
}


def fit_all():
    given = tables()
    y = np.where(given["numbers"][:, 0] + given["numbers"][:, 1] > 0, "yes", "no")
    return {
        name: (given[table], transformer.fit(given[table], y)) for name, (table, transformer) in TRANSFORMERS.items()
    }


@pytest.fixture(scope="module")
def fits():
    return fit_all()


def digests(fits):
    return {name: hashlib.sha256(dump_joblib(fitted)).hexdigest() for name, (_, fitted) in fits.items()}


def test_the_same_bytes_from_any_process(fits):
    code = "from tests.features.transformers.test_own_transformers import *; print(json.dumps(digests(fit_all())))"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True).stdout
    assert json.loads(there) == digests(fits)


def dense(table):
    return table.toarray() if sparse.issparse(table) else table


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_a_row_alone_is_the_same_as_among_others(fits, name):
    X, fitted = fits[name]
    whole = dense(fitted.transform(X))
    assert whole.dtype == np.float64
    take = X.iloc.__getitem__ if isinstance(X, pd.DataFrame) else X.__getitem__
    for rows in ([0], [N_ROWS - 1], list(range(7)), list(range(N_ROWS - 1, 100, -1))):
        np.testing.assert_array_equal(dense(fitted.transform(take(rows))), whole[rows])


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_a_name_for_each_feature(fits, name):
    X, fitted = fits[name]
    names = fitted.get_feature_names_out()
    assert len(set(names)) == len(names) == fitted.transform(X).shape[1]


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_files_name_the_transformer_and_numpy_alone(fits, name):
    _, fitted = fits[name]
    named = {module for module, _ in trace_globals(fitted)}
    assert {module for module in named if not module.startswith(("numpy", "joblib"))} == {type(fitted).__module__}
