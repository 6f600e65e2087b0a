import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlpipe.data.schema import Role
from mlpipe.models.explaining.partial_dependence import ASKED_ROWS, MOST_LEVELS, partial_dependence, values_to_ask
from mlpipe.task import Task
from tests.models.frames import fitted_model


def frame_of(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    colours = pd.Series(rng.choice(["red", "blue"], n, p=[0.7, 0.3]), dtype="str")
    return pd.DataFrame({"size": rng.normal(10, 2, n), "colour": colours})


def test_a_line_is_found_with_its_slope_and_levels_with_their_distance():
    frame = frame_of(200)
    y = 3 * frame["size"].to_numpy() + 5 * (frame["colour"] == "red").to_numpy()
    model = fitted_model(frame, y, "linear", Task.REGRESSION)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    size, colour = partial_dependence(model, table, ["size", "colour"])
    assert size.outputs == ("",)
    slopes = np.diff(size.means[:, 0]) / np.diff(size.values)
    assert slopes == pytest.approx(np.full(len(slopes), 3.0))
    assert colour.values == ("red", "blue")
    assert colour.means[0, 0] - colour.means[1, 0] == pytest.approx(5)
    assert colour.swing == pytest.approx(5)
    assert (size.low <= size.means).all()
    assert (size.means <= size.high).all()


def test_two_classes_are_told_by_the_positive_one_and_more_by_each():
    frame = frame_of(300)
    two = np.where(frame["size"] > 10, "yes", "no")
    table = pa.Table.from_pandas(frame, preserve_index=False)
    found = partial_dependence(fitted_model(frame, two, "logistic", Task.BINARY), table, ["size"])[0]
    assert found.means.shape == (len(found.values), 1)
    assert len(found.outputs) == 1
    rising = found.means[-1, 0] > found.means[0, 0]
    assert rising == (found.outputs == ("yes",))
    three = np.where(frame["size"] > 11, "large", np.where(frame["size"] > 9, "middle", "little"))
    found = partial_dependence(fitted_model(frame, three, "logistic", Task.MULTICLASS), table, ["size"])[0]
    assert found.outputs == ("large", "little", "middle")
    assert found.means.sum(axis=1) == pytest.approx(np.ones(len(found.values)))


def test_what_cannot_vary_is_left_out_and_many_rows_are_thinned():
    frame = frame_of(ASKED_ROWS + 1)
    model = fitted_model(frame, frame["size"].to_numpy(), "linear", Task.REGRESSION)
    same = frame.assign(colour="red")
    found = partial_dependence(model, pa.Table.from_pandas(same, preserve_index=False), ["colour", "none", "size"])
    assert [one.column for one in found] == ["size"]
    assert partial_dependence(model, pa.Table.from_pandas(frame[:0], preserve_index=False), ["size"]) == ()


def test_values_are_those_of_the_column():
    levels = pa.chunked_array([["a", "b", "b", None, *(f"x{i}" for i in range(20))]])
    asked = values_to_ask(levels, Role.CATEGORICAL).to_pylist()
    assert asked[:2] == ["b", "a"]
    assert len(asked) == MOST_LEVELS
    assert values_to_ask(levels, Role.TEXT).to_pylist() == []
    numbers = values_to_ask(pa.chunked_array([[3.0, None, 1.0, 2.0]]), Role.NUMERIC).to_pylist()
    assert numbers == [1.0, 2.0, 3.0]
