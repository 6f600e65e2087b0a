"""The simulation of many machines obeys arithmetic, and the guide holds what it prints."""

import re
from dataclasses import replace

import pytest

from tests.conftest import ROOT
from tests.engine.load import Place, render, simulate

PLENTY = Place(workers=10, scheduler=0.0, start=0.0, predict=10.0, storage=1e9)


def test_without_limits_the_work_is_divided_evenly():
    load = simulate(PLENTY, megabytes=10, total=1000)
    assert load.seconds == pytest.approx(1000 / (10 * 10))
    assert load.workers == pytest.approx(1)


@pytest.mark.parametrize(
    ("place", "megabytes", "seconds"),
    [
        (replace(PLENTY, scheduler=0.5), 1, 1000 * 0.5 + 0.1),  # one message after another, and the last task
        (replace(PLENTY, storage=50), 10, 1000 / 50),  # all there is to read, at the pace of the storage
        (replace(PLENTY, start=2), 10, 10 * (2 + 1)),  # ten files one after another for each worker
        (PLENTY, 500, 500 / 10),  # two files: eight workers have nothing to do
    ],
)
def test_each_limit_alone_decides(place, megabytes, seconds):
    assert simulate(place, megabytes, total=1000).seconds == pytest.approx(seconds)


def test_more_tasks_than_are_gone_through_keep_their_pace(monkeypatch):
    whole = simulate(replace(PLENTY, scheduler=0.02), 0.1, total=1000)
    monkeypatch.setattr("tests.engine.load.MOST_SIMULATED", 2000)
    assert simulate(replace(PLENTY, scheduler=0.02), 0.1, total=1000).seconds == pytest.approx(whole.seconds, rel=1e-3)


def test_the_guide_holds_the_table():
    page = (ROOT / "mlpipe/guide/many-machines.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- load -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert found is not None
    assert found.group(1) == render()
