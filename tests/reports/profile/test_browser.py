"""The page of a profile in a real browser: it stands alone, fits, and runs nothing."""

import importlib.util
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import InspectParams
from mlpipe.steps.inspect import inspect

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None and os.environ.get("CI") and shutil.which("apt-get") and os.geteuid() == 0:
    pytest.fail("Chromium could have been installed, and was not", pytrace=False)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed", allow_module_level=True)
if importlib.util.find_spec("playwright") is None:
    if os.environ.get("CI"):
        pytest.fail("playwright is not installed", pytrace=False)
    pytest.skip("playwright is not installed", allow_module_level=True)
sync_playwright = importlib.import_module("playwright.sync_api").sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
HOSTILE = "\"><img src=x onerror='document.title=1'><script>document.title=2</script>"
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = c => { canvas.clearRect(0,0,1,1); canvas.fillStyle = c; canvas.fillRect(0,0,1,1);
                      return [...canvas.getImageData(0,0,1,1).data]; };
  const lum = c => { const [r,g,b] = c.map(v => { v /= 255; return v <= .04045 ? v/12.92 : ((v+.055)/1.055)**2.4; });
                     return .2126*r + .7152*g + .0722*b; };
  const letters = e => rgba(getComputedStyle(e)[e.closest('svg') ? 'fill' : 'color']).slice(0,3);
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('title')) continue;
    let back = e, colour = [0,0,0,0];
    while (back && colour[3] < 255) {
      colour = rgba(getComputedStyle(back).backgroundColor); back = back.parentElement; }
    const [a, b] = [lum(colour.slice(0,3)), lum(letters(e))].sort((x,y) => y-x);
    if ((a+.05)/(b+.05) < 4.5) bad.push(e.outerHTML.slice(0,80));
  }
  return bad; }"""
# Where each text lies; a line's box is taller than its letters, which is no overlap.
TEXTS = """() => {
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, e = node.parentElement;
    if (!node.data.trim() || e.closest('title, .skip') || !e.checkVisibility({contentVisibilityAuto: true})) continue;
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) if (r.width > 1 && r.height > 1)
      found.push({text: node.data.trim().slice(0, 40), e, left: r.left, right: r.right,
                  top: r.top + .22 * r.height, bottom: r.bottom - .22 * r.height});
  }
  return found; }"""
OVERLAPS = f"""() => {{
  const found = ({TEXTS})().sort((a, b) => a.top - b.top), bad = [];
  found.forEach((a, k) => {{
    for (let j = k + 1; j < found.length && found[j].top < a.bottom - 1; j++)
      if (Math.min(a.right, found[j].right) - Math.max(a.left, found[j].left) > 1)
        bad.push([a.text, found[j].text]);
  }});
  return bad; }}"""
CUT = f"""() => {{
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {{
    const hides = ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && !e.closest('svg');
    if (hides && e.scrollWidth > e.clientWidth + 1) bad.push(e.outerHTML.slice(0, 80));
  }}
  for (const t of ({TEXTS})())
    for (let up = t.e.parentElement; up; up = up.parentElement) {{
      if (getComputedStyle(up).overflowX === 'visible') continue;
      const box = up.getBoundingClientRect();
      if (t.top < box.top - 1 || t.left < box.left - 1 || t.bottom > box.top + up.scrollHeight + 1
          || t.right > box.left + up.scrollWidth + 1) bad.push(t.text);
    }}
  return bad; }}"""
# A letter that no font has comes out as the box of U+10FFFD, which no font has either.
BOXES = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  canvas.canvas.width = canvas.canvas.height = 48;
  canvas.font = '32px ' + getComputedStyle(document.body).fontFamily;
  const drawn = letter => { canvas.clearRect(0, 0, 48, 48); canvas.fillText(letter, 4, 38);
                            return canvas.getImageData(0, 0, 48, 48).data.join(); };
  const box = drawn('\\u{10FFFD}');
  return [...new Set(document.body.textContent)].filter(letter => letter.trim() && drawn(letter) === box); }"""


FILE = "<img src=x onerror='document.title=3'>&amp;.csv"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("page")
    y = rng.integers(0, 2, 300)
    table = pd.DataFrame({f"n{k}": rng.normal(size=300) + y for k in range(6)})
    table["使用月数"] = rng.integers(0, 30, 300)
    table["a_very_long_name_" * 8] = rng.choice(["x", "y"], 300)
    table[HOSTILE] = rng.choice([HOSTILE, "<b>", "'\""], 300)
    table["gaps"] = np.where(rng.random(300) < 0.5, np.nan, rng.normal(size=300))
    table["评论"] = [
        f"{'流量很多非常好' if v else '网络太慢想退订'} number {k} of the rows that were given" for k, v in enumerate(y)
    ]
    table["流失"] = np.where(y, "是", "否")
    table.to_csv(folder / FILE, index=False)
    table.drop(columns=["gaps", HOSTILE]).assign(n0=table["n0"] + 100, **{HOSTILE * 2: 1}).to_csv(
        folder / "old.csv", index=False
    )
    params = InspectParams(target="流失", against=str(folder / "old.csv"))
    inspect(str(folder / FILE), params, out=folder / "profile")
    return folder / "profile" / "report.html"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_it_stands_alone_fits_and_can_be_read(browser, page_file, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(Path(page_file).as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CUT) == []
    assert page.title().startswith(FILE)
    assert page.evaluate("document.querySelectorAll('script, [onerror]').length") == 0
    assert HOSTILE in page.inner_text("#cards ~ .cards")
    assert HOSTILE * 2 in page.inner_text("section:has(> #changes)")
    context.close()


def test_every_letter_has_a_glyph(browser, page_file):
    page = browser.new_page()
    page.goto(Path(page_file).as_uri())
    boxes = page.evaluate(BOXES)
    if "流" in boxes and not os.environ.get("CI"):
        pytest.skip("no installed font has Chinese letters")
    assert boxes == []


def test_the_checks_see_boxes_overlaps_and_cuts(browser):
    page = browser.new_page()
    page.set_content(
        "<body style='background:#fff'><p>a\U0010fffc</p>"
        "<p style='overflow:hidden;width:3em;white-space:nowrap'>much too long a line</p>"
        "<p style='position:relative;top:-2.2em'>over the line</p><p style='color:#999'>faint</p>"
    )
    assert page.evaluate(BOXES) == ["\U0010fffc"]
    assert page.evaluate(CUT)
    assert page.evaluate(OVERLAPS)
    assert len(page.evaluate(CONTRAST)) == 1


def test_the_keyboard_reaches_links_and_details_and_it_prints(browser, page_file):
    page = browser.new_page()
    page.goto(Path(page_file).as_uri())
    page.evaluate("window.reached = []; document.addEventListener('focusin', e => reached.push(e.target.tagName))")
    for _ in range(80):
        page.keyboard.press("Tab")
    assert {"A", "SUMMARY", "DIV"} <= set(page.evaluate("reached"))
    assert page.pdf().startswith(b"%PDF")
