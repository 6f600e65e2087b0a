"""Models whose digests agree and whose content does not: one line, exit code 4."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from mlpipe.artifacts.fitted.pickling import dump_joblib
from mlpipe.artifacts.store import canonical


def sealed(folder: Path, **changed: Any) -> None:
    """Make the manifest agree with the files, with some of its content changed."""
    manifest = {**json.loads((folder / "manifest.json").read_text()), **changed}
    for record in manifest["files"]:
        data = (folder / record["name"]).read_bytes()
        record |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    blank = canonical.encode({**manifest, "fingerprint": ""})
    (folder / "manifest.json").write_bytes(
        canonical.encode({**manifest, "fingerprint": hashlib.sha256(blank).hexdigest()})
    )


@pytest.fixture
def model(chain: Path, tmp_path: Path) -> Path:
    shutil.copytree(chain / "model", tmp_path / "model")
    shutil.copy(chain / "table.csv", tmp_path / "table.csv")
    return tmp_path / "model"


def refused(here: Any, *options: str) -> str:
    done = here("predict", "model", "table.csv", "-o", "p.csv", *options, expect=4)
    assert len(done.stderr.splitlines()) <= 4
    return str(done.stderr)


@pytest.mark.parametrize(
    "context", [{}, {"model": 1}, {"model": "logistic", "rowwise": True, "schema": {"columns": 3}}]
)
def test_a_context_of_another_form(model: Path, here: Any, context: dict[str, Any]) -> None:
    sealed(model, context=context)
    assert "another form" in refused(here)


@pytest.mark.parametrize("name", ["plan.json", "reference.json"])
@pytest.mark.parametrize("content", ["[]", "{}", '{"columns": [7]}', '{"columns": [{"name": 1e300}]}'])
def test_a_plan_or_reference_of_another_form(model: Path, here: Any, name: str, content: str) -> None:
    (model / name).write_text(content)
    sealed(model)
    assert "another form" in refused(here)


def test_coefficients_of_a_wrong_shape_are_found_by_trying(
    model: Path, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlpipe.engine.probe.threading.active_count", lambda: 1)  # whatever other tests left running
    pipeline = joblib.load(model / "model.joblib")
    pipeline["model"].intercept_ = np.zeros(5)
    (model / "model.joblib").write_bytes(dump_joblib(pipeline))
    sealed(model)
    assert "cannot predict two rows: ValueError" in refused(here)


@pytest.mark.parametrize("threads", [1, 2])
def test_answers_that_are_no_numbers_are_found_by_trying(
    model: Path, here: Any, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr("mlpipe.engine.probe.threading.active_count", lambda: threads)  # with two: in this process
    pipeline = joblib.load(model / "model.joblib")
    pipeline["model"].coef_[:] = np.nan
    (model / "model.joblib").write_bytes(dump_joblib(pipeline))
    sealed(model)
    assert "its answers are no numbers" in refused(here)


@pytest.mark.parametrize("end", ["2020-01-01", True, []])
def test_a_reference_that_does_not_go_with_the_kind_of_its_column(model: Path, here: Any, end: Any) -> None:
    reference = json.loads((model / "reference.json").read_text())
    number = next(column for column in reference["columns"] if column["kind"] == "number")
    number["min"] = end
    (model / "reference.json").write_text(json.dumps(reference))
    sealed(model)
    assert "another form" in refused(here)


def test_a_sound_model_is_used_with_and_without_trying_it(model: Path, here: Any) -> None:
    here("predict", "model", "table.csv", "-o", "tried.csv")
    here("predict", "model", "table.csv", "-o", "untried.csv", "--no-probe")
    assert Path("tried.csv").read_bytes() == Path("untried.csv").read_bytes()
