"""From table to prediction with each way of preparing: a row means the same alone, in a crowd, and in evaluation."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from tests.reviews import reviews

CHAINS = {
    "text, sparse": ("--preset general", "logistic"),
    "text for a model that takes no sparse matrix": ("--analyzer char --ngrams 1,2 --encode count", "knn"),
    "tree with gaps and categories": ("--preset tree --text drop", "hist-gradient-boosting"),
    "components": ("--reduce pca --components 4 --text drop --resample smote", "logistic"),
    "nearest rows impute": ("--impute-numeric knn --text drop --encode target --outliers clip", "decision-tree"),
    "products": ("--polynomial 2 --preset linear --text hash --max-features 256", "naive-bayes"),
}
UNSEEN = "拉萨"


def table():
    """Reviews, and one city that is only in the validation part."""
    rows = reviews(rows=180).assign(part=["train"] * 120 + ["valid"] * 30 + ["test"] * 30)
    rows.loc[130, "城市"] = UNSEEN
    return rows


def new_rows():
    """Rows without a target: some with gaps, an unseen city, an empty text, and nothing at all."""
    rows = reviews(rows=12, seed=9, missing=0).drop(columns="好评")
    rows.loc[0, "城市"] = UNSEEN
    rows.loc[1, "评论"] = None
    rows.loc[2, "评分"] = None
    rows.loc[3, "日期"] = None
    rows.loc[4, ["评论", "评分", "城市", "日期"]] = None
    return rows


def predictions(path):
    """The probability of 好, and the label, of each row."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return [row["prediction"] for row in rows], np.array([float(row["proba_好"]) for row in rows])


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("options", "model"), CHAINS.values(), ids=CHAINS)
def test_the_chain(here, tmp_path, options, model):
    table().to_csv("t.csv", index=False)
    new_rows().to_csv("new.csv", index=False)
    here("split", "t.csv", "--target", "好评", "--id", "编号", "--text", "评论", "--split-column", "part",
         "--strategy", "column", "-o", "split")  # fmt: skip
    here("preprocess", "split", "-o", "prep", *options.split())
    here("train", "prep", "-o", "model", "--model", model)
    here("evaluate", "model", "-o", "evaluation")
    many = here("predict", "model", "new.csv", "--proba", "-o", "many.csv", "--contract", "contract.json")
    labels, probabilities = predictions(tmp_path / "many.csv")
    assert len(labels) == 12
    assert np.isfinite(probabilities).all()
    assert len(set(probabilities.round(6))) > 1, "every row gets the same"
    assert f"unseen in training ('{UNSEEN}')" in many.stderr
    city = json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["columns"]["城市"]
    assert (city["unseen"], city["unseen_examples"]) == (1, [{"value": UNSEEN, "count": 1}])
    for i in (0, 1, 4, 11):
        new_rows().iloc[[i]].to_csv("one.csv", index=False)
        here("predict", "model", "one.csv", "--proba", "-o", "one-out.csv")
        alone = predictions(tmp_path / "one-out.csv")
        assert alone[0] == [labels[i]]
        np.testing.assert_allclose(alone[1], probabilities[[i]], rtol=1e-12)
    test = table().query("part == 'test'")
    test.drop(columns="好评").to_csv("test.csv", index=False)
    here("predict", "model", "test.csv", "--proba", "-o", "again.csv")
    evaluated = pd.read_csv("evaluation/predictions.csv")
    assert predictions(tmp_path / "again.csv")[0] == evaluated["prediction"].tolist()
