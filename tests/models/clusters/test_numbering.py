"""Numbers by size, counted some rows at a time; clusters of very many rows in few bytes."""

import numpy as np
import pytest

from mlpipe.models.clusters.numbering import by_size, gathered, sizes_of

LABELS = np.array([4, 2, 0, 0, -1, 1, 1, 4, 2, 2])


@pytest.mark.parametrize("step", [1, 3, 100])
def test_the_largest_comes_first_and_of_equal_ones_the_first_among_the_rows(
    monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("mlpipe.models.clusters.numbering._STEP", step)
    assert by_size(LABELS, 6).tolist() == [2, 4, 0, 1, 3, 5]
    assert sizes_of(LABELS).tolist() == [2, 2, 3, 0, 2]
    assert sizes_of(LABELS, 6).tolist() == [2, 2, 3, 0, 2, 0]


@pytest.mark.parametrize(("largest", "size"), [(32_767, 2), (32_768, 4)])
def test_a_cluster_takes_two_bytes_where_that_will_do(largest: int, size: int) -> None:
    found = gathered([np.array([0, -1]), np.array([largest])], 3)
    assert found.tolist() == [0, -1, largest]
    assert found.itemsize == size
