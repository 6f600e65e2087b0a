"""The picture of the README: a run on a terminal, as SVG; `python tests/terminal_picture.py` draws it anew."""

import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / ".github" / "images" / "run.svg"
COMMAND = "mlpipe run sample_data/customers.csv --target churned --id customer_id --model logistic"
WIDTH, LINE, LETTER, MARGIN = 118, 20, 7.8, 18
BLANK = "\N{NO-BREAK SPACE}"
"""Viewers of SVG fold other blanks."""
DIM = ("note: ", "done in", "data ", "model ")


def draw(lines):
    """The lines on a dark ground; what is no result is dimmer."""
    width, height = WIDTH * LETTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    rows = [
        f'<text x="{MARGIN}" y="{MARGIN + LINE * (i + 0.75)}" fill="{colour(line)}">'
        f"{escape(line.replace(' ', BLANK))}</text>"
        for i, line in enumerate(lines)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        'aria-label="A run of mlpipe on a terminal: five steps, a line each" '
        'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">'
        f'<rect width="100%" height="100%" rx="8" fill="#16181d"/>{"".join(rows)}</svg>\n'
    )


def colour(line):
    if line.startswith("$"):
        return "#7ee787"
    return "#8b949e" if line.startswith(DIM) else "#e6edf3"


def shown(folder):
    """What the command says, the time it took aside."""
    arguments = [sys.executable, "-m", "mlpipe", *COMMAND.split()[1:], "-o", f"{folder}/out"]
    done = subprocess.run(arguments, capture_output=True, check=True, cwd=ROOT, encoding="utf-8")
    notes = [line for line in done.stderr.splitlines() if not line.startswith("done in")]
    text = [*done.stdout.splitlines(), *(line.replace(f"{folder}/", "") for line in notes)]
    return [f"$ {COMMAND}", *(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in text)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PICTURE.write_text(draw(shown(place)), encoding="utf-8")
