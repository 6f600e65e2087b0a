"""Where cells are missing, against naive counts."""

from collections import Counter

import numpy as np
import pytest

from mlpipe.metrics.describing.missingness import BLOCKS, PATTERNS, find_missing


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (7, 2), (60, 3), (61, 9), (1000, 12), (300, 70), (300, 150)])
def test_blocks_and_patterns_are_those_of_a_naive_loop(rows, columns):
    rng = np.random.default_rng(rows)
    missing = rng.random((rows, columns)) < rng.random(columns) / 2
    found = find_missing(missing)
    n_blocks = min(BLOCKS, rows)
    assert found.blocks.shape == (columns, n_blocks)
    for k in range(n_blocks):
        run = missing[k * rows // n_blocks : (k + 1) * rows // n_blocks]
        assert found.blocks[:, k] == pytest.approx(run.mean(axis=0))
    counted = Counter(tuple(int(k) for k in np.flatnonzero(row)) for row in missing)
    assert found.complete == counted.pop((), 0)
    assert found.n_patterns == len(counted)
    assert dict(found.patterns).items() <= counted.items()
    assert [n for _, n in found.patterns] == sorted(counted.values(), reverse=True)[:PATTERNS]


def test_a_whole_column_and_a_half_are_seen():
    missing = np.zeros((120, 2), dtype=bool)
    missing[:, 0] = True
    missing[60:, 1] = True
    found = find_missing(missing)
    assert (found.blocks[0] == 1).all()
    assert found.blocks[1].tolist() == [0] * 30 + [1] * 30
    assert found.patterns == (((0,), 60), ((0, 1), 60))


@pytest.mark.parametrize("columns", [3, 70])
def test_as_many_patterns_as_wanted(columns):
    missing = np.random.default_rng(0).random((500, columns)) < 0.03
    counted = Counter(tuple(int(k) for k in np.flatnonzero(row)) for row in missing if row.any())
    assert dict(find_missing(missing, limit=10_000).patterns) == counted
    assert len(find_missing(missing, limit=2).patterns) == 2
