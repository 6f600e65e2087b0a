"""The worked examples of the page on preprocessing: their commands run, and what the page says of them is so."""

import csv
import json
import os
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mlpipe.artifacts.preps import Prep
from mlpipe.artifacts.splits import Split
from mlpipe.data.inference.coercion import to_frame
from mlpipe.params import PreprocessParams
from mlpipe.steps.preprocess import preprocess
from tests.pages import blocks_of, copy_clone, run_page, sections_of

PAGE = "mlpipe/guide/preprocessing.md"
RECIPE = "A recipe"
SPAM = "Example: a spam filter"
SCREENING = "Example: screening, and what resampling leaves alone"
CITY = "Example: a city that training never saw"
DATES = "Example: what a date tells"
CHINESE = "Example: reviews in Chinese"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("examples"),  # one worker runs the sections that they share
    pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell"),
]


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """Run sections of the page, each once; gives the folder they were run in."""
    folder = copy_clone(tmp_path_factory.mktemp("examples"))
    done = set()

    def run(*sections):
        for section in sections:
            if section not in done:
                run_page(PAGE, folder, section=section)
                done.add(section)
        return folder

    return run


def said(section):
    """The page's words, on one line."""
    return " ".join(sections_of(PAGE)[section].split())


def figures(section, pattern):
    """Numbers that the page tells, one for each group of the pattern, for each place where it is found."""
    found = [[float(number) for number in match.groups()] for match in re.finditer(pattern, said(section))]
    assert found, f"{pattern} is nowhere in {section!r}"
    return found


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_section_with_commands_is_tested_here():
    with_commands = {s for s in sections_of(PAGE) if any(block["mark"] == "run" for block in blocks_of(PAGE, s))}
    assert with_commands == {RECIPE, SPAM, SCREENING, CITY, DATES, CHINESE}


def test_a_recipe_over_the_plan_that_was_shown(worked):
    folder = worked(RECIPE)
    shown = (folder / "plan.toml").read_text(encoding="utf-8")
    assert 'preset = "general"' in shown
    assert "# numeric: a number; 48 of 953 training cells are missing\n[columns.age]" in shown
    plan = {column["name"]: column for column in read_json(folder / "customers/prep/plan.json")["columns"]}
    assert plan["plan"]["order"] == ["None", "Basic", "Plus", "Premium"]
    assert plan["joined"]["parts"] == ["days", "month_sin", "month_cos"]
    assert plan["joined"]["timezone"] == "Europe/Paris"
    assert plan["age"]["outliers"] == "clip"
    assert "discount" not in plan


def test_spam_is_filtered_on_sparse_rows_with_more_of_them_made(worked):
    folder = worked(SPAM) / "spam"
    prep = Prep.load(folder / "prep")
    resampled = prep.training_matrix()
    assert sparse.issparse(resampled.X)
    assert Counter(prep.matrix("train").y.tolist()) == {"ham": 216, "spam": 72}
    assert Counter(resampled.y.tolist()) == {"ham": 216, "spam": 216}
    assert sparse.issparse(prep.matrix("test").X)

    # Another version of a library may round a row to the other side: figures are told for one of them.
    metrics = read_json(folder / "evaluation/metrics.json")["metrics"]
    precision, recall = metrics["precision"]["value"], metrics["recall"]["value"]
    ((told_precision, told_recall),) = figures(SPAM, r"\(precision ([\d.]+)\), .* \(recall ([\d.]+)\)")
    assert precision == pytest.approx(told_precision, abs=0.05)
    assert recall == pytest.approx(told_recall, abs=0.08)
    with (folder / "evaluation/predictions.csv").open(encoding="utf-8", newline="") as file:
        called = [row["true"] for row in csv.DictReader(file) if row["prediction"] == "spam"]
    assert precision == pytest.approx(called.count("spam") / len(called))
    assert precision > 0.9


def test_the_words_of_spam_are_shown(worked):
    folder = worked(SPAM) / "spam"
    with (folder / "model/top_terms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for label in ("ham", "spam"):
        terms = [row["term"] for row in rows if row["class"] == label]
        assert ", ".join(terms[:10]) in said(SPAM)
    assert (folder / "model/top_terms.png").read_bytes().startswith(b"\x89PNG")


def test_the_ill_become_as_many_as_the_healthy_in_training_alone(worked):
    folder = worked(SCREENING) / "screening"
    report = read_json(folder / "prep/resampling.json")
    assert report["before"] == {"healthy": 400, "ill": 180}
    assert report["after"] == {"healthy": 400, "ill": 400}
    assert report["sampler"] == "smotenc"
    rows = pd.read_parquet(folder / "prep/train_resampled.parquet")
    made = rows[rows["synthetic"]]
    assert set(made["condition"]) == {"ill"}
    assert len(made) == report["n_synthetic"] == 220
    levels = made.filter(like="activity_")
    assert len(levels.columns) == 3
    assert set(np.unique(levels)) == {0.0, 1.0}
    assert (levels.sum(axis=1) == 1).all()
    # The rows that are no synthetic ones are those of train.parquet, and the test part is the split's.
    kept = rows[~rows["synthetic"]].drop(columns="synthetic").reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, pd.read_parquet(folder / "prep/train.parquet"))
    test = pd.read_parquet(folder / "prep/test.parquet")
    assert Counter(test["condition"]) == {"healthy": 100, "ill": 45}
    assert "synthetic" not in test
    assert test["condition"].tolist() == pd.read_parquet(folder / "split/test.parquet")["condition"].tolist()


def test_every_file_that_is_written_is_told_of(worked):
    folder = worked(RECIPE, SPAM)
    for prep in ("customers/prep", "spam/prep"):
        names = {path.name for path in (folder / prep).iterdir()} - {"manifest.json"}
        told = [name for name in names if name.removesuffix(".npz") in said("What it writes")]
        assert sorted(told) == sorted(names)


def test_an_unseen_city_is_all_zeros_and_counted(worked):
    folder = worked(RECIPE, CITY)
    with (folder / "sample_data/new_customers.csv").open(encoding="utf-8", newline="") as file:
        unseen = sum(row["city"] == "Graystone" for row in csv.DictReader(file))
    city = read_json(folder / "contract.json")["columns"]["city"]
    assert (city["unseen"], city["unseen_examples"]) == (unseen, [{"count": unseen, "value": "Graystone"}])
    assert f'"city": {{"unseen": {unseen}, "unseen_examples": [{{"count": {unseen}, "value": "Graystone"}}]}}' in said(
        CITY
    )

    split, prep = Split.load(folder / "customers/split"), Prep.load(folder / "customers/prep")
    rows = to_frame(split.part("train"), split.context.schema.features).iloc[:20]
    elsewhere = rows.assign(city="Graystone")
    names = np.array(prep.feature_names)
    of_city = np.char.startswith(names, "city_")
    known, unknown = (prep.preprocessor().transform(frame) for frame in (rows, elsewhere))
    assert (known[:, of_city].sum(axis=1) == 1).all()
    assert not unknown[:, of_city].any()
    np.testing.assert_array_equal(known[:, ~of_city], unknown[:, ~of_city])


def test_parts_of_a_date_beat_no_date(worked):
    folder = worked(DATES) / "rentals"
    scores = {name: read_json(folder / f"model_{name}/scores.json")["cv"]["metrics"] for name in ("without", "with")}
    assert scores["with"]["rmse"]["mean"] < 0.25 * scores["without"]["rmse"]["mean"]
    assert scores["without"]["r2"]["mean"] < 0.2
    assert scores["with"]["r2"]["mean"] > 0.95
    told = figures(DATES, r"\bRMSE (\d+), R² ([\d.]+)[;)]")
    for (rmse, r2), metrics in zip(told, scores.values(), strict=True):
        assert metrics["rmse"]["mean"] == pytest.approx(rmse, rel=0.05)
        assert metrics["r2"]["mean"] == pytest.approx(r2, abs=0.02)


def test_a_chinese_table_goes_all_the_way(worked):
    folder = worked(CHINESE)
    prep = Prep.load(folder / "reviews/prep")
    assert {"城市_北京", "评分", "日期_month", "评论_不好"} <= set(prep.feature_names)
    metrics = read_json(folder / "reviews/evaluation/metrics.json")
    assert metrics["metrics"]["accuracy"]["low"] > metrics["baseline"]["accuracy"]
    ((told,),) = figures(CHINESE, r"has accuracy ([\d.]+),")
    assert metrics["metrics"]["accuracy"]["value"] == pytest.approx(told, abs=0.03)
    with (folder / "评论.csv").open(encoding="gbk", newline="") as file:
        numbers = [row["编号"] for row in csv.DictReader(file)]
    with (folder / "reviews.csv").open(encoding="utf-8", newline="") as file:
        predicted = list(csv.DictReader(file))
    assert list(predicted[0]) == ["编号", "prediction", "proba_好", "proba_差"]
    assert [row["编号"] for row in predicted] == numbers
    drawn = {path.stem for path in (folder / "reviews").rglob("*.png")}
    assert {"missing", "scaling", "class_counts", "resampled", "top_terms", "confusion_matrix", "roc"} <= drawn


def test_chinese_words_by_jieba(worked, tmp_path):
    pytest.importorskip("jieba")
    split = worked(CHINESE) / "reviews/split"
    result = preprocess(split, tmp_path / "prep", PreprocessParams(analyzer="jieba"))
    assert ("评论", "tfidf of Chinese words, missing flag") in [(name, how) for name, _, how, _ in result.columns]
    words, characters = (
        {name.removeprefix("评论_") for name in Prep.load(folder).feature_names if name.startswith("评论_")}
        for folder in (tmp_path / "prep", split.parent / "prep")
    )
    assert "没有 线头" in words
    assert "没有 线头" not in characters
