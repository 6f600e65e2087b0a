"""Help: panels, words of the field for values, examples that are right, and a page of the guide."""

import re
import shlex

import pytest

from mlpipe.cli.help.examples import EXAMPLES, PAGES
from mlpipe.cli.help.panels import FIRST, METAVARS, PANELS
from mlpipe.cli.main import COMMANDS
from mlpipe.steps.guide.pages import READING_ORDER
from tests.cli.recording import command_line, invoke

BUILT = [command for command in COMMANDS if command in EXAMPLES]


@pytest.mark.parametrize("command", COMMANDS)
def test_values_have_the_words_of_the_field(command):
    shown = invoke(command, "--help").stdout
    assert not re.findall(r"<\w+(?:\[\w+\])?>|\{\w+\}", shown)


@pytest.mark.parametrize("command", BUILT)
def test_two_examples_and_a_page(command):
    shown = invoke(command, "--help").stdout
    assert shown.count(f"mlpipe {command}") >= 3
    assert len(EXAMPLES[command]) >= 2
    if command in PAGES:
        assert f"Guide: mlpipe docs {PAGES[command]}" in shown


@pytest.mark.parametrize("example", [line for command in BUILT for line in EXAMPLES[command]])
def test_an_example_names_only_options_that_exist(example):
    call = example.split("| ")[-1]
    words = shlex.split(call)
    command = command_line().commands[words[1]]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in words if word.startswith("-") and word != "-"} <= known


def test_pages_that_help_names_are_pages():
    assert set(PAGES.values()) <= set(READING_ORDER)


def test_panels_come_in_order_and_a_long_help_has_several():
    shown = invoke("preprocess", "--help").stdout
    titles = re.findall(r"^(\S.*):$", shown, re.MULTILINE)
    order = ["Arguments", FIRST, *PANELS, "Examples"]
    assert len(titles) > 8
    assert titles == sorted(titles, key=order.index)
    assert max(len(panel.splitlines()) for panel in shown.split("\n\n")) < 40


def test_long_choices_are_told_below_their_option():
    shown = invoke("preprocess", "--help").stdout
    assert "--resample NAME" in shown
    assert "smote-tomek" in shown
    assert "--resample none|" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert not re.search(r"x>=|\[default: \(", shown)


def test_an_option_stands_in_one_panel_and_has_one_word():
    for table in (PANELS, METAVARS):
        names = [name for group in table.values() for name in group.split()]
        assert len(names) == len(set(names))


def test_help_of_a_command_by_its_name():
    assert invoke("help", "train").stdout == invoke("train", "--help").stdout
    assert invoke("help").stdout == invoke("--help").stdout
    assert invoke("help", "trian").exit_code == 2
