"""Slices that stand out are found, and noise is left in peace."""

import numpy as np
import pytest

from mlpipe.metrics.judging.slices import FEWEST_ROWS, SURE, Grouping, score_slices


def grouping(column, codes):
    codes = np.asarray(codes)
    return Grouping(column=column, levels=tuple(f"l{k}" for k in range(codes.max() + 1)), codes=codes)


def noise(seed, n_rows=300):
    rng = np.random.default_rng(seed)
    groupings = [grouping(f"c{k}", rng.integers(0, 5, n_rows)) for k in range(6)]
    return (rng.random(n_rows) < 0.2).astype(float), groupings


def test_a_slice_that_is_worse_is_found_with_its_numbers():
    errors, groupings = noise(0)
    bad = groupings[2].codes == 3
    errors[bad] = np.arange(bad.sum()) % 3 != 0
    found = score_slices(errors, groupings)
    first = found[0]
    assert (first.column, first.level) == ("c2", "l3")
    assert first.is_worse
    assert first.error == pytest.approx(errors[bad].mean())
    assert first.rest == pytest.approx(errors[~bad].mean())
    assert first.low < first.error < first.high
    assert sum(one.is_worse for one in found) == 1
    assert [one.chance for one in found] == sorted(one.chance for one in found)


@pytest.mark.parametrize("quantity", [False, True])
def test_slices_of_noise_are_called_worse_in_one_run_of_twenty(quantity):
    runs = 150
    called = 0
    for seed in range(runs):
        errors, groupings = noise(seed, n_rows=200)
        if quantity:
            errors = np.random.default_rng([seed, 1]).lognormal(size=200)
        called += any(one.is_worse for one in score_slices(errors, groupings))
    assert called / runs <= SURE + 0.04  # 0.04 is over two standard deviations of 150 runs


def test_slices_need_rows_inside_and_outside():
    errors, _ = noise(0, n_rows=100)
    codes = np.zeros(100, dtype=int)
    codes[:FEWEST_ROWS] = 1
    assert {one.n_rows for one in score_slices(errors, [grouping("c", codes)])} == {FEWEST_ROWS, 100 - FEWEST_ROWS}
    codes[0] = 0
    assert score_slices(errors, [grouping("c", codes)]) == ()


def test_nothing_stands_out_where_all_rows_went_alike():
    assert score_slices(np.zeros(100), [grouping("c", np.arange(100) % 2)]) == ()


def test_missing_places_are_in_no_slice():
    errors, _ = noise(1, n_rows=100)
    codes = np.arange(100) % 2
    codes[codes == 1] = -1
    assert [one.level for one in score_slices(errors, [grouping("c", codes)])] == ["l0"]


def test_of_too_many_rows_an_even_choice_is_shuffled(monkeypatch):
    errors, groupings = noise(0, n_rows=2000)
    bad = groupings[2].codes == 3
    errors[bad] = np.arange(bad.sum()) % 3 != 0
    whole = score_slices(errors, groupings)
    monkeypatch.setattr("mlpipe.metrics.judging.slices._MOST_CELLS", 100)
    monkeypatch.setattr("mlpipe.metrics.judging.slices._LEAST_SHUFFLED", 500)
    some = score_slices(errors, groupings)
    assert [(one.column, one.level, one.n_rows, one.error) for one in some] == [
        (one.column, one.level, one.n_rows, one.error) for one in whole
    ]
    assert some[0].is_worse
