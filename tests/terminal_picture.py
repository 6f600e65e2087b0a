"""The picture of the README: a run on a terminal and its pages; `python -m tests.terminal_picture` draws it anew."""

import re
import subprocess
import sys
import tempfile
from base64 import b64encode
from html import escape, unescape
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / ".github" / "images" / "run.svg"
COMMAND = "mlpipe run sample_data/customers.csv --target churned --id customer_id --model logistic"
PAGES = {"profile": "the page on the data", "evaluation": "the page on the model"}
WIDTH, LINE, LETTER, MARGIN = 118, 20, 7.8, 18
SEEN = (1180, 900)
"""What of a page is shown, in the browser's pixels."""
BLANK = "\N{NO-BREAK SPACE}"
"""Viewers of SVG fold other blanks."""
DIM = ("note: ", "done in", "data ", "model ")
LABEL = "A run of mlpipe on a terminal: five steps, a line each; below it the two pages that it writes"


def draw(lines, pages):
    """The lines on a dark ground, what is no result dimmer; below them pages side by side.

    Parameters
    ----------
    pages : list of (str, bytes)
        What is under a page, and how it looks, as PNG.
    """
    width, dark = WIDTH * LETTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    each = (width - MARGIN) / 2
    tall = each * SEEN[1] / SEEN[0]
    rows = [
        f'<text class="line" x="{MARGIN}" y="{MARGIN + LINE * (i + 0.75)}" fill="{colour(line)}">'
        f"{escape(line.replace(' ', BLANK))}</text>"
        for i, line in enumerate(lines)
    ]
    shown = []
    for i, (words, image) in enumerate(pages):
        x, y = i * (each + MARGIN), dark + MARGIN
        data = b64encode(image).decode()
        shown.append(
            f'<image x="{x:.1f}" y="{y}" width="{each:.1f}" height="{tall:.1f}" href="data:image/png;base64,{data}"/>'
            f'<rect x="{x + 0.5:.1f}" y="{y + 0.5}" width="{each - 1:.1f}" height="{tall - 1:.1f}" rx="6" fill="none" '
            f'stroke="#8b949e"/><text x="{x + each / 2:.1f}" y="{y + tall + LINE:.1f}" fill="#8b949e" '
            f'text-anchor="middle">{escape(words)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {dark + MARGIN + tall + 1.5 * LINE:.0f}" '
        f'role="img" aria-label="{LABEL}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">'
        f'<rect width="100%" height="{dark}" rx="8" fill="#16181d"/>{"".join(rows)}{"".join(shown)}</svg>\n'
    )


def colour(line):
    if line.startswith("$"):
        return "#7ee787"
    return "#8b949e" if line.startswith(DIM) else "#e6edf3"


def lines_of(picture):
    """The lines that stand in a picture."""
    return [unescape(told).replace(BLANK, " ") for told in re.findall(r'<text class="line"[^>]*>([^<]*)<', picture)]


def said(stdout, stderr, folder):
    """What the command says, the time it took aside."""
    notes = [line for line in stderr.splitlines() if not line.startswith("done in")]
    text = [*stdout.splitlines(), *(line.replace(f"{folder}/", "") for line in notes)]
    return [f"$ {COMMAND}", *(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in text)]


def photograph(page, browser):
    """The top of a page, in few colours, so that it is small."""
    from PIL import Image

    opened = browser.new_page(viewport={"width": SEEN[0], "height": SEEN[1]}, color_scheme="light")
    opened.goto(page.as_uri())
    image = Image.open(BytesIO(opened.screenshot()))
    out = BytesIO()
    image.convert("RGB").quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main():
    from tests.reports.browsing import CHROMIUM, FLAGS, sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, "-m", "mlpipe", *COMMAND.split()[1:], "-o", f"{folder}/out"]
        done = subprocess.run(arguments, capture_output=True, check=True, cwd=ROOT, encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            places = {words: Path(folder, "out", kind, "report.html") for kind, words in PAGES.items()}
            pages = [(words, photograph(place, browser)) for words, place in places.items()]
            browser.close()
        PICTURE.write_text(draw(said(done.stdout, done.stderr, folder), pages), encoding="utf-8")


if __name__ == "__main__":
    main()
