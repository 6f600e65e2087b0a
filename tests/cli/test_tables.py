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


def test_nothing_is_broken_in_a_pipe():
    lines = table(HEADER, ROWS)
    assert len({line.split()[0] for line in lines}) == len(lines) == 4
    assert lines[1] == f"{ROWS[0][0]}  numeric      {ROWS[0][2]}"


def test_names_in_wide_letters_align():
    lines = table(("name", "n"), [("城市", "1"), ("city", "2")])
    assert {display_width(line) for line in lines} == {7}


# The prose takes 48 columns, the longest name 33, the role 11, blanks 4. Prose keeps 16 at least, a name 10.
SHAPES = {96: "a line each", 95: "prose below", 64: "prose below", 63: "names before", 41: "names before", 40: "blocks"}


@pytest.mark.parametrize(("width", "shape"), SHAPES.items())
def test_a_terminal_gets_all_of_it_in_a_shape_that_fits(columns, width, shape):
    columns(width)
    lines = table(HEADER, ROWS)
    assert max(map(display_width, lines)) <= width
    shown = "".join("".join(lines).split())
    assert all(word in shown for row in ROWS for cell in row for word in cell.split())
    name, role = ROWS[0][:2]
    assert {
        "a line each": len(lines) == 4,
        "prose below": len(lines) > 4 and lines[1].startswith(f"{name}  {role}"),
        "names before": lines[1] == name and lines[2].startswith(f"{'':12}{role}"),
        "blocks": lines[:2] == [f"column   {name[:31]}", f"{'':9}{name[31:]}"],
    }[shape]


def test_numbers_at_the_end_are_never_broken(columns):
    columns(24)
    assert table(("metric", "value"), [("a_metric_of_a_long_name", "0.97")], right=(1,)) == [
        "metric      value",
        "a_metric_of_a_long_name",
        f"{'':13}0.97",
    ]


def test_a_block_names_its_cells_and_wraps_by_words(columns):
    columns(34)
    lines = table(HEADER, [("age", "numeric", ROWS[0][2]), ("x" * 30, "numeric", "")])
    assert lines == [
        "column   age",
        "role     numeric",
        "becomes  median of the training",
        f"{'':9}rows, then standard scale",
        "",
        f"column   {'x' * 25}",
        f"{'':9}{'x' * 5}",
        "role     numeric",
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


@pytest.mark.parametrize("width", [60, 18])
def test_the_best_row_is_coloured_and_no_other(columns, monkeypatch, width):
    columns(width)
    monkeypatch.setenv("TERM", "xterm")
    told = table(("model", "score"), [("a long name of it", "0.9"), ("other", "0.8")], right=(1,), best=0)
    best = [line for line in told if line.startswith("\x1b[32m") and line.endswith("\x1b[0m")]
    assert "a long" in best[0]
    assert all(("0.8" not in line and "other" not in line) for line in best)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(table(("model", "score"), [("a", "1")], best=0))
