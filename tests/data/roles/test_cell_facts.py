"""What is found of a column block by block, against the same asked of all its cells at once."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.data.roles.cell_facts import each_once, number_facts, word_facts

WORDS = st.sampled_from(["a", "b b", "ccc", " a", "", "?", "这是句子", "7", "08", "x\u3000y"])


def cut(cells, step):
    return [pa.chunked_array([pa.array(cells[i : i + step])]) for i in range(0, len(cells), step)]


@given(st.lists(WORDS, min_size=1), st.integers(1, 9))
def test_words_are_known_however_they_are_cut(cells, step):
    found = word_facts(cut(cells, step), ("?",))
    present = [cell.strip() for cell in cells if cell.strip() not in {"", "?"}]
    n = max(1, len(present))
    assert (found.n_cells, found.n_missing) == (len(cells), len(cells) - len(present))
    assert found.n_levels == len(set(present))
    assert list(found.counts.items()) == [(word, present.count(word)) for word in dict.fromkeys(present)]
    assert found.n_letters == pytest.approx(sum(map(len, present)) / n)
    assert found.n_words == pytest.approx(sum(len(word.split()) for word in present) / n)
    assert found.n_unspaced == pytest.approx(sum(len(re.findall("[一-鿿]", word)) for word in present) / n)
    assert found.blanks == any(" " in word for word in present)
    assert found.whole == (bool(present) and set(present) <= {"7"})


@pytest.mark.parametrize(("n_levels", "n_counted"), [(50, 50), (51, 0)])
@pytest.mark.parametrize("step", [7, 1000])
def test_words_are_counted_while_they_are_few(n_levels, n_counted, step):
    cells = [f"{' ' * (i % 3)}w{i % n_levels}" for i in range(400)]
    found = word_facts(cut(cells, step), ())
    assert (len(found.counts), found.n_levels) == (n_counted, n_levels)


def test_many_words_are_told_apart():
    cells = [f"key-{i * 7919 % 30_011}" for i in range(40_000)]
    assert word_facts(cut(cells, 700), ()).n_levels == len(set(cells)) == 30_011


NUMBERS = st.lists(st.one_of(st.none(), st.integers(-4, 30).map(float)), min_size=1)


@given(NUMBERS, st.integers(1, 9))
def test_numbers_are_known_however_they_are_cut(cells, step):
    rows = np.split(np.arange(len(cells)) + 3, range(step, len(cells), step))
    parts = [pa.chunked_array([part.chunk(0).cast(pa.float64())]) for part in cut(cells, step)]
    found = number_facts(zip(parts, rows, strict=True), whole=True)
    known = [cell for cell in cells if cell is not None]
    assert (found.n_cells, found.n_missing) == (len(cells), len(cells) - len(known))
    assert (found.low, found.high) == (min(known, default=None), max(known, default=None))
    assert found.few == (len(set(known)) if len(set(known)) <= 20 else None)
    steps = {cell - row for row, cell in enumerate(known, start=3)}
    assert found.step == (steps.pop() if len(steps) == 1 and len(known) == len(cells) else None)
    if found.repeats:
        assert len(set(known)) < len(known)
    once = number_facts([(pa.chunked_array([pa.array(cells, pa.float64())]), np.arange(len(cells)))], whole=True)
    assert once.repeats == (len(set(known)) < len(known)) or len(set(known)) > 20


def test_moments_have_ends():
    days = pa.chunked_array([pa.array(["2020-01-02", None]).cast(pa.timestamp("us"))])
    found = number_facts([(days, np.arange(2))], whole=False)
    assert found.low == found.high == 1_577_923_200_000_000
    assert (found.few, found.step) == (None, None)


@pytest.mark.parametrize(("second", "once"), [([4.0, 2.0], True), ([4.0, 1.0], False), ([2.0, 2.0], False)])
def test_whole_numbers_stand_once_or_not(second, once):
    assert each_once([np.array([3.0, 1.0]), np.array(second)], 1, 4) == once
