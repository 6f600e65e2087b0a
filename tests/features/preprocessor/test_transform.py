"""The quick way beside the fitted pipeline's own: equal to the last bit."""

import itertools
import time
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.features.preprocessor.transform import QuickTransform, transform, transform_table
from mlpipe.task import Task
from tests.features.tables import MIXED, fitted, labels, mixed_rows, target
from tests.targets import PREDICTED

OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"encode": "onehot", "min_frequency": 0.02, "max_categories": 10, "scale": "minmax"},
    {"encode": "ordinal", "scale": "robust", "impute_numeric": "mean"},
    {"encode": "target", "impute_categorical": "constant", "impute_numeric": "none"},
    {"scale": "none", "impute_numeric": "none", "missing_indicator": False},
    {"scale": "maxabs", "outliers": "clip"},
    {"select": "kbest", "select_k": 6, "impute_numeric": "most-frequent"},
    {"select": "kbest", "select_k": 3, "impute_numeric": "none", "datetime": "drop"},
)


@cache
def pipeline(task, i):
    return fitted(mixed_rows(), target(task), task=task, **OPTIONS[i])[0]


def to_arrow(frame):
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return table.set_column(0, "age", table.column("age").cast(pa.float64()))


WORD = st.one_of(
    st.none(), st.sampled_from(["north", "south", "yes", "no", "shop 3", "missing", " north", ""]), st.text(max_size=3)
)
NUMBER = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100))
MOMENT = st.one_of(st.none(), st.datetimes())


@st.composite
def frames(draw):
    rows = draw(st.lists(st.tuples(NUMBER, NUMBER, WORD, WORD, WORD, MOMENT), max_size=12))
    cells = dict(zip([c.name for c in MIXED], zip(*rows, strict=True) if rows else [()] * 6, strict=True))
    dtypes = {"age": "float64", "income": "float64", "joined": "datetime64[us]"}
    return pd.DataFrame({name: pd.Series(list(v), dtype=dtypes.get(name, "str")) for name, v in cells.items()})


def check(fitted_pipeline, frame):
    quick = transform(fitted_pipeline, frame)
    assert quick.tobytes() == transform_table(fitted_pipeline, to_arrow(frame)).tobytes()
    assert (quick.dtype, quick.flags.c_contiguous) == (np.float64, True)
    if len(frame):
        np.testing.assert_array_equal(quick, fitted_pipeline.transform(frame), strict=True)
    else:
        assert quick.shape == (0, fitted_pipeline.transform(mixed_rows(2)).shape[1])


@settings(max_examples=40, deadline=None)
@given(frames(), st.sampled_from(PREDICTED), st.integers(0, len(OPTIONS) - 1))
def test_equals_the_pipeline_on_anything(frame, task, i):
    check(pipeline(task, i), frame)


@pytest.mark.parametrize(("task", "i"), list(itertools.product(PREDICTED, range(len(OPTIONS)))))
def test_equals_the_pipeline_for_every_plan(task, i):
    check(pipeline(task, i), mixed_rows(3000, seed=5))
    check(pipeline(task, i), mixed_rows(1, seed=6))


def test_a_row_alone_is_what_it_is_among_others():
    rows = mixed_rows(500, seed=7)
    whole = transform(pipeline(Task.BINARY, 0), rows)
    for i in (0, 1, 250, 499):
        assert transform(pipeline(Task.BINARY, 0), rows.iloc[i : i + 1]).tobytes() == whole[i].tobytes()


def test_columns_are_found_by_name():
    rows = mixed_rows(20, seed=8)
    shuffled = rows[rows.columns[::-1]].assign(junk="x")
    np.testing.assert_array_equal(
        transform(pipeline(Task.BINARY, 0), shuffled), transform(pipeline(Task.BINARY, 0), rows)
    )


def test_arrow_columns_of_whole_numbers_and_in_chunks():
    rows = mixed_rows(100, seed=9)
    rows["age"] = np.arange(100.0)
    table = pa.Table.from_pandas(rows, preserve_index=False)
    whole = table.set_column(0, "age", pa.chunked_array([pa.array(range(100), pa.int64())]))
    chunked = pa.concat_tables([whole.slice(0, 33), whole.slice(33, 1), whole.slice(34)])
    expected = pipeline(Task.BINARY, 0).transform(rows)
    for one in (whole, chunked):
        np.testing.assert_array_equal(transform_table(pipeline(Task.BINARY, 0), one), expected)


@pytest.mark.parametrize("size", [23, 7])
@pytest.mark.parametrize(("few", "most"), [(1000, 10000), (2, 10000), (1000, 5), (10**6, 40)])
def test_block_after_block_is_the_same_as_at_once(few, most, size, monkeypatch):
    monkeypatch.setattr("mlpipe.features.preprocessor.transform.FEW", few)
    monkeypatch.setattr("mlpipe.features.preprocessor.transform.MOST", most)
    rows = mixed_rows(400, seed=10)
    quick = QuickTransform(pipeline(Task.MULTICLASS, 1))
    starts = range(0, 400, size)
    by_frame = np.vstack([quick.transform(rows.iloc[i : i + size]) for i in starts])
    by_table = np.vstack([quick.transform_table(to_arrow(rows.iloc[i : i + size])) for i in starts])
    expected = pipeline(Task.MULTICLASS, 1).transform(rows)
    np.testing.assert_array_equal(by_frame, expected)
    np.testing.assert_array_equal(by_table, expected)


def test_it_is_quicker_on_many_rows():
    rng = np.random.default_rng(0)
    n = 30_000
    words = {f"c{i}": pd.array(rng.choice([f"level {j}" for j in range(12)], n), dtype="str") for i in range(7)}
    rows = pd.DataFrame({f"x{i}": rng.normal(size=n) for i in range(6)} | words)
    from mlpipe.data.schema import Role
    from tests.features.tables import column

    columns = [column(c, Role.NUMERIC if c[0] == "x" else Role.CATEGORICAL) for c in rows.columns]
    slow, _ = fitted(rows.head(2000), labels(2000), columns)

    def cost(function):
        times = []
        for _ in range(3):
            start = time.process_time()
            function()
            times.append(time.process_time() - start)
        return min(times)

    assert cost(lambda: transform(slow, rows)) < 0.7 * cost(lambda: slow.transform(rows))
