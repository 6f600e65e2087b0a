"""The made tables of reviews and of screened people are what tests rely on."""

import csv
from collections import Counter

import pandas as pd
from sklearn.model_selection import train_test_split

from tests.reviews import reviews, write_reviews
from tests.screening import screening


def test_reviews_are_gbk_with_windows_line_ends_and_gaps(tmp_path):
    path = write_reviews(tmp_path / "评论.csv", rows=300)
    header, *lines = path.read_bytes().split(b"\r\n")
    assert header.decode("gbk") == "编号,评论,评分,城市,日期,好评"
    with path.open(encoding="gbk", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(lines) - 1 == 300
    for column in ("评论", "评分", "城市", "日期"):
        assert 3 <= sum(not row[column] for row in table) <= 30, column
    assert all(row["好评"] for row in table)
    assert any("," in row["评论"] for row in table)


def test_reviews_follow_the_text_and_a_little_the_number():
    table = reviews().dropna()
    good = table["好评"] == "好"
    ending = table["评论"].str.extract("(不?)(?:满意|推荐|值得)")[0]
    assert good[ending == ""].mean() > 0.75
    assert good[ending == "不"].mean() < 0.35
    assert 0.2 < table["评分"].corr(good.astype(float)) < 0.6
    assert table["评论"].nunique() > 0.9 * len(table)


def test_a_fifth_of_the_screened_leaves_400_healthy_and_180_ill():
    table = screening()
    train, test = train_test_split(table, test_size=0.2, stratify=table["condition"], random_state=0)
    assert Counter(train["condition"]) == {"healthy": 400, "ill": 180}
    assert Counter(test["condition"]) == {"healthy": 100, "ill": 45}
    assert not table.duplicated().any()
    assert (table["insulin"] == 0).mean() > 0.3
    assert (screening(zeros=False).drop(columns=["activity", "condition"]) > 0).all(axis=None)


def test_a_seed_gives_the_same_table():
    for make in (reviews, screening):
        pd.testing.assert_frame_equal(make(seed=3), make(seed=3))
        assert not make(seed=3).equals(make(seed=4))
