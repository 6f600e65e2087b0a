"""The page of an evaluation in a real browser: it stands alone, fits, follows dark mode, sorts its tables."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import EvaluateParams
from mlpipe.steps.evaluate import evaluate
from tests.reports.browsing import BOXES, CONTRAST, CUT, OVERLAPS

CLASSES = tuple(f"第{k}类的一个很长的中文名称{k}" for k in range(12))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages of two classes with long names, of twelve with Chinese ones, and of a quantity."""
    folder = tmp_path_factory.mktemp("pages")
    rng = np.random.default_rng(0)
    found = {}
    for name, classes in (("two", ("no", "a very long name of a class " * 3)), ("many", CLASSES), ("number", ())):
        n = 360
        table = pd.DataFrame(
            {"size": rng.normal(size=n), "a_very_long_name_of_a_column_" * 3: rng.choice(["x", "y"], n)}
        )
        if classes:
            y = rng.integers(0, len(classes), n)
            proba = rng.dirichlet(np.ones(len(classes)), n) * 0.4
            proba[np.arange(n), y] += 0.6
            table["truth"], table["said"] = np.array(classes)[y], np.array(classes)[proba.argmax(axis=1)]
            table = pd.concat([table, pd.DataFrame(proba, columns=[f"proba_{c}" for c in classes])], axis=1)
        else:
            table["truth"] = rng.lognormal(8, 1, n)
            table["said"] = table["truth"] * rng.lognormal(0, 0.3, n)
        table.to_csv(folder / f"{name}.csv", index=False)
        params = EvaluateParams(predictions=str(folder / f"{name}.csv"), truth="truth", prediction="said")
        evaluate(None, folder / name, params)
        found[name] = folder / name / "report.html"
    return found


@pytest.mark.parametrize("name", ["two", "many", "number"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_stands_alone_fits_and_can_be_read(browser, pages, name, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(pages[name].as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    plain = f"({CONTRAST})().filter(text => !text.startsWith('<text'))"  # letters in drawings lie on cells and bars
    assert page.evaluate(plain) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert pages[name].stat().st_size < 3_000_000
    context.close()


def test_every_letter_has_a_glyph(browser, pages):
    page = browser.new_page()
    page.goto(pages["many"].as_uri())
    boxes = page.evaluate(BOXES)
    if "类" in boxes and not os.environ.get("CI"):
        pytest.skip("no installed font has Chinese letters")
    assert boxes == []


def test_a_heading_sorts_its_table_by_mouse_and_keyboard_and_without_scripts_all_is_there(browser, pages):
    page = browser.new_page()
    page.goto(pages["many"].as_uri())
    cells = (
        "[...document.querySelectorAll('[aria-label=Classes] tbody tr')].map(r => parseFloat(r.cells[1].textContent))"
    )
    heading = page.locator("[aria-label=Classes] thead th:nth-child(2)")
    heading.click()
    assert page.evaluate(cells) == sorted(page.evaluate(cells), reverse=True)
    heading.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(cells) == sorted(page.evaluate(cells))
    assert heading.get_attribute("aria-sort") == "ascending"
    bare = browser.new_context(java_script_enabled=False).new_page()
    bare.goto(pages["many"].as_uri())
    assert bare.locator("[aria-label=Classes] tbody tr").count() == len(CLASSES)


def test_it_prints_and_the_keyboard_reaches_links_and_folds(browser, pages):
    page = browser.new_page()
    page.goto(pages["two"].as_uri())
    page.evaluate("window.reached = []; document.addEventListener('focusin', e => reached.push(e.target.tagName))")
    for _ in range(40):
        page.keyboard.press("Tab")
    assert {"A", "SUMMARY", "TH"} <= set(page.evaluate("reached"))
    assert page.pdf().startswith(b"%PDF")


def test_a_shade_of_the_page_reaches_the_drawings(browser, pages):
    colours = []
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()
        page.goto(Path(pages["number"]).as_uri())
        colours.append(page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill"))
    assert colours[0] != colours[1]


def test_what_a_drawing_leaves_black_is_as_bright_as_letters_on_dark_paper(browser, pages):
    page = browser.new_context(color_scheme="dark").new_page()
    page.goto(pages["many"].as_uri())
    fills = "[...new Set([...document.querySelectorAll('figure svg *')].map(e => getComputedStyle(e).fill))]"
    assert "rgb(0, 0, 0)" not in page.evaluate(fills)


@pytest.mark.parametrize("name", ["two", "many", "number"])
def test_on_a_phone_no_table_but_the_matrix_scrolls_sideways(browser, pages, name):
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(pages[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    wide = "[...document.querySelectorAll('.scroll:not(:has(.matrix))')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    assert page.evaluate(f"{wide}.map(e => e.getAttribute('aria-label'))") == []
    told = "getComputedStyle(document.querySelector('.stacks [data-label]'), '::before').content"
    assert "Score" in page.evaluate(told) or "Rows" in page.evaluate(told)


@pytest.mark.parametrize("name", ["two", "many", "number"])
def test_on_paper_nothing_stands_beyond_the_edge(browser, pages, name):
    page = browser.new_context(viewport={"width": 720, "height": 1000}).new_page()
    page.emulate_media(media="print")
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
