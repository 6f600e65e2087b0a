"""Rows to draw: enough of each kind."""

import numpy as np
import pytest

from mlpipe.metrics.describing.drawn_rows import choose_rows


@pytest.mark.parametrize(
    ("sizes", "limit", "expected"),
    [
        ((5, 3), 20, [5, 3]),
        ((1000, 1000), 100, [50, 50]),
        ((1000, 10, 400), 100, [45, 10, 45]),
        ((4, 4, 4), 2, [0, 1, 1]),
        ((7,), 0, [0]),
    ],
)
def test_rare_kinds_are_kept_and_the_others_share_what_is_left(sizes, limit, expected):
    kinds = np.repeat(np.arange(len(sizes)), sizes)
    chosen = choose_rows(kinds, limit=limit, seed=0)
    assert np.bincount(kinds[chosen], minlength=len(sizes)).tolist() == expected
    assert (np.diff(chosen) > 0).all()


def test_no_rows_and_the_seed():
    assert choose_rows(np.array([], dtype=np.int64), limit=5, seed=0).tolist() == []
    kinds = np.zeros(100, dtype=np.int64)
    first, again, other = (choose_rows(kinds, limit=10, seed=seed).tolist() for seed in (0, 0, 1))
    assert first == again != other
