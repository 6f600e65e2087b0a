"""Each step on 569 rows, or those named, against a bare process that imports the libraries which the step needs.

python tests/benchmarks/small_steps.py [STEP ...]
"""

import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, ROOT, rivals, run, show

READING = "import typer, numpy, pandas, pyarrow, pyarrow.csv, pyarrow.compute, pyarrow.parquet"
FITTING = (
    f"{READING}, joblib, sklearn.compose, sklearn.impute, sklearn.pipeline, sklearn.preprocessing, "
    "sklearn.feature_selection"
)
DRAWING = "matplotlib.figure, matplotlib.backends.backend_agg"
NEEDS = {
    "inspect": f"{READING}, jinja2",
    "split": f"{READING}, sklearn.model_selection",
    "preprocess": f"{FITTING}, {DRAWING}",
    "train": f"{FITTING}, sklearn.linear_model, sklearn.model_selection, sklearn.metrics",
    "evaluate": f"{FITTING}, sklearn.linear_model, sklearn.metrics, {DRAWING}",
    "predict": f"{FITTING}, sklearn.linear_model",
}


def commands(folder):
    """The six steps, each on what the one before has written."""
    table = ROOT / "sample_data" / "breast_cancer.csv"
    split, prep, model = (folder / name for name in ("split", "prep", "model"))
    return {
        "inspect": ("inspect", table, "--target", "diagnosis", "-o", folder / "profile"),
        "split": ("split", table, "--target", "diagnosis", "-o", split),
        "preprocess": ("preprocess", split, "-o", prep),
        "train": ("train", prep, "--model", "logistic", "-o", model),
        "evaluate": ("evaluate", model, "-o", folder / "evaluation"),
        "predict": ("predict", model, table, "-o", folder / "predictions.csv"),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for step, arguments in commands(Path(name)).items():
            run(*MLPIPE, *arguments)
            if step not in (sys.argv[1:] or NEEDS):
                continue
            ours, theirs = rivals((*MLPIPE, *arguments), (sys.executable, "-c", NEEDS[step]), times=3)
            show(f"{step} on 569 rows / its imports", ours, theirs, bar=1.3 if step == "evaluate" else 1.5)
