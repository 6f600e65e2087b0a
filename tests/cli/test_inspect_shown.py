"""What `inspect` and `run` say of findings: leaks always, a swarm of alike findings in few lines."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.recording import invoke


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """A target that is the sum of two columns, eight columns with the same stand-in for missing, one blank line."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({f"x{i}": np.where(rng.random(120) < 0.1, -200.0, rng.normal(size=120)) for i in range(8)})
    table["left"], table["right"] = rng.integers(0, 90, 120), rng.integers(0, 90, 120)
    table["total"] = table["left"] + table["right"]
    path = tmp_path / "sums.csv"
    path.write_text(table.round(6).to_csv(index=False) + "\n")
    return path


def test_alike_findings_are_folded_and_told_in_full_with_verbose(sums: Path) -> None:
    brief = invoke("inspect", str(sums)).stdout
    assert brief.count("MLP115") == 4
    assert "5 more like these: x3, x4, x5, x6, x7" in brief
    assert invoke("inspect", str(sums), "--verbose").stdout.count("MLP115") == 8


def test_whole_numbers_have_no_point(sums: Path) -> None:
    line = next(line for line in invoke("inspect", str(sums)).stdout.splitlines() if line.startswith("left"))
    assert "0 … 88, mean" in line


def test_run_tells_what_gives_the_target_away_and_each_note_once(sums: Path, tmp_path: Path) -> None:
    told = invoke("run", str(sums), "--target", "total", "--model", "ridge", "-o", str(tmp_path / "out"), "-v")
    assert told.exit_code == 0
    assert "weighted sum of 'left', 'right'" in told.stderr
    assert "--drop" in told.stderr
    assert told.stderr.count("1 blank line skipped") == 1
    assert "train took" in told.stderr
