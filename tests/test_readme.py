"""The README is true: every command in it runs as it stands, in the order of the page.

A line `<!-- run -->` before a block of `sh` says that it runs; the others say why they do not: `<!-- tests -->` is
run by `.ci/run`, `<!-- show: reason -->` is for reading. `<!-- file: NAME -->` before a block writes it to that file.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
INSTALL = re.compile(r"^pip install \"?\.(?:\[(?P<extras>[\w,]+)\])?\"?(?: && |$)")
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [match.groupdict() for match in BLOCK.finditer(README)]


def without_install(body):
    """The commands but the installations, whose extras are checked: this environment has them already."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lines = []
    for line in body.splitlines():
        install = INSTALL.match(line)
        if install:
            asked = (install["extras"] or "").split(",") if install["extras"] else []
            assert set(asked) <= set(extras), line
        rest = line[install.end() :] if install else line
        assert "pip install" not in rest, f"an installation that no test can check: {line}"
        lines.append(rest)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of what a clone holds for its reader, with `mlpipe` and `python` on the path."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "sample_data", folder / "sample_data")
    commands = folder / ".bin"
    commands.mkdir()
    for name, call in {"mlpipe": "-m mlpipe", "python": ""}.items():
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    return folder


def test_every_block_says_whether_it_runs():
    unmarked = [block["body"] for block in BLOCKS if block["language"] == "sh" and not block["mark"]]
    assert unmarked == []
    assert any(block["mark"] == "run" for block in BLOCKS)
    assert sum(block["mark"] == "tests" for block in BLOCKS) == 1


@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
def test_the_commands_run(clone):
    path = f"{clone / '.bin'}{os.pathsep}{os.environ['PATH']}"
    for block in BLOCKS:
        mark = block["mark"] or ""
        if mark.startswith("file: "):
            written = clone / Path(mark.removeprefix("file: ").strip())
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(block["body"], encoding="utf-8")
        elif mark == "run":
            commands = without_install(block["body"])
            done = subprocess.run(
                ["sh", "-euc", commands],
                capture_output=True,
                check=False,
                cwd=clone,
                encoding="utf-8",
                env=environment(PATH=path),
                stdin=subprocess.DEVNULL,
                timeout=500,
            )
            assert done.returncode == 0, f"{commands}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"


def test_files_the_page_links_to_exist():
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
