"""A new task, or a new kind of target, cannot be forgotten: mypy lists every place that has to answer for it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ANSWERS = {
    "Task.PAIRING": {"task.py", "target", "metrics", "data", "features", "models"},
    "PairTarget": {"metrics", "models", "reports", "steps"},
}
"""Rooms that have to say what they do for a task, and for a kind of target."""


@pytest.fixture(scope="module")
def unanswered(tmp_path_factory):
    """What mypy says of `assert_never` in a copy of the sources that has one more task and one more target."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "mlpipe", folder / "mlpipe", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    edit(folder / "mlpipe/task.py", '    CLUSTERING = "clustering"\n', '    PAIRING = "pairing"\n')
    pair = "\n\nclass PairTarget(_OneColumn):\n    pass\n"
    edit(folder / "mlpipe/target/__init__.py", "| NoTarget\n", "", instead="| NoTarget | PairTarget\n")
    edit(folder / "mlpipe/target/__init__.py", "\n\nTarget = ", "", instead=f"{pair}\n\nTarget = ")
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "mlpipe", "--cache-dir", str(folder / "cache")],
        cwd=folder, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return [line for line in told.splitlines() if '"assert_never" has incompatible type' in line]


def edit(path, anchor, addition, *, instead=None):
    text = path.read_text(encoding="utf-8")
    assert text.count(anchor) == 1
    path.write_text(text.replace(anchor, anchor + addition if instead is None else instead), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("added", ANSWERS)
def test_every_room_that_must_answer_is_listed(unanswered, added):
    rooms = {re.split(r"[/:]", line)[1] for line in unanswered if added in line}
    assert rooms == ANSWERS[added]
