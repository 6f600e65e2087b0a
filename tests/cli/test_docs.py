"""`mlpipe docs`: pages, codes, metrics and models are found, wrong names are answered."""

import json

import pytest

from mlpipe.data.profiling.findings import SPECS
from mlpipe.metrics.registry import all_metrics
from mlpipe.models.registry import known_specs
from mlpipe.steps.guide.pages import read_pages
from tests.cli.recording import invoke


def test_alone_it_lists_every_page_with_a_sentence():
    lines = invoke("docs").stdout.splitlines()
    for topic, page in read_pages().items():
        if not topic.startswith("zh/"):
            assert any(line.startswith(f"{topic} ") for line in lines)
            assert page.summary
    assert json.loads(invoke("docs", "--json").stdout)["topics"]["preprocessing"]


@pytest.mark.parametrize("name", read_pages())
def test_every_page_is_found_by_its_topic(name):
    assert invoke("docs", name).stdout.startswith(f"# {read_pages()[name].title}\n")


@pytest.mark.parametrize("name", ["preprocessing", "Preprocessing and recipes", "preprocessing.md", "PREPROCESSING"])
def test_a_page_is_found_by_topic_title_or_file(name):
    shown = invoke("docs", name).stdout
    assert shown.startswith("# Preprocessing and recipes\n")
    assert "<!--" not in shown
    assert "```sh" in shown


def test_a_section_is_found_by_its_heading():
    shown = invoke("docs", "classes of different size").stdout
    assert "near-miss" in shown
    assert "## Example" not in shown


@pytest.mark.parametrize("code", SPECS)
def test_every_finding_code_has_its_place(code):
    shown = invoke("docs", code.lower()).stdout
    assert shown.startswith(f"# {code} ")
    assert "To do: " in shown


@pytest.mark.parametrize("name", [spec.name for spec in all_metrics()])
def test_every_metric_has_its_place(name):
    shown = invoke("docs", name).stdout
    assert shown.startswith(f"# {name}\n")
    assert "\nFormula: " in shown
    assert "\nGo by it when " in shown


@pytest.mark.parametrize("name", sorted({spec.name for spec in known_specs() if not spec.extra}))
def test_every_model_has_its_place_with_its_parameters(name):
    shown = invoke("docs", name).stdout
    assert shown.startswith(f"# {name}\n")
    assert "| parameter | default |" in shown


def test_json_holds_the_markdown():
    assert json.loads(invoke("docs", "MLP101", "--json").stdout)["markdown"].startswith("# MLP101")


@pytest.mark.parametrize(
    ("wrong", "meant"), [("preprocesing", "preprocessing"), ("MLP999", "MLP"), ("roc_acu", "roc_auc")]
)
def test_a_wrong_topic_is_answered_with_the_nearest(wrong, meant):
    done = invoke("docs", wrong)
    assert done.exit_code == 2
    assert meant in done.stderr
