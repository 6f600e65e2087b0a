"""How many folds there are enough rows for."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlpipe.models.bonds import Bonds
from mlpipe.models.training_rows import TrainingRows
from tests.targets import NUMBER, classes


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
    labels = isinstance(y, list)
    arrays = {name: np.array(values) for name, values in bound.items()}
    target = classes(*sorted(set(y))) if labels else NUMBER
    plan: Any = None
    frame = pd.DataFrame(index=range(len(y)))
    rows = TrainingRows(X=frame, y=np.asarray(y), weights=None, plan=plan, target=target, seed=0, bonds=Bonds(**arrays))
    assert rows.most_folds(5) == folds
