"""Pages of Markdown whose commands run.

A block of `sh` runs (a plain call of `mlpipe` in this process, all else in a shell, where a call takes two seconds
more), unless a line before says why it does not: `<!-- tests -->` is run by `.ci/run`, `<!-- show: reason -->` is for
reading. `<!-- file: NAME -->` before a block writes it to that file. `<!-- fails: CODE -->` runs to that exit code.
A page that begins with `<!-- needs: EXTRA -->` is for those who have the extra.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import chdir
from pathlib import Path

from tests.cli.recording import invoke
from tests.conftest import ROOT, environment

GUIDE = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "mlpipe" / "guide").rglob("*.md")))
PAGES = ("README.md", *GUIDE)
BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
PLAIN = re.compile(r"mlpipe (?P<arguments>[^|&;<>()$`\\*?#]*)(?: > (?P<file>[\w./]+))?")
INSTALL = re.compile(r"^pip install \"?\.(?:\[(?P<extras>[\w,]+)\])?\"?(?: && |$)")


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def blocks_of(page, section=None):
    """The blocks of a page, or of one of its sections (a heading of the second level)."""
    text = text_of(page) if section is None else sections_of(page)[section]
    return [match.groupdict() for match in BLOCK.finditer(text)]


def sections_of(page):
    """Heading to text of each section of the second level."""
    parts = re.split(r"^## (.*)\n", text_of(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


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


def copy_clone(folder):
    """Put into `folder` what a clone holds for its reader, with `mlpipe` and `python` on the path."""
    shutil.copytree(ROOT / "sample_data", folder / "sample_data")
    (folder / "tests").mkdir()
    for module in (ROOT / "tests").glob("*.py"):
        shutil.copy(module, folder / "tests")
    commands = folder / ".bin"
    commands.mkdir()
    for name, call in {"mlpipe": "-m mlpipe", "python": ""}.items():
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    return folder


def run_page(page, folder, *, section=None):
    """Run the commands of a page, or of one section, in a copy of a clone, in the order of the page."""
    for block in blocks_of(page, section):
        mark = block["mark"] or ""
        if mark.startswith("file: "):
            written = folder / Path(mark.removeprefix("file: ").strip())
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(block["body"], encoding="utf-8")
        elif block["language"] == "sh" and not mark.startswith(("show: ", "tests")):
            expected = int(mark.removeprefix("fails: ")) if mark.startswith("fails: ") else 0
            commands = without_install(block["body"]).replace("\\\n", " ")
            for line in commands.splitlines():
                _run(line, folder, expected)


def needs_of(page):
    """Extras that a page is for."""
    return re.findall(r"^<!-- needs: (\w+) -->$", text_of(page), re.MULTILINE)


def _run(line, folder, expected):
    plain = PLAIN.fullmatch(line)
    if not plain:
        _run_in_shell(line, folder, expected)
        return
    with chdir(folder):
        done = invoke(*shlex.split(plain["arguments"]))
        assert done.exit_code == expected, f"{line}\nexit {done.exit_code}\n{done.output}\n{done.exception!r}"
        if plain["file"]:
            Path(plain["file"]).write_bytes(done.stdout_bytes)


def _run_in_shell(line, folder, expected):
    done = subprocess.run(
        ["sh", "-euc", line],
        capture_output=True,
        check=False,
        cwd=folder,
        encoding="utf-8",
        env=environment(PATH=f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}"),
        stdin=subprocess.DEVNULL,
        timeout=500,
    )
    assert done.returncode == expected, f"{line}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"
