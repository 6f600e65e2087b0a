"""The README is true: every command in it runs as it stands, and every page says which of its commands do."""

import os
import re

import pytest

from tests.conftest import ROOT
from tests.pages import PAGES, blocks_of, copy_clone, run_page, text_of

MARKS = re.compile(r"run|tests|show: .{10,}|file: \S+|fails: \d+")


@pytest.mark.parametrize("page", PAGES)
def test_marks_of_blocks_are_known(page):
    assert [block["mark"] for block in blocks_of(page) if not MARKS.fullmatch(block["mark"] or "run")] == []


def test_the_readme_says_once_how_to_pass_the_tests():
    assert sum(block["mark"] == "tests" for block in blocks_of("README.md")) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
def test_the_commands_run(tmp_path):
    run_page("README.md", copy_clone(tmp_path))


@pytest.mark.parametrize("page", PAGES)
def test_files_a_page_links_to_exist(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text_of(page))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
