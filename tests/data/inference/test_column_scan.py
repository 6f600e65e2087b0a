"""Cells that do not fit what a column seemed to be: every threshold on its edge."""

import pytest

from mlpipe.data.inference.column_format import most_odd
from mlpipe.data.schema import Kind
from mlpipe.errors import DataError
from tests.data.written import columns_of, raw, scanned


@pytest.mark.parametrize(("n_cells", "allowed"), [(19, 0), (20, 1), (39, 1), (40, 2), (1000, 50)])
def test_a_twentieth_of_twenty_cells_or_more_may_be_odd(n_cells, allowed):
    assert most_odd(n_cells) == allowed


@pytest.mark.parametrize("fitting", ["4", "2020-01-02"])
@pytest.mark.parametrize(("n_odd", "refused"), [(5, True), (6, False)])
def test_up_to_a_twentieth_of_odd_cells_are_refused_and_more_make_words(fitting, n_odd, refused):
    table = raw(x=[fitting] * (100 - n_odd) + ["x"] * n_odd)
    if not refused:
        assert columns_of(table)["x"].kind is Kind.STRING
        return
    with pytest.raises(DataError, match=f"but {n_odd} of its 100 cells are something else"):
        columns_of(table)


def test_a_first_block_with_a_twentieth_of_odd_cells_is_one_of_numbers():
    formats, _ = scanned(raw(x=["4"] * 19 + ["x"]), strict=False)
    assert formats["x"].kind is Kind.STRING
    with pytest.raises(DataError, match=r"but 1 of its 20 cells is something else: 'x' \(line 21\)\."):
        scanned(raw(x=["4"] * 19 + ["x"]))


def test_three_odd_cells_are_shown():
    with pytest.raises(DataError, match=r"else: 'a' \(line 98\), 'b' \(line 99\), 'c' \(line 100\)\."):
        columns_of(raw(x=["4"] * 96 + ["a", "b", "c", "d"]))


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, "x" * 37 + "...")])
def test_an_odd_cell_is_shown_as_far_as_forty_letters(length, shown):
    with pytest.raises(DataError, match=f"else: '{shown}' "):
        columns_of(raw(x=["4"] * 99 + ["x" * length]))


def test_the_second_block_may_show_words_to_be_numbers():
    cells = [*["pending"] * 11, *map(str, range(389))]
    with pytest.raises(DataError, match="11 of its 400 cells are something else: 'pending'"):
        columns_of(raw(x=cells), chunks=2)
    assert columns_of(raw(x=cells[:200]))["x"].kind is Kind.STRING


@pytest.mark.parametrize(("late", "codes"), [(2**53 - 1, False), (2**53, True)])
def test_a_late_number_too_long_to_be_kept_makes_codes(late, codes):
    formats, _ = scanned(raw(x=[*range(50), *range(49), late]), chunks=2)
    assert formats["x"].codes is codes
