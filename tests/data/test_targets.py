"""Tasks and classes."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.schema import Column, Kind, Role
from mlpipe.data.targets import check_target, choose_target, choose_task, labelled_rows
from mlpipe.data.weights import check_weights
from mlpipe.errors import DataError, UnknownNameError, UsageError
from mlpipe.target import ClassTarget, NumbersTarget
from mlpipe.target.cells import class_labels, order_classes
from mlpipe.task import Task
from mlpipe.words.parameters import as_options
from tests.targets import NUMBER as TARGET_NUMBER
from tests.targets import classes

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
        (["a", "b"] * 5, "regression", DataError, "holds words"),
        (["a", "b", "c"] * 5, "binary", DataError, "3 classes"),
        ([0, 1] * 5, "multiclass", DataError, "Use --task binary"),
        ([f"w{i}" for i in range(30)], "auto", DataError, "another column"),
        (list(range(30)), "multiclass", DataError, "--task regression"),
        (["a"] * 5, "auto", DataError, "'a' in all of its 5 rows"),
        ([2.0] * 5, "regression", DataError, "'2' in all"),
        ([1, None], "auto", DataError, "Only 1 row has"),
        ([0, 1], "binry", UnknownNameError, "'binary'"),
    ],
)
def test_what_does_not_fit_is_said(values, asked, error, words):
    with pytest.raises(error) as caught:
        task_of(values, asked)
    assert words in as_options(str(caught.value))
    assert caught.value.remedy


@pytest.mark.parametrize("asked", ["multilabel", "multioutput"])
def test_a_task_of_several_targets_needs_several(asked):
    with pytest.raises(UsageError, match="is for several targets"):
        task_of(["a", "b"] * 5, asked)


def test_asked_tasks():
    assert task_of([1, 2, 3] * 9, "multiclass") is Task.MULTICLASS
    assert task_of([0, 1] * 9, "regression") is Task.REGRESSION


def test_labels_are_short_and_exact():
    floats = pa.chunked_array([[1.0, 0.5], [-0.0, 1e300]])
    assert class_labels(floats, "y").tolist() == ["1", "0.5", "0", "1e+300"]
    assert class_labels(pa.array([3, 10]), "y").tolist() == ["3", "10"]
    labels = class_labels(pa.array(["01", "yes"]), "y")
    assert labels.tolist() == ["01", "yes"]
    assert labels.dtype.kind == "U"
    with pytest.raises(ValueError, match="no label"):
        class_labels(pa.array(["a", None]), "y")


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
    assert tuple(map(as_options, notes)) == (
        "1 of 6 rows has no target: set aside",
        "Class 'b' has one row: kept for training",
        "'NA' counts as a class; --na-value NA would call it missing",
    )
    assert check_target(pa.array([1.0, 2.0]), NUMBER, Task.REGRESSION) == ()


def test_a_constant_target_is_refused():
    with pytest.raises(DataError, match="nothing to predict"):
        check_target(pa.array([5, 5, None]), NUMBER, Task.REGRESSION)
    with pytest.raises(DataError, match="No row has"):
        check_target(pa.array([None, None], pa.string()), WORDS, Task.BINARY)


def test_labelled_rows():
    table = pa.table({"y": pa.chunked_array([["a", None], ["b"]]), "z": [1.0, 2.0, None]})
    assert labelled_rows(table, NumbersTarget(columns=("y",))).tolist() == [True, False, True]
    assert labelled_rows(table, NumbersTarget(columns=("y", "z"))).tolist() == [True, False, False]
    assert labelled_rows(table, NumbersTarget()).tolist() == [True, True, True]


def settled(values, **options):
    column = WORDS if isinstance(values[0], str) else NUMBER
    target, notes = choose_target(pa.chunked_array([pa.array(values)]), column, **options)
    return target, tuple(map(as_options, notes))


def test_the_target_is_settled_with_its_positive_class():
    words, notes = settled(["paid", "default", "default"])
    assert words == ClassTarget(column="y", classes=("default", "paid"), positive="default")
    assert notes == (
        "Class 'paid' has one row: kept for training",
        "the positive class is taken to be 'default' (by its word): --positive paid would make it the other",
    )
    rare, notes = settled(["a", "a", "a", "b", "b"])
    assert (rare.positive, "rarer" in notes[0]) == ("b", True)
    assert settled(["a", "a", "b", "b"], positive="a") == (classes("a", "b", positive="a"), ())
    assert settled(["a", "b", "c"] * 4) == (classes("a", "b", "c"), ())
    assert settled([1.5, 2.5, 9.0]) == (TARGET_NUMBER, ())


def test_a_positive_class_that_cannot_be_is_refused():
    with pytest.raises(UnknownNameError, match="'yes'"):
        settled(["no", "yes"] * 3, positive="Yes")
    with pytest.raises(UnknownNameError, match="Known: 'no', 'yes'"):
        settled(["no", "yes"] * 3, positive="42")
    for values, told in ((["a", "b", "c"] * 4, "one of several classes"), ([1.5, 2.5, 9.0], "a number")):
        with pytest.raises(UsageError, match=told) as caught:
            settled(values, positive="a")
        assert as_options(caught.value.remedy) == "Leave --positive out."


def test_weights_are_there_and_not_negative():
    column = Column(name="w", role=Role.WEIGHT, kind=Kind.NUMBER)
    assert check_weights(pa.array([0, 2]), column, lines=np.array([2, 3])).tolist() == [0.0, 2.0]
    with pytest.raises(DataError, match=r"2 weights are missing or negative, first '-1' \(line 3\)"):
        check_weights(pa.array([1, -1, None]), column, lines=np.array([2, 3, 4]))


@pytest.mark.parametrize(("largest", "held"), [(1e145, True), (1.1e145, False), (-1e308, False)])
def test_numbers_whose_squares_are_no_numbers_are_refused(largest, held):
    values = pa.array([0.0, 1.5, largest])
    if held:
        assert check_target(values, NUMBER, Task.REGRESSION) == ()
    else:
        with pytest.raises(DataError, match="squares"):
            check_target(values, NUMBER, Task.REGRESSION)


def test_so_many_classes_may_be_tags_and_the_mark_between_them_is_named():
    tags = [f"t{i}|t{j}" for i in range(9) for j in range(9) if i != j]
    with pytest.raises(DataError) as caught:
        task_of(tags + ["t1", "t2"] * 5)
    assert "; if it holds tags, say what stands between two: `labels_separator='|'`;" in caught.value.remedy
    with pytest.raises(DataError) as caught:
        task_of([f"order {i}" for i in range(99)])
    assert "labels_separator" not in caught.value.remedy
