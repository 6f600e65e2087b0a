"""What `inspect` and `run` say of findings: leaks always, a swarm of alike findings in few lines."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.cli.console import Console
from mlpipe.cli.profile_shown import _folded
from mlpipe.data.profiling.findings import build_finding
from mlpipe.words.widths import cut, display_width, wrap
from tests.cli.recording import invoke

RNG = np.random.default_rng(0)


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


@pytest.fixture
def shown(tmp_path):
    """What `inspect` says of a table, with blanks closed up in one string beside the lines as they stand."""

    def run(table, *options):
        path = tmp_path / "t.csv"
        pd.DataFrame(table).to_csv(path, index=False)
        done = invoke("inspect", path, *options)
        assert done.exit_code == 0, done.output
        return " ".join(done.stdout.split()), done.stdout.splitlines()

    return run


def test_alike_findings_become_one_line_and_are_told_in_full_with_verbose(sums: Path) -> None:
    brief = invoke("inspect", str(sums)).stdout
    assert brief.count("MLP115") == 1
    text = " ".join(brief.split())
    assert "8 columns: x0, x1, x2, x3, x4, x5, x6, x7. x0: -200 stands" in text
    assert invoke("inspect", str(sums), "--verbose").stdout.count("MLP115") == 8


def test_findings_of_no_column_are_counted() -> None:
    group = [build_finding("MLP609", f"{name} is lower.") for name in ("accuracy", "recall")]
    assert _folded(group) == "metric worse than on the split, 2 times. accuracy is lower."


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


HOSTILE = {
    "long": {f"a_rather_long_name_of_a_column_{'x' * 90}_{i}": RNG.choice(["a" * 70, "b" * 70], 60) for i in range(3)},
    "wide": {"套餐金额" * 12: RNG.choice(["联通" * 30, "移动" * 30], 60), "额外": RNG.choice(["是", "否"], 60)},
    "many": {f"x{i}": np.where(RNG.random(60) < 0.2, -999.0, RNG.normal(size=60)) for i in range(100)},
    "large": {"x": RNG.normal(size=60) * 1e300, "y": RNG.integers(10**14, 10**15, 60), "z": RNG.normal(size=60) / 1e9},
    "sentences": {"t": [f"words and words, {'more ' * 40}{i}" for i in range(60)], "k": ["same " * 30] * 60},
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_a_terminal_of_80_columns(shown, monkeypatch, name, verbose) -> None:
    monkeypatch.setattr("mlpipe.cli.console.terminal_room", lambda: 80)
    _, lines = shown(HOSTILE[name], *(["--verbose"] if verbose else []))
    assert max(map(display_width, lines)) <= 80


def test_wide_letters_are_aligned(shown) -> None:
    _, lines = shown({"套餐金额": [1.5, 2.5] * 30, "x": ["red", "blue"] * 30})
    head = next(line for line in lines if line.startswith("column"))
    wide = next(line for line in lines if line.startswith("套餐金额"))
    assert display_width(wide[: wide.index("numeric")]) == head.index("role")


def test_a_very_wide_table_is_counted_beyond_its_first_columns(shown) -> None:
    text, lines = shown(HOSTILE["many"])
    assert "… and 60 more columns: 60 numeric" in text
    assert not any(line.startswith("x40 ") for line in lines)
    assert any(line.startswith("x99 ") for line in shown(HOSTILE["many"], "--verbose")[1])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (["no"] * 45 + ["yes"] * 15, "target y: no 75 %, yes 25 %"),
        ([0] * 45 + [1] * 15, "target y: 0 (75 %), 1 (25 %)"),
        ([-1] * 15 + [1] * 45, "target y: 1 (75 %), -1 (25 %)"),
        (list(np.arange(60) / 4), "target y: 0 … 14.75, mean 7.37, median 7.375"),
        (list("abcdefg") * 8 + list("aaaa"), "and 2 more"),
    ],
)
def test_the_target_is_told_by_its_shares_or_its_range(shown, target, said) -> None:
    assert said in shown({"x": RNG.normal(size=60), "y": target}, "--target", "y")[0]


def test_findings_are_counted_by_how_grave_they_are(shown) -> None:
    table = {"x": RNG.normal(size=60), "one": ["same"] * 60, "y": ["same"] * 60}
    assert "Findings: 1 error, 1 warning" in shown(table, "--target", "y")[0]


def test_what_a_file_holds_cannot_command_the_terminal(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("x,\x1b[31mred\n" + "1.5,\x1b[2Jcell\n2.5,b\n" * 20)
    assert "\x1b" not in invoke("inspect", tmp_path / "t.csv", "--verbose").stdout


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colour_is_for_a_terminal_alone_and_never_without_the_word(monkeypatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Console().paint("warn", "warning") == "warn"
    monkeypatch.setattr("sys.stdout", Terminal())
    assert Console().paint("warn", "warning") == "\x1b[33mwarn\x1b[0m"
    assert Console().paint("info", "info") == "info"
    assert Console(as_json=True).paint("warn", "warning") == "warn"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Console().paint("warn", "warning") == "warn"


@pytest.mark.parametrize(("mood", "colour"), [("better", 32), ("unsure", 33), ("no gain", 33), ("worse", 31)])
def test_a_verdict_has_the_colour_of_what_it_says(monkeypatch, mood, colour) -> None:
    monkeypatch.setattr("mlpipe.cli.console.is_coloured", lambda _: True)
    assert Console().verdict("told", mood, after="more") == [f"\x1b[{colour}mtold\x1b[0m   more"]
    assert Console(as_json=True).verdict("told", mood) == ["told"]
    monkeypatch.setattr("mlpipe.cli.console.terminal_room", lambda: 40)
    marked = [f"\x1b[{colour}m{line}\x1b[0m" for line in ("told " * 7 + "told", "  told")]
    assert Console().verdict("told " * 8 + "told", mood, before="rows") == ["rows", *marked]


def test_a_verdict_is_coloured_where_it_is_asked_for(chain, tmp_path, undrawn) -> None:
    plain = invoke("evaluate", chain / "model", "-o", tmp_path / "e").stdout
    first = invoke("evaluate", chain / "model", "-o", tmp_path / "e", "--color", "always").stdout.splitlines()[0]
    assert re.sub(r"\x1b\[\d+m", "", first) == plain.splitlines()[0]
    assert "\x1b[33mNo better than one column alone" in first


def test_a_pipe_gets_every_level_and_every_finding_on_a_line_of_its_own(shown) -> None:
    level = "a level of a column that is a good deal longer than a line " * 2
    names = [f"{'a_long_name_' * 8}{i}" for i in range(4)]
    table = {"kind": [level.strip(), "b"] * 30, **{name: [1.0] * 59 + [900.0] for name in names}}
    _, lines = shown(table)
    assert any(line.startswith("kind ") and level.strip() in line for line in lines)
    assert all(any(line.startswith("MLP") and name in line for line in lines) for name in names)
    found = lines[next(i for i, line in enumerate(lines) if line.startswith("Findings")) + 1 :]
    assert found
    assert all(line.startswith("MLP") for line in found)


def test_lines_are_as_wide_as_the_terminal_within_reason(monkeypatch) -> None:
    assert Console().width > 10_000
    monkeypatch.setattr("sys.stdout", Terminal())
    for columns, width in ((100, 100), (300, 120), (20, 40)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert Console().width == width


@pytest.mark.parametrize("text", ["a b c d e f g h", "x" * 50, "漢字" * 20 + " and more", "", "one"])
@pytest.mark.parametrize(("width", "indent"), [(10, 0), (12, 4), (20, 13)])
def test_wrapping_keeps_every_letter_and_the_width(text, width, indent) -> None:
    lines = wrap(text, width, indent=indent)
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.startswith(" " * indent) for line in lines[1:])


def test_a_name_is_cut_in_its_middle_within_the_width() -> None:
    assert display_width(cut("套餐金额" * 10, 15)) <= 15
    assert cut("套餐金额" * 10, 15).startswith("套餐")


def test_verbose_says_why_once_a_code_and_what_to_do_each_time(sums: Path) -> None:
    text = " ".join(invoke("inspect", str(sums), "--verbose").stdout.split())
    assert text.count("To do: If it means missing, give --na-value -200.") == 8
    assert text.count("usually stands for a missing one; a model takes it for a measurement") == 1
