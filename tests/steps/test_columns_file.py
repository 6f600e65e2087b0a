"""Each role of a columns file changes what `split` does, on a table made to show it; any name comes through."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.splits import Split
from mlpipe.params import InspectParams
from mlpipe.steps.inspect import inspect
from mlpipe.target import classes_of

N = 200


@pytest.fixture
def table():
    """Columns that could each be several things, and whose guessed role is none of those asked for below."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "size": rng.normal(50, 9, N).round(2),
        "who": [f"p{i}" for i in rng.integers(0, 20, N)],
        "grade": rng.integers(1, 6, N),
        "serial": [f"{number:04d}" for number in rng.integers(0, 40, N)],
        "day": rng.permutation(pd.date_range("2024-01-13", periods=N).strftime("%Y-%m-%d")),
        "compact": pd.date_range("2023-01-13", periods=N).strftime("%Y%m%d"),
        "place": rng.choice(["north side", "south side", "old town"], N),
        "flag": rng.integers(0, 2, N),
        "debit": rng.integers(-3, 9, N),
        "y": rng.choice(["no", "yes"], N),
    })  # fmt: skip
    frame.to_csv("t.csv", index=False)
    return frame


@pytest.fixture
def cut(splitting, table, write):
    """Split the table with a columns file of these roles; the result and the two parts."""

    def run(target="y", **roles):
        text = "[columns]\n" + "".join(f'"{name}" = "{role}"\n' for name, role in roles.items())
        file = write("columns.toml", text)
        result = splitting("t.csv", target=target, roles={"columns_file": file}, force=True)
        parts = [pd.read_parquet(Path("split") / f"{name}.parquet") for name in ("train", "test")]
        return {name: role for name, role, _ in result.columns}, *parts

    return run


def test_target(cut):
    roles, train, _ = cut(target="", flag="target")
    assert roles["flag"] == "target"
    assert roles["y"] == "boolean"
    context = Split.load(Path("split")).context
    assert context.target.name == "flag"
    assert set(classes_of(context.target)) == {"0", "1"}
    assert len(train) == 160


def test_id_takes_a_column_out_of_the_features_and_keeps_it_as_written(cut):
    assert cut()[0]["serial"] == "categorical"
    roles, train, _ = cut(serial="id", grade="id")
    assert (roles["serial"], roles["grade"]) == ("id", "id")
    assert set(train["grade"]) == set("12345")
    assert "grade" not in [column.name for column in Split.load(Path("split")).context.schema.features]


def test_group_keeps_its_rows_together(cut):
    _, train, test = cut()
    assert set(train["who"]) & set(test["who"])
    _, train, test = cut(who="group")
    assert not set(train["who"]) & set(test["who"])
    assert len(test) > 0


def test_time_puts_the_newest_rows_into_the_test_part(cut):
    _, train, test = cut()
    assert train["day"].max() > test["day"].min()
    _, train, test = cut(day="time")
    assert train["day"].max() < test["day"].min()


def test_weight_is_no_feature_and_must_be_one(cut, refused):
    roles, *_ = cut(size="weight")
    assert roles["size"] == "weight"
    assert "size" not in [column.name for column in Split.load(Path("split")).context.schema.features]
    assert cut()[0]["debit"] == "numeric"
    assert "debit" in str(refused(3, cut, debit="weight"))


def test_numeric_makes_numbers_of_codes(cut):
    assert cut()[1]["serial"].str.len().eq(4).all()
    roles, train, _ = cut(serial="numeric")
    assert roles["serial"] == "numeric"
    assert train["serial"].between(0, 40).all()


def test_categorical_makes_levels_of_numbers(cut):
    assert cut()[1]["grade"].max() == 5
    roles, train, _ = cut(grade="categorical")
    assert roles["grade"] == "categorical"
    assert set(train["grade"]) == set("12345")


def test_text_makes_sentences_of_levels(cut):
    assert cut()[0]["place"] == "categorical"
    assert cut(place="text")[0]["place"] == "text"


def test_datetime_reads_dates_where_numbers_were_seen(cut):
    assert cut(compact="numeric")[0]["compact"] == "numeric"
    roles, train, _ = cut(compact="datetime")
    assert roles["compact"] == "datetime"
    assert set(train["compact"].dt.year) == {2023}


def test_boolean_makes_two_levels_of_two_numbers_and_refuses_five(cut, refused):
    assert cut()[0]["flag"] == "numeric"
    roles, train, _ = cut(flag="boolean")
    assert roles["flag"] == "boolean"
    assert set(train["flag"]) == {"0", "1"}
    assert "'grade'" in str(refused(3, cut, grade="boolean"))


def test_ignore_leaves_a_column_out(cut):
    assert "place" in [column.name for column in (cut() and Split.load(Path("split")).context.schema.features)]
    roles, *_ = cut(place="ignore")
    assert roles["place"] == "ignore"
    assert "place" not in [column.name for column in Split.load(Path("split")).context.schema.features]


def test_target_of_option_and_file_must_agree(cut, refused):
    assert cut(target="y", y="target")[0]["y"] == "target"
    told = str(refused(2, cut, target="flag", y="target"))
    assert "'flag'" in told
    assert "'y'" in told


def test_no_target_at_all_is_refused(cut, refused):
    cut()
    assert "Give `target` COL" in str(refused(2, cut, target="", grade="categorical"))


NAMES = [
    'say "hello"',
    "two\nlines",
    "naïve 年龄 🙂",
    "a.b.c",
    "# no comment",
    "back\\slash\\u0041",
    "]",
    "[columns]",
    "it's = 'x'",
    "tab\there",
    " # ",
    "target",
]


def test_the_draft_is_taken_unchanged_whatever_the_names(splitting, tmp_path):
    rng = np.random.default_rng(0)
    with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*NAMES, "y"])
        writer.writerows([*rng.normal(size=len(NAMES)).round(3), "ab"[i % 2]] for i in range(60))
    seen = inspect("t.csv", InspectParams(target="y"), out=Path("profile"))
    names = [column.name for column in seen.profile.columns]
    assert len(set(names)) == len(NAMES) + 1
    assert names[:3] == NAMES[:3]
    result = splitting("t.csv", target="", roles={"columns_file": "profile/columns.toml"})
    assert [(name, role) for name, role, _ in result.columns] == [(c.name, c.role.value) for c in seen.profile.columns]
    assert {role for _, role, _ in result.columns} == {"numeric", "target"}
    draft = Path("profile/columns.toml").read_text(encoding="utf-8")
    edited = "\n".join(
        line.replace('"numeric"', '"ignore"', 1) if "hello" in line else line for line in draft.splitlines()
    )
    Path("edited.toml").write_text(edited, encoding="utf-8")
    after = splitting("t.csv", target="", roles={"columns_file": "edited.toml"}, out="again")
    assert {name for name, role, _ in after.columns if role == "ignore"} == {'say "hello"'}
