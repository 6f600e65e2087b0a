"""Why a row is predicted as it is: exact where the model is a sum, a comparison with typical values elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlpipe.features.reference import training_reference
from mlpipe.models.estimators import inner_estimator
from mlpipe.models.explaining.contributions import Contributions, is_additive
from mlpipe.models.explaining.reasons import Explainer, Reasons
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.registry import find_estimator
from mlpipe.task import Task
from tests.models.frames import columns_of, fitted_model, numbers

ADDITIVE = ["decision-tree", "random-forest", "extra-trees", "gradient-boosting", "hist-gradient-boosting"]


def frame_of(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    colours = pd.Series(rng.choice(["red", "blue", "green"], n, p=[0.5, 0.3, 0.2]), dtype="str")
    return pd.DataFrame({"size": rng.normal(10, 2, n), "noise": rng.normal(size=n), "colour": colours})


def explained(frame: pd.DataFrame, y: np.ndarray, model: str, task: Task, n: int, asked: pd.DataFrame) -> Reasons:
    fitted = fitted_model(frame, y, model, task)
    explainer = Explainer(fitted, training_reference(frame, columns_of(frame)))
    table = pa.Table.from_pandas(asked, preserve_index=False)
    return explainer.explain(table, fitted.predict(table), n)


def test_a_line_is_told_exactly() -> None:
    frame = frame_of(400)
    red, size = (frame["colour"] == "red").to_numpy(), frame["size"].to_numpy()
    reasons = explained(frame, 3 * size + 10 * red, "linear", Task.REGRESSION, 3, frame[:50])
    moved = np.column_stack([3 * (size - size.mean()), np.zeros(400), 10 * (red - red.mean())])[:50]
    shares = moved / np.abs(moved).sum(axis=1, keepdims=True)
    told = np.take_along_axis(shares, reasons.order, axis=1)
    assert reasons.columns == ("size", "noise", "colour")
    assert reasons.shares == pytest.approx(told, abs=2e-3)
    assert set(reasons.order[:, 2]) == {1}


@pytest.mark.parametrize("n_classes", [0, 2, 3])
@pytest.mark.parametrize("model", ["logistic", *ADDITIVE])
def test_what_features_add_is_the_whole_answer(model: str, n_classes: int) -> None:
    if model == "logistic" and not n_classes:
        pytest.skip("it is for classes")
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=(300, 2)), rng.integers(0, 6, 300)])
    if model in {"hist-gradient-boosting", "random-forest"}:
        X[::11, 0] = np.nan
    score = np.nan_to_num(X[:, 0]) + 2 * (X[:, 2] % 2) + 0.3 * rng.normal(size=300)
    y = score if not n_classes else np.array(list("abc"))[np.digitize(score, [1.0, 2.2][: n_classes - 1])]
    task = Task.REGRESSION if not n_classes else Task.MULTICLASS
    name, n = {"hist-gradient-boosting": ("max_iter", "20"), "decision-tree": ("max_depth", "4")}.get(
        model, ("n_estimators", "8")
    )
    few = () if model == "logistic" else ((name, n),)
    features = numbers(X)
    if model == "hist-gradient-boosting":
        few = (*few, ("categorical_features", "[2]"))
    choice = ModelChoice(spec=find_estimator(model, task), params=few)
    estimator = inner_estimator(fit_estimator(choice, X, y, features=features).estimator)
    assert is_additive(estimator)
    means = X.mean(axis=0) if model == "logistic" else np.zeros(3)
    added = Contributions(estimator, means)
    if not n_classes:
        answer, chosen = estimator.predict(X), None
        whole = added.of(X, chosen).sum(axis=1)
    else:
        chosen = np.searchsorted(estimator.classes_, estimator.predict(X))
        whole = added.of(X, chosen).sum(axis=1)
        if hasattr(estimator, "decision_function"):
            scores = estimator.decision_function(X)
            scores = np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
        else:
            scores = estimator.predict_proba(X)
        answer = scores[np.arange(300), chosen] - (scores.mean(axis=1) if n_classes == 3 else 0)
        if n_classes == 2:  # one base for each class
            for k in (0, 1):
                base = (answer - _scale(model) * whole)[chosen == k]
                assert base == pytest.approx(np.full(len(base), base[0]))
            return
        answer = answer[chosen == 0]
        whole = whole[chosen == 0]
    base = answer - _scale(model) * whole
    assert base == pytest.approx(np.full(len(base), base[0]))
    assert np.ptp(whole) > 0.05


def _scale(model: str) -> float:
    """Forests are the mean of their trees, boosting takes a tenth of each; contributions are of the sum."""
    return {"random-forest": 1 / 8, "extra-trees": 1 / 8, "gradient-boosting": 0.1}.get(model, 1.0)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
@pytest.mark.parametrize("task", [Task.REGRESSION, Task.BINARY, Task.MULTICLASS])
def test_boosting_libraries_tell_for_themselves(name: str, task: Task) -> None:
    pytest.importorskip(name)
    frame = frame_of(200)
    size = frame["size"].to_numpy()
    by_task = {
        Task.REGRESSION: size,
        Task.BINARY: np.where(size > 10, "large", "little"),
        Task.MULTICLASS: np.array(["a", "b", "c"])[np.digitize(size, [9, 11])],
    }
    reasons = explained(frame, by_task[task], name, task, 1, frame[:30])
    assert (reasons.order[:, 0] == 0).mean() > 0.8
    assert (np.abs(reasons.shares) > 0.5).mean() > 0.7
    if task is not Task.REGRESSION:
        assert (reasons.shares > 0).mean() > 0.9  # for what is predicted


@pytest.mark.parametrize("model", ["knn", "svm", "naive-bayes", "logistic", "random-forest", "linear-svm"])
def test_a_row_is_explained_alone_as_in_a_batch_whatever_the_model(model: str) -> None:
    frame = frame_of(120)
    y = np.where(frame["size"] > 10, "large", "little")
    fitted = fitted_model(frame, y, model, Task.BINARY)
    explainer = Explainer(fitted, training_reference(frame, columns_of(frame)))
    table = pa.Table.from_pandas(frame[:9], preserve_index=False)
    whole = explainer.explain(table, fitted.predict(table), 2)
    for i in range(9):
        row = table.slice(i, 1)
        alone = explainer.explain(row, fitted.predict(row), 2)
        assert alone.order.tolist() == [whole.order[i].tolist()]
        assert alone.shares.tolist() == [whole.shares[i].tolist()]
    assert (whole.order[:, 0] == 0).mean() > 0.5
    assert (np.abs(whole.shares).sum(axis=1) <= 1 + 1e-3).all()


def test_the_share_says_for_or_against_what_is_predicted() -> None:
    frame = frame_of(400)
    y = np.where(frame["size"] + 5 * (frame["colour"] == "red") > 12, "yes", "no")
    asked = pd.DataFrame({"size": [4.0, 16.0], "noise": [0.0, 0.0], "colour": ["red", "blue"]}).astype(
        {"colour": "str"}
    )
    for model in ("logistic", "random-forest", "knn"):
        reasons = explained(frame, y, model, Task.BINARY, 3, asked)
        told = dict(zip(reasons.order[0].tolist(), reasons.shares[0].tolist(), strict=True))
        assert told[0] > 0, model  # little, which is why it is no
        assert told[2] <= 0, model  # red, in spite of which it is no
        assert told[2] < 0 or model == "knn"  # all of its neighbours say no, whatever the colour


def test_what_moves_nothing_is_no_reason() -> None:
    frame = frame_of(100)
    y = np.where(frame["size"] > 10, "large", "little")
    reasons = explained(frame, y, "dummy", Task.BINARY, 5, frame[:2])
    table = reasons.table()
    assert list(table) == [name for i in (1, 2, 3) for name in (f"reason_{i}", f"reason_{i}_share")]
    assert table["reason_1"].to_pylist() == [None, None]
    assert table["reason_1_share"].to_pylist() == [None, None]
