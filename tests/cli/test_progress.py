"""Progress: on a terminal a line that says what, how far and how long; in a pipe nothing; gone when done."""

import os
import re
import signal
import sys
import time

import pytest

from mlpipe.cli.progress import Line
from mlpipe.words.widths import display_width
from tests.conftest import environment

pty = pytest.importorskip("pty")

WRITTEN_OVER = re.compile(r"\r|\x1b\[2K|\x1b\[1A")


def at_a_terminal(*arguments, columns=80, env=None):
    """Run the command line on a pseudo-terminal: all that was written, and seconds until the first of it."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        size = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "40"}
        os.execve(
            sys.executable,
            [sys.executable, "-m", "mlpipe", *map(str, arguments)],
            environment(**size, **(env or {})),
        )
    written, first = b"", None
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other end has gone
            break
        if not piece:
            break
        first = first or time.perf_counter() - began
        written += piece
    os.waitpid(child, 0)
    os.close(terminal)
    return written.decode(errors="replace"), first or 0.0


def frames(written):
    """What stood on the line one after the other, without what moves the cursor."""
    return [re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", frame) for frame in re.split(r"\r\n?|\n", written)]


def left_standing(written):
    """What a person sees in the end: a line that was wiped is gone."""
    lines = [[""]]
    for piece in re.split(r"(\r\n|\n|\r|\x1b\[1A|\x1b\[2K|\x1b\[[?\d;]*[A-Za-z])", written):
        if piece in {"\r\n", "\n"}:
            lines.append([""])
        elif piece == "\x1b[1A":
            lines.pop()
        elif piece == "\x1b[2K":
            lines[-1] = [""]
        elif piece and piece[0] not in "\r\x1b":
            lines[-1].append(piece)
    return "\n".join("".join(line) for line in lines)


def test_run_tells_its_steps_and_leaves_their_results_alone(chain, tmp_path):
    out = tmp_path / "out"
    table = chain / "table.csv"
    written, first = at_a_terminal(
        "run", table, "--target", "outcome", "--id", "account", "--model", "logistic", "-o", out
    )
    told = " ".join(frames(written))
    assert all(re.search(rf"{n}/5 {step}  ", told) for n, step in enumerate(("inspect", "split", "preprocess"), 1))
    assert "4/5 train  " in told
    assert re.search(r"\d:\d\d", told)
    # Python starts and imports typer in much less; a machine that is busy takes longer.
    assert first < 10
    seen = left_standing(written)
    assert "4/5" not in seen
    begun = [line.split()[0] for line in seen.splitlines() if line.strip()]
    assert begun[0] == "inspect"
    assert "split" in begun
    assert str(out / "profile" / "report.html") in seen
    assert str(out / "evaluation" / "report.html") in seen


def test_predict_tells_how_many_rows_unless_they_are_on_the_terminal(chain, tmp_path):
    arguments = ("predict", chain / "model", chain / "table.csv")
    written, _ = at_a_terminal(*arguments, "--batch-rows", "50", "-o", tmp_path / "p.csv")
    assert re.search(r"predict  300 rows  100 %", " ".join(frames(written)))
    assert "100 %" not in left_standing(written)
    rows, _ = at_a_terminal(*arguments)
    assert not WRITTEN_OVER.search(rows.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("split {c}/table.csv --target outcome -o {t}/s", "split  "),
        ("tune {c}/prep --model logistic --trials 2 --cv 2 -o {t}/m", "tune  trial [12] of 2"),
        ("evaluate {c}/model -o {t}/e", "evaluate  "),
        ("drift {c}/model {c}/table.csv", "comparing "),
        ("audit {c}/split", "auditing "),
        ("export {c}/model -o {t}/model.py", "exporting "),
    ],
)
def test_whatever_takes_time_says_what_it_does_and_leaves_nothing_of_it(chain, tmp_path, arguments, told):
    written, _ = at_a_terminal(*arguments.format(c=chain, t=tmp_path).split(), columns=300)
    first = next(frame for frame in frames(written) if frame.strip())
    assert first.startswith(told.split("  ")[0])
    assert re.search(told, " ".join(frames(written)))
    assert re.search(r"  \d:\d\d", first)
    seen = left_standing(written)
    assert not re.search(r"  \d:\d\d( left)?$", seen, re.MULTILINE)
    assert seen.strip()


@pytest.mark.parametrize("options", [["-q"], ["--json"]])
def test_quiet_and_json_show_none(chain, tmp_path, options):
    written, _ = at_a_terminal("evaluate", chain / "model", "-o", tmp_path / "e", *options)
    assert not WRITTEN_OVER.search(written.replace("\r\n", "\n"))


def test_a_pipe_shows_none(chain, tmp_path, mlpipe):
    done = mlpipe("predict", chain / "model", chain / "table.csv", "-o", tmp_path / "p.csv")
    assert not set("\r\x1b") & set(done.stdout + done.stderr)


class Clock:
    """Seconds as a test sets them."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize(
    ("share", "seconds", "told"),
    [
        (0.03, 1.0, "0:32 left"),
        (0.029, 1.0, "0:01"),
        (0.03, 0.99, "0:01"),
        (0.5, 10.0, "0:10 left"),
        (1.0, 10.0, "0:10"),
    ],
)
def test_the_rest_is_foretold_once_enough_is_done(clock, share, seconds, told):
    line = Line("split", clock=clock)
    clock.now = seconds
    line.tell(share, "reading")
    assert line.words(60).split("%  ")[1] == told


def test_a_second_pass_is_foretold_by_itself(clock):
    line = Line("split", clock=clock)
    clock.now = 100.0
    line.tell(1.0, "reading")
    line.tell(0.0, "reading")
    clock.now = 105.0
    line.tell(0.5, "reading")
    assert line.words(60).endswith("0:05 left")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_line_keeps_within_the_terminal(clock, width):
    line = Line("train", clock=clock)
    line.tell(0.5, "fold 1 of 5  hist-gradient-boosting, best so far extra-trees, 很长的名字")
    shown = line.words(width)
    assert display_width(shown) <= width
    assert shown.endswith("50 %  0:00")


def test_ctrl_c_ends_with_a_line_on_what_is_kept(chain, tmp_path):
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background have it ignored
        command = [sys.executable, "-m", "mlpipe", "train", str(chain / "prep"), "-o", str(tmp_path / "m")]
        os.execve(sys.executable, command, environment(TERM="xterm-256color", COLUMNS="80"))
    written = b""
    while b"fold" not in written:  # the comparison has begun
        written += os.read(terminal, 65536)
    os.write(terminal, b"\x03")
    try:
        while piece := os.read(terminal, 65536):
            written += piece
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    os.close(terminal)
    assert (
        left_standing(written.decode(errors="replace"))
        .rstrip()
        .endswith("interrupted: steps that had ended are kept, nothing is half-written")
    )
    assert not (tmp_path / "m").exists()
