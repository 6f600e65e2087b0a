"""CatBoost's bytes are not checked inside: what its own code dies of, it dies of in the process that tries it."""

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.boosters.catboost import CatboostClassifier
from mlpipe.steps.loading import _predict_rows_of_every_kind
from tests.artifacts.fitted.attempts import attempt_all
from tests.artifacts.fitted.boosted import X, asked, changed
from tests.artifacts.fitted.mutating import wrong_bytes

pytest.importorskip("catboost")
N_MUTANTS = 300


@cache
def by_categories() -> Any:
    return CatboostClassifier(iterations=5, depth=4, categories=(2,), random_state=0).fit(X, X[:, 2] % 2)


def trying(data: bytes, ask: Callable[[Any], object]) -> Callable[[], str]:
    def task() -> str:
        try:
            ask(load_joblib(data))
        except Exception as error:
            return f"told {error}"
        return "answered"

    return task


def test_what_passes_the_trial_ends_no_process_afterwards() -> None:
    draw, sound = random.Random(0), by_categories()
    files = [dump_joblib(changed(sound, wrong_bytes(sound.model_, draw))) for _ in range(N_MUTANTS)]
    tried = attempt_all(
        [trying(data, lambda model: _predict_rows_of_every_kind(Pipeline([("model", model)]))) for data in files]
    )
    passed = [data for data, end in zip(files, tried, strict=True) if end == "answered"]
    assert any(end.startswith("SIG") for end in tried)  # else there were nothing to try for
    assert len(passed) > N_MUTANTS / 4
    afterwards = attempt_all([trying(data, asked) for data in passed])
    assert {end.partition(" ")[0] for end in afterwards} <= {"answered", "told"}


def test_opening_a_file_leaves_the_library_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CatboostClassifier, "_load", lambda *_: pytest.fail("the library was asked to read"))
    found = load_joblib(dump_joblib(changed(by_categories(), b"no model")))
    assert np.array_equal(found.classes_, by_categories().classes_)
