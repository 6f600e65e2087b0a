"""The page of a profile in a real browser: it stands alone, fits, and runs nothing."""

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
sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
HOSTILE = "\"><img src=x onerror='document.title=1'><script>document.title=2</script>"
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = c => { canvas.clearRect(0,0,1,1); canvas.fillStyle = c; canvas.fillRect(0,0,1,1);
                      return [...canvas.getImageData(0,0,1,1).data]; };
  const lum = c => { const [r,g,b] = c.map(v => { v /= 255; return v <= .04045 ? v/12.92 : ((v+.055)/1.055)**2.4; });
                     return .2126*r + .7152*g + .0722*b; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('svg')) continue;
    let back = e, colour = [0,0,0,0];
    while (back && colour[3] < 255) {
      colour = rgba(getComputedStyle(back).backgroundColor); back = back.parentElement; }
    const [a, b] = [lum(colour.slice(0,3)), lum(rgba(getComputedStyle(e).color).slice(0,3))].sort((x,y) => y-x);
    if ((a+.05)/(b+.05) < 4.5) bad.push(e.outerHTML.slice(0,80));
  }
  return bad; }"""


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
    table.to_csv(folder / "t.csv", index=False)
    inspect(str(folder / "t.csv"), InspectParams(target="流失"), out=folder / "profile")
    return folder / "profile" / "report.html"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light"), (1280, "dark")])
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
    assert page.title().startswith("t.csv")
    assert page.evaluate("document.querySelectorAll('script, [onerror]').length") == 0
    assert HOSTILE in page.inner_text("#cards ~ .cards")
    context.close()


def test_the_keyboard_reaches_links_and_details_and_it_prints(browser, page_file):
    page = browser.new_page()
    page.goto(Path(page_file).as_uri())
    reached = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "SUMMARY", "DIV"} <= reached
    assert page.pdf().startswith(b"%PDF")
