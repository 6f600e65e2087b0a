from __future__ import annotations

import numpy as np
import pytest

from mlpipe.errors import UsageError
from mlpipe.features.preprocessor.matrix import BATCH_ROWS
from mlpipe.models.fitting import ModelChoice, fit_estimator
from mlpipe.models.predicting import check_threshold, choose_classes, predict_matrix
from mlpipe.models.registry import all_specs, find_estimator
from mlpipe.task import Task
from tests.models.frames import numbers
from tests.targets import NO_YES, NUMBER, classes

LETTERS = classes("a", "b", "c")
NAMES = sorted({s.name for s in all_specs() if Task.MULTICLASS in s.tasks and s.is_installed})


@pytest.mark.parametrize("name", NAMES)
def test_a_row_alone_equals_the_row_among_many_to_the_last_bit(name: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 11))
    y = np.where(X[:, 0] > 0.3, "a", np.where(X[:, 1] > 0, "b", "c"))
    spec = find_estimator(name, Task.MULTICLASS)
    params = {"mlp": (("max_iter", "20"),), "random-forest": (("n_estimators", "20"),)}.get(name, ())
    estimator = fit_estimator(ModelChoice(spec=spec, params=params), X, y, features=numbers(X)).estimator
    rows = rng.normal(size=(BATCH_ROWS + 77, 11))
    together = predict_matrix(estimator, rows, LETTERS, rowwise=spec.rowwise)
    assert together.proba is not None
    for i in (0, 1, 63, BATCH_ROWS - 1, BATCH_ROWS, BATCH_ROWS + 76):
        alone = predict_matrix(estimator, rows[i : i + 1], LETTERS, rowwise=spec.rowwise)
        assert alone.proba is not None
        assert (alone.proba[0] == together.proba[i]).all()
        assert alone.values[0] == together.values[i]


def test_classes_that_a_fold_lacks_get_probability_zero() -> None:
    X = np.array([[0.0], [1.0], [0.1], [0.9]])
    choice = ModelChoice(spec=find_estimator("naive-bayes", Task.MULTICLASS))
    estimator = fit_estimator(choice, X, np.array(["c", "a", "c", "a"]), features=numbers(X)).estimator
    predictions = predict_matrix(estimator, X, LETTERS, rowwise=False)
    assert predictions.proba is not None
    assert (predictions.proba[:, 1] == 0).all()
    assert predictions.values.tolist() == ["c", "a", "c", "a"]


def test_gradient_boosting_that_saw_one_class_alone_predicts_it() -> None:
    """Of one class it gives two columns of probabilities."""
    X = np.linspace(0, 1, 40)[:, None]
    choice = ModelChoice(spec=find_estimator("hist-gradient-boosting", Task.MULTICLASS))
    estimator = fit_estimator(choice, X, np.full(40, "b"), features=numbers(X)).estimator
    predictions = predict_matrix(estimator, X, LETTERS, rowwise=False)
    assert predictions.proba is not None
    assert predictions.proba == pytest.approx(np.tile([0.0, 1.0, 0.0], (40, 1)))


def test_threshold_moves_labels_and_not_probabilities() -> None:
    proba = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    assert choose_classes(proba, NO_YES, None).tolist() == [0, 0, 1]
    assert choose_classes(proba, NO_YES, 0.4).tolist() == [0, 1, 1]
    assert choose_classes(proba, NO_YES, 0.0).tolist() == [1, 1, 1]


def test_threshold_is_held_against_the_positive_class_wherever_it_stands() -> None:
    proba = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    first = classes("default", "paid", positive="default")
    assert choose_classes(proba, first, 0.6).tolist() == [0, 0, 1]
    assert choose_classes(proba, first, 0.61).tolist() == [0, 1, 1]
    assert choose_classes(proba, first, None).tolist() == [0, 0, 1]
    with pytest.raises(UsageError, match="for two classes"):
        check_threshold(0.5, LETTERS)
    with pytest.raises(UsageError, match="for two classes"):
        check_threshold(0.5, NUMBER)
    check_threshold(0.5, first)
    check_threshold(None, NUMBER)


def test_no_rows_give_no_predictions() -> None:
    X = np.array([[0.0], [1.0]])
    for name in ("logistic", "decision-tree"):
        spec = find_estimator(name, Task.BINARY)
        estimator = fit_estimator(ModelChoice(spec=spec), X, np.array(["a", "b"]), features=numbers(X)).estimator
        assert len(predict_matrix(estimator, X[:0], classes("a", "b"), rowwise=spec.rowwise).values) == 0
