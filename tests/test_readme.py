"""The README is true: every command in it runs as it stands, and every page says which of its commands do."""

import os
import re
from base64 import b64decode

import pytest

from tests.cli.recording import invoke
from tests.conftest import ROOT
from tests.pages import PAGES, blocks_of, copy_clone, run_page, text_of
from tests.terminal_picture import COMMAND, LABEL, PICTURE, draw, lines_of, said

MARKS = re.compile(r"run|tests|show: .{10,}|file: \S+|fails: \d+")


@pytest.mark.parametrize("page", PAGES)
def test_marks_of_blocks_are_known(page):
    assert [block["mark"] for block in blocks_of(page) if not MARKS.fullmatch(block["mark"] or "run")] == []


def test_the_readme_says_once_how_to_pass_the_tests():
    assert sum(block["mark"] == "tests" for block in blocks_of("README.md")) == 1


def test_what_no_other_one_says_is_proved():
    section = text_of("README.md").partition("## What no other one says")[2].partition("\n## ")[0]
    claims = section.strip().split("\n- ")
    assert len(claims) == 5
    for claim in claims:
        proofs = re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", claim)
        assert "Proof:" in claim
        assert proofs
        assert [name for name, file in proofs if f"def {name}(" not in text_of(file)] == []


def test_the_picture_shows_what_the_command_says(tmp_path, monkeypatch, undrawn):
    """Drawn anew by `python -m tests.terminal_picture`."""
    monkeypatch.chdir(ROOT)
    done = invoke(*COMMAND.split()[1:], "-o", f"{tmp_path}/out")
    assert lines_of(PICTURE.read_text(encoding="utf-8")) == said(done.stdout, done.stderr, tmp_path)


def test_the_picture_is_what_its_script_draws():
    picture = PICTURE.read_text(encoding="utf-8")
    images = [b64decode(data) for data in re.findall(r"data:image/png;base64,([^\"]+)", picture)]
    words = re.findall(r'text-anchor="middle">([^<]+)<', picture)
    assert draw(lines_of(picture), list(zip(words, images, strict=True))) == picture
    assert len(images) == 2
    assert all(image.startswith(b"\x89PNG") for image in images)
    assert f"![{LABEL}]" in text_of("README.md")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
def test_the_commands_run(tmp_path):
    run_page("README.md", copy_clone(tmp_path))


def anchors(path):
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, *(f".github/{path.name}" for path in (ROOT / ".github").glob("*.md"))])
def test_places_a_page_links_to_exist(page):
    for link, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)]+))?\)", text_of(page)):
        place = (ROOT / page).parent / link if link else ROOT / page
        assert place.exists(), link
        assert not anchor or anchor in anchors(place), (link, anchor)
