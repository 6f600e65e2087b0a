"""AutoGluon on two Parquet files, for `quality.py`: it needs other versions than mlpipe, so an environment of its own.

    python tests/benchmarks/autogluon_rival.py TRAIN.parquet TEST.parquet SECONDS OUT.npy

The column `target` of TRAIN is learnt; OUT takes a number a row of TEST, or a probability for each class in the order
of their names.
"""

from __future__ import annotations

import sys
import tempfile

import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor


def main() -> None:
    train, test = (pd.read_parquet(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        predictor = TabularPredictor("target", path=folder, verbosity=0)
        predictor.fit(train, time_limit=float(sys.argv[3]))
        if predictor.problem_type == "regression":
            said = predictor.predict(test).to_numpy(dtype=float)
        else:
            proba = predictor.predict_proba(test)
            said = proba[sorted(proba.columns)].to_numpy(dtype=float)
    np.save(sys.argv[4], said)


if __name__ == "__main__":
    main()
