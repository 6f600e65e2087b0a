"""Tables: uncut in a pipe, aligned in any script, and blocks on a terminal that is too narrow."""

import io
import os
import sys

import pytest

from mlpipe.cli.console import table, wrapped
from mlpipe.words.widths import display_width

HEADER = ("column", "role", "becomes")
ROWS = [
    ("a_very_long_name_of_a_feature_one", "numeric", "median of the training rows, then standard scale"),
    ("a_very_long_name_of_a_feature_two", "numeric", "the same"),
    ("城市", "categorical", ""),
]


@pytest.fixture
def columns(monkeypatch):
    def terminal(width):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("shutil.get_terminal_size", lambda _: os.terminal_size((width, 24)))

    return terminal


def test_nothing_is_cut_in_a_pipe():
    lines = table(HEADER, ROWS, width=12)
    assert "…" not in "".join(lines)
    assert len({line.split()[0] for line in lines}) == 4
    assert lines[1].startswith("a_very_long_name_of_a_feature_one  numeric      median")


def test_names_in_wide_letters_align():
    lines = table(("name", "n"), [("城市", "1"), ("city", "2")])
    assert {display_width(line) for line in lines} == {7}


@pytest.mark.parametrize(("width", "cut", "blocks"), [(120, 0, 0), (97, 0, 0), (60, 1, 0), (30, 0, 1)])
def test_a_terminal_gets_what_fits(columns, width, cut, blocks):
    columns(width)
    lines = table(HEADER, ROWS, width=20)
    assert ("…" in "".join(lines)) == cut
    assert ("" in lines) == blocks
    assert max(map(display_width, lines)) <= width


def test_a_block_names_its_cells_and_wraps_by_words(columns):
    columns(34)
    lines = table(HEADER, [("age", "numeric", ROWS[0][2])], width=60)
    assert lines == [
        "column   age",
        "role     numeric",
        "becomes  median of the training",
        f"{'':9}rows, then standard scale",
    ]


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        return True


def test_lines_break_between_words_on_a_terminal_alone(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    text = "evaluate    238 unseen rows   accuracy 0.76 [0.70, 0.81]"
    assert wrapped(text, io.StringIO()) == text
    lines = wrapped(text, Terminal(), indent=12).split("\n")
    assert lines == ["evaluate    238 unseen rows", f"{'':12}accuracy 0.76", f"{'':12}[0.70, 0.81]"]
