"""A package that is installed beside mlpipe adds a model: `auto` compares it, and what it wins is saved and loaded."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mlpipe.errors import ArtifactError
from mlpipe.models.registry import known_specs
from mlpipe.params import EvaluateParams, PreprocessParams, TrainParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.preprocess import preprocess
from mlpipe.steps.train import train
from tests.conftest import ROOT, environment

PLUGIN = ROOT / "tests" / "plugin"


@pytest.fixture
def prepared(splitting, write):
    """Two clouds whose centres say all that there is to know."""
    rng = np.random.default_rng(0)
    lines = ["x,y,outcome"]
    for i in range(160):
        x, y = rng.normal(size=2) + (i % 2)
        lines.append(f"{x:.3f},{y:.3f},{('no', 'yes')[i % 2]}")
    splitting(write("t.csv", "\n".join(lines)))
    preprocess(Path("split"), Path("prep"), PreprocessParams())


def test_a_made_up_model_enters_auto_is_saved_loaded_and_judged(prepared, monkeypatch):
    with monkeypatch.context() as path:
        path.syspath_prepend(str(PLUGIN))
        assert "nearest-centres" in {spec.name for spec in known_specs()}
        train(Path("prep"), Path("auto"), TrainParams(cv=2), jobs=1)
        with Path("auto/leaderboard.csv").open(newline="") as file:
            assert "nearest-centres" in {row["model"] for row in csv.DictReader(file)}
        train(Path("prep"), Path("model"), TrainParams(model="nearest-centres", params=(("sharpness", "2"),)))
        assert evaluate(Path("model"), Path("evaluation"), EvaluateParams()).n_rows > 20


def test_without_the_package_its_model_is_not_opened(prepared, monkeypatch):
    with monkeypatch.context() as path:
        path.syspath_prepend(str(PLUGIN))
        train(Path("prep"), Path("model"), TrainParams(model="nearest-centres"))
    asked = "from pathlib import Path; from mlpipe.artifacts.models import Model; Model.load(Path('model'))"
    done = subprocess.run([sys.executable, "-c", asked], check=False, capture_output=True, text=True,
                          env=environment(PYTHONPATH=str(ROOT)))  # fmt: skip
    assert ArtifactError.__name__ in done.stderr
    assert "nearest_centres.NearestCentres" in done.stderr
