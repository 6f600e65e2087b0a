"""How many rounds boosting grows on all rows: as many as do best on a part of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss

from mlpipe.models.bonds import Bonds
from mlpipe.models.comparison import lengthening
from mlpipe.models.comparison.candidates import Candidate
from mlpipe.models.comparison.compared import Compared
from mlpipe.models.comparison.final import Member
from mlpipe.models.comparison.lengthening import lengthen
from mlpipe.models.fitting import ModelChoice
from mlpipe.models.registry import find_estimator
from mlpipe.models.training_rows import TrainingRows
from mlpipe.task import Task
from tests.models.frames import training_rows

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 2))
FRAME = pd.DataFrame({"a": X[:, 0], "b": X[:, 1]})
WAVE = np.round(np.sin(2 * X[:, 0]) + 0.3 * X[:, 1] + 3, 6)
"""What takes boosting many small steps to follow."""


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengthening, "MANY_ROWS", 100)


def compared(model: str, task: Task, *params: tuple[str, str], transform: str = "none") -> Compared:
    choice = ModelChoice(spec=find_estimator(model, task), params=params, target_transform=transform)
    return Compared(name=model, members=(Member(candidate=Candidate(name=model, choice=choice)),))


def boosted(rounds: int, task: Task = Task.REGRESSION, **options: Any) -> Compared:
    params = (("max_iter", str(rounds)), ("learning_rate", "0.1"), ("early_stopping", "False"))
    return compared("hist-gradient-boosting", task, *params, **options)


def rounds_of(found: Compared) -> int:
    return int(dict(found.members[0].candidate.choice.params)["max_iter"])


def lengthened(asked: Compared, rows: TrainingRows) -> Compared:
    return lengthen(asked, rows, {"prepared": rows.plan})


@pytest.mark.parametrize("transform", ["none", "log"])
def test_boosting_that_still_learns_goes_on_and_it_is_told(transform: str) -> None:
    rows = training_rows(FRAME, WAVE, Task.REGRESSION)
    found = lengthened(boosted(10, transform=transform), rows)
    assert rounds_of(found) == 25
    assert found.notes == (
        "hist-gradient-boosting grows 25 rounds, 10 in folds: held-out rows of the whole table say so",
    )
    assert dict(found.members[0].candidate.choice.params)["learning_rate"] == "0.1"


def test_boosting_that_has_learnt_all_stays_as_it_is() -> None:
    noise = np.where(np.random.default_rng(1).random(300) < 0.5, "yes", "no")
    asked = boosted(40, Task.BINARY)
    found = lengthened(asked, training_rows(FRAME, noise, Task.BINARY))
    assert found.members == asked.members
    assert found.notes == ()


@pytest.mark.parametrize("rounds", [6, 8, 10, 14, 20])
def test_the_rounds_are_those_that_do_best_on_rows_not_learnt_from(rounds: int) -> None:
    y = np.where(np.random.default_rng(1).random(300) < 1 / (1 + np.exp(-3 * X[:, 0])), "yes", "no")
    rows = training_rows(FRAME, y, Task.BINARY)
    fold = rows.folds(5)[-1]
    tried = {round(stretch * rounds) for stretch in lengthening.STRETCHES}

    def loss(n: int) -> float:
        alone = HistGradientBoostingClassifier(max_iter=n, early_stopping=False).fit(X[fold.train], y[fold.train])
        return float(log_loss(y[fold.valid], alone.predict_proba(X[fold.valid])))

    assert rounds_of(lengthened(boosted(rounds, Task.BINARY), rows)) == min(tried, key=loss)


def test_the_newest_rows_judge_where_there_is_time() -> None:
    """The oldest five sixths follow a wave, the newest are noise: there is nothing to go on for."""
    order = np.arange(300)
    y = np.where(order < 250, WAVE, np.random.default_rng(1).permutation(WAVE))
    rows = replace(training_rows(FRAME, y, Task.REGRESSION), bonds=Bonds(order=order))
    assert rounds_of(lengthened(boosted(30), rows)) == 30
    assert rounds_of(lengthened(boosted(30), replace(rows, y=WAVE))) > 30


@pytest.mark.parametrize("model", ["ridge", "dummy", "gradient-boosting"])
def test_other_models_are_left_alone(model: str) -> None:
    asked = compared(model, Task.REGRESSION)
    assert lengthened(asked, training_rows(FRAME, WAVE, Task.REGRESSION)) is asked


def test_few_rows_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengthening, "MANY_ROWS", 300)
    asked = boosted(10)
    assert lengthened(asked, training_rows(FRAME, WAVE, Task.REGRESSION)) is asked
