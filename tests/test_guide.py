"""The guide is true: every command in it runs as it stands, and every page can be found and read."""

import os
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import mlpipe
from mlpipe.artifacts.looks import HEADER as LOOK
from mlpipe.errors import ExitCode
from mlpipe.metrics.clustering.profile import PROFILE_HEADER
from mlpipe.metrics.registry import all_metrics
from mlpipe.steps.guide.pages import read_pages
from mlpipe.steps.monitoring import documents
from tests.conftest import ROOT
from tests.pages import GUIDE, blocks_of, copy_clone, needs_of, run_page, text_of

RUN_ELSEWHERE = {"mlpipe/guide/preprocessing.md"}
"""By test_examples.py, section by section, with what the page says of the results."""
MODULES = {"tune": "optuna", "boost": "lightgbm", "serve": "fastapi", "onnx": "skl2onnx", "zh": "jieba"}
"""What an extra is known by, where it is not called like it."""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
@pytest.mark.parametrize("page", [page for page in GUIDE if page not in RUN_ELSEWHERE])
def test_the_commands_of_a_page_run(page, tmp_path):
    for extra in needs_of(page):
        pytest.importorskip(MODULES.get(extra, extra))
    run_page(page, copy_clone(tmp_path))


@pytest.mark.parametrize("page", GUIDE)
def test_extras_that_a_page_needs_exist(page):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(needs_of(page)) <= set(extras)


@pytest.mark.parametrize("page", GUIDE)
def test_a_page_has_one_title_and_says_at_once_what_it_tells(page):
    lines = [line for line in text_of(page).splitlines() if not line.startswith("<!--")]
    fenced = "".join(block["body"] for block in blocks_of(page))
    assert lines[0].startswith("# ")
    assert sum(line.startswith("# ") and line not in fenced for line in lines) == 1
    told = read_pages()[page.removeprefix("mlpipe/guide/").removesuffix(".md")]
    assert 10 < len(told.summary) < 200, told.summary


def test_extras_are_known_by_a_module():
    assert all(find_spec(module) is None or module for module in MODULES.values())


def test_every_metric_has_its_formula():
    told = text_of("mlpipe/guide/metrics.md")
    named = {name for line in told.splitlines() if line.startswith("| `") for name in code_words(line.split(" | ")[0])}
    assert {spec.name for spec in all_metrics()} <= named


def code_words(text):
    return set(re.findall(r"`([^`]+)`", text))


def test_every_exit_code_is_told():
    told = text_of("mlpipe/guide/exit-codes.md")
    assert all(re.search(rf"^\| {int(code)} \|", told, re.MULTILINE) for code in ExitCode)


ELSEWHERE = {"rows.csv", "ours.csv", "theirs.csv", "data.csv"}
"""In no artifact: what an export is compared by, and the table that a new project waits for."""


def test_the_page_on_files_names_every_file_and_column_that_is_written():
    page = read_pages()["files"].text
    folder = Path(mlpipe.__file__).parent
    written = re.compile(r"[\"']((?:plots/)?[a-z_]+\.(?:csv|json|parquet|joblib|html|md|sig))[\"']")
    sources = [p for room in ("artifacts", "steps") for p in (folder / room).rglob("*.py")]
    names = {name for source in sources for name in written.findall(source.read_text(encoding="utf-8"))}
    told = {*re.findall(r"`([\w./…]+)`", page)}
    assert names - told == ELSEWHERE
    assert {*LOOK, *PROFILE_HEADER, *documents._HEADER, *documents._SERIES_HEADER} <= told
