"""Reports tell the verdict first, escape everything, and stand alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from mlpipe.metrics.gates import check_gates, parse_gates
from mlpipe.metrics.judging.one_column import OneColumn
from mlpipe.metrics.judging.slices import SliceScore
from mlpipe.metrics.outcome import Outcome
from mlpipe.metrics.registry import metrics_for
from mlpipe.metrics.results import Measure, baseline_scores, measure
from mlpipe.plots.svg import page_colours
from mlpipe.reports.evaluation.contents import Driver
from mlpipe.reports.evaluation.metrics_json import metrics_document
from mlpipe.reports.evaluation.report import render_html, render_markdown, summarise
from mlpipe.reports.evaluation.verdict import judge
from mlpipe.reports.rendering import escape_markdown, palette
from mlpipe.reports.sections import Drawing, Gallery
from mlpipe.target.reference import TargetReference
from tests.targets import NO_YES, NUMBER, labelled
from tests.targets import classes as class_target

PAYLOADS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(2)'>",
    "| a | [x](http://e) `c` *b*\n# h",
    "{{ 7 * 7 }}",
)
VOID = {"meta", "img", "link", "br", "hr", "input"}


def classes_outcome(classes, n_rows=200, skill=2.0, column="y"):
    rng = np.random.default_rng(0)
    y = rng.integers(0, len(classes), n_rows)
    logits = rng.normal(size=(n_rows, len(classes)))
    logits[np.arange(n_rows), y] += skill
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    target = replace(class_target(*classes), column=column)
    return Outcome(target=target, y_true=y, y_pred=proba.argmax(axis=1), y_proba=proba)


def amounts_outcome():
    rng = np.random.default_rng(0)
    y = rng.normal(10, 3, 200)
    return Outcome(target=NUMBER, y_true=y, y_pred=y + rng.normal(0, 1, 200))


def seen(outcome, mean=0.0):
    return TargetReference(counts=dict.fromkeys(outcome.classes, 1), means=() if outcome.classes else (mean,))


def figures(*names, title="The message"):
    svg = '<svg viewBox="0 0 1 1" role="img"><text>text</text></svg>'
    return Gallery(
        drawings=tuple(Drawing(name=name, title=title, reading="How to read it.", svg=svg) for name in names)
    )


def slice_of(name):
    return SliceScore(column=name, level=name, n_rows=30, error=0.4, low=0.3, high=0.5, rest=0.1, chance=0.01)


def summary_of(outcome, *, model="logistic", mean=0.0, names=None):
    names = names or [spec.name for spec in metrics_for(outcome.task)]
    measures = measure(outcome, names, n_resamples=50)
    baseline = baseline_scores(outcome, names, seen(outcome, mean))
    return summarise(outcome, measures, baseline, part="test part", model=model)


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.attributes, self.headings, self.words = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize(
    ("found", "dummy", "target", "name", "text"),
    [
        (Measure(value=0.974, low=0.939, high=1.0), 0.632, NO_YES, "accuracy",
         "Better than the dummy: accuracy 0.974 [0.939, 1.000] against 0.632"),
        (Measure(value=0.52, low=0.45, high=0.58), 0.5, NO_YES, "roc_auc",
         "Not better than the dummy: roc_auc 0.52 [0.45, 0.58] against 0.50"),
        (Measure(value=0.32, low=0.25, high=0.38), 0.5, NO_YES, "roc_auc",
         "Worse than the dummy: roc_auc 0.32 [0.25, 0.38] against 0.50"),
        (Measure(value=48213.0, low=46000.0, high=51000.0), 115000.0, NUMBER, "rmse",
         "Better than the dummy: rmse 48,213 [46,000, 51,000] against 115,000"),
        (Measure(value=9.0, low=8.0, high=10.0), 5.0, NUMBER, "rmse",
         "Worse than the dummy: rmse 9.0 [8.0, 10.0] against 5.0"),
        (Measure(value=None, reason="all rows are 'no'"), None, NO_YES, "roc_auc",
         "Not to be judged: roc_auc is undefined, all rows are 'no'"),
        (Measure(value=0.9), 0.5, NO_YES, "accuracy", "Not to be judged: accuracy 0.9 against 0.5"),
        (Measure(value=0.6, low=0.5, high=0.7), 0.5, NO_YES, "accuracy",
         "Not better than the dummy: accuracy 0.60 [0.50, 0.70] against 0.50"),
        (Measure(value=0.4, low=0.3, high=0.5), 0.5, NO_YES, "accuracy",
         "Not better than the dummy: accuracy 0.40 [0.30, 0.50] against 0.50"),
        (Measure(value=0.4, low=0.3, high=0.5), 0.5, NUMBER, "mae",
         "Not better than the dummy: mae 0.40 [0.30, 0.50] against 0.50"),
        (Measure(value=0.6, low=0.5, high=0.7), 0.5, NUMBER, "mae",
         "Not better than the dummy: mae 0.60 [0.50, 0.70] against 0.50"),
        (Measure(value=0.8, low=0.7, high=0.9), 0.3, NO_YES, "recall",
         "Better than the dummy: recall of 'yes' 0.80 [0.70, 0.90] against 0.30"),
    ],
)  # fmt: skip
def test_verdict_in_words(found, dummy, target, name, text):
    assert str(judge(name, found, dummy, target=target)) == text


@pytest.mark.parametrize("classes", [PAYLOADS[:2], PAYLOADS])
def test_page_escapes_every_name(classes):
    summary = summary_of(classes_outcome(classes, column=PAYLOADS[1]), model=PAYLOADS[0])
    hostile = replace(
        summary,
        part=PAYLOADS[0],
        worries=PAYLOADS,
        notes=PAYLOADS,
        drivers=tuple(Driver(column=p, importance=0.2, low=0.1, high=0.3) for p in PAYLOADS),
        slices=tuple(slice_of(p) for p in PAYLOADS),
        worst=(PAYLOADS[:2], [PAYLOADS[:2]]),
        leaderboard=(PAYLOADS[:2], [PAYLOADS[:2]]),
        card=tuple((p, p) for p in PAYLOADS),
    )
    text = render_html(hostile, figures("roc", title=PAYLOADS[1]))
    page = Page(text)
    assert text.count("<script") == 1
    assert "onerror='" not in text
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    assert page.tags.count("img") == 0
    assert PAYLOADS[0] in page.text
    assert PAYLOADS[3] in page.text
    assert not page.open


def test_page_stands_alone():
    text = render_html(summary_of(classes_outcome(("no", "yes"))), figures("roc", "confusion_matrix"))
    page = Page(text)
    assert not {"link", "iframe", "object", "img"} & set(page.tags)
    assert page.tags.count("svg") == 2
    addresses = [value for _, name, value in page.attributes if name in {"src", "href"}]
    assert all(address.startswith("#") for address in addresses)
    assert "url(" not in text
    assert "@import" not in text
    assert "http://" not in text
    assert "https://" not in text
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {address[1:] for address in addresses if address.startswith("#")} <= ids


def test_the_one_script_is_allowed_by_its_digest_and_small():
    text = render_html(summary_of(classes_outcome(("no", "yes"))))
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert len(script) < 10_000


def test_page_is_in_order_for_those_who_cannot_see_it():
    page = Page(render_html(summary_of(classes_outcome(("no", "yes"))), figures("roc")))
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = np.diff(page.headings)
    assert steps.max() <= 1
    assert ("div", "aria-label", "The message") in page.attributes
    assert ("html", "lang", "en") in page.attributes


def test_verdict_stands_before_everything_else():
    summary = summary_of(classes_outcome(("no", "yes")))
    verdict = summary.verdict.text
    assert verdict.startswith("Better than the dummy: roc_auc 0.")
    page = Page(render_html(summary))
    assert page.text.index(verdict, 100) < page.text.index("What it is")
    lines = render_markdown(summary).splitlines()
    assert lines[0] == "# Evaluation of logistic on y"
    assert lines[2] == f"**{verdict}.**"


GOOD = Measure(value=0.8, low=0.7, high=0.9)


@pytest.mark.parametrize(
    ("alone", "leaks", "standing", "text"),
    [
        (0.6, (), "better", "Better than the dummy: roc_auc 0.80 [0.70, 0.90] against 0.50"),
        (0.7, (), "no gain", "No better than one column alone: roc_auc 0.80 [0.70, 0.90] against 0.70 by 'age'"),
        (0.95, (), "no gain", "No better than one column alone: roc_auc 0.80 [0.70, 0.90] against 0.95 by 'age'"),
        (None, (), "better", "Better than the dummy: roc_auc 0.80 [0.70, 0.90] against 0.50"),
        (0.6, ("months",), "suspect",
         "Better than the dummy: roc_auc 0.80 [0.70, 0.90] against 0.50. But 'months' alone gives the target away"),
    ],
)  # fmt: skip
def test_verdict_beside_one_column_and_leaks(alone, leaks, standing, text):
    found = judge("roc_auc", GOOD, 0.5, target=NO_YES, rule=("age", alone), leaks=leaks)
    assert (found.standing, found.text) == (standing, text)


def test_a_model_no_better_than_the_dummy_is_called_that_first():
    bad = Measure(value=0.52, low=0.45, high=0.6)
    assert judge("roc_auc", bad, 0.5, target=NO_YES, rule=("age", 0.9), leaks=("age",)).standing == "not better"


def test_verdict_is_withheld_where_rows_trained():
    summary = replace(summary_of(classes_outcome(("no", "yes"))), trained="9 of 10 rows (90 %) trained the model")
    assert summary.verdict.text == "Not judged: 9 of 10 rows (90 %) trained the model"
    assert 'class="verdict unsure"' in render_html(summary)


def test_what_stands_behind_a_model_is_told_on_the_page_and_in_markdown():
    summary = replace(
        summary_of(classes_outcome(("no", "yes"))),
        rule=OneColumn(column="age", scores={"roc_auc": 0.61}),
        drivers=(Driver(column="age", importance=0.2, low=0.1, high=0.3),),
        slices=(slice_of("town"),),
        worst=(["rank", "true", "train_1_true"], [[1, "no", "yes"]]),
        leaderboard=(["rank", "model", "roc_auc_mean"], [["1", "ridge", "0.9"]]),
        card=(("fingerprint", "abc"),),
    )
    for text in (render_markdown(summary, figures("roc", "dependence_1")), Page(render_html(summary)).text):
        for words in ("What drives it", "0.20 [0.10, 0.30]", "town: town", "on 1 of them the model errs more",
                      "age alone", "Models compared", "ridge", "abc"):  # fmt: skip
            assert words in text, words
        assert "train_1_true" not in text


@pytest.mark.parametrize(
    ("outcome", "low", "words"),
    [
        (classes_outcome(("no", "yes")), 0.1, ("1 column of 1 matters beyond", "Drop of roc_auc when")),
        (classes_outcome(("no", "yes")), -0.1, ("No column of 1 matters beyond",)),
        (amounts_outcome(), 0.1, ("Rise of rmse when",)),
    ],
)
def test_what_a_column_is_worth_is_told_the_way_it_goes(outcome, low, words):
    drivers = (Driver(column="age", importance=0.2, low=low, high=0.3),)
    text = Page(render_html(replace(summary_of(outcome), drivers=drivers))).text
    assert all(told in text for told in words)


def test_worries_beyond_three_fold_away():
    summary = replace(summary_of(classes_outcome(("no", "yes"))), worries=tuple(f"worry {k}" for k in range(5)))
    text = render_html(summary)
    assert "2 more worries" in text
    assert text.index("worry 2") < text.index("2 more worries") < text.index("worry 3")


def test_pages_letters_have_contrast():
    css = palette()

    def luminance(colour):
        rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    for name, shade in page_colours().values():
        assert f"--{name}: {shade.lower()}" in css
    schemes = re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#\w{6})", scheme))
        for back in ("paper", "wash"):
            for letters in ("ink", "faint", "good", "bad", "unsure", "link"):
                bright, dark = sorted((luminance(colours[back]), luminance(colours[letters])), reverse=True)
                assert (bright + 0.05) / (dark + 0.05) >= 4.5, (letters, back)


def test_markdown_tables_hold_their_columns():
    summary = summary_of(classes_outcome(PAYLOADS), model="a|b")
    text = render_markdown(replace(summary, worries=PAYLOADS), figures("roc", "confusion_matrix"))
    assert "<script" not in text
    assert "<img" not in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 3
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(widths) == 1, table
    assert "](plots/roc.png)" in text
    assert "\n\n\n" not in text


def test_markdown_escape_keeps_metric_names():
    assert escape_markdown("balanced_accuracy 0.5 [0.4, 0.6]") == "balanced_accuracy 0.5 [0.4, 0.6]"
    assert escape_markdown("[x](http://e)") == "[x]\\(http://e)"
    assert escape_markdown("_a_ *b*\n- c") == "\\_a\\_ \\*b\\* - c"


def test_gates_and_worries_are_told():
    summary = summary_of(classes_outcome(("no", "yes"), n_rows=40))
    gates = check_gates(parse_gates(["accuracy=0.1", "roc_auc:low=0.9999"], [], summary.target), summary.metrics)
    summary = replace(summary, gates=gates)
    for text in (render_markdown(summary), Page(render_html(summary)).text):
        assert "is under 0.9999" in text
        assert "Only 40 rows" in text
    kept = replace(summary, gates=gates[:1])
    assert "All gates are kept" in render_html(kept)


def test_regression_report_has_no_classes():
    summary = summary_of(amounts_outcome(), mean=10.0)
    assert summary.verdict.text.startswith("Better than the dummy: rmse ")
    assert "r2 0.87 [0." in summary.second_opinion
    text = render_markdown(summary)
    assert "Found (recall)" not in text
    assert Page(render_html(summary)).headings == [1, 2]


def test_many_classes_leave_out_the_matrix():
    summary = summary_of(classes_outcome([f"c{k:02}" for k in range(25)], n_rows=500))
    assert "true class \\ called" not in render_markdown(summary)


def test_verdict_rests_on_what_was_measured():
    summary = summary_of(classes_outcome(("no", "yes")), names=["mcc", "accuracy"])
    assert summary.headline == "mcc"


@pytest.mark.parametrize(
    "outcome",
    [
        classes_outcome(("no", "yes")),
        classes_outcome(("a", "b", "c")),
        labelled(y_true=np.array(["no", "no"]), y_pred=np.array(["no", "no"])),
        labelled(y_true=np.array([], "U1"), y_pred=np.array([], "U1")),
        Outcome(target=NUMBER, y_true=np.array([0.0, 0.0]), y_pred=np.array([1.0, 2.0])),
        Outcome(target=NUMBER, y_true=np.array([1e300, -1e300]), y_pred=np.array([1.0, 2.0])),
    ],
)
def test_document_is_strict_json(outcome):
    names = [spec.name for spec in metrics_for(outcome.task)]
    baseline = baseline_scores(outcome, names, seen(outcome))
    document = metrics_document(outcome, measure(outcome, names, n_resamples=20), baseline)
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text) == document
    for found in document["metrics"].values():
        assert set(found) >= {"value", "low", "high"}
        assert found["value"] is not None or found["reason"]


def test_document_follows_the_interface():
    document = metrics_document(
        classes_outcome(("no", "yes")), {"accuracy": Measure(value=0.5, low=0.4, high=0.6)}, {"accuracy": 0.5}
    )
    assert document["metrics"] == {"accuracy": {"value": 0.5, "low": 0.4, "high": 0.6}}
    assert document["baseline"] == {"accuracy": 0.5}
    assert set(document["per_class"]["yes"]) == {"precision", "recall", "f1", "support"}
    assert document["confusion_matrix"]["labels"] == ["no", "yes"]
    assert np.sum(document["confusion_matrix"]["counts"]) == document["n_rows"] == 200
    assert sum(document["prevalence"].values()) == pytest.approx(1)
