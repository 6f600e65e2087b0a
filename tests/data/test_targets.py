"""Tasks and classes."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.schema import Column, DataContext, Dialect, Kind, Role, Schema
from mlpipe.data.target_errors import ConstantTargetError, NoTargetValuesError, TaskMismatchError, TooManyClassesError
from mlpipe.data.targets import check_target, choose_task, class_labels, labelled_rows, order_classes, target_values
from mlpipe.data.weights import check_weights
from mlpipe.errors import DataError, UnknownNameError
from mlpipe.task import Task

NUMBER = Column(name="y", role=Role.TARGET, kind=Kind.NUMBER)
WORDS = Column(name="y", role=Role.TARGET, kind=Kind.STRING)


def task_of(values, asked="auto"):
    column = WORDS if isinstance(values[0], str) else NUMBER
    return choose_task(pa.chunked_array([pa.array(values)]), column, asked)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["no", "yes"] * 5, "binary"),
        (["a", "b", "c"] * 5, "multiclass"),
        ([0, 1, None] * 5, "binary"),
        ([1.0, 2.5] * 5, "binary"),
        ([3, 4, 5, 6] * 40, "multiclass"),
        ([3, 4, 5, 6] * 10, "regression"),
        (list(range(20)) * 20, "multiclass"),
        (list(range(21)) * 30, "regression"),
        ([0.5, 1, 1.5] * 100, "regression"),
        ([1.25, 2.0, 7.5, 9.0], "regression"),
    ],
)
def test_the_usual_task(values, task):
    assert task_of(values) == task


@pytest.mark.parametrize(
    ("values", "asked", "error", "words"),
    [
        (["a", "b"] * 5, "regression", TaskMismatchError, "holds words"),
        (["a", "b", "c"] * 5, "binary", TaskMismatchError, "3 classes"),
        ([0, 1] * 5, "multiclass", TaskMismatchError, "Use --task binary"),
        ([f"w{i}" for i in range(30)], "auto", TooManyClassesError, "another column"),
        (list(range(30)), "multiclass", TooManyClassesError, "--task regression"),
        (["a"] * 5, "auto", ConstantTargetError, "'a' in all of its 5 rows"),
        ([2.0] * 5, "regression", ConstantTargetError, "'2' in all"),
        ([1, None], "auto", NoTargetValuesError, "Only 1 row has"),
        ([0, 1], "binry", UnknownNameError, "'binary'"),
    ],
)
def test_what_does_not_fit_is_said(values, asked, error, words):
    with pytest.raises(error, match=words) as caught:
        task_of(values, asked)
    assert caught.value.remedy


def test_asked_tasks():
    assert task_of([1, 2, 3] * 9, "multiclass") is Task.MULTICLASS
    assert task_of([0, 1] * 9, "regression") is Task.REGRESSION


def test_labels_are_short_and_exact():
    floats = pa.chunked_array([[1.0, 0.5], [-0.0, 1e300]])
    assert class_labels(floats, NUMBER).tolist() == ["1", "0.5", "0", "1e+300"]
    assert class_labels(pa.array([3, 10]), NUMBER).tolist() == ["3", "10"]
    labels = class_labels(pa.array(["01", "yes"]), WORDS)
    assert labels.tolist() == ["01", "yes"]
    assert labels.dtype.kind == "U"
    with pytest.raises(ValueError, match="no label"):
        class_labels(pa.array(["a", None]), WORDS)


@pytest.mark.parametrize(
    ("labels", "ordered"),
    [
        (["10", "9", "-1", "9"], ("-1", "9", "10")),
        (["2", "1.5", "01"], ("01", "1.5", "2")),
        (["yes", "no"], ("no", "yes")),
        (["'1'", "'-1'"], ("'-1'", "'1'")),
        (["10", "9", "nan"], ("10", "9", "nan")),
        ([">50K", "<=50K"], ("<=50K", ">50K")),
    ],
)
def test_classes_in_order(labels, ordered):
    assert order_classes(labels) == ordered
    assert order_classes(np.array(labels)) == ordered


def test_notes_on_a_target_that_will_do():
    notes = check_target(pa.array(["a", "a", "b", None, "NA", "NA"]), WORDS, Task.MULTICLASS)
    assert notes == (
        "1 of 6 rows has no target: set aside",
        "Class 'b' has one row: kept for training",
        "'NA' counts as a class; --na-value NA would call it missing",
    )
    assert check_target(pa.array([1.0, 2.0]), NUMBER, Task.REGRESSION) == ()


def test_a_constant_target_is_refused():
    with pytest.raises(ConstantTargetError):
        check_target(pa.array([5, 5, None]), NUMBER, Task.REGRESSION)
    with pytest.raises(NoTargetValuesError, match="No row has"):
        check_target(pa.array([None, None], pa.string()), WORDS, Task.BINARY)


def test_labelled_rows():
    assert labelled_rows(pa.chunked_array([["a", None], ["b"]])).tolist() == [True, False, True]


def test_targets_as_estimators_take_them():
    def context(column, task):
        return DataContext(
            target="y", task=task, classes=(), schema=Schema(columns=(column,), dialect=Dialect()), seed=0
        )

    table = pa.table({"y": pa.array([1, 2])})
    assert target_values(table, context(NUMBER, Task.BINARY)).tolist() == ["1", "2"]
    values = target_values(table, context(NUMBER, Task.REGRESSION))
    assert values.dtype == np.float64
    assert values.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="no target"):
        target_values(pa.table({"y": pa.array([1, None])}), context(NUMBER, Task.REGRESSION))


def test_weights_are_there_and_not_negative():
    column = Column(name="w", role=Role.WEIGHT, kind=Kind.NUMBER)
    assert check_weights(pa.array([0, 2]), column, lines=np.array([2, 3])).tolist() == [0.0, 2.0]
    with pytest.raises(DataError, match=r"2 weights are missing or negative, first '-1' \(line 3\)"):
        check_weights(pa.array([1, -1, None]), column, lines=np.array([2, 3, 4]))
