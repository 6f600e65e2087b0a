"""The page of the service in a real browser."""

import threading

import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")

import uvicorn

from mlpipe.params.serving import ServeParams
from mlpipe.service.app import Service, build_app
from mlpipe.service.counters import Counters
from mlpipe.service.standing import Standing
from mlpipe.steps.loading import LoadOptions
from tests.conftest import make_chain
from tests.reports.browsing import CONTRAST, OVERLAPS
from tests.tables import mixed_table

ODD = '客户年龄 "引号" &<b>'


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A service over a model whose columns have odd names."""
    table = mixed_table(rows=150).rename(columns={"age": ODD})
    folder = make_chain(tmp_path_factory.mktemp("page"), table, ids=("account",))
    params = ServeParams()
    service = Service(
        standing=Standing(folder / "model", params, LoadOptions()), params=params, counters=Counters(None)
    )
    server = uvicorn.Server(uvicorn.Config(build_app(service), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}", folder
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(address, browser):
    """A page of the browser, what it asked for, and what went wrong."""
    opened = browser.new_page()
    asked, wrong = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(address[0])
    yield opened, asked, wrong
    opened.close()


def test_a_row_is_predicted_with_its_probabilities_and_reasons(page, address):
    opened, asked, wrong = page
    opened.get_by_label(ODD).fill("63")
    opened.get_by_role("button", name="Predict").press("Enter")  # from the keyboard
    opened.wait_for_selector(".prediction")
    told = opened.locator("#answer").inner_text()
    assert opened.locator(".prediction").inner_text() in {"yes", "no"}
    assert "%" in told
    assert "What moved it most" in told
    assert all(url.startswith(address[0]) for url in asked)
    assert wrong == []


def test_labels_that_a_row_has_are_named_and_several_numbers_told(page):
    opened, _, _ = page

    def told(row):
        opened.evaluate("row => tellRow(byId('answer'), row)", row)
        return opened.locator(".prediction").all_inner_texts()

    proba = {"proba_red": 0.9, "proba_blue": 0.1}
    assert told({"prediction_red": 1, "prediction_blue": 0, **proba}) == ["red"]
    assert told({"prediction_red": 1, "prediction_blue": 1, **proba}) == ["red, blue"]
    assert told({"prediction_red": 0, "prediction_blue": 0, **proba}) == ["none of the labels"]
    assert told({"prediction_wide": 3.5, "prediction_long": 1}) == ["wide: 3.5", "long: 1"]


def test_a_gap_is_taken_and_a_wrong_cell_is_told(page):
    opened, _, _ = page
    opened.get_by_label(ODD).fill("")
    opened.get_by_role("button", name="Predict").click()
    opened.wait_for_selector(".prediction")
    opened.get_by_label(ODD).fill("old")
    opened.get_by_role("button", name="Predict").click()
    opened.wait_for_selector("#answer .error")
    assert "'old' is not a number" in opened.locator("#answer").inner_text()


def test_a_table_is_predicted_and_its_bad_rows_given_back(page, address, tmp_path):
    opened, _, wrong = page
    lines = (address[1] / "table.csv").read_text(encoding="utf-8").splitlines()
    account, _, *rest = lines[2].split(",")
    lines[2] = ",".join([account, "old", *rest])
    (tmp_path / "t.csv").write_text("\n".join(lines[:6]) + "\n", encoding="utf-8")
    opened.set_input_files("#file", tmp_path / "t.csv")
    opened.wait_for_selector("#table table")
    assert "4 predicted, 1 left out" in opened.locator("#table").inner_text()
    with opened.expect_download() as download:
        opened.get_by_text("Save predictions.csv").click()
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 5
    with opened.expect_download() as download:
        opened.get_by_text("Save rejects.csv").click()
    assert "not a number" in download.value.path().read_text(encoding="utf-8-sig")
    assert wrong == []


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read(page, address, path, scheme):
    opened, _, _ = page
    opened.set_viewport_size({"width": 390, "height": 800})
    opened.emulate_media(color_scheme=scheme)
    opened.goto(address[0] + path)
    if path == "/":
        opened.get_by_role("button", name="Predict").click()
        opened.wait_for_selector(".prediction")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.evaluate(CONTRAST) == []
    assert opened.evaluate(OVERLAPS) == []
