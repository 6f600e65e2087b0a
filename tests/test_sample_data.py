"""The sample tables are what their page says."""

import csv
import re
from collections import Counter

import pytest

from tests.sample_tables import TABLES, as_csv


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_made_again_byte_for_byte(name, sample_data):
    assert (sample_data / name).read_bytes() == as_csv(TABLES[name]()).encode()


def rows(sample_data, name):
    with (sample_data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_are_small(sample_data):
    assert sum(path.stat().st_size for path in sample_data.iterdir()) < 300_000


def test_breast_cancer_is_the_known_table(sample_data):
    table = rows(sample_data, "breast_cancer.csv")
    assert Counter(row["diagnosis"] for row in table) == {"benign": 357, "malignant": 212}
    assert len(table[0]) == 31


def test_customers_have_their_flaws(sample_data):
    table = rows(sample_data, "customers.csv")
    assert len(table) == 1200
    assert len(table) - len({tuple(row.values()) for row in table}) == 8
    assert sum(not row["churned"] for row in table) == 9
    for column, flaw in {"age": "", "income": "", "satisfaction": "NA", "plan": "None"}.items():
        assert any(row[column] == flaw for row in table), column
    assert all(row["discount"].endswith("%") for row in table)


def test_new_customers_bring_an_unseen_city_and_no_answer(sample_data):
    new = rows(sample_data, "new_customers.csv")
    old = rows(sample_data, "customers.csv")
    assert {row["city"] for row in new} - {row["city"] for row in old} == {"Graystone"}
    assert set(old[0]) - set(new[0]) == {"churned"}


def test_messages_are_in_two_languages_and_a_third_as_many_spam(sample_data):
    table = rows(sample_data, "messages.csv")
    assert list(table[0]) == ["id", "message", "label"]
    chinese = Counter(row["label"] for row in table if re.search("[\u4e00-\u9fff]", row["message"]))
    assert chinese == {"ham": 90, "spam": 30}
    assert Counter(row["label"] for row in table) - chinese == {"ham": 180, "spam": 60}
    assert len({row["id"] for row in table}) == len({row["message"] for row in table}) == len(table) == 360


def test_messages_name_nobody_real(sample_data):
    text = " ".join(row["message"] for row in rows(sample_data, "messages.csv"))
    numbers = re.findall(r"\d{3}-\d{4}", text)
    assert len(numbers) > 20
    assert all(re.fullmatch(r"555-01\d\d", number) for number in numbers)
    assert not re.search(r"\d{7}", text)
    assert set(re.findall(r"(?:[a-z0-9-]+\.)+([a-z]{2,})", text)) == {"example"}


def test_messages_can_be_told_apart_but_not_all(sample_data):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import precision_score, recall_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline

    table = rows(sample_data, "messages.csv")
    label = [row["label"] for row in table]
    filtering = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression(C=10))
    said = cross_val_predict(filtering, [row["message"] for row in table], label, cv=5)
    assert 0.85 < precision_score(label, said, pos_label="spam") < 1
    assert 0.6 < recall_score(label, said, pos_label="spam") < 0.9
