"""What is predicted, as a type: from cells to `y` and back."""

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.target import (
    ClassTarget,
    LabelsTarget,
    NoTarget,
    NumbersTarget,
    NumberTarget,
    classes_of,
    positive_of,
    target_from_json,
)
from mlpipe.target.reference import TargetReference
from mlpipe.task import Task
from tests.targets import NO_YES, NUMBER, classes

TABLE = pa.table({"y": ["no", "yes", "no"], "z": ["in", "out", "out"], "p": [1, 2, 3], "q": [0.5, 1.5, 2.5],
                  "t": ["blue; red", None, "green;blue"]})  # fmt: skip
BINARY = NO_YES
MANY = classes("a", "b", "c")
PRICE = NumberTarget(column="p")
LABELS = LabelsTarget(columns=("y", "z"), positives=("yes", "out"))
NUMBERS = NumbersTarget(columns=("p", "q"))
TAGS = LabelsTarget(columns=("red", "blue"), source="t", separator=";")
TARGETS = (BINARY, MANY, PRICE, LABELS, TAGS, NUMBERS, NoTarget())


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.task.value)
def test_a_target_is_read_as_it_was_written(target):
    assert target_from_json({**target.to_json(), "seed": 0}) == target


def test_every_task_has_its_target():
    assert {target.task for target in TARGETS} == set(Task)


@pytest.mark.parametrize(
    ("target", "y"),
    [
        (BINARY, ["no", "yes", "no"]),
        (PRICE, [1.0, 2.0, 3.0]),
        (LABELS, [[0, 0], [1, 1], [0, 1]]),
        (TAGS, [[1, 1], [0, 0], [0, 1]]),
        (NUMBERS, [[1.0, 0.5], [2.0, 1.5], [3.0, 2.5]]),
        (NoTarget(), [[], [], []]),
    ],
)
def test_y_has_a_row_for_each_row_and_a_column_for_each_column(target, y):
    found = target.encode(TABLE)
    assert found.tolist() == y
    stored = target.stored(found)
    assert len(stored) == len(target.columns)
    if stored:
        assert target.restored([pa.chunked_array([pa.array(column)]) for column in stored]).tolist() == y


@pytest.mark.parametrize(
    ("target", "outputs", "proba", "written"),
    [
        (BINARY, [1, 0], [[0.2, 0.8], [0.9, 0.1]],
         {"prediction": ["yes", "no"], "proba_no": [0.2, 0.9], "proba_yes": [0.8, 0.1]}),
        (BINARY, [1, 0], None, {"prediction": ["yes", "no"]}),
        (PRICE, [1.5, 2.5], None, {"prediction": [1.5, 2.5]}),
        (LABELS, [[1, 0]], [[0.7, 0.3]],
         {"prediction_y": [1], "prediction_z": [0], "proba_y": [0.7], "proba_z": [0.3]}),
        (NUMBERS, [[1.0, 2.0]], None, {"prediction_p": [1.0], "prediction_q": [2.0]}),
        (NoTarget(), [-1, 1], None, {"prediction": [-1, 1]}),
        (NoTarget(), [1], [[0.1, 0.9]], {"prediction": [1], "proba_0": [0.1], "proba_1": [0.9]}),
    ],
)  # fmt: skip
def test_the_columns_of_a_prediction(target, outputs, proba, written):
    found = target.predicted(np.array(outputs), None if proba is None else np.array(proba))
    assert {name: column.to_pylist() for name, column in found.items()} == written


def test_what_a_dummy_learns():
    assert BINARY.reference(BINARY.encode(TABLE)) == TargetReference(counts={"no": 2, "yes": 1})
    assert BINARY.reference(BINARY.encode(TABLE)).prior == (2 / 3, 1 / 3)
    assert PRICE.reference(PRICE.encode(TABLE)).means == (2.0,)
    assert NUMBERS.reference(NUMBERS.encode(TABLE)).means == (2.0, 1.5)
    assert LABELS.reference(LABELS.encode(TABLE)) == TargetReference(counts={"y": 1, "z": 2}, means=(1 / 3, 2 / 3))
    assert NoTarget().reference(NoTarget().encode(TABLE)) == TargetReference()


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ({"counts": [["b", 2], ["a", 1]], "mean": 0.0}, TargetReference(counts={"b": 2, "a": 1})),
        ({"counts": [], "mean": 3.5}, TargetReference(means=(3.5,))),
    ],
)
def test_references_of_the_first_formats_are_read(document, reference):
    assert TargetReference.from_json(document) == reference
    assert TargetReference.from_json(reference.to_json()) == reference


def test_two_classes_have_a_positive_one_and_no_other_number_of_them():
    assert positive_of(BINARY) == {"positive": "yes"}
    assert (positive_of(MANY), positive_of(NUMBER), classes_of(NUMBER)) == ({}, {}, ())
    assert (BINARY.positive_place, classes("a", "b", positive="a").positive_place, MANY.positive_place) == (1, 0, None)
    for labels, positive in ((("a", "b"), None), (("a", "b"), "c"), (("a", "b", "c"), "a"), (("a",), "a"), ((), None)):
        with pytest.raises(ValueError, match="no positive class"):
            ClassTarget(column="y", classes=labels, positive=positive)


def test_only_classes_and_labels_are_kept_in_proportion():
    kept = [target.task for target in TARGETS if target.strata(np.array(["a"])) is not None]
    assert set(kept) == {Task.BINARY, Task.MULTICLASS, Task.MULTILABEL}


def test_a_row_without_a_target_is_no_row_to_learn_from():
    gaps = pa.table({"y": ["no", None], "p": [None, 1.0]})
    with pytest.raises(ValueError, match="1 rows of 'y' have no label"):
        BINARY.encode(gaps)
    with pytest.raises(ValueError, match="1 rows of 'p' have no number"):
        PRICE.encode(gaps)
