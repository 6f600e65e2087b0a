"""What mlpipe wrote before its transformers moved to rooms of their own: it loads, and gives the same numbers.

The files in `frozen/` were written by the version before the move: a split, a prep of format 2, a model of format 1
with its predictions of `table.csv`, and one fitted example of every own transformer with what it made of some rows.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.fitted.unpickle import load_joblib
from mlpipe.artifacts.models import Model
from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.versions import installed_version
from mlpipe.errors import ArtifactError
from mlpipe.params import PredictFiles, PredictParams
from mlpipe.steps.loading import LoadOptions
from mlpipe.steps.predict import predict

FROZEN = Path(__file__).with_name("frozen")
RECORDED: dict[str, dict[str, Any]] = json.loads((FROZEN / "transformers.json").read_text(encoding="utf-8"))
WRITTEN_WITH = "1.9"  # scikit-learn

T = TypeVar("T")


def readable(load: Callable[[], T]) -> T:
    """What `load` gives; another scikit-learn than the one that wrote it may have moved or changed its own classes."""
    try:
        return load()
    except (ArtifactError, AttributeError) as error:
        installed = installed_version("scikit-learn")
        if installed.startswith(f"{WRITTEN_WITH}."):
            raise
        pytest.skip(f"scikit-learn {installed} cannot use what {WRITTEN_WITH} pickled: {error}")


@pytest.fixture(scope="module")
def transformers() -> dict[str, Any]:
    fitted: dict[str, Any] = readable(lambda: load_joblib((FROZEN / "transformers.joblib").read_bytes()))
    return fitted


@pytest.mark.parametrize("name", RECORDED)
def test_transformers_named_by_their_old_places_give_what_they_gave(name: str, transformers: dict[str, Any]) -> None:
    recorded, transformer = RECORDED[name], transformers[name]
    assert type(transformer).__name__ == name
    assert type(transformer).__module__.startswith("mlpipe.features.transformers.")
    X: Any = np.asarray(recorded["X"], dtype=None if recorded["table"] else np.float64)
    made = readable(lambda: transformer.transform(pd.DataFrame(X, columns=["x"]) if recorded["table"] else X))
    dense = made.toarray() if hasattr(made, "toarray") else made
    np.testing.assert_allclose(dense, np.asarray(recorded["out"], dtype=np.float64), rtol=1e-9, atol=1e-12)


def test_every_transformer_that_moved_is_among_the_frozen() -> None:
    data = (FROZEN / "transformers.joblib").read_bytes()
    old = ("clipping", "counts", "dates", "model_based", "neighbours", "reduction", "regressing", "selection", "terms")
    assert [name for name in old if f"mlpipe.features.{name}".encode() not in data] == []
    assert b"mlpipe.features.transformers" not in data


def test_a_frozen_prep_gives_its_matrix() -> None:
    prep = Prep.load(FROZEN / "prep")
    table = Split.load(FROZEN / "split").part("train").to_pandas()
    made = readable(lambda: prep.preprocessor().transform(table))
    recorded = prep.matrix("train").X
    assert made.shape == recorded.shape == (48, 6)
    np.testing.assert_allclose(made, recorded, rtol=1e-9)


def test_a_frozen_model_gives_its_predictions(tmp_path: Path) -> None:
    options = LoadOptions(allow_version_mismatch=True)
    out = tmp_path / "predictions.csv"
    assert readable(lambda: Model.load(FROZEN / "model", allow_version_mismatch=True)).name == "logistic"
    files, params = PredictFiles(out=str(out)), PredictParams(proba=True)
    readable(lambda: predict(FROZEN / "model", str(FROZEN / "table.csv"), files, params, load=options))
    made, recorded = (list(csv.DictReader(path.read_text().splitlines())) for path in (out, FROZEN / "predictions.csv"))
    assert len(made) == len(recorded) == 60
    for now, then in zip(made, recorded, strict=True):
        assert {**now, "proba_no": "", "proba_yes": ""} == {**then, "proba_no": "", "proba_yes": ""}
        assert float(now["proba_yes"]) == pytest.approx(float(then["proba_yes"]), rel=1e-9)
        assert float(now["proba_no"]) == pytest.approx(float(then["proba_no"]), rel=1e-9)
