"""How many folds there are enough rows for."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mlpipe.steps.comparing import _most_folds
from mlpipe.task import Task


@pytest.mark.parametrize(
    ("y", "bound", "folds"),
    [
        (["a"] * 40 + ["b"] * 3, {}, 5),  # a class rarer than the folds is no reason for fewer
        (["a"] * 5 + ["b"], {}, 5),
        (["a"] * 4 + ["b"] * 4, {}, 4),
        (["a"] * 2 + ["b"], {}, 2),
        (["a", "b"], {}, 2),
        (np.arange(9.0), {}, 5),
        (np.arange(5.0), {}, 5),
        (np.arange(4.0), {}, 4),
        (np.arange(9.0), {"groups": [0, 0, 0, 1, 1, 1, 2, 2, 2]}, 3),
        (np.arange(9.0), {"copies": [0, 0, 0, 0, 0, 1, 2, 3, 3]}, 4),
        (["a", "b"] * 4, {"groups": [0, 1, 2, 3, 4, 5, 6, 7], "copies": [0] * 8}, 4),
    ],
)
def test_folds_are_as_many_as_rows_or_groups_or_members_of_the_largest_class(
    y: Any, bound: dict[str, list[int]], folds: int
) -> None:
    task = Task.BINARY if isinstance(y, list) else Task.REGRESSION
    raw: Any = SimpleNamespace(rows=SimpleNamespace(y=np.asarray(y), task=task), groups=None, copies=None)
    for name, values in bound.items():
        setattr(raw, name, np.array(values))
    assert _most_folds(raw) == folds
