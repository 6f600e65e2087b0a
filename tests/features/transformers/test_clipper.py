import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlpipe.features.transformers.clipper import Clipper, outside


@parametrize_with_checks([Clipper(), Clipper("quantile")])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def quantile(values, share):
    """The share-quantile of sorted values, by straight lines between them."""
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def fences(values, rule):
    known = sorted(value for value in values if not np.isnan(value))
    if not known:
        return -np.inf, np.inf
    if rule == "quantile":
        low, high = quantile(known, 0.01), quantile(known, 0.99)
    else:
        first, third = quantile(known, 0.25), quantile(known, 0.75)
        low, high = first - 3 * (third - first), third + 3 * (third - first)
    return (low, high) if low < high else (-np.inf, np.inf)


@pytest.mark.parametrize("rule", ["iqr", "quantile"])
@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.integers(-1000, 1000) | st.just(np.nan), min_size=1, max_size=40))
def test_fences_equal_naive_ones(rule, values):
    X = np.array(values, dtype=float)[:, None]
    clipper = Clipper(rule).fit(X)
    low, high = fences(values, rule)
    assert (clipper.low_[0], clipper.high_[0]) == pytest.approx((low, high))
    expected = [value if np.isnan(value) else min(max(value, low), high) for value in X[:, 0]]
    np.testing.assert_allclose(clipper.transform(X)[:, 0], expected)


def test_what_was_clipped_is_counted_on_each_side():
    X = np.tile(np.arange(100.0)[:, None], 2)
    X[:3, 0], X[50, 0], X[7, 1] = -1e6, 1e6, np.nan
    clipper = Clipper().fit(X)
    assert clipper.clipped_.tolist() == [[3, 0], [1, 0]]
    assert outside(clipper, X).nonzero()[0].tolist() == [0, 1, 2, 50]
    changed = clipper.transform(X) != X
    assert changed[:, 0].sum() == 4
    assert np.isnan(clipper.transform(X)[7, 1])


def test_training_rows_alone_set_the_fences():
    clipper = Clipper("quantile").fit(np.arange(101.0)[:, None])
    assert clipper.transform([[-5.0], [50.0], [1000.0]]).tolist() == [[1], [50], [99]]
    assert outside(clipper, [[1.0], [99.5], [np.nan]]).tolist() == [False, True, False]


@pytest.mark.parametrize("rule", ["iqr", "quantile"])
def test_columns_without_spread_have_no_fences(rule):
    rare = np.zeros(1000)
    rare[5] = 1
    X = np.column_stack([rare, np.full(1000, np.nan), np.ones(1000)])
    clipper = Clipper(rule).fit(X)
    np.testing.assert_array_equal(clipper.transform(X), X)
    assert np.isinf(clipper.low_).all()
    assert not clipper.clipped_.any()


def test_huge_numbers_do_not_overflow():
    X = np.array([[-1.5e308], [-1e308], [0], [1e308], [1.5e308]])
    np.testing.assert_array_equal(Clipper().fit_transform(X), X)


def test_frames_keep_their_names_and_the_rows_given_are_not_changed():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 100], "b": [1, 2, 3, 4, 5]})
    before = frame.copy()
    clipper = Clipper().fit(frame)
    assert clipper.transform(frame)[-1].tolist() == [10, 5]
    assert clipper.get_feature_names_out().tolist() == ["a", "b"]
    pd.testing.assert_frame_equal(frame, before)
    with pytest.raises(ValueError, match="feature names"):
        outside(clipper, frame.rename(columns={"a": "c"}))


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="sigma"):
        Clipper("sigma").fit([[1.0], [2.0]])  # type: ignore[arg-type]  # refused on purpose
