import numpy as np
import pandas as pd
import pytest

from mlpipe.data.schema import Role
from mlpipe.errors import DataError
from mlpipe.features.reference import training_reference
from mlpipe.features.streaming import tallies
from mlpipe.features.streaming.moments import Moments
from mlpipe.features.streaming.rows import FrameRows, Stage, spread_rows
from mlpipe.features.transformers.date_parts import DateParts, extreme_dates
from tests.features.streaming.blocks import small_blocks
from tests.features.tables import MIXED, column, dates, mixed_rows


def test_moments_far_from_nought_lose_no_digits():
    numbers = 1e9 + np.random.default_rng(0).normal(size=10_000)
    moments = Moments()
    for block in np.array_split(numbers, 37):
        moments.add(block)
    assert moments.mean == pytest.approx(numbers.mean(), rel=1e-15)
    assert moments.std(ddof=1) == pytest.approx(numbers.std(ddof=1), rel=1e-9)
    assert (moments.min, moments.max, moments.n) == (numbers.min(), numbers.max(), 10_000)


def test_moments_of_one_block_are_numpys_to_the_last_bit():
    numbers = np.random.default_rng(1).lognormal(size=999)
    moments = Moments()
    moments.add(numbers)
    assert (moments.mean, moments.std(ddof=1), moments.std()) == (numbers.mean(), numbers.std(ddof=1), numbers.std())
    assert np.isnan(Moments().std())


def test_a_reference_of_many_blocks_is_that_of_one(monkeypatch):
    X = mixed_rows(1000)
    whole = training_reference(X, MIXED).columns
    small_blocks(monkeypatch)
    for before, after in zip(whole, training_reference(X, MIXED).columns, strict=True):
        for name in ("rows", "missing", "min", "max", "quantiles", "levels", "levels_cut"):
            assert getattr(after, name) == getattr(before, name), (before.name, name)
        if before.mean is not None:
            assert (after.mean, after.std) == pytest.approx((before.mean, before.std), rel=1e-13)


def test_a_column_of_too_many_levels_is_no_category(monkeypatch):
    monkeypatch.setattr(tallies, "MOST_LEVELS", 5)
    rows = FrameRows(X=pd.DataFrame({"city": pd.Series(list("abcdef"), dtype="str")}))
    with pytest.raises(DataError, match="'city' has more than 5 levels"):
        tallies.tally_columns(rows, [column("city", Role.CATEGORICAL)])


@pytest.mark.parametrize("timezone", [None, "America/New_York", "Asia/Kathmandu"])
def test_extreme_dates_teach_what_all_dates_teach(timezone):
    rng = np.random.default_rng(3)
    for span in (3_000, 90_000, 10**7, 10**9):
        values = dates(np.datetime64("2021-02-27T22:30", "us") + rng.integers(0, span, 500) * 10**6)
        blocks = [extreme_dates(values.iloc[start : start + 50], timezone) for start in range(0, 500, 50)]
        some = DateParts(timezone=timezone).fit(pd.concat(blocks).to_frame("joined"))
        every = DateParts(timezone=timezone).fit(values.to_frame("joined"))
        assert (some.parts_, some.reference_) == (every.parts_, every.reference_)


def test_spread_rows_are_one_of_each_stretch_and_do_not_hang_on_a_few_bytes():
    chosen = spread_rows(10_000, 1_500, seed=4)
    assert len(chosen) == 1024
    assert (np.diff(chosen) > 0).all()
    assert np.abs(chosen - np.arange(1024) * 10_000 / 1024).max() <= 10  # a stretch
    assert spread_rows(10_000, 2_047, seed=4).tolist() == chosen.tolist()
    assert spread_rows(10_000, 1_500, seed=5).tolist() != chosen.tolist()
    assert len(spread_rows(10_000, 10_000, seed=4)) == 10_000


def test_what_cannot_be_held_is_a_sample_that_is_taken_down(monkeypatch):
    small_blocks(monkeypatch)
    X = pd.DataFrame({"a": np.arange(1000.0), "b": np.arange(1000.0)})
    stage = Stage(rows=FrameRows(X=X, most_cells=600), names=("a", "b")).then(lambda block, _: block.to_numpy())
    held, chosen = stage.gathered()
    assert chosen is not None
    assert held[:, 0].tolist() == chosen.tolist()
    assert stage.sampled == [256]
    assert Stage(rows=FrameRows(X=X), names=("a",)).gathered()[1] is None
