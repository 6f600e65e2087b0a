"""The page of a profile in a real browser: it stands alone, fits, and runs nothing."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import InspectParams
from mlpipe.steps.inspect import inspect
from tests.reports.browsing import BOXES, CONTRAST, CUT, OVERLAPS

HOSTILE = "\"><img src=x onerror='document.title=1'><script>document.title=2</script>"


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
    assert page.evaluate("document.querySelectorAll('script, [onerror]').length") == 1
    assert HOSTILE in page.inner_text("#cards ~ div .cards")
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


def test_columns_are_found_and_ordered(browser, page_file):
    page = browser.new_page()
    page.goto(Path(page_file).as_uri())
    shown = "[...document.querySelectorAll('details.card:not([hidden])')].map(e => e.dataset.name)"
    everything = page.evaluate(shown)
    page.locator(".search input").fill("使用")
    assert page.evaluate(shown) == ["使用月数"]
    page.locator(".search input").fill("")
    assert page.evaluate(shown) == everything
    page.locator(".search select").select_option("missing")
    assert page.evaluate(shown)[0] == "gaps"
    page.locator(".search select").select_option("place")
    assert page.evaluate(shown) == everything
