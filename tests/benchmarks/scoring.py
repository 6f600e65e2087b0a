"""Memory that judging takes of each row of two classes: `python tests/benchmarks/scoring.py --rows 10000000`.

As `evaluate` does with rows whose columns memory does not hold, but for what predicts them: scores, intervals of two
resamples (they take memory one after the other), the dummy's scores, and the figures.
"""

import argparse
import resource
import time

import measure
import numpy as np

from mlpipe.metrics import bootstrap, results
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.steps.evaluation.every_row import scoring_bytes
from mlpipe.steps.evaluation.figures import draw_evaluation
from mlpipe.target import ClassTarget
from mlpipe.target.reference import TargetReference

TARGET = ClassTarget(column="y", classes=("no", "yes"), positive="yes")


def outcome(n_rows):
    """What a model of some skill says."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, n_rows, dtype=np.uint8)
    proba = np.empty((n_rows, 2))
    proba[:, 1] = (rng.random(n_rows) + y) / 2
    np.subtract(1, proba[:, 1], out=proba[:, 0])
    return Outcome(target=TARGET, y_true=y, y_pred=(proba[:, 1] >= 0.5).astype(np.uint8), y_proba=proba)


def judge(judged):
    """What `evaluate` does with the predictions of all rows."""
    names = [spec.name for spec in metrics_for(TARGET.task)]
    results.measure(judged, names)
    results.baseline_scores(judged, names, TargetReference(counts={"no": 1, "yes": 1}))
    draw_evaluation(judged, threshold=None, seed=0)


def peak_bytes():
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * measure.RSS_UNIT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    n_rows = parser.parse_args().rows
    bootstrap._FEWEST_RESAMPLES, bootstrap._MOST_WORK = 2, 0
    judge(outcome(1000))
    before, start = peak_bytes(), time.process_time()
    judge(outcome(n_rows))
    each = (peak_bytes() - before) / n_rows
    print(f"{n_rows:,} rows: {peak_bytes() / 1e6:,.0f} MB, {each:.0f} bytes a row and 8 for its number;", end=" ")
    print(f"{scoring_bytes(TARGET)} are counted; {time.process_time() - start:.0f} s of CPU")


if __name__ == "__main__":
    main()
