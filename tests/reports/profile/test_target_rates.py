"""The page of a profile shows the table, how the target goes with each column, and remedies that can be copied."""

import re

import numpy as np
import pandas as pd
import pytest

from mlpipe.params import InspectParams
from mlpipe.reports.profile.finding_groups import split_remedy
from mlpipe.steps.inspect import inspect


@pytest.fixture
def page(tmp_path):
    """The page of a table, by its target."""
    rng = np.random.default_rng(0)
    town = rng.choice(["north", "south"], 200)
    table = pd.DataFrame({
        "key": [f"k{i:04d}" for i in range(200)],
        "town": town,
        "size": np.where(np.arange(200) % 10 == 0, np.nan, rng.normal(size=200).round(3)),
        "paid": np.where(rng.random(200) < np.where(town == "north", 0.9, 0.2), "yes", "no"),
        "price": (10 + 5 * (town == "north") + rng.normal(size=200)).round(2),
        "kind": np.where(town == "north", "a", rng.choice(["b", "c"], 200)),
    })  # fmt: skip
    table.to_csv(tmp_path / "t.csv", index=False)

    def render(target):
        inspect(str(tmp_path / "t.csv"), InspectParams(target=target), out=tmp_path / "p")
        return (tmp_path / "p" / "report.html").read_text(encoding="utf-8"), table

    return render


def card(text, name):
    return re.findall(rf'<details class="card" data-name="{name}".*?</details>', text, flags=re.DOTALL)[0]


def test_the_positive_rate_stands_by_every_level_and_bin(page):
    text, table = page("paid")
    shown = card(text, "town")
    assert "Share of 'yes'" in shown.replace("&#39;", "'")
    for level, rate in table.groupby("town")["paid"].agg(lambda paid: (paid == "yes").mean()).items():
        assert re.search(rf">{level}</span>.*?>{100 * rate:.0f} % <span", shown, flags=re.DOTALL)
    assert card(text, "size").count("over ") == 4
    assert "(missing)" in card(text, "size")
    assert "of all rows" not in card(text, "key")
    assert "of all rows" not in card(text, "paid")


def test_a_quantity_has_a_mean_by_every_level(page):
    text, table = page("price")
    shown = card(text, "town")
    assert "Mean price" in shown
    for mean in table.groupby("town")["price"].mean():
        assert f">{mean:.3g} <span" in shown


def test_of_several_classes_the_one_that_is_told_apart_most_is_shown(page):
    text, _ = page("kind")
    assert "Share of 'a'" in card(text, "town").replace("&#39;", "'")


def test_without_a_target_nothing_is_said_of_rates(page):
    text, _ = page(None)
    assert "of all rows" not in text
    assert "data-strength" not in text


def test_the_first_ten_rows_are_those_of_the_table(page):
    text, table = page("paid")
    section = re.findall(r'<h2 id="rows">.*?</section>', text, flags=re.DOTALL)[0]
    rows = re.findall(r"<tr>(<td.*?)</tr>", section, flags=re.DOTALL)
    assert len(rows) == 10
    assert [re.sub("<.*?>", " ", row).split()[0] for row in rows] == table["key"].head(10).tolist()
    assert "–" in rows[0]  # the first size is missing


def test_numbers_say_their_min_and_max_and_levels_their_counts(page):
    text, table = page("paid")
    assert "<dt>Min</dt>" in card(text, "price")
    assert "<dt>Max</dt>" in card(text, "price")
    assert f"north: {(table['town'] == 'north').sum()}" in text
    assert "highest bar: " in card(text, "price")


def test_what_is_copied_is_an_option_and_no_more():
    parts = split_remedy("Nothing; otherwise give --id customerID: it tells rows apart, or --drop 'unit price'.")
    assert [part for part, is_code in parts if is_code] == ["--id customerID", "--drop 'unit price'"]
