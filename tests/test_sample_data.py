"""The sample tables are what their page says."""

import csv
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
