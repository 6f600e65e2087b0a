"""Every row of the registry: fitted, saved, loaded under the exact list of classes, the same twice, a row alone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.models.registry import all_specs
from mlpipe.task import Task
from tests.models.frames import fitted_model, mixed_frame

if TYPE_CHECKING:
    from mlpipe.models.estimator_spec import EstimatorSpec

N = 90


def targets() -> dict[Task, np.ndarray]:
    """A target of each task, of the same frame."""
    frame, two = mixed_frame(N)
    age = frame["age"].to_numpy()
    return {
        Task.BINARY: two,
        Task.MULTICLASS: np.array(["old", "young", "middle"])[np.digitize(age, [35, 45])],
        Task.REGRESSION: 1000 + 50 * age,
    }


@pytest.mark.parametrize(
    ("spec", "task"),
    [(spec, task) for spec in all_specs() for task in targets() if task in spec.tasks],
    ids=lambda given: getattr(given, "name", str(given)),
)
def test_a_model_is_saved_and_answers_the_same_alone_and_twice(spec: EstimatorSpec, task: Task) -> None:
    if not spec.is_installed:
        pytest.skip(f"{spec.module} is not installed")
    frame, _ = mixed_frame(N)
    y = targets()[task]
    fitted, again = (fitted_model(frame, y, spec.name, task) for _ in range(2))
    data = dump_joblib(fitted.pipeline)
    assert dump_joblib(again.pipeline) == data
    load_joblib(data)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    together = fitted.predict(table)
    assert (together.outputs == again.predict(table).outputs).all()
    for i in (0, 7, N - 1):
        alone = fitted.predict(table.slice(i, 1))
        assert (alone.outputs == together.outputs[[i]]).all()
        assert (alone.proba is None) == (together.proba is None)
        if alone.proba is not None and together.proba is not None:
            assert (alone.proba == together.proba[[i]]).all()
