"""The README is true: every command in it runs as it stands, and every page says which of its commands do."""

import os
import re

import pytest

from tests.conftest import ROOT
from tests.pages import PAGES, blocks_of, copy_clone, run_page, text_of


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_whether_it_runs(page):
    blocks = blocks_of(page)
    unmarked = [block["body"] for block in blocks if block["language"] == "sh" and not block["mark"]]
    assert unmarked == []
    assert any(block["mark"] == "run" for block in blocks)


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
