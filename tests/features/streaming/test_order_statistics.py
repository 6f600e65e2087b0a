import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe.features.streaming import order_statistics
from mlpipe.features.streaming.order_statistics import medians, quantiles

SHARES = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)
NUMBERS = st.floats(allow_nan=True, allow_infinity=False, width=64)


def in_blocks(X, rows=7):
    return lambda: (X[start : start + rows] for start in range(0, len(X), rows))


def naive(X, shares):
    with np.errstate(all="ignore"):
        return np.array(
            [np.quantile(c[~np.isnan(c)], shares) if (~np.isnan(c)).any() else [np.nan] * len(shares) for c in X.T]
        )


@pytest.mark.parametrize("held", [0, 3, 1000])
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(NUMBERS, min_size=1, max_size=60), copies=st.integers(1, 3))
def test_quantiles_are_those_of_numpy_to_the_last_bit_however_few_numbers_are_held(held, cells, copies):
    X = np.repeat(np.array(cells), copies)[:, None] + 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_statistics, "HELD", held)
        found = quantiles(in_blocks(X), SHARES)
        middle = medians(in_blocks(X))
    np.testing.assert_array_equal(found, naive(X, SHARES))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(middle, [np.median(X[~np.isnan(X)]) if (~np.isnan(X)).any() else np.nan])


def test_columns_do_not_mix(monkeypatch):
    monkeypatch.setattr(order_statistics, "HELD", 5)
    rng = np.random.default_rng(0)
    X = np.column_stack(
        [rng.normal(size=1000), rng.integers(0, 3, 1000), np.full(1000, np.nan), np.exp(20 * rng.normal(size=1000))]
    )
    X[rng.random(X.shape) < 0.1] = np.nan
    np.testing.assert_array_equal(quantiles(in_blocks(X, 64), SHARES), naive(X, SHARES))
