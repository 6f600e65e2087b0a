import numpy as np
import pytest

from mlpipe.data.inference.spool import Spool
from mlpipe.errors import DataError
from mlpipe.models.streaming.matrix_rows import ArrayRows, in_order, n_blocks
from mlpipe.models.streaming.shuffled import ShuffledRows
from tests.features.streaming.blocks import small_blocks

N = 1_050
X = np.column_stack([np.arange(N, dtype=float), np.arange(N) / 2])


@pytest.fixture(autouse=True)
def blocks(monkeypatch):
    small_blocks(monkeypatch)


@pytest.mark.parametrize("y", [np.arange(N), np.column_stack([np.arange(N), -np.arange(N)])], ids=["one", "two"])
@pytest.mark.parametrize("weights", [None, 3.0 * np.arange(N)], ids=["alike", "weighed"])
def test_every_row_is_there_once_with_its_target_and_weight(y, weights):
    with ShuffledRows(ArrayRows(X=X, y=y, weights=weights), seed=0, n_aside=70) as shuffled:
        assert (shuffled.n_rows, n_blocks(shuffled)) == (980, 10)
        found = [shuffled.aside, *in_order(shuffled)]
    assert [len(part) for _, part, _ in found] == [70, *[100] * 9, 80]
    seen = np.concatenate([rows for rows, _, _ in found])
    assert sorted(seen[:, 0]) == list(range(N))
    for rows, targets, counts in found:
        chosen = rows[:, 0].astype(int)
        assert (rows == X[chosen]).all()
        assert (targets == y[chosen]).all()
        assert (counts is None) == (weights is None)
        assert counts is None or weights is None or (counts == weights[chosen]).all()


def test_blocks_are_random_samples_that_hang_on_the_seed_alone():
    def firsts(seed):
        with ShuffledRows(ArrayRows(X=X, y=np.arange(N)), seed=seed) as shuffled:
            return [block[0].tolist() for block in in_order(shuffled)]

    assert firsts(0) == firsts(0)
    assert firsts(0) != firsts(1)
    assert all(300 < np.mean([row[0] for row in block]) < 750 for block in firsts(0))


def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr(Spool, "put", lambda *_: None)
    with pytest.raises(DataError, match="no room on disk for a second copy of the training rows"):
        ShuffledRows(ArrayRows(X=X, y=np.arange(N)), seed=0)
